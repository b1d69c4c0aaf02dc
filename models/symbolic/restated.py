"""Equations that are linear, Bernoulli's or Riccati's in a function of the state.

The function is read off the rate: an angle's tangent, sine, cosine or tangent of its half, an
exponential, a logarithm or another inverse function, a root. See Kamke 1961,
*Differentialgleichungen: Lösungsmethoden und Lösungen*, part A, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from ..lazy import load
from .first_integral import Rate, factors
from .linear_integral import bernoulli_parts
from .stage import unknown

_LONGEST = 60  # operations of a rate that is looked at
_MOST = 6  # times an angle that is opened


class Restated(NamedTuple):
    """An equation in another state.

    Parameters
    ----------
    u
        The symbol of the other state.
    of_both
        What it is, of t and y.
    back
        The state, of t, u and the start value of y.
    growth
        The rate of u, of t and u.
    within
        How far from zero u may be, None for anywhere.
    """

    u: Any
    of_both: Any
    back: Any
    growth: Any
    within: Any = None


def restatements(rate: Rate, start: Any) -> Iterator[Restated]:
    """Yield the equation in other states in which it is simple.

    Parameters
    ----------
    rate
        The equation.
    start
        The start value, on which branch the state is found from the other.
    """
    if rate.f.count_ops() > _LONGEST:
        return
    ways = _of_an_angle, _of_an_exponential, _of_an_inverse, _of_a_root
    for found in chain.from_iterable(way(rate, start) for way in ways):
        if is_simple(rate, found):
            yield found


def is_simple(rate: Rate, found: Restated) -> bool:
    """Tell whether an equation is linear, Bernoulli's or Riccati's, or separates."""
    sympy, growth, u = load("sympy"), found.growth, found.u
    if growth.has(rate.y, sympy.zoo, sympy.nan):
        return False
    if growth.is_polynomial(u) and sympy.degree(growth, u) <= 2:
        return True
    inner = Rate(growth, rate.t, u, rate.clock, growth, rate.begin)
    return bernoulli_parts(inner) is not None or factors(inner) is not None


def _arguments(rate: Rate, *functions: Any) -> list[Any]:
    """Return what functions of the state are taken of, the one with the least of it first."""
    sympy, y = load("sympy"), rate.y
    found = {e.args[0].expand() for e in rate.f.atoms(*functions) if e.has(y)}
    if not all(e.is_polynomial(y) and sympy.degree(e, y) == 1 for e in found):
        return []
    return sorted(found, key=lambda e: (abs(e.coeff(y, 1)).sort_key(), str(e)))


def _multiples(arguments: list[Any]) -> dict[Any, Any] | None:
    """Return how many times the first argument each one is, None unless all are whole."""
    sympy = load("sympy")
    times = {e: sympy.cancel(e / arguments[0]) for e in arguments}
    whole = all(n.is_Integer and abs(n) <= _MOST for n in times.values())
    return times if whole else None


def _of_an_angle(rate: Rate, start: Any) -> Iterator[Restated]:
    """Yield tangent, sine, cosine, and tangent of the half of the one angle in a rate."""
    sympy = load("sympy")
    waves = sympy.sin, sympy.cos, sympy.tan
    angles = _arguments(rate, *waves)
    times = _multiples(angles) if angles else None
    if times is None:
        return
    s, c, t, y = sympy.Dummy("s"), sympy.Dummy("c"), rate.t, rate.y
    opened = {e: _opened(e, times[e.args[0].expand()], s, c)
              for e in rate.f.atoms(*waves) if e.has(y)}  # fmt: skip
    plain = rate.f.xreplace(opened)
    angle = angles[0]
    slope, shift = angle.coeff(y, 1), angle.coeff(y, 0)
    pace = sympy.together(slope * plain + sympy.diff(shift, t))  # of an angle with a steady slope
    if pace.has(y) or slope.has(t):
        return
    begun = angle.subs({t: rate.begin, y: start}, simultaneous=True)
    for of_angle, growth, back in _waves(pace, s, c, begun):
        u = unknown("u")
        whole = growth(u)
        if whole is not None:
            yield Restated(u, of_angle(angle), (back(u) - shift) / slope, whole)


def _opened(wave: Any, n: Any, s: Any, c: Any) -> Any:
    """Return a wave of n times an angle by its sine and cosine."""
    sympy = load("sympy")
    x = sympy.Dummy("x", real=True)
    whole = sympy.expand_trig(wave.func(n * x)) if n not in (1, -1) else wave.func(n * x)
    return whole.subs({sympy.tan(x): s / c, sympy.sin(x): s, sympy.cos(x): c})


Wave = tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]


def _waves(pace: Any, s: Any, c: Any, begun: Any) -> Iterator[Wave]:
    """Yield functions of an angle, their rates by the pace of the angle, and the angle again."""
    sympy = load("sympy")
    half = sympy.Rational(1, 2)
    turn, side = sympy.floor(begun / sympy.pi + half), sympy.floor(begun / sympy.pi)
    whole = sympy.floor(begun / (2 * sympy.pi) + half)

    def even(e: Any, root: Any, square: Any) -> Any | None:
        """Return a function with even powers of a root alone, in its square."""
        found = sympy.cancel(e)
        r = sympy.Dummy("r")
        if sympy.cancel(found.subs(root, -root) - found) != 0:
            return None
        top, bottom = (_in_squares(p, root, r) for p in sympy.fraction(found))
        return sympy.cancel((top / bottom).subs(r, square))

    def by_tangent(u: Any) -> Any | None:
        return even((pace / c**2).subs(s, u * c), c, 1 / (1 + u**2))

    def by_sine(u: Any) -> Any | None:
        return even((pace * c).subs(s, u), c, 1 - u**2)

    def by_cosine(u: Any) -> Any | None:
        return even((-pace * s).subs(c, u), s, 1 - u**2)

    def by_half(u: Any) -> Any:
        square = 1 + u**2
        there = {s: 2 * u / square, c: (1 - u**2) / square}
        return sympy.cancel(pace.subs(there) * square / 2)

    sign, other = sympy.cos(sympy.pi * turn), sympy.cos(sympy.pi * side)
    yield sympy.tan, by_tangent, lambda u: sympy.atan(u) + sympy.pi * turn
    yield sympy.sin, by_sine, lambda u: sympy.asin(sign * u) + sympy.pi * turn
    yield sympy.cos, by_cosine, lambda u: sympy.acos(other * u) + sympy.pi * side
    yield (
        lambda angle: sympy.tan(angle / 2), by_half,
        lambda u: 2 * sympy.atan(u) + 2 * sympy.pi * whole,
    )  # fmt: skip


def _in_squares(polynomial: Any, root: Any, square: Any) -> Any:
    """Return a polynomial of a root, a common factor of it aside, by its square."""
    sympy = load("sympy")
    terms = sympy.Poly(polynomial, root).terms()
    odd = min(n for (n,), _ in terms) % 2
    return sympy.Add(*(factor * square ** ((n - odd) // 2) for (n,), factor in terms))


def _of_an_exponential(rate: Rate, start: Any) -> Iterator[Restated]:
    """Yield the exponential with the state that all others in a rate are powers of."""
    sympy, y = load("sympy"), rate.y
    waves = rate.f.atoms(sympy.sinh, sympy.cosh, sympy.tanh)
    f = rate.f.xreplace({e: e.rewrite(sympy.exp) for e in waves if e.has(y)})
    parts = {e: e.exp.expand().coeff(y, 1) for e in f.atoms(sympy.exp) if e.has(y)}
    if not parts or any((e.exp - k * y).expand().has(y) for e, k in parts.items()):
        return
    least = min(parts.values(), key=lambda k: (abs(k).sort_key(), k.sort_key()))
    for k in (-least, least):  # a single one makes its inverse linear
        u = unknown("u")
        moved = {e: u ** sympy.cancel(n / k) * sympy.exp((e.exp - n * y).expand())
                 for e, n in parts.items()}  # fmt: skip
        growth = sympy.expand(sympy.cancel(k * u * f.xreplace(moved)))
        yield Restated(u, sympy.exp(k * y), sympy.log(u) / k, growth)


def _of_an_inverse(rate: Rate, start: Any) -> Iterator[Restated]:
    """Yield a logarithm or another inverse function of the state in a rate."""
    sympy, y, u = load("sympy"), rate.y, unknown("u")
    quarter = sympy.pi / 2
    inverses = {
        sympy.log: (sympy.exp, None), sympy.atan: (sympy.tan, quarter),
        sympy.asin: (sympy.sin, quarter), sympy.asinh: (sympy.sinh, None),
        sympy.atanh: (sympy.tanh, None),
    }  # fmt: skip
    f = rate.f.xreplace({e: _apart(e) for e in rate.f.atoms(sympy.log) if e.has(y)})
    for inverse, (function, within) in inverses.items():
        if f.has(inverse(y)):
            slope = sympy.diff(inverse(y), y)
            growth = sympy.cancel(sympy.expand(f.subs(inverse(y), u)) * slope)
            yield Restated(u, inverse(y), function(u), sympy.expand(growth), within)


def _apart(log: Any) -> Any:
    """Return the logarithm of a product as a sum, as if all factors were positive."""
    sympy = load("sympy")
    return sympy.expand_log(sympy.log(sympy.factor(log.args[0])), force=True)


def _of_a_root(rate: Rate, start: Any) -> Iterator[Restated]:
    """Yield the root of a line in the state."""
    sympy, t, y, u = load("sympy"), rate.t, rate.y, unknown("u")
    half = sympy.Rational(1, 2)
    roots = [e for e in rate.f.atoms(sympy.Pow) if e.has(y) and (2 * e.exp).is_Integer
             and not e.exp.is_Integer]  # fmt: skip
    bases = {e.base.expand() for e in roots}
    if len(bases) != 1:
        return
    (base,) = bases
    if not base.is_polynomial(y) or sympy.degree(base, y) != 1:
        return
    slope, shift = base.coeff(y, 1), base.coeff(y, 0)
    back = (u**2 - shift) / slope
    f = rate.f.xreplace({e: u ** (2 * e.exp) for e in roots}).subs(y, back)
    growth = sympy.cancel((slope * f + sympy.diff(shift, t)) / (2 * u))
    yield Restated(u, base**half, back, sympy.expand(growth))
