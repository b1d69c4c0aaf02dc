"""Linear systems whose input leads to no known function: variation of constants keeps an integral.

See Boyce and DiPrima 2012, *Elementary Differential Equations*, section 7.9.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.linear.affine import affine
from ..exact.linear.duhamel import Duhamel, duhamel
from ..exact.solvable import Block


@dataclass(frozen=True)
class LinearDuhamelClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear system whose solution keeps an integral over its input"

    @property
    def order(self) -> int:
        """After all that find a formula."""
        return 27

    def recognise(self, block: Block) -> Duhamel | None:
        """Return the system, or None if it is of another kind."""
        coefficients = affine(block.system) if block.system.n_states > 1 else None
        return None if coefficients is None else duhamel(block, coefficients)


SOLVABLE = LinearDuhamelClass()
