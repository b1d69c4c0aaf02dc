"""Two equations whose rates grow with their states in proportion: their ratio has one of its own.

So it is in models of infection by shares of a population, S' = -b*S*I/(S + I).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.reduction.ratio import HomogeneousPair, homogeneous
from ..exact.solvable import Block


@dataclass(frozen=True)
class HomogeneousPairClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "two homogeneous equations of degree one, by the ratio of their states"

    @property
    def order(self) -> int:
        """After combinations with equations of their own."""
        return 17

    def recognise(self, block: Block) -> HomogeneousPair | None:
        """Return the pair, None if its rates do not scale like that."""
        found = homogeneous(block)
        return found if found is not None and found.is_of_first_degree else None


SOLVABLE = HomogeneousPairClass()
