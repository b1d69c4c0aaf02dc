"""Equations that stay the same when time is stretched or moved and the state stretched with it.

If y'' = f(t, y, y') is the same for c*t and c^k*y, it has no time in it for w = y/t^k by s =
log(t/t0); if it is the same for t + c and exp(k*c)*y, for w = y*exp(-k*t) (Ince 1956, *Ordinary
Differential Equations*, section 4.2; Bluman and Anco 2002, *Symmetry and Integration Methods for
Differential Equations*, section 3.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..exact.reduction.change import Change
from ..exact.reduction.page import Page
from ..exact.reduction.second import SecondOrderEquation, nonlinear
from ..exact.solvable import Block, Solved
from ..symbolic.rational import simplified
from ..tape import Tape, Value
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class ScaleSymmetryClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equidimensional equation of second order, in another time without time"

    @property
    def order(self) -> int:
        """After first integrals, before orbits."""
        return 19

    def recognise(self, block: Block) -> ScaleSymmetry | None:
        """Return the equation, None if time is not in it or not like that."""
        equation = nonlinear(block)
        if equation is None or equation.system.time not in equation.used:
            return None
        stretched, moved = _power(equation), _growth(equation)
        if stretched is None and moved is None:
            return None
        return ScaleSymmetry(equation, stretched, moved)


SOLVABLE = ScaleSymmetryClass()


def _power(equation: SecondOrderEquation) -> Tape | None:
    """Return k where f scales as a second derivative if c*t and c^k*y take the place of t and y."""
    if not equation.system.t0 > 0:
        return None
    (time, y, v), page = equation.names[:3], equation.page()
    f, by_time, by_y, by_v = _slopes(equation, page)
    above = page[time] * by_time - page[v] * by_v + 2.0 * f
    return equation.without(page.of(above / (f - page[y] * by_y - page[v] * by_v)), [time, y, v])


def _growth(equation: SecondOrderEquation) -> Tape | None:
    """Return k where f grows by exp(k*c) if t + c and exp(k*c)*y take the place of t and y."""
    (time, y, v), page = equation.names[:3], equation.page()
    f, by_time, by_y, by_v = _slopes(equation, page)
    return equation.without(page.of(by_time / (f - page[y] * by_y - page[v] * by_v)), [time, y, v])


def _slopes(equation: SecondOrderEquation, page: Page) -> list[Value]:
    """Return f and its derivatives by time and both states."""
    return [
        page.put(equation.rate),
        *(page.put(derivative(equation.rate, n)) for n in equation.names[:3]),
    ]


@dataclass(frozen=True)
class ScaleSymmetry:
    """One such equation.

    Parameters
    ----------
    equation
        The equation.
    power, growth
        k, from parameters, if it stays the same stretched or moved.
    """

    equation: SecondOrderEquation
    power: Tape | None
    growth: Tape | None

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if the equation without time has one."""
        if self.growth is not None:
            yield from self._moved(self.growth).solutions()
        if self.power is not None:
            yield from self._stretched(self.power).solutions()

    def _moved(self, growth: Tape) -> Change:
        """Return the equation of y*exp(-k*t)."""
        equation, system = self.equation, self.equation.system
        time, y, v = equation.names[:3]
        w, pace = names = _names(equation)
        inner = Page((time, *names, *system.parameters))
        k = inner.put(growth)
        speed = inner[pace] + k * inner[w]
        bend = inner.put(equation.rate, {time: system.t0, y: inner[w], v: speed})
        rate = bend - 2.0 * k * inner[pace] - k**2.0 * inner[w]
        start = Page(system.parameters)
        begun, slope = equation.started(start)
        back = Page((time, *system.parameters, *names))
        k = back.put(growth)
        grown = (k * (back[time] - system.t0)).apply("exp")
        there = equation.page()
        factor = (-there.put(growth) * (there[time] - system.t0)).apply("exp")
        return Change(
            equation.block,
            equation.other(
                names, _short(inner, inner[pace], rate),
                start.of(begun, slope - start.put(growth) * begun),
            ),
            back.of(grown * back[w], grown * (back[pace] + k * back[w])),
            "Later it is the same equation for a multiple of the state: taken out, no time is left",
            (equation.told(w, there, there[y] * factor),),
        )  # fmt: skip

    def _stretched(self, power: Tape) -> Change:
        """Return the equation of y/(t/t0)^k by the logarithm of time."""
        equation, system, t0 = self.equation, self.equation.system, self.equation.system.t0
        time, y, v = equation.names[:3]
        w, pace = names = _names(equation)
        own = equation.notation.fresh("s", "tau", "s_1")
        inner = Page((own, *names, *system.parameters))
        k = inner.put(power)
        speed = inner[pace] + k * inner[w]
        bend = inner.put(equation.rate, {time: t0, y: inner[w], v: speed / t0}) * t0**2
        rate = bend - (2.0 * k - 1.0) * inner[pace] - k * (k - 1.0) * inner[w]
        start = Page(system.parameters)
        begun, slope = equation.started(start)
        back = Page((time, *system.parameters, *names))
        k, ratio = back.put(power), back[time] / t0
        scale = ratio**k
        there, here = equation.page(), Page((time, *system.parameters))
        return Change(
            equation.block,
            equation.other(
                names, _short(inner, inner[pace], rate),
                start.of(begun, t0 * slope - start.put(power) * begun), own,
            ),
            back.of(scale * back[w], scale * (back[pace] + k * back[w]) / back[time]),
            "It is the same equation in any unit of time: by its logarithm no time is left",
            (equation.told(w, there, there[y] * (there[time] / t0) ** -there.put(power)),),
            own=here.of((here[time] / t0).apply("log")),
        )  # fmt: skip


def _names(equation: SecondOrderEquation) -> tuple[str, str]:
    w = equation.notation.fresh("w", "u", "q", "w_1")
    return w, f"{w}'"


def _short(page: Page, *rates: Value) -> Tape:
    """Return rates in their shortest form."""
    return page.of(*(page.put(simplified(page.of(rate))) for rate in rates))
