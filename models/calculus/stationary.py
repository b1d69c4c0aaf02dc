"""Where a gradient vanishes, and what is there: minimum, maximum or saddle, by the Hessian."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InputError, RefusalError, listing
from ..lazy import load
from ..symbolic.bridge import to_sympy
from ..tape.writing.latex import latex_name
from ..tape.writing.pieces import number
from .result import Check, Result, Step
from .vector import Gradient, Hessian, gradient, hessian

_FLAT = 1e-9  # an eigenvalue this small, relative to the largest, decides nothing


@dataclass(frozen=True, slots=True)
class StationaryPoint:
    """A point where the gradient is zero.

    Parameters
    ----------
    place
        Value of each name.
    value
        The function's value there.
    eigenvalues
        Of the Hessian there, smallest first.
    kind
        ``minimum``, ``maximum``, ``saddle``, or ``undecided`` where an eigenvalue is zero.
    """

    place: tuple[tuple[str, float], ...]
    value: float
    eigenvalues: tuple[float, ...]
    kind: str

    def __str__(self) -> str:
        at = ", ".join(f"{name} = {number(round(v, 12))}" for name, v in self.place)
        curved = listing(f"{v:.4g}" for v in self.eigenvalues)
        return f"{self.kind} at {at}: f = {self.value:.6g}, curvatures {curved}"

    @property
    def latex(self) -> str:
        """The place and its kind."""
        at = ", ".join(f"{latex_name(n)} = {v:.6g}" for n, v in self.place)
        return rf"{at}: \text{{{self.kind}}}"


@dataclass(frozen=True, repr=False)
class StationaryPoints(Result):
    """All stationary points that were found; every one was put back into the gradient.

    Parameters
    ----------
    gradient, hessian
        Of the function.
    points
        In the order of their places.
    """

    gradient: Gradient
    hessian: Hessian
    points: tuple[StationaryPoint, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.points)) or "no stationary point was found"

    def __len__(self) -> int:
        return len(self.points)

    def __getitem__(self, position: int) -> StationaryPoint:
        return self.points[position]

    @property
    def steps(self) -> tuple[Step, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The gradient, where it vanishes, and the Hessian there."""
        found = (Step("stationary point", str(p), p.latex) for p in self.points)
        zero = Step("condition", f"gradient {self.gradient} = 0", r"\nabla f = 0")
        return (
            *self.gradient.steps[:-1],
            zero,
            *self.hessian.steps[len(self.gradient.names) : -1],
            *found,
        )

    @property
    def latex(self) -> str:
        """The points, one a row."""
        return (
            r"\begin{gathered} " + r" \\ ".join(p.latex for p in self.points) + r" \end{gathered}"
        )

    def verify(self) -> Check:
        """Put every point back into the gradient."""
        sizes = [max(map(abs, self.gradient.at(dict(p.place)))) for p in self.points]
        worst = max(sizes, default=0.0)
        return Check("a gradient of zero", len(sizes), worst, where="stationary point")


def stationary_points(expression: str, names: Sequence[str]) -> StationaryPoints:
    """Return the points where the gradient of a function is zero, and what is there.

    Parameters
    ----------
    expression
        A formula of the names and numbers only.
    names
        The variables.

    Raises
    ------
    InputError
        If the formula has other names.
    RefusalError
        If sympy cannot solve for the zeros of the gradient, or they form a curve.

    Examples
    --------
    >>> stationary_points("x**2 + 3*x*y", ["x", "y"])
    saddle at x = 0, y = 0: f = 0, curvatures -2.162 and 4.162
    """
    first, second = gradient(expression, names), hessian(expression, names)
    others = [n for n in first.expression.names if n not in first.names]
    if others:
        raise InputError(
            f"expression: {listing(others)} has no value; write numbers, or add it to names"
        )
    places = sorted(_zeros(first))
    points = tuple(_classified(first, second, place) for place in places)
    return StationaryPoints(first, second, points)


def _zeros(first: Gradient) -> set[tuple[float, ...]]:
    sp = load("sympy")
    symbols = [sp.Symbol(name, real=True) for name in first.names]
    equations = [to_sympy(entry.tape)[0] for entry in first.entries]
    try:
        found: list[Mapping[Any, Any]] = sp.solve(equations, symbols, dict=True)
    except NotImplementedError:
        raise RefusalError(
            f"the zeros of the gradient {first} cannot be solved for; try gradient_descent"
        ) from None
    return {place for solution in found for place in _real(first, symbols, solution)}


def _real(
    first: Gradient, symbols: Sequence[Any], solution: Mapping[Any, Any]
) -> Iterable[tuple[float, ...]]:
    if any(s not in solution or solution[s].free_symbols for s in symbols):
        raise RefusalError(f"the gradient {first} vanishes along a curve, not at single points")
    values = [complex(solution[s].evalf(30)) for s in symbols]
    if all(abs(v.imag) < 1e-12 * max(1.0, abs(v)) for v in values):
        yield tuple(v.real + 0.0 for v in values)


def _classified(first: Gradient, second: Hessian, place: Sequence[float]) -> StationaryPoint:
    named = dict(zip(first.names, place, strict=True))
    curvatures = eigenvalues(second.at(named))
    flat = _FLAT * max(map(abs, curvatures))
    signs = {(v > flat) - (v < -flat) for v in curvatures}
    kinds = {frozenset({1}): "minimum", frozenset({-1}): "maximum"}
    saddle = "saddle" if {1, -1} <= signs else "undecided"
    kind = kinds.get(frozenset(signs), saddle)
    return StationaryPoint(tuple(named.items()), first.expression.at(named) + 0.0, curvatures, kind)


def eigenvalues(symmetric: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Return the eigenvalues of a symmetric matrix, smallest first."""
    mpmath = load("mpmath")
    rows = [list(row) for row in symmetric]
    return tuple(sorted(float(v) for v in mpmath.eigsy(mpmath.matrix(rows), eigvals_only=True)))
