"""Linear equations of second order whose coefficients vary, with elementary solutions.

They are found by a change of the variable that makes the coefficients constant, or by Kovacic's
algorithm (Kovacic 1986, J. Symbolic Comput. 2:3-43).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.linear.affine import affine
from ..exact.linear.second_order import SecondOrder, second_order
from ..exact.solvable import Block


@dataclass(frozen=True)
class LinearSecondOrderClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear equation of second order, y'' + p(t)*y' + q(t)*y = g(t)"

    @property
    def order(self) -> int:
        """After those with constant coefficients."""
        return 14

    def recognise(self, block: Block) -> SecondOrder | None:
        """Return the equation, or None if it is of another kind."""
        if block.system.n_states != 2:
            return None
        coefficients = affine(block.system)
        return None if coefficients is None else second_order(block, coefficients)


SOLVABLE = LinearSecondOrderClass()
