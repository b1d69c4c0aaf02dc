"""Riccati's equation dy/dt = p*y^2 + q*y + r, from one simple solution that is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..lazy import load
from .first_integral import Integral, Rate
from .integral_table import itself
from .linear_integral import linear_stages, solve_linear
from .stage import Same, Stage, unknown

_LONGEST = 70  # operations of an equation of which a solution is sought


def riccati(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of dy/dt = p*y^2 + q*y + r, of which one simple solution is found.

    The difference to a known solution fulfils Bernoulli's equation.
    """
    sympy = load("sympy")
    t, y = rate.t, rate.y
    if rate.f.count_ops() > _LONGEST or sympy.expand(sympy.diff(rate.f, y, 3)) != 0:
        return
    if sympy.expand(rate.f).coeff(y, 2) == 0:
        return
    u = unknown("u")
    for known in _particular(rate):
        moved = sympy.expand(sympy.simplify(rate.f.subs(y, u + known) - sympy.diff(known, t)))
        p, q = moved.coeff(u, 2), moved.coeff(u, 1)
        linear = solve_linear(rate, 1 / (y - known), -q, -p)
        if linear is not None:
            stages = *_stages(rate, known), *linear_stages(rate, (u, 1 / (y - known)), linear)
            yield Integral(linear.constant, stages)


def _stages(rate: Rate, known: Any) -> Iterator[Stage]:
    """Yield that the equation is Riccati's, and that a solution is known."""
    t, y, f = rate.t, rate.y, load("sympy").expand(rate.f)
    p, q, r = (f.coeff(y, k) for k in (2, 1, 0))
    yield Stage(
        "This is Riccati's equation, quadratic in the state",
        (rate.slope, "=", f), (Same(rate.given, p * y**2 + q * y + r),),
    )  # fmt: skip
    yield Stage(
        "One solution is seen", ("y_1".replace("y", str(y)), "=", known),
        (Same(known, p * known**2 + q * known + r, ((t, 1),)),),
    )  # fmt: skip


def _particular(rate: Rate) -> Iterator[Any]:
    """Yield solutions of a Riccati equation among a few simple forms with one or two numbers."""
    sympy = load("sympy")
    t, y = rate.t, rate.y
    c, d = sympy.symbols("c_ d_")
    p, q, r = (sympy.expand(rate.f).coeff(y, k) for k in (2, 1, 0))
    scale = sympy.powdenest(sympy.sqrt(sympy.factor(r / p)), force=True).replace(sympy.Abs, itself)
    waves = [c / sympy.sin(t), c / sympy.cos(t)]
    poles = [e.base for e in sympy.preorder_traversal(rate.f) if e.is_Pow and e.exp == -1]
    fractions = [c / e for e in poles[:2]]
    plain = [c, c * t, c / t, c * t + d, c + d / t, c * scale, c * t**2 + d * t]
    balance = [] if q == 0 else [sympy.powsimp(sympy.factor(-q / p))]  # of the first two terms
    for shape in (*balance, *plain, *waves, *fractions):
        if rate.clock.left < 0:
            return
        gap = sympy.diff(shape, t) - (p * shape**2 + q * shape + r)
        top = sympy.fraction(sympy.together(sympy.expand(gap)))[0]
        conditions = _coefficients(sympy.expand(top), t)
        if conditions is None:
            continue
        unknown = [s for s in (c, d) if shape.has(s)]
        if not unknown:
            yield from [shape] if not any(conditions) else []
            continue
        for found in sympy.solve(conditions, unknown, dict=True)[:2]:
            known = shape.subs(found)
            if not known.has(c, d, sympy.I) and known.is_real is not False:
                yield known


def _coefficients(expression: Any, t: Any) -> list[Any] | None:
    """Return the coefficients of different functions of t, few; None if they are many."""
    sympy = load("sympy")
    parts: dict[Any, Any] = {}
    for term in sympy.Add.make_args(expression):
        c, rest = term.as_independent(t, as_Add=False)
        parts[sympy.powsimp(rest)] = parts.get(sympy.powsimp(rest), 0) + c
    return list(parts.values()) if len(parts) <= 8 else None
