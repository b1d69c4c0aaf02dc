"""Linear and Bernoulli equations dy/dt = a(t)*y + b(t)*y^n whose second integral is no function.

The integral of a is found, that of b with the integrating factor is not: it stays in the formula,
as a textbook leaves it (Boyce and DiPrima 2012, *Elementary Differential Equations*, sections 2.1
and 2.4).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.first_order.quadrature import bernoulli_by_quadrature
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class BernoulliQuadratureClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear or Bernoulli's equation whose solution keeps an integral"

    @property
    def order(self) -> int:
        """After Bernoulli's equation with integrals that are known."""
        return 19

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, or None if it is of another kind."""
        return bernoulli_by_quadrature(block)


SOLVABLE = BernoulliQuadratureClass()
