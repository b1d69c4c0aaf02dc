"""Riccati's equation dy/dt = p(t)*y^2 + q(t)*y + r(t), scaled or by way of a linear equation.

A scaling of the state may make the coefficients constant; otherwise the linear equation of second
order that belongs to it may have elementary solutions. See Kamke 1961, *Differentialgleichungen:
Lösungsmethoden und Lösungen*, part A, section 4.9.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.quadratic import varying_riccati
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class VaryingRiccatiClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Riccati's equation, dy/dt = p(t)*y^2 + q(t)*y + r(t)"

    @property
    def order(self) -> int:
        """After constant coefficients and Bernoulli's, before those that need named functions."""
        return 22

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return varying_riccati(block)


SOLVABLE = VaryingRiccatiClass()
