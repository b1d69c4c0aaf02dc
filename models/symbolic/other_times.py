"""Normal forms z'' = I(t)*z in another time s(t): a power, the inverse, or an exponential of t.

With z = s'(t)^(-1/2)*w(s) the normal form stays one, w'' = J*w with J = (I + S/2)/s'^2, and S the
derivative of Schwarz (DLMF 1.13(iv), equation 1.13.20).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any, NamedTuple

from ..lazy import load
from .normal_forms import Solution

_MOST = 60  # denominator and numerator of an exponent that is looked at


class OtherTime(NamedTuple):
    """Another time.

    Parameters
    ----------
    symbol
        The variable s.
    of_time
        What it is, of t.
    invariant
        The coefficient J of the normal form in s.
    factor
        What a solution in s is multiplied with.
    weight
        What its Wronskian is multiplied with.
    positive
        What has to be positive for that.
    """

    symbol: Any
    of_time: Any
    invariant: Any
    factor: Any
    weight: Any
    positive: tuple[Any, ...]

    def back(self, found: Solution) -> Solution:
        """Return a solution in s as one in t."""
        whole = found.put({self.symbol: self.of_time}, self.factor, self.weight)
        whole = whole._replace(positive=(*whole.positive, *self.positive))
        return _at_zero(whole, self.positive[0]) if self.positive else whole


def _at_zero(found: Solution, t: Any) -> Solution:
    """Return solutions that are series in whole powers of t as such, which holds at zero too."""
    sympy = load("sympy")
    joined = [sympy.powsimp(e, force=True) for e in (found.first, found.second)]
    powers = [e for s in joined for e in s.atoms(sympy.Pow) if e.base.has(t)]
    if any(e.base != t or not (e.exp.is_Integer and e.exp > 0) for e in powers):
        return found
    if any(e.has(sympy.Function("hyperu"), sympy.besselj, sympy.besselk) for e in joined):
        return found
    free = tuple(e for e in found.positive if e.as_base_exp()[0] != t)
    return found._replace(first=joined[0], second=joined[1], positive=free)


def other_times(invariant: Any, t: Any) -> Iterator[OtherTime]:
    """Yield times in which a normal form has whole powers alone."""
    sympy = load("sympy")
    s = sympy.Dummy("s", positive=True)
    for power in _powers(invariant, t):
        yield _of_power(invariant, t, s, power)
    for rate in _rates(invariant, t):
        yield from _of_exponential(invariant, t, s, rate)


def _of_exponential(invariant: Any, t: Any, s: Any, k: Any) -> Iterator[OtherTime]:
    sympy = load("sympy")
    whole = sympy.expand(invariant)
    moved = {e: s ** sympy.cancel(e.exp / (k * t)) for e in whole.atoms(sympy.exp)}
    inside = whole.xreplace(moved)
    if not inside.has(t):
        other = _tidy((inside - k**2 / 4) / (k**2 * s**2), s)
        yield OtherTime(s, sympy.exp(k * t), other, sympy.exp(-k * t / 2), k, ())


def _of_power(invariant: Any, t: Any, s: Any, k: Any) -> OtherTime:
    sympy = load("sympy")
    inside = _powers_moved(sympy.powsimp(sympy.expand(invariant * t**2)), t, s, k)
    whole = _tidy((inside - (k**2 - 1) / 4) / (k**2 * s**2), s)
    return OtherTime(s, t**k, whole, t ** ((1 - k) / sympy.Integer(2)), k, (t,))


def _powers_moved(e: Any, t: Any, s: Any, k: Any) -> Any:
    """Return a function of t where t^k is s."""
    sympy = load("sympy")
    powers = [part for part in e.atoms(sympy.Pow) if part.base == t]
    moved = e.xreplace({part: s ** sympy.cancel(sympy.expand(part.exp) / k) for part in powers})
    return moved.subs(t, s ** (1 / k))


def _tidy(e: Any, s: Any) -> Any:
    sympy = load("sympy")
    e = sympy.powsimp(sympy.expand(e)) if not e.is_rational_function(s) else e
    return sympy.factor(sympy.cancel(sympy.together(e))) if e.is_rational_function(s) else e


def _powers(invariant: Any, t: Any) -> Iterator[Any]:
    """Yield k such that a function of t has whole powers of t^k alone, and the inverse of it."""
    sympy = load("sympy")
    inside = sympy.powsimp(sympy.expand(sympy.together(invariant * t**2)))
    if any(f.has(t) for f in inside.atoms(sympy.Function)):
        return
    found = {sympy.expand(e.exp) for e in inside.atoms(sympy.Pow) if e.base == t}
    bare = inside.subs({t**e: 1 for e in found if e != 1})
    exponents = [*(e for e in found if e != 0), *([sympy.S.One] if bare.has(t) else [])]
    k = _common(exponents)
    if k is None:
        return
    if k != 1:
        yield k
    yield -k


def _rates(invariant: Any, t: Any) -> Iterator[Any]:
    """Yield k such that a function has whole powers of exp(k*t)."""
    sympy = load("sympy")
    exponents = [sympy.cancel(e.exp / t) for e in sympy.expand(invariant).atoms(sympy.exp)]
    if exponents and not any(e.has(t) for e in exponents):
        k = _common(exponents)
        if k is not None:
            yield k


def _common(exponents: Iterable[Any]) -> Any | None:
    """Return the largest number, or symbol, of which all are whole multiples; None if none is."""
    sympy = load("sympy")
    exponents = [*exponents]
    if not exponents:
        return None
    first = min(exponents, key=lambda e: (e.count_ops(), str(e)))
    ratios = [sympy.cancel(e / first) for e in exponents]
    if not all(r.is_Rational and max(abs(r.p), r.q) <= _MOST for r in ratios):
        return None
    below = reduce(sympy.ilcm, (r.q for r in ratios), sympy.S.One)
    above = reduce(sympy.igcd, (abs(r.p) * below // r.q for r in ratios), sympy.S.Zero)
    return first * sympy.Rational(above, below)
