"""Systems with a conserved total: A + B -> C, dimers, epidemics without immunity.

The totals express every state by one, whose own equation is scalar (Boyce and DiPrima 2012,
*Elementary Differential Equations*, section 2.5, on chemical reactions).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.conserved import eliminated
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class ConservedTotalsClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "system with conserved totals that leave one equation"

    @property
    def order(self) -> int:
        """After linear systems, before what depends on solved states is integrated."""
        return 11

    def recognise(self, block: Block) -> Recognised | None:
        """Return the system, or None if it has too few totals."""
        return eliminated(block)


SOLVABLE = ConservedTotalsClass()
