"""Bernoulli's equation with constant coefficients: logistic growth, power laws, allometry.

See Boyce and DiPrima 2012, *Elementary Differential Equations*, section 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.kinds import constant_bernoulli
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class ConstantBernoulliClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Bernoulli's equation with constant coefficients, dy/dt = g(t)*(a*y + b*y^n)"

    @property
    def order(self) -> int:
        """Before the general one."""
        return 12

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return constant_bernoulli(block)


SOLVABLE = ConstantBernoulliClass()
