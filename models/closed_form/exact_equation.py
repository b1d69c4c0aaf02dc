"""Exact equations M dt + N dy = 0, with integrating factors.

See Boyce and DiPrima 2012, *Elementary Differential Equations*, section 2.6.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.kinds import differential
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class ExactClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "exact equation, with an integrating factor of t, of y or t^a*y^b"

    @property
    def order(self) -> int:
        """After the others."""
        return 24

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return differential(block)


SOLVABLE = ExactClass()
