"""Riccati's equation with constant coefficients, dy/dt = g(t)*(a*y^2 + b*y + c).

See Ince 1926, *Ordinary Differential Equations*, section 2.15.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.kinds import constant_riccati
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class ConstantRiccatiClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Riccati's equation with constant coefficients, dy/dt = g(t)*(a*y^2 + b*y + c)"

    @property
    def order(self) -> int:
        """After Bernoulli's."""
        return 13

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return constant_riccati(block)


SOLVABLE = ConstantRiccatiClass()
