"""The tableau of a Rosenbrock method, in the form that needs no product with the Jacobian.

References
----------
E. Hairer, G. Wanner (1996), Solving Ordinary Differential Equations II, 2nd edition, section IV.7
(methods, order conditions, equations 7.12 to 7.25 for this form), doi:10.1007/978-3-642-05221-7.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isclose

from ...models.errors import InputError
from .coefficients import Number, Row, dot
from .order_conditions import Matrix, Tree, dense_residuals, residuals

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class RosenbrockTableau:
    """Coefficients of a Rosenbrock method with ``n_stages`` stages and one matrix per step.

    ::

        (I/(h gamma) - J) u_i = f(t + c_i h, y + sum_j a_ij u_j) + sum_j g_ij u_j / h + d_i h df/dt
        y_new = y + sum_i b_i u_i

    with J = df/dy and df/dt at the start of the step, and sums over the stages before.

    Parameters
    ----------
    gamma
        The diagonal coefficient.
    a, g
        One row per stage, holding the numbers before the diagonal.
    b
        Weights of the solution, one per stage.
    b_error
        Weights of the error estimate.
    c
        Times of the stages.
    d
        Multiples of df/dt.
    dense
        Rows of weights such that, with q_m = sum_i dense[m]_i u_i, the dense output is
        ``(1 - s) y + s (y_new + (1 - s) (q_0 + s (q_1 + …)))`` at t + s h.

    Raises
    ------
    InputError
        If the lengths disagree, or something does not sum to what it must.
    """

    gamma: Number
    a: Matrix
    g: Matrix
    b: Row
    b_error: Row
    c: Row
    d: Row
    dense: Matrix

    def __post_init__(self) -> None:
        n = self.n_stages
        for name, rows in (("a", self.a), ("g", self.g)):
            if [len(row) for row in rows] != [*range(n)]:
                raise InputError(f"row lengths of {name}: expected 0 to {n - 1}, one per stage")
        rows = {"b_error": self.b_error, "c": self.c, "d": self.d}
        rows |= {f"row {m} of dense": row for m, row in enumerate(self.dense)}
        for name, row in rows.items():
            if len(row) != n:
                raise InputError(f"{name} has {len(row)} entries, expected one per stage: {n}")
        for name, given, matrix in (("c", self.c, self.alpha), ("d", self.d, self.gammas)):
            for i, (value, row) in enumerate(zip(given, matrix, strict=True)):
                if not isclose(total := sum(row, _ZERO), value, rel_tol=1e-12, abs_tol=1e-12):
                    raise InputError(
                        f"{name}_{i} is {value}, expected {float(total)}: check its digits"
                    )

    @property
    def n_stages(self) -> int:
        """Number of stages."""
        return len(self.b)

    @property
    def is_explicit(self) -> bool:
        """Whether no linear system has to be solved: never."""
        return False

    @property
    def first_same_as_last(self) -> bool:
        """Whether the last stage evaluates the slope at the new point, the next step's first."""
        return self.c[-1] == 1 and self.b == (*self.a[-1], 0)

    @property
    def end_stage(self) -> int | None:
        """Number of the stage that evaluates the slope at the new point, None without one."""
        return self.n_stages - 1 if self.first_same_as_last else None

    @property
    def b_embedded(self) -> Row:
        """Weights of the embedded method."""
        return tuple(x - y for x, y in zip(self.b, self.b_error, strict=True))

    @cached_property
    def gammas(self) -> Matrix:
        """The matrix Gamma of the untransformed method, lower triangular: (I/gamma - G)^-1."""
        n, gamma = self.n_stages, _exact(self.gamma)
        rows: list[Row] = []
        for i in range(n):
            row = [_ONE if i == j else _ZERO for j in range(n)]
            for j, weight in enumerate(self.g[i]):
                row = [x + _exact(weight) * y for x, y in zip(row, rows[j], strict=True)]
            rows.append(tuple(gamma * x for x in row))
        return tuple(rows)

    @cached_property
    def alpha(self) -> Matrix:
        """The matrix alpha of the untransformed method, strictly lower triangular."""
        return tuple(self.untransformed(row) for row in self.a)

    def untransformed(self, weights: Row) -> Row:
        """Return weights of the slopes k = Gamma^-1 u / h, given those of the stages u."""
        columns = zip(*self.gammas[: len(weights)], strict=True)
        exact = [_exact(w) for w in weights]
        row = tuple(dot(exact, column) for column in columns)
        return row or (_ZERO,) * self.n_stages

    @cached_property
    def _beta(self) -> Matrix:
        return tuple(
            tuple(x + y for x, y in zip(left, right, strict=True))
            for left, right in zip(self.alpha, self.gammas, strict=True)
        )

    def order_conditions(self, order: int, weights: Row | None = None) -> dict[Tree, Number]:
        """Return the residual of each order condition, by rooted tree, up to the order.

        Computed exactly for the digits given, so that only their own rounding is left.

        Parameters
        ----------
        order
            Largest number of nodes of a tree.
        weights
            Weights to judge in place of ``b``, such as `b_embedded`.
        """
        chosen = self.untransformed(self.b if weights is None else weights)
        found = residuals(self.alpha, chosen, order, self._beta)
        return {tree: float(residual) for tree, residual in found.items()}

    def dense_conditions(self, order: int) -> dict[Tree, Row]:
        """Return the residual polynomials of the dense output, by rooted tree, up to the order.

        Each is given by its coefficients from theta^1 upward.
        """
        powers = [self.untransformed(row) for row in _powers(self.b, self.dense)]
        columns = tuple(zip(*powers, strict=True))
        found = dense_residuals(self.alpha, columns, order, self._beta)
        return {tree: tuple(float(x) for x in row) for tree, row in found.items()}


def _exact(x: Number) -> Fraction:
    return Fraction(str(x))


def _powers(b: Row, dense: Matrix) -> list[Row]:
    """Return the weights of theta^1, theta^2, … in theta b + theta (1 - theta) (q_0 + …)."""
    none = (_ZERO,) * len(b)
    plus, minus = (*dense, none), (none, *dense)
    rows: list[Row] = [tuple(_exact(p) - _exact(m) for p, m in zip(*pair, strict=True))
            for pair in zip(plus, minus, strict=True)]  # fmt: skip
    rows[0] = tuple(x + _exact(w) for x, w in zip(rows[0], b, strict=True))
    return rows
