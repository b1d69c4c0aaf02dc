"""Linear equations of second order in a sine, a cosine or an exponential as their time.

What has coefficients that are rational in sin(k*t) and cos(k*t), or in exp(k*t), hyperbolic
functions included, has rational ones in one of these as its time s: with y' = s'*dy/ds the equation
y'' = p*y' + q*y becomes y'' = P*y' + Q*y, P = (p*s' - s'')/s'^2 and Q = q/s'^2. So Legendre's
equation appears on a sphere, in a cosine, and the well of Poschl and Teller in an exponential.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any, NamedTuple

from ..lazy import load

_LONGEST = 60  # operations of a coefficient that is looked at
_MOST_TURNS = 4  # that an angle may be of the one all are multiples of


class AngleTime(NamedTuple):
    """Another time.

    Parameters
    ----------
    symbol
        The variable s.
    of_time
        What it is, of t.
    speed, pace
        Its derivative by t, a constant times what is positive at the start.
    p, q
        The coefficients of dy/ds and of y, from s.
    positive
        What is positive as long as it does not turn round.
    """

    symbol: Any
    of_time: Any
    speed: Any
    pace: Any
    p: Any
    q: Any
    positive: tuple[Any, ...] = ()


def angle_times(p: Any, q: Any, t: Any, begin: Any) -> Iterator[AngleTime]:
    """Yield times in which y'' = p*y' + q*y has rational coefficients.

    Parameters
    ----------
    p, q
        In sympy's terms.
    t, begin
        The variable, and its value at the start.
    """
    sympy = load("sympy")
    if max(p.count_ops(), q.count_ops()) > _LONGEST:
        return
    yield from _of_inner_power(p, q, t, begin)
    angles = _arguments(p, q, t, (sympy.sin, sympy.cos, sympy.tan))
    growing = _arguments(p, q, t, (sympy.sinh, sympy.cosh, sympy.tanh, sympy.exp))
    if angles and not growing:
        whole = waves(t, p, q)
        if whole is not None:
            yield from _of_waves(whole, t, begin)
    elif growing and not angles:
        yield from _of_growth(p, q, t, growing)
    elif not growing:
        yield from _of_logarithm(p, q, t, begin)


class Waves(NamedTuple):
    """Functions of the sine and the cosine of one angle k*t, in letters for these."""

    k: Any
    sine: Any
    cosine: Any
    functions: tuple[Any, ...]


def waves(t: Any, *functions: Any) -> Waves | None:
    """Return functions in the sine and the cosine of the one angle theirs are multiples of."""
    sympy = load("sympy")
    kinds = sympy.sin, sympy.cos, sympy.tan
    found = {e.args[0] for f in functions for e in f.atoms(*kinds) if e.has(t)}
    rates = sorted((sympy.cancel(a / t) for a in found), key=lambda k: (k.count_ops(), str(k)))
    if not rates or any(k.has(t) for k in rates):
        return None
    ratios = [sympy.cancel(k / rates[0]) for k in rates]
    if not all(r.is_Rational and max(abs(r.p), r.q) <= _MOST_TURNS for r in ratios):
        return None
    k = rates[0] / reduce(sympy.ilcm, (r.q for r in ratios))
    sine, cosine, angle = (sympy.Dummy(n, real=True) for n in ("sine", "cosine", "angle"))
    plain = {sympy.tan(angle): sine / cosine, sympy.sin(angle): sine, sympy.cos(angle): cosine}

    def lettered(e: Any) -> Any:
        turned = e.replace(sympy.tan, _of_both)
        own = {f: f.func(sympy.cancel(f.args[0] / (k * t)) * angle)
               for f in turned.atoms(sympy.sin, sympy.cos) if f.has(t)}  # fmt: skip
        return sympy.expand_trig(turned.xreplace(own)).subs(plain)

    inside = tuple(map(lettered, functions))
    return None if any(e.has(angle) for e in inside) else Waves(k, sine, cosine, inside)


def _arguments(p: Any, q: Any, t: Any, kinds: tuple[Any, ...]) -> set[Any]:
    """Return what such functions are taken of, if that is in proportion to the time each time."""
    sympy = load("sympy")
    found = {sympy.cancel(e.args[0]) for e in (p + 2 * q).atoms(*kinds) if e.has(t)}
    plain = all(not (a / t).has(t) for a in found)
    return found if plain else set()


def _of_both(angle: Any) -> Any:
    """Return a tangent as the quotient it is."""
    sympy = load("sympy")
    return sympy.sin(angle) / sympy.cos(angle)


def _of_waves(whole: Waves, t: Any, begin: Any) -> Iterator[AngleTime]:
    """Yield a sine and a cosine as time, and a tangent."""
    sympy = load("sympy")
    k, sine, cosine, (p, q) = whole
    s = sympy.Dummy("s", real=True)
    plain = {sine: sympy.sin(k * t), cosine: sympy.cos(k * t)}
    if p.has(t) or q.has(t):
        return
    found: list[AngleTime] = []
    for own, other, turned in ((sine, cosine, 1), (cosine, sine, -1)):
        side = sympy.sign(plain[other].subs(t, begin))
        if side not in (1, -1):
            continue
        square = k**2 * (1 - own**2)
        parts = (_free(e / square, own, other) for e in (turned * p * k * other + k**2 * own, q))
        one, two = (None if e is None else e.subs(own, s) for e in parts)
        if one is not None and two is not None:
            middle = 0 if own is sine else sympy.pi / 2
            turns = sympy.floor((k * begin - middle) / sympy.pi + sympy.Rational(1, 2))
            within = (sympy.pi / 2) ** 2 - (k * t - middle - turns * sympy.pi) ** 2
            found.append(AngleTime(
                s, plain[own], turned * k * side, side * plain[other], one, two, (within,)
            ))  # fmt: skip
    yield from sorted(found, key=_complexity)
    yield from _of_tangent(whole, t, begin)


def _of_tangent(whole: Waves, t: Any, begin: Any) -> Iterator[AngleTime]:
    """Yield a tangent as time, where half a turn changes nothing."""
    sympy = load("sympy")
    k, sine, cosine, functions = whole
    s = sympy.Dummy("s", real=True)
    speed = k * (1 + s**2)
    rated = functions[0] - 2 * k * sine / cosine, functions[1]
    inside = (_even(e.subs(sine, s * cosine), s, cosine) for e in rated)
    one, two = (None if e is None else sympy.cancel(e / speed**n)
                for n, e in enumerate(inside, 1))  # fmt: skip
    if one is None or two is None:
        return
    turns = sympy.floor(k * begin / sympy.pi + sympy.Rational(1, 2))
    within = (sympy.pi / 2) ** 2 - (k * t - turns * sympy.pi) ** 2
    pace = 1 / sympy.cos(k * t) ** 2
    yield AngleTime(s, sympy.tan(k * t), k, pace, one, two, (within,))


def _even(e: Any, s: Any, cosine: Any) -> Any | None:
    """Return a function with the square of a cosine alone as one of the tangent s."""
    sympy = load("sympy")
    e = sympy.cancel(sympy.together(e))
    if sympy.cancel(e.subs(cosine, -cosine) - e) != 0:
        return None
    return sympy.cancel(e.subs(cosine, 1 / sympy.sqrt(1 + s**2)))


def _of_inner_power(p: Any, q: Any, t: Any, begin: Any) -> Iterator[AngleTime]:
    """Yield the power of the time that exponentials and waves are taken of, as exp(t^2)."""
    sympy = load("sympy")
    kinds = sympy.exp, sympy.sin, sympy.cos, sympy.tan, sympy.sinh, sympy.cosh, sympy.tanh
    found = {e.args[0].as_independent(t, as_Add=False)[1] for e in (p + 2 * q).atoms(*kinds)
             if e.has(t)}  # fmt: skip
    powers = {e.exp for e in found if e.is_Pow and e.base == t and e.exp.is_Rational}
    if len(found) != 1 or len(powers) != 1 or begin.is_positive is False:
        return
    (power,) = powers
    s = sympy.Dummy("s", positive=True)
    speed = power * s ** (1 - 1 / power)
    rated = p - (power - 1) / t, q
    inside = (sympy.powdenest(e.subs(t, s ** (1 / power)), force=True) for e in rated)
    one, two = (sympy.powsimp(sympy.expand(e / speed**n)) for n, e in enumerate(inside, 1))
    yield AngleTime(s, t**power, power, t ** (power - 1), one, two, (t,))


def _of_logarithm(p: Any, q: Any, t: Any, begin: Any) -> Iterator[AngleTime]:
    """Yield the logarithm of a linear function as time."""
    sympy = load("sympy")
    found = {e.args[0] for e in (p + 2 * q).atoms(sympy.log) if e.has(t)}
    if len(found) != 1:
        return
    (inside,) = found
    slope = sympy.diff(inside, t)
    if slope.has(t):
        return
    s, grown = sympy.Dummy("s", real=True), sympy.Dummy("grown", positive=True)
    own = {sympy.log(inside): s, t: (grown - inside.subs(t, 0)) / slope}
    rated = p + slope / inside, q
    one, two = (sympy.cancel(e.subs(own, simultaneous=True) * (grown / slope) ** n)
                for n, e in enumerate(rated, 1))  # fmt: skip
    if not (one.has(grown) or two.has(grown) or one.has(t) or two.has(t)):
        pace = 1 / inside
        yield AngleTime(s, sympy.log(inside), slope, pace, one, two, (inside,))


def _complexity(time: AngleTime) -> int:
    """Return the degree of what is below the fraction line: few poles are simpler."""
    sympy = load("sympy")
    below = sympy.fraction(sympy.together(time.p))[1] * sympy.fraction(sympy.together(time.q))[1]
    return int(sympy.degree(below, time.symbol)) if below.has(time.symbol) else 0


def _free(e: Any, own: Any, other: Any) -> Any | None:
    """Return a function of a sine and a cosine as one of the first alone, None if it is not."""
    sympy = load("sympy")
    parts = [
        sympy.rem(sympy.expand(part), other**2 + own**2 - 1, other)
        for part in sympy.fraction(sympy.together(e))
    ]
    (a, b), (c, d) = ((part.coeff(other, 0), part.coeff(other, 1)) for part in parts)
    square = 1 - own**2
    if sympy.expand(b * c - a * d) != 0:
        return None
    return sympy.cancel((a * c - b * d * square) / (c**2 - d**2 * square))


def _of_growth(p: Any, q: Any, t: Any, exponents: set[Any]) -> Iterator[AngleTime]:
    """Yield an exponential as time; of an even function the square of it."""
    sympy = load("sympy")
    s = sympy.Dummy("s", positive=True)
    k = min((sympy.cancel(e / t) for e in exponents), key=lambda e: (e.count_ops(), str(e)))
    p, q = (sympy.powsimp(e.rewrite(sympy.exp)) for e in (p, q))
    rates = {sympy.cancel(e.exp / (k * t)) for e in (p + 2 * q).atoms(sympy.exp)}
    if not rates or not all(r.is_Integer for r in rates):
        return

    def power(exponent: Any) -> Any:
        return s ** sympy.cancel(exponent / (k * t))

    one, two = (sympy.cancel(e.replace(sympy.exp, power)) for e in (p, q))
    if one.has(t) or two.has(t):
        return
    even = all(sympy.cancel(e.subs(s, -s) - e) == 0 for e in (one, two))
    rate, root = (2 * k, sympy.sqrt(s)) if even else (k, s)
    inner, value = (sympy.cancel(e.subs(s, root)) for e in (one, two))
    grown = sympy.exp(rate * t)
    yield AngleTime(
        s, grown, rate, grown, sympy.cancel((inner / rate - 1) / s),
        sympy.cancel(value / (rate * s) ** 2),
    )  # fmt: skip
