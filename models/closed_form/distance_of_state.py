"""Equations that are simpler for the distance of the state to a function of time.

As y' = t*(y - t^2)^3 + 2*t is for y - t^2; one over the distance to a solution makes Riccati's
equation linear. See Kamke 1961, *Differentialgleichungen: Lösungsmethoden und Lösungen*, part A,
section 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.restated import by_distance
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class DistanceOfStateClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equation that is simpler for the distance of the state to a function of time"

    @property
    def order(self) -> int:
        """After all others of the first order."""
        return 27

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return by_distance(block)


SOLVABLE = DistanceOfStateClass()
