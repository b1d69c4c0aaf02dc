"""Equations that separate in another variable: y*t^k, y + c*t (Boyce and DiPrima 2012, 2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.scalar import ByFirstIntegral, scalar
from ..exact.solvable import Block
from ..symbolic.first_integral import of_a_line, of_a_ratio


@dataclass(frozen=True)
class SubstitutionClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "homogeneous equation, dy/dt = (y/t)*F(y*t^k), or one of y + c*t"

    @property
    def order(self) -> int:
        """After those that separate as they are."""
        return 22

    def recognise(self, block: Block) -> ByFirstIntegral | None:
        """Return the equation, or None if it is no scalar one."""
        found = scalar(block)
        if found is None:
            return None
        words = "The right side is a function of one combination of both variables"
        return ByFirstIntegral(found, block.notation, (of_a_line, of_a_ratio), words)


SOLVABLE = SubstitutionClass()
