"""Linear systems whose matrices of all times have eigenvectors in common.

With w*A(t) = rate(t)*w at all times the combination u = w*y has an equation of its own, and as many
of them as states solve the system.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.linear.affine import affine
from ..exact.linear.rows import CommonVectors, common_vectors
from ..exact.solvable import Block


@dataclass(frozen=True)
class CommonVectorsClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear system whose matrices have eigenvectors in common"

    @property
    def order(self) -> int:
        """After systems with a growth in common."""
        return 16

    def recognise(self, block: Block) -> CommonVectors | None:
        """Return the system, or None if it is of another kind."""
        if block.system.n_states == 1:
            return None
        coefficients = affine(block.system)
        return None if coefficients is None else common_vectors(block, coefficients)


SOLVABLE = CommonVectorsClass()
