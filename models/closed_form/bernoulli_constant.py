"""Bernoulli's equation with constant coefficients: logistic growth, power laws, allometry.

dy/dt = g(t)*(a*y + b*y^n), with 1/y^(n - 1) as the new unknown (Boyce and DiPrima 2012, section
2.4).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.explicit import ByPowers
from ..exact.first_order.powers import bernoulli_safe
from ..exact.first_order.scalar import scalar
from ..exact.solvable import Block
from ..symbolic.powers import bernoulli_constant, bernoulli_formula

_WORDS = (
    "This is Bernoulli's equation: a multiple of the state and a multiple of one of its powers",
    "The inverse of the power, less one, grows linearly: solve for it and go back",
)


@dataclass(frozen=True)
class BernoulliConstantClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Bernoulli's equation with constant coefficients, dy/dt = g(t)*(a*y + b*y^n)"

    @property
    def order(self) -> int:
        """Before the general one."""
        return 12

    def recognise(self, block: Block) -> ByPowers | None:
        """Return the equation, or None if it is of another kind."""
        found = scalar(block)
        powers = bernoulli_constant(found) if found else None
        if found is None or powers is None:
            return None
        write, safe = bernoulli_formula, bernoulli_safe
        return ByPowers(found, block.notation, powers, write, safe, _WORDS)


SOLVABLE = BernoulliConstantClass()
