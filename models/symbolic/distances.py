"""Equations that are simpler for the distance of the state to a function of time, or one over it.

The function is read off the rate: what the state occurs with in powers and functions, or a solution
of Riccati's equation that is seen from its coefficients. See Kamke 1961, *Differentialgleichungen:
Lösungsmethoden und Lösungen*, part A, section 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from ..lazy import load
from .first_integral import Rate
from .quadratic import quadratic
from .restated import Restated, is_simple
from .stage import unknown

_LONGEST = 60  # operations of a rate that is looked at
_MOST = 6  # functions that are tried


def distances(rate: Rate, start: Any) -> Iterator[Restated]:
    """Yield the equation for distances for which it is simple.

    Parameters
    ----------
    rate
        The equation.
    start
        The start value, of which there is no need.
    """
    del start
    if rate.f.count_ops() > _LONGEST:
        return
    for found in chain.from_iterable(way(rate) for way in (_of_a_difference, _of_a_known_solution)):
        if is_simple(rate, found):
            yield found


def _of_a_difference(rate: Rate) -> Iterator[Restated]:
    """Yield the state less a function of time, if it occurs in powers and functions only so."""
    sympy, t, y, u = load("sympy"), rate.t, rate.y, unknown("u")
    inner = {e.base for e in rate.f.atoms(sympy.Pow)} | {
        e.args[0] for e in rate.f.atoms(sympy.Function) if e.args}  # fmt: skip
    for base in sorted((e for e in inner if e.has(y) and e.has(t)), key=str)[:_MOST]:
        slope = sympy.diff(base, y)
        if slope.has(t, y) or slope == 0:
            continue
        whole = sympy.expand(base / slope)
        back = u - whole.subs(y, 0)
        f = rate.f.subs(y, back)
        growth = sympy.factor(sympy.cancel(sympy.together(f + sympy.diff(whole, t))))
        if growth.has(t):  # of a straight line it depends alone otherwise
            yield Restated(u, whole, back, growth)


def _of_a_known_solution(rate: Rate) -> Iterator[Restated]:
    """Yield what makes Riccati's equation linear: one over the distance to a solution.

    Solutions that are tried make its first two terms zero together, or its last two.
    """
    sympy, t, y, u = load("sympy"), rate.t, rate.y, unknown("u")
    found = quadratic(rate)
    if found is None or found.q == 0:
        return
    p, q, r = found
    for known in (-q / p, -r / q):
        gap = sympy.diff(known, t) - (p * known**2 + q * known + r)
        if known == 0 or not _vanishes(gap, t):
            continue
        growth = sympy.expand(-sympy.expand(2 * p * known + q) * u - p)
        yield Restated(u, 1 / (y - known), known + 1 / u, growth)


def _vanishes(e: Any, t: Any) -> bool:
    """Tell whether something is zero, at two places before algebra is asked."""
    sympy = load("sympy")
    others = {s: sympy.Float(1.3171 + 0.2339 * i) for i, s in enumerate(
        sorted(e.free_symbols - {t}, key=str))}  # fmt: skip
    for place in (1.37, 1.91):
        value = e.subs({t: sympy.Float(place), **others})
        if not (value.is_number and abs(complex(value)) < 1e-9):
            return False
    return bool(sympy.simplify(e) == 0)
