"""First integrals of rates of (y - k)/(t - h) alone, measured from the point where lines cross.

Quotients of two lines that cross are of this kind, and every function of such. See Boyce and
DiPrima 2012, *Elementary Differential Equations*, section 2.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..lazy import load
from .first_integral import Integral, Rate, of_a_ratio
from .stage import WITH, Same, Stage, integrated

_PLACES = ((1.37, 0.83), (1.91, 1.49), (0.71, 2.23))
_EXACT = ((7, 5), (11, 3)), ((13, 7), (17, 11))  # t and y, each as a fraction
_NEAR = 1e-9


def of_a_shifted_ratio(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of a rate of (y - k)/(t - h) alone, measured from that point."""
    centre = _centre(rate)
    if centre is None:
        return
    sympy, t, y, (h, k) = load("sympy"), rate.t, rate.y, centre
    moved = sympy.factor(rate.f.subs({t: t + h, y: y + k}, simultaneous=True))
    begin = None if rate.begin is None else rate.begin - h
    inner = Rate(moved, t, y, rate.clock, moved, begin)
    for integral in of_a_ratio(inner):
        whole = integral.constant.subs({t: t - h, y: y - k}, simultaneous=True)
        yield Integral(whole, tuple(_from_there(rate, centre, whole)))


def _centre(rate: Rate) -> tuple[Any, Any] | None:
    """Return the point h, k where (t - h)*f_t + (y - k)*f_y is zero for every t and y, or None."""
    sympy, t, y = load("sympy"), rate.t, rate.y
    by_time, by_state = sympy.diff(rate.f, t), sympy.diff(rate.f, y)
    if 0 in (by_time, by_state) or not _may_have_one(rate, by_time / by_state):
        return None
    slope = sympy.cancel(sympy.together(by_time / by_state))
    if not slope.is_rational_function(t, y):
        return None
    at = [{t: sympy.Rational(*p), y: sympy.Rational(*q)} for p, q in _EXACT]
    (one, first), (other, second) = ((slope.subs(p), (slope * t + y).subs(p)) for p in at)
    h = sympy.cancel(sympy.together((first - second) / (one - other)))
    k = sympy.cancel(sympy.together(first - one * h))
    if (h, k) == (0, 0) or sympy.cancel(slope * (t - h) + y - k) != 0:
        return None
    return h, k


def _may_have_one(rate: Rate, slope: Any) -> bool:
    """Tell whether slope*(t - h) + y - k has one h at two pairs of places, not zero with its k."""
    others = sorted(slope.free_symbols - {rate.t, rate.y}, key=str)
    names = (rate.t, rate.y, *others)
    value = load("sympy").lambdify(names, slope, "math")
    known = [1.31 + 0.23 * i for i in range(len(others))]
    try:
        slopes = [value(*place, *known) for place in _PLACES]
        lines = [s * t + y for s, (t, y) in zip(slopes, _PLACES, strict=True)]
        found = [(lines[i] - lines[2]) / (slopes[i] - slopes[2]) for i in (0, 1)]
    except (ArithmeticError, ValueError, TypeError, NameError):  # what floats do not have
        return False
    h, again = found
    k = lines[2] - slopes[2] * h
    return abs(h - again) < _NEAR * (1 + abs(h)) and abs(h) + abs(k) > _NEAR


def _from_there(rate: Rate, centre: tuple[Any, Any], whole: Any) -> Iterator[Stage]:
    t, y, (h, k) = rate.t, rate.y, centre
    zero = load("sympy").S.Zero
    yield Stage(
        "The rate is made of lines that cross in one point, and of nothing but their ratios",
        (rate.slope, "=", rate.f, WITH, t, "=", h, WITH, y, "=", k),
        (Same(rate.given, rate.f), Same(rate.f, zero, ((t, t - h), (y, y - k)))),
    )  # fmt: skip
    yield Stage(
        "Measured from there it is homogeneous: solve that, and go back",
        integrated(whole, 0), (Same(whole, zero, rate.along()),),
    )  # fmt: skip
