"""Bernoulli's equation dy/dt = a(t)*y + b(t)*y^n (Boyce and DiPrima 2012, section 2.4)."""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.scalar import ByFirstIntegral, scalar
from ..exact.solvable import Block
from ..symbolic.first_integral import bernoulli


@dataclass(frozen=True)
class BernoulliClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Bernoulli's equation, dy/dt = a(t)*y + b(t)*y^n"

    @property
    def order(self) -> int:
        """Before the separable equations."""
        return 18

    def recognise(self, block: Block) -> ByFirstIntegral | None:
        """Return the equation, or None if it is no scalar one."""
        found = scalar(block)
        if found is None:
            return None
        words = "This is Bernoulli's equation, linear in a power of the state"
        return ByFirstIntegral(found, block.notation, (bernoulli,), words)


SOLVABLE = BernoulliClass()
