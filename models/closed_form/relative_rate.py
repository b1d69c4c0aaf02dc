"""Equations that do not depend on the scale of the state, y'' = y*F(t, y'/y).

The relative rate u = y'/y has an equation of first order of its own, u' = F(t, u) - u^2, and the
state grows by it (Kamke 1961, *Differentialgleichungen: Lösungsmethoden und Lösungen*, part A,
section 15).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.linear.identity import Identity
from ..exact.reduction.change import Change
from ..exact.reduction.page import Page
from ..exact.reduction.second import SecondOrderEquation, nonlinear
from ..exact.solvable import Block
from ..symbolic.rational import simplified

_SCALE = "scale of the state"  # no name of a model has a space


@dataclass(frozen=True)
class RelativeRateClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equation that is homogeneous in the state, y'' = y*F(t, y'/y)"

    @property
    def order(self) -> int:
        """Before energies are looked for."""
        return 16

    def recognise(self, block: Block) -> Change | None:
        """Return the equation of the relative rate, None if the scale plays a part."""
        equation = nonlinear(block)
        if equation is None or not {*equation.system.states} <= equation.used:
            return None
        return _relative(equation) if _is_homogeneous(equation) else None


SOLVABLE = RelativeRateClass()


def _is_homogeneous(equation: SecondOrderEquation) -> bool:
    page, (y, v) = equation.page(_SCALE), equation.system.states
    scaled = {name: page[_SCALE] * page[name] for name in (y, v)}
    there = page.put(equation.rate, scaled)
    return Identity(page.builder).same(there, page[_SCALE] * page.put(equation.rate))


def _relative(equation: SecondOrderEquation) -> Change:
    system, (time, y, v) = equation.system, equation.names[:3]
    fresh = equation.notation.fresh
    u, w = names = fresh("u", "w", "q"), fresh(f"{y}_u", f"{y}_w")
    inner = Page((time, *names, *system.parameters))
    bend = inner.put(equation.rate, {y: 1.0, v: inner[u]})
    rate = inner.put(simplified(inner.of(bend - inner[u] ** 2.0)))
    start = Page(system.parameters)
    begun, speed = equation.started(start)
    back = Page((time, *system.parameters, *names))
    here = equation.page()
    return Change(
        equation.block,
        equation.other(names, inner.of(rate, inner[u] * inner[w]), start.of(speed / begun, begun)),
        back.of(back[w], back[u] * back[w]),
        "The equation is the same for any multiple of the state: its relative rate has one of its "
        "own", (equation.told(u, here, here[v] / here[y]),),
    )  # fmt: skip
