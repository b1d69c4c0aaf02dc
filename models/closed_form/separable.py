"""Separable equations dy/dt = g(t)*h(y).

See Boyce and DiPrima 2012, *Elementary Differential Equations*, section 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.kinds import separable
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class SeparableClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "separable equation, dy/dt = g(t)*h(y)"

    @property
    def order(self) -> int:
        """After what needs no inverse."""
        return 20

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return separable(block)


SOLVABLE = SeparableClass()
