"""Equations that are simpler in another variable than the state: Darboux's, Abel's and others.

See Kamke 1961, *Differentialgleichungen: Lösungsmethoden und Lösungen*, part A, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.kinds import changed
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class AnotherVariableClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equation of Darboux or Abel, or another that is simpler in another variable"

    @property
    def order(self) -> int:
        """After all others."""
        return 26

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return changed(block)


SOLVABLE = AnotherVariableClass()
