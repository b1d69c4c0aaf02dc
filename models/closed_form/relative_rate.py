"""Equations that do not depend on the scale of the state, y'' = y*F(t, y'/y).

The relative rate u = y'/y has an equation of first order of its own, u' = F(t, u) - u^2, and the
state grows by it (Kamke 1961, *Differentialgleichungen: Lösungsmethoden und Lösungen*, part A,
section 15).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.linear.identity import Identity
from ..exact.reduction.change import Change
from ..exact.reduction.second import SecondOrderEquation, nonlinear
from ..exact.solvable import Block
from ..symbolic.rational import simplified
from ..tape import Builder

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
    builder, time, y, v, parameters = equation.page(_SCALE)
    scale = builder.input(_SCALE)
    (here,) = builder.inline(equation.rate, [time, y, v, *parameters])
    (there,) = builder.inline(equation.rate, [time, scale * y, scale * v, *parameters])
    return Identity(builder).same(there, scale * here)


def _relative(equation: SecondOrderEquation) -> Change:
    system, fresh = equation.system, equation.notation.fresh
    state = system.states[0]
    names = fresh("u", "w", "q"), fresh(f"{state}_u", f"{state}_w")
    builder = Builder((system.time, *names, *system.parameters))
    time, u, y, *parameters = builder.inputs
    (bend,) = builder.inline(equation.rate, [time, builder.constant(1.0), u, *parameters])
    (rate,) = builder.inline(simplified(builder.finish([bend - u**2.0])), builder.inputs)
    start = Builder(system.parameters)
    begun, speed = equation.started(start)
    inner = equation.other(
        names, builder.finish([rate, u * y]), start.finish([speed / begun, begun])
    )
    back = Builder((system.time, *system.parameters, *names))
    page, _, now, slope, _ = equation.page()
    return Change(
        equation.block, inner, back.finish([back.input(names[1]), back.input(names[0]) * back.input(names[1])]),
        "The equation is the same for any multiple of the state: its relative rate has one of its "
        "own", (equation.told(names[0], page, slope / now),),
    )  # fmt: skip
