"""First integrals of dy/dt = f(t, y): functions of both that stay constant along a solution.

Each way of a textbook to find one is a function here (Boyce and DiPrima 2012, *Elementary
Differential Equations*, chapter 2). None is believed: d/dt of what is returned is checked later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from ..lazy import load
from .antiderivative import antiderivative
from .oracle import Patience
from .stage import WITH, Differential, Same, Slope, Stage, integrated, times, unknown

_LONGEST = 150  # operations of a rate that is looked at


class Integral(NamedTuple):
    """A function of t and y that stays constant, and the stages in which it was found."""

    constant: Any
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Rate:
    """The right side of dy/dt = f(t, y).

    Parameters
    ----------
    f, t, y
        The rate and its two variables, in sympy's terms.
    clock
        The time left.
    given
        Stands for the rate as it was given, before any algebra, in what is checked.
    begin
        The time at the start, None where t is the state.
    """

    f: Any
    t: Any
    y: Any
    clock: Patience
    given: Any
    begin: Any = None

    @property
    def swapped(self) -> Rate:
        """The same curve as t(y)."""
        return Rate(1 / self.f, self.y, self.t, self.clock, 1 / self.given)

    @property
    def slope(self) -> Slope:
        """The derivative of y by t, as it is written."""
        return Slope(self.y, self.t)

    def along(self, factor: Any = 1) -> tuple[tuple[Any, Any], ...]:
        """Return how one differentiates by t along solutions, times a factor."""
        return ((self.t, factor), (self.y, factor * self.given))

    @property
    def is_short(self) -> bool:
        """Whether algebra on it takes milliseconds."""
        return bool(self.f.count_ops() <= _LONGEST)

    def over(self, integrand: Any, variable: Any) -> Any | None:
        """Return an antiderivative; what the rate has the logarithm of is positive in it."""
        found = antiderivative(integrand, variable, self.clock)
        if found is None:
            return None
        log, size = load("sympy").log, load("sympy").Abs
        found = found.subs({log(size(e.args[0])): e for e in self.f.atoms(log)})
        if self.begin is None or variable != self.t:
            return found
        sizes = {e.args[0] for e in found.atoms(log) if isinstance(e.args[0], size)}
        begun = {e: e.args[0].subs(self.t, self.begin) for e in sizes}
        return found.subs({e: -e.args[0] for e, value in begun.items() if value.is_negative})


Way = Callable[[Rate], Iterator[Integral]]


def found(way: Way, rate: Rate) -> Iterator[Integral]:
    """Yield what a way finds; nothing where sympy says that it does not know."""
    # Only what sympy documents for "I cannot": no method for this (NotImplementedError), and no
    # such polynomial or domain (BasePolynomialError, which covers PolynomialError). Whatever else
    # is raised is a mistake, of ours or of sympy's, and must be seen.
    ignorance = NotImplementedError, load("sympy.polys.polyerrors").BasePolynomialError
    with suppress(*ignorance):
        yield from way(rate)


def separated(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of dy/h(y) = g(t) dt."""
    parts = factors(rate)
    if parts is None:
        return
    g, h = parts
    left, right = rate.over(1 / h, rate.y), rate.over(g, rate.t)
    if left is not None and right is not None:
        yield Integral(left - right, tuple(_separation(rate, g, h, left, right)))


def _separation(rate: Rate, g: Any, h: Any, left: Any, right: Any) -> Iterator[Stage]:
    t, y = rate.t, rate.y
    yield Stage(
        f"The rate is a function of {t} times a function of {y}: the variables separate"
        if g.has(t) else f"The rate depends on {y} alone: the variables separate",
        (rate.slope, "=", rate.given), (Same(rate.given, g * h),),
    )  # fmt: skip
    yield Stage(
        f"Bring {y} to the left and {t} to the right",
        (*times(1 / h, Differential(y)), "=", *times(g, Differential(t))),
        (Same(rate.given / h, g),),
    )
    both = Same(left, 1 / h, ((y, 1),)), Same(right, g, ((t, 1),))
    yield Stage("Integrate both sides", integrated(left, right), both)


def factors(rate: Rate) -> tuple[Any, Any] | None:
    """Return g(t) and h(y) whose product is the rate, or None."""
    return _factors(rate.f, rate.t, rate.y)


@lru_cache(64)  # several ways ask for them
def _factors(f: Any, t: Any, y: Any) -> tuple[Any, Any] | None:
    sympy = load("sympy")
    plain = sympy.expand_power_base(f, force=True).replace(_is_of_inverse, _as_inverse)
    for form in (plain, sympy.factor(plain), sympy.factor(sympy.expand(plain, trig=True))):
        g = h = sympy.Integer(1)
        for factor in sympy.Mul.make_args(sympy.expand_power_exp(form)):
            if not factor.has(y):
                g *= factor
            elif not factor.has(t):
                h *= factor
            else:
                break
        else:
            return g, h
    return None


def _is_of_inverse(e: Any) -> bool:
    """Tell whether something is a power of 1/x."""
    return bool(e.is_Pow and e.base.is_Pow and e.base.exp == -1)


def _as_inverse(e: Any) -> Any:
    return e.base.base**-e.exp


class Reduced(NamedTuple):
    """An equation that separates in one combination: du/dt = pace(t)*growth(u).

    Parameters
    ----------
    u
        The symbol of the combination.
    of_both
        What it is, of t and y.
    back
        The state, of t and u.
    growth, pace
        The factors of its rate.
    stages
        How it is seen.
    """

    u: Any
    of_both: Any
    back: Any
    growth: Any
    pace: Any
    stages: tuple[Stage, ...]


def in_a_ratio(rate: Rate) -> Reduced | None:
    """Return dy/dt = (y/t)*F(u) with u = y*t^k, None if the rate is another."""
    sympy = load("sympy")
    t, y = rate.t, rate.y
    scaled = t * rate.f / y
    k = _constant(t * sympy.diff(scaled, t), y * sympy.diff(scaled, y), rate)
    if k is None:
        return None
    u = unknown("u")
    growth = sympy.cancel(sympy.together(u * (k + scaled.subs({t: 1, y: u}, simultaneous=True))))
    ratio = y * t**k
    stages = tuple(_of_one(rate, u, ratio, (t / y, growth / u - k)))
    return Reduced(u, ratio, u * t**-k, growth, 1 / t, stages)


def of_a_ratio(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of dy/dt = (y/t)*F(u) with u = y*t^k."""
    found = in_a_ratio(rate)
    left = rate.over(1 / found.growth, found.u) if found and found.growth != 0 else None
    if found is not None and left is not None:
        sympy = load("sympy")
        yield separates(rate, found, sympy.log(sympy.Abs(rate.t)), left)


def separates(rate: Rate, found: Reduced, clock: Any, left: Any) -> Integral:
    """Return the first integral of an equation that separates, both antiderivatives given."""
    new, whole = (found.u, found.of_both), left.subs(found.u, found.of_both)
    more = _substituted(rate, new, found.growth, (found.pace, clock), left)
    return Integral(whole - clock, (*found.stages, *more))


def _of_one(rate: Rate, u: Any, combination: Any, scaled: tuple[Any, Any]) -> Iterator[Stage]:
    """Yield that the rate times a factor is a function of one combination."""
    factor, of_u = scaled
    back = of_u.subs(u, combination)
    yield Stage(
        f"The rate depends on one combination of {rate.t} and {rate.y} alone"
        if factor == 1 else f"Apart from {1 / factor}, the rate depends on one combination alone",
        (*times(factor, rate.slope), "=", of_u, WITH, u, "=", combination),
        (Same(factor * rate.given, back),),
    )  # fmt: skip


def _substituted(
    rate: Rate, new: tuple[Any, Any], growth: Any, by_time: tuple[Any, Any], left: Any
) -> Iterator[Stage]:
    """Yield how du/dt = g(t)*growth(u) separates; `by_time` is g and its integral."""
    (u, combination), (g, integral) = new, by_time
    back, whole = growth.subs(u, combination), left.subs(u, combination)
    t, y = rate.t, rate.y
    yield Stage(
        f"Its own rate follows from that of {y}",
        (Slope(u, t), "=", g * growth), (Same(combination, g * back, rate.along()),),
    )  # fmt: skip
    yield Stage(
        "Now the variables separate",
        (*times(1 / growth, Differential(u)), "=", *times(g, Differential(t))),
        (Same(combination, g, rate.along(1 / back)),),
    )
    slope = ((y, back), (t, 0))
    inner = load("sympy").diff(combination, y)
    yield Stage(
        f"Integrate both sides and put {y} back in", integrated(whole, integral),
        (Same(whole, inner, slope), Same(integral, g, ((t, 1),))),
    )  # fmt: skip


def in_a_line(rate: Rate) -> Reduced | None:
    """Return dy/dt = F(u) with u = y + c*t, None if the rate is another."""
    sympy = load("sympy")
    t, y = rate.t, rate.y
    slope = _constant(sympy.diff(rate.f, t), sympy.diff(rate.f, y), rate)
    if slope is None or slope == 0:
        return None
    u, one, line = unknown("u"), sympy.Integer(1), y + slope * t
    growth = sympy.factor(slope + rate.f.subs({t: 0, y: u}, simultaneous=True))
    stages = tuple(_of_one(rate, u, line, (one, growth - slope)))
    return Reduced(u, line, u - slope * t, growth, one, stages)


def of_a_line(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of dy/dt = F(u) with u = y + c*t."""
    found = in_a_line(rate)
    left = rate.over(1 / found.growth, found.u) if found else None
    if found is not None and left is not None:
        yield separates(rate, found, rate.t, left)


def _constant(top: Any, bottom: Any, rate: Rate) -> Any | None:
    """Return a quotient that is free of both variables, or None."""
    sympy = load("sympy")
    if bottom == 0 or top == 0:
        return None if bottom == 0 else sympy.Integer(0)
    samples = [{rate.t: sympy.Rational(*p), rate.y: sympy.Rational(*q)}
               for p, q in (((7, 5), (9, 7)), ((23, 13), (29, 17)))]  # fmt: skip
    others = {s: sympy.Rational(n + 4, n + 3) for n, s in enumerate(
        sorted(rate.f.free_symbols - {rate.t, rate.y}, key=str))}  # fmt: skip
    values = [(top / bottom).subs(sample).subs(others).evalf(30) for sample in samples]
    if not all(v.is_number and v.is_real for v in values) or abs(values[0] - values[1]) > 1e-25:
        return None
    whole = sympy.nsimplify(values[0], rational=True, tolerance=1e-20)
    if not others and whole.q < 1000:
        return whole
    for sample in ({rate.t: 1, rate.y: 1}, samples[0]):  # of 1 no power with a symbol is left
        found = sympy.cancel((top / bottom).subs(sample))
        if not found.has(sympy.zoo, sympy.nan) and _is_near(found.subs(others), values[0]):
            return found
    return None


def _is_near(expression: Any, value: Any) -> bool:
    return bool(abs(expression.evalf(30) - value) <= 1e-25)
