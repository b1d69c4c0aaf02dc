"""Equations in sine and cosine of the state, dy/dt = g(t)*(a + b*cos(k*y) + c*sin(k*y)).

The tangent of half the angle fulfils Riccati's equation (Kamke 1961, *Differentialgleichungen:
Lösungsmethoden und Lösungen*, part A, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.kinds import of_an_angle
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class HalfAngleClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equation in sine and cosine of the state, dy/dt = g(t)*(a + b*cos(y) + c*sin(y))"

    @property
    def order(self) -> int:
        """Beside Riccati's equation with constant coefficients."""
        return 13

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return of_an_angle(block)


SOLVABLE = HalfAngleClass()
