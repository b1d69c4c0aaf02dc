"""Equations that separate, in the state or a combination, whose integral is no known function.

The solution is an equation between two integrals, as a textbook leaves it (Kamke 1961,
*Differentialgleichungen: Lösungsmethoden und Lösungen*, part A, sections 4.1 to 4.3).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.by_inverse import by_inverse
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class SeparableQuadratureClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "separable or homogeneous equation whose solution keeps an integral"

    @property
    def order(self) -> int:
        """After those whose integral is known; another way would not know it either."""
        return 22

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return by_inverse(block)


SOLVABLE = SeparableQuadratureClass()
