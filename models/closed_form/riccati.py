"""Riccati's equation dy/dt = p(t)*y^2 + q(t)*y + r(t), from one solution that is known.

See Boyce and DiPrima 2012, *Elementary Differential Equations*, section 2.6.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.kinds import general_riccati
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class RiccatiClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Riccati's equation of which one simple solution is found"

    @property
    def order(self) -> int:
        """After the substitutions."""
        return 25

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return general_riccati(block)


SOLVABLE = RiccatiClass()
