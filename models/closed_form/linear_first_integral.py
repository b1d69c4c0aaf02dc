"""Equations of second order with a first integral that is linear in the slope.

y'' = A(t, y)*y' + B(t, y) has one, u = y' - g(t, y), if some a(t) fulfils

    a' - a^2 + a*A = A_t - B_y,   g_y = A - a,

and then u' = a*u + B - g_t + a*g is linear. With a = 0 the equation is exact (Kamke 1961,
*Differentialgleichungen: Lösungsmethoden und Lösungen*, part A, section 15); others are those of
Liénard with factors that suit each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.reduction.change import Change
from ..exact.reduction.page import Page
from ..exact.reduction.second import SecondOrderEquation, nonlinear
from ..exact.solvable import Block
from ..tape import Tape
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class LinearFirstIntegralClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equation of second order with a first integral that is linear in the slope"

    @property
    def order(self) -> int:
        """After energies, whose solutions go through turning points."""
        return 18

    def recognise(self, block: Block) -> Change | None:
        """Return the equations of the first integral and the state, None if there is none."""
        equation = nonlinear(block)
        parts = None if equation is None else _parts(equation)
        return None if equation is None or parts is None else _change(equation, *parts)


SOLVABLE = LinearFirstIntegralClass()


def _parts(equation: SecondOrderEquation) -> tuple[Tape, Tape, Tape] | None:
    """Return a, g and the input B - g_t + a*g, by time, states and parameters."""
    time, y, v = equation.names[:3]
    if v not in equation.used:
        return None
    slope = equation.without(derivative(equation.rate, v), [v])
    if slope is None or y not in slope.inputs:
        return None
    page = equation.page()
    force = page.put(equation.rate, {v: 0.0})
    factor = _factor(equation, slope, page.of(force))
    if factor is None:
        return None
    potential = equation.integrated(page.of(page.put(slope) - page.put(factor)), y)
    if potential is None:
        return None
    turned = page.put(factor) * page.put(potential) - page.put(derivative(potential, time))
    source = equation.without(page.of(force + turned), [y])
    return None if source is None else (factor, potential, source)


def _factor(equation: SecondOrderEquation, slope: Tape, force: Tape) -> Tape | None:
    """Return a, if A and B are such that there may be one: a*A_y = A_ty - B_yy."""
    time, y = equation.names[:2]
    page, bend = equation.page(), derivative(slope, y)
    by_time = page.put(derivative(bend, time)) if time in slope.inputs else 0.0
    above = by_time - page.put(derivative(derivative(force, y), y))
    return equation.without(page.of(above / page.put(bend)), [y])


def _change(equation: SecondOrderEquation, factor: Tape, potential: Tape, source: Tape) -> Change:
    system, (time, y, v) = equation.system, equation.names[:3]
    fresh = equation.notation.fresh
    u, w = names = fresh("u", "w", "q"), fresh(f"{y}_u", f"{y}_w")
    inner = Page((time, *names, *system.parameters))
    own = {y: inner[w], v: 0.0}
    rates = [
        inner.put(factor) * inner[u] + inner.put(source), inner[u] + inner.put(potential, own)
    ]  # fmt: skip
    start = Page(system.parameters)
    begun, speed = equation.started(start)
    first = speed - start.put(potential, {time: system.t0, y: begun, v: 0.0})
    back = Page((time, *system.parameters, *names))
    slope = back[u] + back.put(potential, {y: back[w], v: 0.0})
    here = equation.page()
    return Change(
        equation.block, equation.other(names, inner.of(*rates), start.of(first, begun)),
        back.of(back[w], slope),
        "There is a first integral that is linear in the slope: it has an equation of its own",
        (equation.told(u, here, here[v] - here.put(potential)),),
    )  # fmt: skip
