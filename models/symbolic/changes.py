"""First integrals of equations that become simpler in another variable than the state.

Tried are y/t and y*t, of which t is found as a function (Darboux's equation); what makes an Abel
equation one for t (Kamke 1961, *Differentialgleichungen: Lösungsmethoden und Lösungen*, part A,
section 4); and y^2 and exp(y), where the rate says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..lazy import load
from .first_integral import Integral, Rate, Way, factors, found, of_a_ratio, separated
from .integral_table import exponential
from .linear_integral import bernoulli, bernoulli_parts
from .quadratic import by_linear, by_named, quadratic, scaled
from .stage import WITH, Same, Slope, Stage, integrated, unknown

_LONGEST = 60  # operations of a rate in the other variable


class _Change(NamedTuple):
    """Another variable u.

    Parameters
    ----------
    u
        Its symbol.
    of_both
        What it is, of t and y.
    growth
        Its rate, of t and u.
    is_inverse
        Whether t is best found as a function of it.
    """

    u: Any
    of_both: Any
    growth: Any
    is_inverse: bool


def in_another_variable(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of an equation that is simpler in another variable."""
    changes = _of_a_quotient, _of_a_product, _of_abel, _of_abel_second, _of_a_function
    yield from _after(rate, (change for of in changes for change in of(rate)))


def in_a_further_variable(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of Abel's equation of the second kind, or one in y^2 or exp(y)."""
    changes = _of_abel_second, _of_a_function
    known = (change for of in changes for change in of(rate))
    yield from _after(rate, (c for c in known if c.is_inverse or bernoulli_parts(_inner(rate, c))))


def _after(rate: Rate, changes: Iterable[_Change]) -> Iterator[Integral]:
    for change in changes:
        if rate.clock.left < 0:
            return
        inner = _inner(rate, change)
        turned = inner.swapped if change.is_inverse else inner
        for way, name in _ways(turned):
            for integral in found(way, turned):
                whole = integral.constant.subs(change.u, change.of_both)
                yield Integral(whole, tuple(_stages(rate, change, turned, name, whole)))


def _inner(rate: Rate, change: _Change) -> Rate:
    return Rate(change.growth, rate.t, change.u, rate.clock, change.growth, rate.begin)


def _ways(rate: Rate) -> Iterator[tuple[Way, str]]:
    """Yield what the new equation is, as far as that is quickly seen."""
    if rate.f.count_ops() > _LONGEST:
        return
    if bernoulli_parts(rate) is not None:
        yield bernoulli, "Bernoulli's or linear"
    elif quadratic(rate) is not None:
        yield scaled, "Riccati's"
        yield by_linear, "Riccati's"
        yield by_named, "Riccati's"
    elif rate.begin is None:
        yield in_a_further_variable, "simpler in a further variable"
    else:
        yield separated, "separable"
        yield of_a_ratio, "homogeneous"


def _stages(rate: Rate, change: _Change, turned: Rate, name: str, whole: Any) -> Iterator[Stage]:
    """Yield what is substituted, and what is found in the end."""
    t, u = rate.t, change.u
    back = change.growth.subs(u, change.of_both)
    slope = Slope(t, u) if change.is_inverse else Slope(u, t)
    yield Stage(
        f"In another variable the equation is {name}",
        (slope, "=", turned.f, WITH, u, "=", change.of_both),
        (Same(change.of_both, back, rate.along()),),
    )  # fmt: skip
    same = Same(whole, load("sympy").S.Zero, rate.along())
    yield Stage("Solve that, and put the variable back in", integrated(whole, 0), (same,))


def _of_a_product(rate: Rate) -> Iterator[_Change]:
    """Yield u = y*t, of which t is found as a function."""
    sympy, u, t = load("sympy"), unknown("u"), rate.t
    f = rate.f.subs(rate.y, u / t)
    if f.is_rational_function(t):
        growth = sympy.factor(sympy.cancel(t * f + u / t))
        if growth.has(t) and growth != 0:
            yield _Change(u, rate.y * t, growth, True)


def _of_a_quotient(rate: Rate) -> Iterator[_Change]:
    """Yield u = y/t, if t as a function of it fulfils Bernoulli's equation."""
    sympy, u = load("sympy"), unknown("u")
    f = rate.f.subs(rate.y, u * rate.t)
    if f.is_rational_function(rate.t):
        growth = sympy.cancel((f - u) / rate.t)
        if growth.has(rate.t) and growth != 0:
            yield _Change(u, rate.y / rate.t, growth, True)
    elif rate.begin is not None:
        growth = _tidy(f - u, rate)
        change = _Change(u, rate.y / rate.t, growth / rate.t, False)
        if factors(_inner(rate, change)) is not None:
            yield change


def _tidy(e: Any, rate: Rate) -> Any:
    """Return roots of a multiple of t^2 without it, and the rest expanded."""
    sympy, t = load("sympy"), rate.t
    if rate.begin.is_positive:
        positive = sympy.Dummy("t", positive=True)
        e = sympy.powdenest(e.subs(t, positive).replace(_is_root, _opened)).subs(positive, t)
    return sympy.expand(e)


def _is_root(e: Any) -> bool:
    return bool(e.is_Pow and e.exp.is_Rational and e.exp.q > 1)


def _opened(e: Any) -> Any:
    return load("sympy").factor(e.base) ** e.exp


def _of_abel(rate: Rate) -> Iterator[_Change]:
    """Yield u = w + integral of f2*E, w = E/y, for dy/dt = f3*y^3 + f2*y^2 + f1*y, E' = f1*E."""
    sympy, t, y = load("sympy"), rate.t, rate.y
    if not rate.f.is_polynomial(y) or sympy.degree(rate.f, y) != 3:
        return
    three, two, one, none = sympy.Poly(rate.f, y).all_coeffs()
    if none != 0 or two == 0:
        return
    grown = rate.over(one, t) if one != 0 else sympy.S.Zero
    factor = None if grown is None else exponential(grown)
    total = None if factor is None else rate.over(sympy.factor(two * factor), t)
    if factor is None or total is None:
        return
    u = unknown("u")
    growth = sympy.factor(-three * factor**2 / (u - total))
    yield _Change(u, factor / y + total, growth, True)


def _of_abel_second(rate: Rate) -> Iterator[_Change]:
    """Yield u = y - integral of f1, for dy/dt = f1(t) + f0(t)/y."""
    parts = _abel_parts(rate)
    total = rate.over(parts[0], rate.t) if parts and parts[0] != 0 else None
    if parts is not None and total is not None:
        u = unknown("u")
        growth = load("sympy").factor(parts[1] / (u + total))
        yield _Change(u, rate.y - total, growth, True)


def _abel_parts(rate: Rate) -> tuple[Any, Any] | None:
    """Return f1 and f0 of a rate f1(t) + f0(t)/y, None if it is another."""
    sympy, y = load("sympy"), rate.y
    if not rate.f.is_rational_function(y):
        return None
    whole = sympy.cancel(sympy.together(rate.f * y))
    if not whole.is_polynomial(y) or sympy.degree(whole, y) > 1:
        return None
    linear = sympy.Poly(whole, y)
    one, none = linear.coeff_monomial(y), linear.coeff_monomial(1)
    return None if none == 0 else (one, sympy.factor(none))


def _of_a_function(rate: Rate) -> Iterator[_Change]:
    """Yield y^2 or exp(y), where the rate depends on the state by it."""
    sympy, y = load("sympy"), rate.y
    u = sympy.Dummy("u", positive=True)
    real = unknown("u")
    if rate.f.is_rational_function(y):
        growth = sympy.cancel(2 * y * rate.f)
        if sympy.cancel(growth.subs(y, -y) - growth) == 0:
            yield _Change(real, y**2, growth.subs(y, sympy.sqrt(u)).subs(u, real), False)
    if rate.f.has(sympy.exp(y)):
        growth = sympy.expand(u * rate.f.subs(y, sympy.log(u)))
        if not growth.has(sympy.log(u)):
            yield _Change(real, sympy.exp(y), growth.subs(u, real), False)
