"""Riccati's chain at its second link: y'' = -3*k*y*y' - k^2*y^3 + b*(y' + k*y^2) + a*y + d.

With y = w'/(k*w) it is a linear equation of third order, w''' = b*w'' + a*w' + k*d*w, as Riccati's
is one of second order (Davis 1962, *Introduction to Nonlinear Differential and Integral Equations*,
chapter 3).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.reduction.change import Change
from ..exact.reduction.page import Page, is_zero
from ..exact.reduction.second import SecondOrderEquation, nonlinear
from ..exact.solvable import Block
from ..tape import Tape
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class RiccatiChainClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Riccati's chain of second order, a quotient of solutions of a linear equation"

    @property
    def order(self) -> int:
        """Before first integrals, whose equations are Riccati's."""
        return 16

    def recognise(self, block: Block) -> Change | None:
        """Return the linear equation of third order, None if there is none."""
        equation = nonlinear(block)
        parts = _parts(equation) if equation else None
        return _change(equation, *parts) if equation and parts else None


SOLVABLE = RiccatiChainClass()


def _parts(equation: SecondOrderEquation) -> tuple[Tape, Tape, Tape, Tape] | None:
    """Return k, b, a and d, by time and parameters."""
    time, y, _ = equation.names[:3]
    found = equation.coefficients()
    if found is None or not is_zero(found[2]) or y not in found[1].inputs:
        return None
    free, linear, _ = found
    page = equation.page()
    k = equation.without(page.of(page.put(derivative(linear, y)) / -3.0), [y, time])
    if k is None or is_zero(k):
        return None
    weight, damping = page.put(k), page.put(linear, {y: 0.0})
    powers = weight**2.0 * page[y] ** 3.0 - damping * weight * page[y] ** 2.0
    rest = page.of(page.put(free) + powers)
    a = equation.without(derivative(rest, y), [y])
    if a is None:
        return None
    d = page.put(rest, {y: 0.0})
    return k, page.builder.formula(damping), a, page.builder.formula(d)


def _change(equation: SecondOrderEquation, k: Tape, b: Tape, a: Tape, d: Tape) -> Change:
    system, (time, y, _) = equation.system, equation.names[:3]
    w = equation.notation.fresh("w", "u", "q", "w_1")
    names = w, f"{w}'", f"{w}''"
    inner = Page((time, *names, *system.parameters))
    rate = inner.put(b) * inner[names[2]] + inner.put(a) * inner[names[1]]
    rate = rate + inner.put(k) * inner.put(d) * inner[w]
    start = Page(system.parameters)
    begun, speed = (start.put(k) * value for value in equation.started(start))
    back = Page((time, *system.parameters, *names))
    relative = back[names[1]] / back[w]
    slope = back[names[2]] / back[w] - relative**2.0
    there = equation.page(*names)
    return Change(
        equation.block,
        equation.other(
            names, inner.of(inner[names[1]], inner[names[2]], rate),
            start.of(1.0, begun, speed + begun**2.0),
        ),
        back.of(relative / back.put(k), slope / back.put(k)),
        "The state is the relative rate of another one, whose equation is linear",
        (equation.told(y, there, there[names[1]] / (there.put(k) * there[w])),),
    )  # fmt: skip
