"""Equations that are linear, Bernoulli's or Riccati's in a function of the state.

With u = tan(y), log(y), exp(y) or the like, dy/dt = f(t, y) may become one of these; so a rate with
the sine and cosine of an angle is Riccati's for the tangent of its half. See Kamke 1961,
*Differentialgleichungen: Lösungsmethoden und Lösungen*, part A, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.restated import restated
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class FunctionOfStateClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equation that is linear, Bernoulli's or Riccati's in a function of the state"

    @property
    def order(self) -> int:
        """After those that separate, before integrating factors."""
        return 22

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return restated(block)


SOLVABLE = FunctionOfStateClass()
