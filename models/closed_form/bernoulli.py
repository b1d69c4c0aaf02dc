"""Bernoulli's equation dy/dt = a(t)*y + b(t)*y^n.

See Boyce and DiPrima 2012, *Elementary Differential Equations*, section 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.kinds import variable_bernoulli
from ..exact.solvable import Block, Recognised


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

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return variable_bernoulli(block)


SOLVABLE = BernoulliClass()
