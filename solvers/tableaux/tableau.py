"""The Butcher tableau: a Runge-Kutta method as numbers, and what follows from the numbers.

References
----------
E. Hairer, S. P. Nørsett, G. Wanner (1993), Solving Ordinary Differential Equations I, 2nd edition,
sections II.1 (tableau), II.4 (step doubling, embedded pairs), II.6 (dense output),
doi:10.1007/978-3-540-78862-1; E. Hairer, G. Wanner (1996), Solving Ordinary Differential
Equations II, section IV.2 (stability function), doi:10.1007/978-3-642-05221-7.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isclose

from ...models.errors import InputError
from .coefficients import Number, Row, dot, numbers, quartic_extension, quintic_extension
from .order_conditions import Tree, dense_residuals, residuals

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class ButcherTableau:
    """Coefficients of a Runge-Kutta method with ``n_stages`` stages.

    ::

        k_i = f(t + c_i h, y + h sum_j a_ij k_j),    y_new = y + h sum_i b_i k_i

    Parameters
    ----------
    a
        One row per stage. Explicit: row i holds the i numbers before the diagonal, so the first
        is empty. Implicit: every row holds ``n_stages`` numbers.
    b
        Weights of the solution, one per stage.
    b_error
        Weights of the error estimate, b minus those of the embedded method; None without one.
    c
        Times of the stages: the row sums of ``a``, which they are checked against when given.
    dense
        ``dense[i]`` holds the coefficients of b_i(theta), from theta^1 upward, such that
        y(t + theta h) = y + h sum_i b_i(theta) k_i for theta in [0, 1]. None stands for the cubic
        Hermite polynomial through values and slopes at both ends.
    b_coarse
        Weights of a second error estimate of lower order, None without one. The error e by
        ``b_error`` then counts as e^2 / sqrt(e^2 + (e_coarse / 10)^2), which falls with a higher
        power of the step than either (Hairer, Nørsett and Wanner 1993, equation II.10.17).

    Raises
    ------
    InputError
        If the lengths disagree, or something does not sum to what it must.
    """

    a: tuple[Row, ...]
    b: Row
    b_error: Row | None = None
    c: Row = ()
    dense: tuple[Row, ...] | None = None
    b_coarse: Row | None = None

    @classmethod
    def read(cls, text: str, *, error: str = "", bump: str = "") -> "ButcherTableau":
        """Return the tableau drawn as in the literature: c, a bar, and the row of a.

        Lines with nothing before the bar are b and, if there is a second, the embedded method.

        Parameters
        ----------
        error
            The error weights, where the source prints them instead of the embedded method.
        bump
            Multiples of theta^2 (1 - theta)^2 in the dense output; see `quartic_extension`.

        Examples
        --------
        >>> midpoint = ButcherTableau.read('''
        ...     0   |
        ...     1/2 | 1/2
        ...     ----+------
        ...         | 0   1
        ... ''')
        >>> midpoint.a
        ((), (Fraction(1, 2),))
        >>> midpoint.stability_interval
        2.0
        """
        cells = [line.split("|") for line in text.splitlines() if "|" in line]
        lines = [(numbers(left), numbers(right)) for left, right in cells]
        b, *embedded = [weights for time, weights in lines if not time]
        return cls(
            a=tuple(row for time, row in lines if time),
            b=b,
            b_error=numbers(error) or (_difference(b, embedded[0]) if embedded else None),
            c=tuple(time[0] for time, _ in lines if time),
            dense=quartic_extension(b, numbers(bump)) if bump else None,
        )

    def __post_init__(self) -> None:
        if not self.c:
            object.__setattr__(self, "c", tuple(sum(row, _ZERO) for row in self.a))
        self._check_lengths()
        for name, row, expected in self._claimed_sums():
            if not isclose(total := sum(row, _ZERO), expected, rel_tol=1e-13, abs_tol=1e-13):
                raise InputError(f"{name} sums to {total}, expected {expected}: check its digits")

    def _check_lengths(self) -> None:
        n, lengths = self.n_stages, [len(row) for row in self.a]
        if not n or lengths not in ([*range(n)], [n] * n):
            raise InputError(
                f"the rows of a hold {lengths} numbers; {n} weights in b need {[*range(n)]} "
                f"(explicit) or {[n] * n} (implicit)"
            )
        columns = {"c": self.c, "b_error": self.b_error, "dense": self.dense}
        columns |= {"b_coarse": self.b_coarse}
        for name, column in columns.items():
            if column is not None and len(column) != n:
                raise InputError(f"{name} has {len(column)} entries, expected one per stage: {n}")

    def _claimed_sums(self) -> Iterator[tuple[str, Row, Number]]:
        yield "b", self.b, _ONE
        yield "b_error", self.b_error or (), _ZERO
        yield "b_coarse", self.b_coarse or (), _ZERO
        for i, (row, time) in enumerate(zip(self.a, self.c, strict=True)):
            yield f"row {i} of a", row, time
        for i, (row, weight) in enumerate(zip(self.dense or (), self.b, strict=False)):
            yield f"row {i} of dense", row, weight

    @property
    def n_stages(self) -> int:
        """Number of stages."""
        return len(self.b)

    @property
    def is_explicit(self) -> bool:
        """Whether each stage needs only the stages before it."""
        return not self.a[0]

    @property
    def is_stiffly_accurate(self) -> bool:
        """Whether it is implicit with an explicit stage first, and the last is the new point."""
        return not (self.is_explicit or any(row[0] for row in self.a)) and self.a[-1] == self.b

    @property
    def end_stage(self) -> int | None:
        """Number of the stage that is the slope at the new point, None without one."""
        return next((i for i in range(1, self.n_stages) if self._is_at_the_end(i)), None)

    def _is_at_the_end(self, stage: int) -> bool:
        head, rest = self.b[:stage], self.b[stage:]
        return self.is_explicit and self.c[stage] == 1 and self.a[stage] == head and not any(rest)

    @property
    def first_same_as_last(self) -> bool:
        """Whether the last stage is the slope at the new point, and so the next step's first."""
        return self.end_stage == self.n_stages - 1

    @property
    def b_embedded(self) -> Row | None:
        """Weights of the embedded method, None without one."""
        return _difference(self.b, self.b_error) if self.b_error else None

    def order_conditions(self, order: int, weights: Row | None = None) -> dict[Tree, Number]:
        """Return the residual of each order condition, by rooted tree, up to the order.

        A method has the order if all vanish: exactly for rationals, to rounding for decimals.

        Parameters
        ----------
        order
            Largest number of nodes of a tree.
        weights
            Weights to judge in place of ``b``, such as `b_embedded`.
        """
        return residuals(self.a, self.b if weights is None else weights, order)

    def dense_conditions(self, order: int) -> dict[Tree, Row]:
        """Return the residual polynomials of the dense output, by rooted tree, up to the order.

        Each is given by its coefficients from theta^1 upward; all vanish where the dense output
        has the order at every theta.
        """
        if self.dense is None:
            raise InputError("dense is None, which is Hermite's; only own polynomials have these")
        return dense_residuals(self.a, self.dense, order)

    @cached_property
    def stability_polynomial(self) -> Row:
        """Coefficients, from z^0 upward, of R(z) = y_new / y on y' = lambda y with z = h lambda."""
        self._need_explicit("the stability polynomial")
        powers: Row = (_ONE,) * self.n_stages
        coefficients: list[Number] = [_ONE]
        for _ in range(self.n_stages):
            coefficients.append(dot(self.b, powers))
            powers = tuple(dot(row, powers) for row in self.a)
        return tuple(coefficients)

    @cached_property
    def stability_interval(self) -> float:
        """Largest x such that abs(R(-s)) <= 1 for all s in [0, x]: an accuracy-free step limit."""
        polynomial = [float(value) for value in reversed(self.stability_polynomial)]
        low, high = 0.0, 1 / 64
        while _is_stable(polynomial, high):
            low, high = high, high + 1 / 64
        while high - low > 1e-13:
            middle = (low + high) / 2
            low, high = (middle, high) if _is_stable(polynomial, middle) else (low, middle)
        return low

    def doubled(self, order: int) -> "ButcherTableau":
        """Return two half steps, with their difference to one full step as error estimate.

        The error weights carry Richardson's factor 1 / (2^order - 1), so that `b_embedded` is the
        extrapolated result, one order higher. Stages: first half, second half, the full step
        without its first stage, which it shares, and the slope at the new point. Dense output is
        the quintic through the values and slopes at both ends and in the middle.
        """
        self._need_explicit("step doubling")
        n, half = self.n_stages, Fraction(1, 2)
        halved = tuple(tuple(half * x for x in row) for row in self.a)
        b_half = tuple(half * w for w in self.b)
        second = tuple((*b_half, *row) for row in halved)
        skip = (_ZERO,) * (2 * n - 1)
        full = tuple((row[0], *skip, *row[1:]) for row in self.a[1:])
        new = (*b_half, *b_half, *(_ZERO,) * (n - 1))
        b, b_full = (*new, _ZERO), (self.b[0], *skip, *self.b[1:], _ZERO)
        scale = Fraction(1, 2**order - 1)
        return ButcherTableau(
            a=(*halved, *second, *full, new),
            b=b,
            b_error=tuple(scale * x for x in _difference(b_full, b)),
            dense=quintic_extension(b, (*b_half, *(_ZERO,) * (2 * n)), n),
        )

    def _need_explicit(self, what: str) -> None:
        if not self.is_explicit:
            raise InputError(f"{what} is offered for explicit tableaux; this one is implicit")


def _difference(left: Row, right: Row) -> Row:
    return tuple(x - y for x, y in zip(left, right, strict=True))


def _is_stable(polynomial: list[float], distance: float) -> bool:
    """Whether abs(R(-distance)) <= 1, with room for rounding; coefficients high to low."""
    value = 0.0
    for coefficient in polynomial:
        value = coefficient - distance * value
    return abs(value) <= 1 + 1e-14
