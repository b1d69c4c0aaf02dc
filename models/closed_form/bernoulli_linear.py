"""Bernoulli's equation dy/dt = a*y + b(t)*y^2, a constant, b of exponentials, waves and powers.

One over the state is answered linearly, in the terms of b (Boyce and DiPrima 2012, *Elementary
Differential Equations*, section 2.4).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.restated import by_reciprocal
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class BernoulliLinearClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Bernoulli's equation, dy/dt = a*y + b(t)*y^2 with a constant"

    @property
    def order(self) -> int:
        """Before Bernoulli's equation with coefficients of any kind."""
        return 17

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return by_reciprocal(block)


SOLVABLE = BernoulliLinearClass()
