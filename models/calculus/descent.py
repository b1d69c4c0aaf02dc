"""Gradient descent on a formula: step size, momentum, and divergence said in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import InputError, listing
from . import complex_step
from .result import Check, Result, Step
from .stationary import eigenvalues
from .vector import Gradient, gradient, hessian

_FAR = 1e6  # how much larger than at the start a gradient becomes before the search is called off


@dataclass(frozen=True, repr=False)
class Descent(Result):
    """The path of a gradient descent.

    Parameters
    ----------
    gradient
        Of the function that is made smaller.
    rate, momentum
        Step size, and the part of the last step that is kept.
    path
        The points, the start first; one value per name.
    values
        The function's value at each.
    converged
        Whether the gradient became smaller than the tolerance.
    limit
        The largest stable rate near the last sensible point, 2*(1 + momentum)/L with the largest
        curvature L there; infinite where nothing curves upward.
    """

    gradient: Gradient
    rate: float
    momentum: float
    path: tuple[tuple[float, ...], ...]
    values: tuple[float, ...]
    converged: bool
    limit: float
    steps: tuple[Step, ...] = field(default=(), compare=False)

    @property
    def diverged(self) -> bool:
        """Whether the search ran away."""
        return not self.converged and _ran_away(self.gradient, self.path)

    @property
    def place(self) -> dict[str, float]:
        """The last point, by name."""
        return dict(zip(self.gradient.names, self.path[-1], strict=True))

    @property
    def words(self) -> str:
        """How it ended, and what to try."""
        n = len(self.path) - 1
        if self.converged:
            return f"converged after {n} steps"
        stable = f"the largest stable rate here is about {self.limit:.3g}"
        advice = stable if math.isfinite(self.limit) else "nothing curves upward here"
        if self.diverged:
            return f"diverged after {n} steps with rate {self.rate:g}; {advice}"
        return f"not converged after {n} steps with rate {self.rate:g}; {advice}"

    def __str__(self) -> str:
        at = ", ".join(f"{name} = {v:.6g}" for name, v in self.place.items())
        return f"{self.words}: {at}, f = {self.values[-1]:.6g}"

    @property
    def latex(self) -> str:
        """The rule of the descent."""
        kept = rf" + {self.momentum:g} \, (x_k - x_{{k-1}})" if self.momentum else ""
        return (
            rf"x_{{k+1}} = x_k - {self.rate:g} \, \nabla f(x_k){kept}, \quad {self.gradient.latex}"
        )

    def verify(self) -> Check:
        """Compare the gradient with complex steps at points of the path."""
        function, names = self.gradient.expression, self.gradient.names
        chosen = self.path[:: max(1, len(self.path) // 5)]
        errors: list[float] = []
        for values in chosen:
            point = dict(zip(names, values, strict=True))
            if all(map(math.isfinite, (*values, function.at(point)))):
                exact = [complex_step.partial(function.tape, point, name)[0] for name in names]
                errors.append(complex_step.difference(self.gradient.at(point), exact))
        worst = max(errors, default=math.inf)
        return Check(complex_step.METHOD, len(errors), worst, where="path point")


def gradient_descent(
    expression: str,
    start: Mapping[str, float],
    *,
    rate: float = 0.1,
    momentum: float = 0.0,
    steps: int = 100,
    tolerance: float = 1e-8,
) -> Descent:
    """Return the path of a gradient descent from a start.

    Parameters
    ----------
    expression
        What to make small, a formula of the names in `start`.
    start
        Value of each name at the start.
    rate
        How far to go against the gradient.
    momentum
        The part of the last step that is kept, from 0 to below 1 (Polyak 1964, USSR Computational
        Mathematics and Mathematical Physics 4, 1-17, doi:10.1016/0041-5553(64)90137-5).
    steps
        At most so many.
    tolerance
        Length of the gradient at which the search is done.

    Raises
    ------
    InputError
        If a name has no start, or a number is out of its range.

    Examples
    --------
    >>> print(gradient_descent("(x - 1)^2 + 10*y^2", {"x": 5, "y": 1}, rate=0.2))
    diverged after 13 steps with rate 0.2; the largest stable rate here is about 0.1:
        x = 1.00522, y = -1.59432e+06, f = 2.54187e+13
    """
    names = list(start)
    slope = gradient(expression, names)
    _check(slope, rate, momentum, steps)
    path = _walk(slope, [float(start[n]) for n in names], rate, momentum, steps, tolerance)
    values = tuple(slope.expression.at(dict(zip(names, p, strict=True))) for p in path)
    end = math.hypot(*slope.at(dict(zip(names, path[-1], strict=True))))
    sensible = path[0] if _ran_away(slope, path) else path[-1]
    limit = _limit(expression, names, sensible, momentum)
    return Descent(
        slope, rate, momentum, path, values, end < tolerance, limit, _explained(slope, limit)
    )


def _check(slope: Gradient, rate: float, momentum: float, steps: int) -> None:
    missing = [n for n in slope.expression.names if n not in slope.names]
    if missing:
        raise InputError(f"start: no value for {listing(missing)}")
    if not rate > 0 or not 0 <= momentum < 1 or steps < 1:
        raise InputError(
            f"got rate {rate}, momentum {momentum}, steps {steps}; expected a rate above 0, a "
            "momentum from 0 to below 1 and at least one step"
        )


def _walk(
    slope: Gradient, x: list[float], rate: float, momentum: float, steps: int, tolerance: float
) -> tuple[tuple[float, ...], ...]:
    path, last = [tuple(x)], [0.0] * len(x)
    for _ in range(steps):
        g = slope.at(dict(zip(slope.names, x, strict=True)))
        if math.hypot(*g) < tolerance or _ran_away(slope, path):
            break
        last = [momentum * d - rate * s for d, s in zip(last, g, strict=True)]
        x = [v + d for v, d in zip(x, last, strict=True)]
        path.append(tuple(x))
    return tuple(path)


def _ran_away(slope: Gradient, path: Sequence[Sequence[float]]) -> bool:
    first, now = (
        math.hypot(*slope.at(dict(zip(slope.names, p, strict=True)))) for p in (path[0], path[-1])
    )
    return not math.isfinite(now) or now > _FAR * max(first, 1e-12)


def _limit(expression: str, names: Sequence[str], at: Sequence[float], momentum: float) -> float:
    curvature = hessian(expression, names).at(dict(zip(names, at, strict=True)))
    if not all(math.isfinite(v) for row in curvature for v in row):
        return math.inf
    largest = eigenvalues(curvature)[-1]
    return 2 * (1 + momentum) / largest if largest > 0 else math.inf


def _explained(slope: Gradient, limit: float) -> tuple[Step, ...]:
    return (
        *slope.steps[:-1],
        Step("direction", "against the gradient the function falls most steeply", r"-\nabla f"),
        Step(
            "step",
            "x_new = x - rate*gradient + momentum*(x - x_before)",
            r"x_{k+1} = x_k - \eta \, \nabla f(x_k) + \beta \, (x_k - x_{k-1})",
        ),
        Step(
            "stability",
            f"with largest curvature L the rate stays below 2*(1 + momentum)/L = {limit:.3g}",
            rf"\eta < \frac{{2 (1 + \beta)}}{{L}} = {limit:.3g}",
        ),
    )
