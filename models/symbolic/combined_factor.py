"""Integrating factors of M dt + N dy = 0 that are functions of one combination of t and y.

See Boyce and DiPrima 2012, *Elementary Differential Equations*, section 2.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..lazy import load
from .first_integral import Rate
from .integral_table import exponential
from .stage import unknown

_PLACE = 1.37, 0.83  # t and y
_NEAR = 1e-9


class _Combination(NamedTuple):
    """A combination z of t and y.

    Parameters
    ----------
    of_both
        What it is.
    back
        y, from t and z.
    beside
        Another place where it has the same value as at `_PLACE`.
    """

    of_both: Any
    back: Any
    beside: tuple[float, float]


def of_a_combination(rate: Rate, m: Any, n: Any, curl: Any) -> Iterator[Any]:
    """Yield integrating factors that depend on t + y, y - t, t*y or t^2 + y^2 alone.

    Parameters
    ----------
    rate
        The equation.
    m, n
        The coefficients of dt and dy.
    curl
        m_y - n_t.
    """
    sympy = load("sympy")
    z, real = sympy.Dummy("z", positive=True), unknown("z")
    for found in _likely(rate, (m, n, curl), z):
        by_time, by_state = _gradient(rate, found)
        growth = (curl / (n * by_time - m * by_state)).subs(rate.y, found.back)
        growth = sympy.cancel(sympy.together(growth)).subs(z, real)
        power = None if growth.has(rate.t) else rate.over(growth, real)
        if power is not None:
            yield sympy.simplify(exponential(power)).subs(real, found.of_both)


def _combinations(t: Any, y: Any, z: Any) -> Iterator[_Combination]:
    place, other = _PLACE
    yield _Combination(t + y, z - t, (place + 0.25, other - 0.25))
    yield _Combination(y - t, z + t, (place + 0.25, other + 0.25))
    yield _Combination(t * y, z / t, (place * 1.25, other / 1.25))
    yield _Combination(t**2 + y**2, load("sympy").sqrt(z - t**2), (other, place))


def _gradient(rate: Rate, found: _Combination) -> tuple[Any, Any]:
    sympy = load("sympy")
    return sympy.diff(found.of_both, rate.t), sympy.diff(found.of_both, rate.y)


def _likely(rate: Rate, parts: tuple[Any, Any, Any], z: Any) -> Iterator[_Combination]:
    """Yield the combinations of which the growth of the factor depends alone at two places."""
    names = rate.t, rate.y
    others = sorted({*parts[0].free_symbols, *parts[1].free_symbols} - {*names}, key=str)
    value = load("sympy").lambdify((*names, *others), parts, "math")
    known = [1.3171 + 0.2339 * i for i in range(len(others))]

    def growth(found: _Combination, place: tuple[float, float]) -> float:
        m, n, curl = value(*place, *known)
        at = dict(zip(names, place, strict=True))
        by_time, by_state = (float(slope.subs(at)) for slope in _gradient(rate, found))
        return float(curl / (n * by_time - m * by_state))

    for found in _combinations(rate.t, rate.y, z):
        try:
            here, there = growth(found, _PLACE), growth(found, found.beside)
        except (ArithmeticError, ValueError, TypeError, NameError):  # what floats do not have
            continue
        if abs(here - there) <= _NEAR * abs(here):
            yield found
