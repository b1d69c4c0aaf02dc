"""Riccati's equation with constant coefficients, dy/dt = g(t)*(a*y^2 + b*y + c).

Its solution is the logarithmic derivative of a linear one (Ince 1926, *Ordinary Differential
Equations*, section 2.15).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.explicit import ByPowers
from ..exact.first_order.powers import riccati_safe
from ..exact.first_order.scalar import scalar
from ..exact.solvable import Block
from ..symbolic.powers import riccati_constant, riccati_formula

_WORDS = (
    "The rate is quadratic in the state, with constant coefficients up to a common factor",
    "Separate the variables, integrate the inverse of the quadratic, and solve for the state",
)


@dataclass(frozen=True)
class RiccatiConstantClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "Riccati's equation with constant coefficients, dy/dt = g(t)*(a*y^2 + b*y + c)"

    @property
    def order(self) -> int:
        """After Bernoulli's."""
        return 13

    def recognise(self, block: Block) -> ByPowers | None:
        """Return the equation, or None if it is of another kind."""
        found = scalar(block)
        powers = riccati_constant(found) if found else None
        if found is None or powers is None:
            return None
        write, safe = riccati_formula, riccati_safe
        return ByPowers(found, block.notation, powers, write, safe, _WORDS)


SOLVABLE = RiccatiConstantClass()
