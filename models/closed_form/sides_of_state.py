"""Equations with one law below a value of the state and another above it.

Drag against the motion, -c*v*abs(v); dry friction, -mu*sign(v); what spills over a threshold,
-k*max(x - x_c, 0); a heater that is on below a temperature.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.crossing import crossing
from ..exact.first_order.sides import sides
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class SidesOfStateClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equation with one law below a value of the state and another above it"

    @property
    def order(self) -> int:
        """Before what integrates conditions."""
        return 10

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        found = sides(block.system)
        return found and crossing(block, found)


SOLVABLE = SidesOfStateClass()
