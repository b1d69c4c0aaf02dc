"""Separable equations dy/dt = g(t)*h(y) (Boyce and DiPrima 2012, section 2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.scalar import ByFirstIntegral, scalar
from ..exact.solvable import Block
from ..symbolic.first_integral import separated


@dataclass(frozen=True)
class SeparableClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "separable equation, dy/dt = g(t)*h(y)"

    @property
    def order(self) -> int:
        """After what a tape alone decides."""
        return 20

    def recognise(self, block: Block) -> ByFirstIntegral | None:
        """Return the equation, or None if it is no scalar one."""
        found = scalar(block)
        if found is None:
            return None
        return ByFirstIntegral(found, block.notation, (separated,), "The variables separate")


SOLVABLE = SeparableClass()
