"""Exact equations M dt + N dy = 0, with integrating factors (Boyce and DiPrima 2012, 2.6)."""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.scalar import ByFirstIntegral, scalar
from ..exact.solvable import Block
from ..symbolic.first_integral import Integral, Rate, bernoulli, exact


def swapped_bernoulli(rate: Rate):  # noqa: ANN201
    """Yield the integral of a Bernoulli equation for t as a function of y."""
    yield from bernoulli(rate.swapped)


@dataclass(frozen=True)
class ExactClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "exact equation, with an integrating factor of t, of y or t^a*y^b"

    @property
    def order(self) -> int:
        """After the substitutions."""
        return 24

    def recognise(self, block: Block) -> ByFirstIntegral | None:
        """Return the equation, or None if it is no scalar one."""
        found = scalar(block)
        if found is None:
            return None
        words = "Write it as a differential that vanishes along solutions"
        return ByFirstIntegral(found, block.notation, (exact, swapped_bernoulli), words)


SOLVABLE = ExactClass()
