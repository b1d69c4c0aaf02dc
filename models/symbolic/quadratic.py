"""Riccati's equation dy/dt = p*y^2 + q*y + r: scaled to one with constant coefficients, or linear.

With y = phi(t)*u it may separate; with y = -u'/(p*u) it is linear of second order (Kamke 1961,
*Differentialgleichungen: Lösungsmethoden und Lösungen*, part A, section 4.9).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from ..lazy import load
from .first_integral import Integral, Rate
from .integral_table import itself
from .named_equations import pairs
from .powers import Powers
from .second_order import Basis, Homogeneous, cancelled, is_free, of_normal_form, settled
from .stage import WITH, Same, Slope, Stage, integrated, unknown

_LONGEST = 90  # operations of a rate that is looked at


class Quadratic(NamedTuple):
    """The coefficients p, q and r."""

    p: Any
    q: Any
    r: Any


class Scaling(NamedTuple):
    """With y = phi*u: du/dt = g*(u^2 + b*u + c); `powers` is that."""

    phi: Any
    powers: Powers


def quadratic(rate: Rate) -> Quadratic | None:
    """Return the coefficients of a rate that is quadratic in the state, or None."""
    sympy, y = load("sympy"), rate.y
    if rate.f.count_ops() > _LONGEST:
        return None
    top, bottom = sympy.fraction(sympy.together(rate.f))
    if bottom.has(y) or not top.is_polynomial(y) or sympy.degree(top, y) != 2:
        return None
    return Quadratic(*(_short(c / bottom) for c in sympy.Poly(top, y).all_coeffs()))


def _short(e: Any) -> Any:
    """Return a coefficient in lowest terms, factored."""
    sympy = load("sympy")
    return sympy.powsimp(sympy.factor(cancelled(e)))


def scaling(rate: Rate, found: Quadratic, begin: Any) -> Scaling | None:
    """Return y = phi*u with constant coefficients for u, None if there is none."""
    sympy, t = load("sympy"), rate.t
    p, q, r = found
    if r == 0:
        return None
    strength, shape = sympy.factor(sympy.powsimp(r / p)).as_independent(t, as_Add=False)
    if shape.subs(t, begin).is_negative:
        strength, shape = -strength, -shape
    phi = sympy.powdenest(sympy.sqrt(shape), force=True).replace(sympy.Abs, itself)
    damping = (q - sympy.diff(phi, t) / phi) / (p * phi)
    if not is_free(damping, t):
        return None
    damping, pace = settled(damping, t, begin), sympy.powsimp(p * phi)
    own = rate.over(pace, t)
    if own is None or damping.has(sympy.zoo, sympy.nan):
        return None
    clock = own - own.subs(t, begin)
    powers = Powers(pace, clock, (sympy.S.One, damping, strength))
    return None if clock.has(sympy.zoo, sympy.nan, sympy.oo) else Scaling(phi, powers)


def scaled_rate(rate: Rate, scaling: Scaling) -> tuple[Any, Any]:
    """Return u, and g*(u^2 + b*u + c)."""
    u, (one, b, c) = unknown("u"), scaling.powers.coefficients
    return u, scaling.powers.pace * (one * u**2 + b * u + c)


def scaled(rate: Rate) -> Iterator[Integral]:
    """Yield the first integral of a Riccati equation that separates once it is scaled."""
    sympy = load("sympy")
    coefficients = quadratic(rate)
    found = scaling(rate, coefficients, sympy.S.One) if coefficients else None
    if found is None:
        return
    t, y, g = rate.t, rate.y, found.powers.pace
    u, slope = scaled_rate(rate, found)
    growth = sympy.cancel(slope / g)
    left = rate.over(1 / growth, u)
    if left is None:
        return
    new = y / found.phi
    whole, right = left.subs(u, new), rate.over(g, t)
    back = growth.subs(u, new)
    stages = (
        Stage(
            "Scale the state; then the variables separate",
            (Slope(u, t), "=", slope, WITH, u, "=", new), (Same(new, g * back, rate.along()),),
        ),
        Stage(
            f"Integrate both sides and put {y} back in",
            (*integrated(whole, right),),
            (Same(whole, 1 / (back * found.phi), ((y, 1),)), Same(right, g, ((t, 1),))),
        ),
    )  # fmt: skip
    yield Integral(whole - right, stages)


def turned(rate: Rate) -> Iterator[Integral]:
    """Yield the first integral of an equation that is Riccati's for t as a function of y."""
    swapped = rate.swapped
    if quadratic(swapped) is None:
        return
    first = Stage(
        f"Read {rate.t} as a function of {rate.y}", (swapped.slope, "=", swapped.f),
        (Same(1 / rate.given, swapped.f),),
    )  # fmt: skip
    for way in (scaled, by_linear, by_named):
        for integral in way(swapped):
            yield Integral(integral.constant, (first, *integral.stages))


def linear(rate: Rate, found: Quadratic, begin: Any) -> Basis | None:
    """Return two solutions of u'' - (q + p'/p)*u' + p*r*u = 0.

    Those that have constant coefficients in another variable are those that can be scaled.
    """
    p, q, r = found
    sympy = load("sympy")
    damping = cancelled(-(q + sympy.diff(p, rate.t) / p))
    equation = Homogeneous(damping, cancelled(p * r), rate.t, begin, rate.clock)
    return of_normal_form(equation)


def by_linear(rate: Rate) -> Iterator[Integral]:
    """Yield the first integral made of two solutions of the linear equation."""
    found = quadratic(rate)
    pair = linear(rate, found, load("sympy").S.One) if found else None
    if found is not None and pair is not None:
        yield _of_pair(rate, found, pair)


def by_named(rate: Rate) -> Iterator[Integral]:
    """Yield the first integral made of two solutions with a name of the linear equation."""
    sympy, found = load("sympy"), quadratic(rate)
    if found is None:
        return
    p, q, r = found
    damping = cancelled(q + sympy.diff(p, rate.t) / p)
    begin = sympy.Dummy("begin", positive=True)
    for one, two in islice(pairs(damping, cancelled(-p * r), rate.t, begin), 1):
        yield _of_pair(rate, found, Basis(one, two, "Its solutions have a name"))


def _of_pair(rate: Rate, found: Quadratic, pair: Basis) -> Integral:
    sympy, y, t, p = load("sympy"), rate.y, rate.t, found.p
    parts = [p * u * y + sympy.diff(u, t) for u in (pair.one, pair.two)]
    return Integral(parts[0] / parts[1], tuple(linear_stages(rate, found, pair)))


def linear_stages(rate: Rate, found: Quadratic, pair: Basis) -> Iterator[Stage]:
    """Yield that the equation is Riccati's, and two solutions of it."""
    sympy = load("sympy")
    t, y, (p, q, r) = rate.t, rate.y, found
    yield Stage(
        "This is Riccati's equation, quadratic in the state",
        (rate.slope, "=", p * y**2 + q * y + r), (Same(rate.given, p * y**2 + q * y + r),),
    )  # fmt: skip
    for u, name in ((pair.one, "One solution"), (pair.two, "Another")):
        known = -sympy.diff(u, t) / (p * u)
        same = Same(known, p * known**2 + q * known + r, ((t, 1),))
        yield Stage(
            f"{name} is {y} = -u'/(p*u), where u solves u'' - (q + p'/p)*u' + p*r*u = 0",
            (unknown("u"), "=", u), (same,),
        )  # fmt: skip


def combined(rate: Rate, found: Quadratic, pair: Basis, start: Any, begin: Any) -> tuple[Any, Any]:
    """Return -u'/(p*u) with u = k1*u1 + k2*u2, u(t0) = 1 and u'(t0) = -p(t0)*y(t0), twice.

    In the second form both are divided by the larger one of their exponentials.
    """
    sympy, t, p = load("sympy"), rate.t, found.p
    one, two = _faster(pair, t, begin)
    growths = [_shorter(sympy.diff(u, t) / u) for u in (one, two)]
    ratio = _shorter(two / one)
    ratio = sympy.powsimp(ratio / ratio.subs(t, begin))
    begun, force = [e.subs(t, begin) for e in growths], p.subs(t, begin) * start
    first, second = sympy.factor(begun[1] + force), sympy.factor(-force - begun[0])

    def whole(one: Any, two: Any) -> Any:
        above = first * growths[0] * one + second * growths[1] * two
        return -above / (p * (first * one + second * two))

    exponent, rest = _exponent(ratio)
    larger = sympy.exp(-sympy.Max(exponent, 0)), rest * sympy.exp(sympy.Min(exponent, 0))
    return whole(sympy.S.One, ratio), whole(*larger)


def _faster(pair: Basis, t: Any, begin: Any) -> tuple[Any, Any]:
    """Return the solutions, the one first that grows faster at sample values."""
    sympy = load("sympy")
    ratio = pair.two / pair.one
    others = sorted(ratio.free_symbols - {t}, key=str)
    plain = ratio.subs({s: sympy.Float(1.3719 + 0.6137 * i) for i, s in enumerate(others)})
    near, far = (abs(complex(plain.subs(t, begin + x))) for x in (1.37, 11.3))
    return (pair.two, pair.one) if far > near else (pair.one, pair.two)


def _shorter(e: Any) -> Any:
    sympy = load("sympy")
    if e.has(sympy.Piecewise):
        return e
    return sympy.powsimp(sympy.cancel(sympy.powsimp(e))) if e.count_ops() < 60 else e


def _exponent(ratio: Any) -> tuple[Any, Any]:
    """Return what a product has the exponential of, and the other factors."""
    sympy = load("sympy")
    exponent, rest = sympy.S.Zero, sympy.S.One
    for factor in sympy.Mul.make_args(ratio):
        base, power = factor.as_base_exp()
        if factor.is_Pow and power.free_symbols and base != sympy.E:
            exponent += power * sympy.log(base)
        elif isinstance(factor, sympy.exp):
            exponent += factor.exp
        else:
            rest *= factor
    return exponent, rest
