"""First integrals of M dt + N dy = 0 by potentials and integrating factors.

See Boyce and DiPrima 2012, *Elementary Differential Equations*, section 2.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..lazy import load
from .combined_factor import of_a_combination
from .first_integral import Integral, Rate
from .integral_table import exponential, itself
from .stage import Differential, Same, Stage, integrated, times, written


def exact(rate: Rate) -> Iterator[Integral]:
    """Yield the potential of M dt + N dy = 0, with an integrating factor if there is a simple one.

    Tried are factors of t alone, of y alone, t^a*y^b, and such of one combination of both.
    """
    sympy = load("sympy")
    top, bottom = sympy.fraction(sympy.together(rate.f))
    m, n = -top, bottom
    for factor in _factors_of(rate, m, n):
        ready = sympy.expand(factor * m), sympy.expand(factor * n)
        found = _potential(rate, *ready)
        if found is not None:
            yield Integral(found, tuple(_total(rate, (m, n), factor, ready, found)))
            return


def _total(
    rate: Rate, parts: tuple[Any, Any], factor: Any, ready: tuple[Any, Any], whole: Any
) -> Iterator[Stage]:
    """Yield the stages from a differential to its potential."""
    (m, n), (ready_m, ready_n), t, y = parts, ready, rate.t, rate.y
    curl = Same(ready_m, load("sympy").diff(ready_n, t), ((y, 1),))
    plain = factor == 1
    yield Stage(
        "Write the equation as a differential" + (", which is exact" if plain else ""),
        (*_form(m, t), "+", *_form(n, y), "= 0"),
        (Same(m + n * rate.given, load("sympy").Integer(0)), *((curl,) if plain else ())),
    )
    if not plain:
        yield Stage(
            f"The integrating factor {written(factor)} makes it exact",
            (*_form(ready_m, t), "+", *_form(ready_n, y), "= 0"),
            (curl, Same(ready_m + ready_n * rate.given, load("sympy").Integer(0))),
        )
    yield Stage(
        f"Integrate: its derivatives by {t} and {y} are the two coefficients",
        integrated(whole, 0), (Same(whole, ready_m, ((t, 1),)), Same(whole, ready_n, ((y, 1),))),
    )  # fmt: skip


def _form(coefficient: Any, variable: Any) -> tuple[Any, ...]:
    return times(coefficient, Differential(variable))


def _factors_of(rate: Rate, m: Any, n: Any) -> Iterator[Any]:
    sympy = load("sympy")
    t, y = rate.t, rate.y
    curl = sympy.expand(sympy.diff(m, y) - sympy.diff(n, t))
    if curl == 0 or sympy.simplify(curl) == 0:
        yield sympy.Integer(1)
        return
    for variable, other, quotient in ((t, y, curl / n), (y, t, -curl / m)):
        ratio = sympy.cancel(sympy.together(sympy.factor(quotient)))
        if not ratio.has(other):
            power = rate.over(ratio, variable)
            if power is not None:
                yield sympy.simplify(exponential(power))
    yield from _monomial_factors(rate, m, n, curl)
    yield from of_a_combination(rate, m, n, curl)


def _monomial_factors(rate: Rate, m: Any, n: Any, curl: Any) -> Iterator[Any]:
    sympy = load("sympy")
    t, y = rate.t, rate.y
    a, b = sympy.symbols("a_ b_")
    balance = sympy.expand(t * y * curl - a * n * y + b * m * t)
    if not balance.is_polynomial(t, y):
        return
    solved = sympy.solve(sympy.Poly(balance, t, y).coeffs(), [a, b], dict=True)
    for powers in solved[:1]:
        yield t ** powers.get(a, 0) * y ** powers.get(b, 0)


def _potential(rate: Rate, m: Any, n: Any) -> Any | None:
    sympy = load("sympy")
    t, y = rate.t, rate.y
    one = rate.over(m, t)
    if one is None:
        return None
    rest = sympy.simplify(n - sympy.diff(one.replace(sympy.Abs, itself), y))
    if rest.has(t):
        return None
    other = rate.over(rest, y)
    return None if other is None else one + other
