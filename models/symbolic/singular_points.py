"""Linear equations of second order known by their singular points: Heun's, Mathieu's, spheroidal.

The invariant I of z'' = I(t)*z has at most double poles where the equation is regular; three such
places, infinity included, are Gauss's equation, and places that run together are one of higher
order. What comes next has four, Heun's equation and its confluent forms (DLMF 31.2, 31.12; 28.32,
30.2), whose solutions are no functions known here.
"""

from __future__ import annotations

from typing import Any

from ..errors import SpecificationError
from ..lazy import load
from ..tape import Tape
from .angle_times import angle_times
from .bridge import symbols, to_sympy
from .without_waves import without_waves

_LONGEST = 60  # operations of a coefficient that is looked at
_MOST = 8  # degree of a denominator
_NAMES = {
    (2, 2, 2, 2): "Heun's equation",
    (2, 2, 4): "the confluent form of Heun's equation",
    (2, 2, 3): "the reduced confluent form of Heun's equation",
    (4, 4): "the doubly confluent form of Heun's equation",
    (3, 4): "the reduced doubly confluent form of Heun's equation",
    (3, 3): "the modified equation of Mathieu, in another variable",
    (2, 6): "the biconfluent form of Heun's equation",
    (2, 5): "the reduced biconfluent form of Heun's equation",
    (8,): "the triconfluent form of Heun's equation",
    (7,): "the reduced triconfluent form of Heun's equation",
}


def known_by_places(p: Tape, q: Tape, time: str) -> str:
    """Return the name of y'' = p*y' + q*y, empty if it has none of these.

    Parameters
    ----------
    p, q
        From time and parameters, with the same inputs.
    time
        The variable.
    """
    known = symbols(p.inputs)
    try:
        (one,), (two,) = to_sympy(p, known), to_sympy(q, known)
    except SpecificationError:
        return ""
    if max(one.count_ops(), two.count_ops()) > _LONGEST:
        return ""
    return _named(one, two, known[time])


def _named(p: Any, q: Any, t: Any) -> str:
    found = without_waves(_invariant(p, q, t), t)
    if found is not None:
        return _of_places(found, t)
    begin = load("sympy").Rational(1, 7)  # any place: signs do not matter here
    names: list[str] = []
    for other in angle_times(p, q, t, begin):
        inner = _invariant(other.p, other.q, other.symbol)
        if inner.is_rational_function(other.symbol):
            names.append(_of_places(inner, other.symbol))
    return names[0] if names and all(names) else ""  # in one of them it may be Gauss's


def _invariant(p: Any, q: Any, t: Any) -> Any:
    return q + p**2 / 4 - load("sympy").diff(p, t) / 2


def _of_places(invariant: Any, t: Any) -> str:
    """Return the name that the orders of all poles give."""
    sympy = load("sympy")
    whole = sympy.cancel(sympy.together(invariant))
    top, bottom = sympy.fraction(whole)
    if (not top.has(t) and not bottom.has(t)) or sympy.degree(bottom, t) > _MOST:
        return ""
    factors = [(f, n) for f, n in sympy.factor_list(bottom, t)[1] if f.has(t)]
    orders = [max(n, 2) for f, n in factors for _ in range(sympy.degree(f, t))]
    far = sympy.degree(top, t) - sympy.degree(bottom, t) + 4
    places = tuple(sorted([*orders, max(far, 2)] if far > 0 else orders))
    name = _NAMES.get(places, "")
    if places == (2, 2, 3) and _are_halves(whole, factors, t):
        return "Mathieu's equation, in another variable"
    if places == (2, 2, 4) and _are_alike(whole, factors, t):
        return "the spheroidal wave equation"
    return name


def _strengths(whole: Any, factors: list[tuple[Any, int]], t: Any) -> list[Any]:
    """Return what goes with the square of the distance at linear factors."""
    sympy = load("sympy")
    poles = [sympy.cancel(-f.subs(t, 0) / sympy.diff(f, t)) for f, _ in factors
             if sympy.degree(f, t) == 1]  # fmt: skip
    return [sympy.cancel(whole * (t - pole) ** 2).subs(t, pole) for pole in poles]


def _are_halves(whole: Any, factors: list[tuple[Any, int]], t: Any) -> bool:
    """Tell whether exponents differ by a half at both regular places."""
    sympy = load("sympy")
    found = _strengths(whole, factors, t)
    return len(found) == 2 and all(sympy.cancel(16 * s + 3) == 0 for s in found)


def _are_alike(whole: Any, factors: list[tuple[Any, int]], t: Any) -> bool:
    """Tell whether the exponents are the same at both, and turning round changes nothing."""
    sympy = load("sympy")
    found = _strengths(whole, factors, t)
    if len(found) != 2 or sympy.cancel(found[0] - found[1]) != 0:
        return False
    first, second = (sympy.cancel(-f.subs(t, 0) / sympy.diff(f, t)) for f, _ in factors)
    return bool(sympy.cancel(whole.subs(t, first + second - t) - whole) == 0)
