"""Linear systems whose matrix is constant but for a growth and a pace that all states share.

With dy/dt = (alpha(t)*I + h(t)*B)*y the matrices of any two times commute, so that the solution is
the exponential of the integral (Boyce and DiPrima 2012, *Elementary Differential Equations*,
section 7.7, for the constant matrix that is left).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.linear.affine import affine
from ..exact.linear.common import CommonGrowth, common_growth
from ..exact.solvable import Block


@dataclass(frozen=True)
class CommonGrowthClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear system with a growth in common, dy/dt = (a(t)*I + h(t)*B)*y + b(t)"

    @property
    def order(self) -> int:
        """After the second-order ones, which have formulas of their own."""
        return 15

    def recognise(self, block: Block) -> CommonGrowth | None:
        """Return the system, or None if it is of another kind."""
        if block.system.n_states == 1 or any("'" in state for state in block.states):
            return None
        coefficients = affine(block.system)
        return None if coefficients is None else common_growth(block, coefficients)


SOLVABLE = CommonGrowthClass()
