"""Linear regression from the calculus: the squared error has no gradient at its minimum."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import InputError, RefusalError
from .matrices.derivative import derivative_of
from .matrices.evaluate import Matrix, flipped, inverse, times
from .result import Check, Result, Step
from .stationary import eigenvalues

_MOST = 200_000  # steps of the descent; the condition number decides how many are needed
INTERCEPT = "intercept"
_NORMAL = r"\mathbf{A}^{\mathsf{T}} \mathbf{A} \, \mathbf{w} = \mathbf{A}^{\mathsf{T}} \mathbf{y}"


@dataclass(frozen=True, repr=False)
class Regression(Result):
    """The straight line, or plane, with the smallest sum of squares, found in two ways.

    Parameters
    ----------
    names
        What each coefficient belongs to, ``intercept`` first.
    coefficients
        From the normal equations.
    by_descent
        From gradient descent with momentum.
    iterations
        Steps the descent took.
    sum_of_squares
        Of the residuals.
    """

    names: tuple[str, ...]
    coefficients: tuple[float, ...]
    by_descent: tuple[float, ...]
    iterations: int
    sum_of_squares: float
    steps: tuple[Step, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        named = zip(self.names, self.coefficients, strict=True)
        parts = [f"{v:.6g}" if n == INTERCEPT else f"{v:.6g}*{n}" for n, v in named]
        line = " + ".join(parts).replace("+ -", "- ")
        return f"y = {line}; sum of squares {self.sum_of_squares:.6g}; {self.words}"

    def __getitem__(self, name: str) -> float:
        """Return a coefficient by its name."""
        return dict(zip(self.names, self.coefficients, strict=True))[name]

    @property
    def words(self) -> str:
        """Whether the two ways agree."""
        verb = "gives the same" if self.check else "does not give the same"
        return f"gradient descent {verb} after {self.iterations} steps"

    @property
    def latex(self) -> str:
        """The normal equations and their solution."""
        rows = r" \\ ".join(f"{v:.6g}" for v in self.coefficients)
        answer = rf"\mathbf{{w}} = \begin{{bmatrix}} {rows} \end{{bmatrix}}"
        return rf"{_NORMAL} \quad \Rightarrow \quad {answer}"

    def verify(self) -> Check:
        """Compare the normal equations with the descent, relative to the largest coefficient."""
        gaps = [abs(a - b) for a, b in zip(self.coefficients, self.by_descent, strict=True)]
        size = max(1.0, *map(abs, self.coefficients))
        return Check("gradient descent", 1, max(gaps) / size, 1e-6, "coefficient vector")


def linear_regression(
    columns: Mapping[str, Sequence[float]] | Sequence[float], y: Sequence[float]
) -> Regression:
    """Return the least-squares line through data.

    Parameters
    ----------
    columns
        For each name its values, or the values of one column, called x. An intercept is added.
    y
        What is predicted, as many values.

    Raises
    ------
    InputError
        If lengths differ, a value is not finite, or there are fewer values than coefficients.
    RefusalError
        If the columns depend on one another, so that no single answer exists.

    Examples
    --------
    >>> linear_regression([0, 1, 2, 3], [1, 3, 5, 7])["x"]
    2.0
    """
    named = columns if isinstance(columns, Mapping) else {"x": columns}
    data = {INTERCEPT: [1.0] * len(y), **{n: list(map(float, c)) for n, c in named.items()}}
    target = list(map(float, y))
    _require(data, target)
    rows: Matrix = [list(map(complex, row)) for row in zip(*data.values(), strict=True)]
    turned = flipped(rows)
    gram, right = times(turned, rows), times(turned, [[complex(v)] for v in target])
    try:
        solved = times(inverse(gram), right)
    except ZeroDivisionError:
        raise RefusalError(
            "columns: they depend on one another (one is a sum of multiples of the others, or "
            "constant like the intercept), so no single answer exists; leave one out"
        ) from None
    weights = [row[0].real for row in solved]
    curvature = [[v.real for v in row] for row in gram]
    found, iterations = _descend(curvature, [row[0].real for row in right])
    residuals = [
        sum(a.real * w for a, w in zip(row, weights, strict=True)) - v
        for row, v in zip(rows, target, strict=True)
    ]
    squares = math.fsum(r * r for r in residuals)
    return Regression(tuple(data), tuple(weights), tuple(found), iterations, squares, _steps())


def _require(data: Mapping[str, Sequence[float]], y: Sequence[float]) -> None:
    lengths = {name: len(column) for name, column in data.items()}
    if len(set(lengths.values())) > 1:
        raise InputError(f"columns: got lengths {lengths}; every column has one value per y")
    if not all(math.isfinite(v) for column in (*data.values(), y) for v in column):
        raise InputError("columns, y: every value must be a finite number")
    if len(y) < len(data):
        raise InputError(f"y: got {len(y)} values for {len(data)} coefficients; give more data")


def _descend(gram: Sequence[Sequence[float]], right: Sequence[float]) -> tuple[list[float], int]:
    """Walk down the squared error with the rate and momentum that suit its curvatures best.

    They are 4/(sqrt(L) + sqrt(m))^2 and ((sqrt(L) - sqrt(m))/(sqrt(L) + sqrt(m)))^2 for
    curvatures from m to L (Polyak 1964).
    """
    curvatures = eigenvalues(gram)
    low, high = math.sqrt(max(curvatures[0], 0.0)), math.sqrt(curvatures[-1])
    rate, momentum = 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2
    w, last = [0.0] * len(right), [0.0] * len(right)
    small = 1e-13 * max(map(abs, right))
    for iteration in range(_MOST):
        slope = [
            math.fsum((*(a * b for a, b in zip(row, w, strict=True)), -r))
            for row, r in zip(gram, right, strict=True)
        ]
        if max(map(abs, slope)) <= small:
            return w, iteration
        last = [momentum * d - rate * s for d, s in zip(last, slope, strict=True)]
        w = [a + d for a, d in zip(w, last, strict=True)]
    return w, _MOST


def _steps() -> tuple[Step, ...]:
    slope = derivative_of("norm(A*w - y)^2", "w")
    return (
        Step(
            "what is made small", "S(w) = norm(A*w - y)^2, a row of A per datum",
            r"S(\mathbf{w}) = \left\lVert \mathbf{A} \mathbf{w} - \mathbf{y} \right\rVert^2",
        ),
        *slope.steps[1:],
        Step(
            "normal equations", f"{slope} = 0, transposed: A^T*A*w = A^T*y",
            _NORMAL,
        ),
        Step(
            "descent", "w_new = w - rate*A^T*(A*w - y) + momentum*(w - w_before) ends there too",
            r"\mathbf{w}_{k+1} = \mathbf{w}_k - \eta \, \mathbf{A}^{\mathsf{T}} "
            r"(\mathbf{A} \mathbf{w}_k - \mathbf{y}) + \beta \, (\mathbf{w}_k - \mathbf{w}_{k-1})",
        ),
    )  # fmt: skip
