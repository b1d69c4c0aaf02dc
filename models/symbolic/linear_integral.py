"""First integrals of equations that are linear in a function of the state: Bernoulli's, and t(y).

See Boyce and DiPrima 2012, *Elementary Differential Equations*, sections 2.1 and 2.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..lazy import load
from .first_integral import Integral, Rate
from .integral_table import exponential
from .stage import WITH, Same, Slope, Stage, integrated, unknown, written


def bernoulli(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of dy/dt = a(t)*y + b(t)*y^n, linear in y^(1 - n)."""
    parts = bernoulli_parts(rate)
    if parts is None:
        return
    a, b, n = parts
    y, u, power = rate.y, unknown("u"), 1 - n
    linear = solve_linear(rate, y**power, power * a, power * b)
    if linear is None:
        return
    is_linear = power == 1
    first = Stage(
        f"This equation is linear in {y}" if is_linear else
        f"This is Bernoulli's equation, with the power {written(n)}",
        (rate.slope, "=", *_sum(a * y, b * y**n)), (Same(rate.given, a * y + b * y**n),),
    )  # fmt: skip
    named = (y, y) if is_linear else (u, y**power)
    yield Integral(linear.constant, (first, *linear_stages(rate, named, linear)))


class Linear(NamedTuple):
    """The equation du/dt = slope*u + source for a function u of t and y, and what solves it.

    Parameters
    ----------
    slope, source
        Its coefficients.
    factor
        The integrating factor.
    total
        The integral of factor times source.
    constant
        The first integral factor*u - total.
    """

    slope: Any
    source: Any
    factor: Any
    total: Any
    constant: Any


def solve_linear(rate: Rate, u: Any, slope: Any, source: Any) -> Linear | None:
    """Return a linear equation solved, None where an integral is not known."""
    sympy = load("sympy")
    in_terms = slope.has(sympy.exp)  # a common denominator would join what the table has apart
    grown = rate.over(slope if in_terms else sympy.factor(slope), rate.t)
    if grown is None:
        return None
    factor = exponential(-grown)
    terms = [term * factor for term in sympy.Add.make_args(sympy.expand_mul(source))]
    total = rate.over(sympy.Add(*terms), rate.t)
    return None if total is None else Linear(slope, source, factor, total, u * factor - total)


def linear_stages(rate: Rate, named: tuple[Any, Any], linear: Linear) -> Iterator[Stage]:
    """Yield the stages of a linear equation for u, a function of t and y."""
    (u, of_both), t = named, rate.t
    if u != of_both:
        own = (Slope(u, t), "=", *_sum(linear.slope * u, linear.source))
        same = Same(of_both, linear.slope * of_both + linear.source, rate.along())
        yield Stage(
            f"Substitute {written(of_both)}: it fulfils a linear equation",
            (*own, WITH, u, "=", of_both), (same,),
        )  # fmt: skip
    source = linear.factor * linear.source
    if linear.factor != 1:
        yield Stage(
            f"Multiply by the integrating factor {written(linear.factor)}",
            (Slope(linear.factor * u, t), "=", source),
            (Same(linear.factor * of_both, source, rate.along()),),
        )
    yield Stage(
        "Integrate both sides", integrated(linear.factor * of_both, linear.total),
        (Same(linear.total, source, ((t, 1),)),),
    )  # fmt: skip


def _sum(one: Any, other: Any) -> tuple[Any, ...]:
    """Return two summands as pieces, without what is zero."""
    return (one + other,) if 0 in (one, other) else (one, "+", other)


def bernoulli_parts(rate: Rate) -> tuple[Any, Any, Any] | None:
    """Return a(t), b(t) and n of a rate a*y + b*y^n, or None; n is not 1."""
    sympy = load("sympy")
    t, y = rate.t, rate.y
    terms: dict[Any, Any] = {}
    for term in sympy.Add.make_args(sympy.expand_mul(sympy.expand_power_base(rate.f))):
        c, rest = term.as_independent(y, as_Add=False)
        base, power = sympy.powsimp(rest).as_base_exp() if rest != 1 else (y, sympy.Integer(0))
        if base != y or power.has(t, y):
            return None
        terms[power] = terms.get(power, 0) + c
    a = terms.pop(sympy.Integer(1), sympy.Integer(0))
    if len(terms) != 1:
        return None
    ((n, b),) = terms.items()
    return a, b, n


def swapped_bernoulli(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of an equation that is Bernoulli's for t as a function of y."""
    for integral in bernoulli(rate.swapped):
        turned = rate.swapped
        first = Stage(
            f"Read {rate.t} as a function of {rate.y}", (turned.slope, "=", turned.f),
            (Same(1 / rate.given, turned.f),),
        )  # fmt: skip
        yield Integral(integral.constant, (first, *integral.stages))
