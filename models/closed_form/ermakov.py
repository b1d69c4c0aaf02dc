"""Ermakov's equation y'' = a(t)*y' + q(t)*y + c(t)/y^3, led back to the linear one without c.

With u(t0) = 1, v(t0) = 0 and slopes y0'/y0 and 1/y0^2, two solutions of the linear equation,

    y = y0*sqrt(u^2 + c(t0)*v^2),

if c grows like the square of their Wronskian (Pinney 1950, Proc. Amer. Math. Soc. 1:681,
doi:10.1090/S0002-9939-1950-0037979-4).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.derivation import Claim
from ..exact.linear.identity import Identity
from ..exact.reduction.change import Change
from ..exact.reduction.page import Page, is_zero
from ..exact.reduction.second import SecondOrderEquation, nonlinear
from ..exact.solvable import Block
from ..tape import Tape, Value
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class ErmakovClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Ermakov's equation, y'' = a(t)*y' + q(t)*y + c(t)/y^3"

    @property
    def order(self) -> int:
        """After the motion under an inverse cube alone, before energies."""
        return 14

    def recognise(self, block: Block) -> Change | None:
        """Return the linear equation, twice, None if the equation is another."""
        equation = nonlinear(block)
        parts = _parts(equation) if equation else None
        return _change(equation, *parts) if equation and parts else None


SOLVABLE = ErmakovClass()


def _parts(equation: SecondOrderEquation) -> tuple[Tape, Tape, Tape] | None:
    """Return a, q and c, by time and parameters, if c grows as it should."""
    y = equation.names[1]
    found = equation.coefficients()
    if found is None or not is_zero(found[2]) or y in found[1].inputs:
        return None
    page, (free, damping, _) = equation.page(), found
    force = page.put(free)
    bend = page.put(derivative(free, y)) if y in free.inputs else page.builder.constant(0.0)
    linear = equation.without(page.of((3.0 * force / page[y] + bend) / 4.0), [y])
    if linear is None:
        return None
    rest = equation.without(page.of((force - page.put(linear) * page[y]) * page[y] ** 3.0), [y])
    if rest is None or is_zero(rest):
        return None
    ((grown, wanted),) = _grown(equation, damping, rest)
    same = Identity(page.builder).same(page.put(grown), page.put(wanted))
    return (damping, linear, rest) if same else None


def _change(equation: SecondOrderEquation, damping: Tape, linear: Tape, rest: Tape) -> Change:
    system, (time, y, _) = equation.system, equation.names[:3]
    fresh = equation.notation.fresh
    one, two = fresh("u", "u_1"), fresh("v", "w", "v_1")
    names = one, f"{one}'", two, f"{two}'"
    inner = Page((time, *names, *system.parameters))
    rates = [
        inner.put(damping) * inner[s] + inner.put(linear) * inner[x]
        for x, s in (names[:2], names[2:])
    ]
    start = Page(system.parameters)
    begun, speed = equation.started(start)
    back = Page((time, *system.parameters, *names))
    root = _root(equation, back, rest, one, two)
    size, _ = equation.started(back)
    strength = back.put(rest, {time: system.t0})
    slope = back[one] * back[names[1]] + strength * back[two] * back[names[3]]
    there = equation.page(one, two)
    told = equation.started(there)[0] * _root(equation, there, rest, one, two)
    return Change(
        equation.block,
        equation.other(
            names, inner.of(inner[names[1]], rates[0], inner[names[3]], rates[1]),
            start.of(1.0, speed / begun, 0.0, 1.0 / begun**2.0),
        ),
        back.of(size * root, size * slope / root),
        "Ermakov's equation: squares of two solutions of the linear equation add up to the square "
        "of one of it", (equation.told(y, there, told),),
        claims=_grown(equation, damping, rest),
    )  # fmt: skip


def _root(equation: SecondOrderEquation, page: Page, rest: Tape, one: str, two: str) -> Value:
    """Return sqrt(u^2 + c(t0)*v^2)."""
    strength = page.put(rest, {equation.system.time: equation.system.t0})
    return (page[one] ** 2.0 + strength * page[two] ** 2.0).apply("sqrt")


def _grown(equation: SecondOrderEquation, damping: Tape, rest: Tape) -> tuple[Claim, ...]:
    """Claim that c changes by twice the factor of the slope, as the square of the Wronskian."""
    page, time = equation.page(), equation.system.time
    by_time = page.put(derivative(rest, time)) if time in rest.inputs else 0.0
    wanted = 2.0 * page.put(damping) * page.put(rest)
    return (Claim(page.builder.formula(by_time), page.builder.formula(wanted)),)
