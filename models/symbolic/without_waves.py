"""Functions in which sines, cosines and exponentials cancel, written without them.

The invariant of y'' = 2*tan(t)*y' - t*y is t - 1 or the like: the waves belong to a factor of the
solutions, y = z/cos(t).
"""

from __future__ import annotations

from typing import Any

from ..lazy import load
from .angle_times import waves

_LONGEST = 120  # operations of a function that is looked at


def without_waves(e: Any, t: Any) -> Any | None:
    """Return a function as the rational one it is, None if it is none."""
    sympy = load("sympy")
    if e.is_rational_function(t):
        return e
    if e.count_ops() > _LONGEST:
        return None
    grown = e.has(sympy.exp, sympy.sinh, sympy.cosh, sympy.tanh)
    found = _without_growth(e, t) if grown else _without_angle(e, t)
    return found if found is not None and found.is_rational_function(t) else None


def _without_angle(e: Any, t: Any) -> Any | None:
    sympy = load("sympy")
    found = waves(t, e)
    if found is None:
        return None
    _, sine, cosine, (inside,) = found
    above, below = (
        sympy.rem(sympy.expand(part), sine**2 + cosine**2 - 1, sine)
        for part in sympy.fraction(sympy.together(inside))
    )
    plain = sympy.cancel(above / below)
    return None if plain.has(sine, cosine) else plain


def _without_growth(e: Any, t: Any) -> Any | None:
    sympy = load("sympy")
    whole = sympy.powsimp(e.rewrite(sympy.exp))
    exponents = sorted(
        (f.exp for f in whole.atoms(sympy.exp)), key=lambda x: (x.count_ops(), str(x))
    )
    if not exponents:
        return None
    ratios = {x: sympy.cancel(x / exponents[0]) for x in exponents}
    if not all(r.is_Integer for r in ratios.values()):
        return None
    grown = sympy.Dummy("grown", positive=True)
    own = {f: grown ** ratios[f.exp] for f in whole.atoms(sympy.exp)}
    plain = sympy.cancel(sympy.together(whole.xreplace(own)))
    return None if plain.has(grown) else plain
