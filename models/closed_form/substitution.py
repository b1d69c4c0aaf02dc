"""Equations that separate in another variable, y*t^k or y + c*t.

See Boyce and DiPrima 2012, *Elementary Differential Equations*, section 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.kinds import substitutable
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class SubstitutionClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "homogeneous equation, dy/dt = (y/t)*F(y*t^k), or one of y + c*t"

    @property
    def order(self) -> int:
        """After those that separate as they are, before Riccati by an equation of second order."""
        return 21

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return substitutable(block)


SOLVABLE = SubstitutionClass()
