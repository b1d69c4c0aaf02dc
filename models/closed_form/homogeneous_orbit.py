"""Two equations of another degree than one: time drops out of the curve of a state by the ratio."""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.reduction.ratio import HomogeneousPair, homogeneous
from ..exact.solvable import Block


@dataclass(frozen=True)
class HomogeneousOrbitClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "two homogeneous equations of one degree, time being a quadrature over their ratio"

    @property
    def order(self) -> int:
        """The last: after orbits of the states themselves."""
        return 29

    def recognise(self, block: Block) -> HomogeneousPair | None:
        """Return the pair, None if its rates do not scale like that or time is in them."""
        found = homogeneous(block)
        if found is None or found.is_of_first_degree:
            return None
        return None if block.system.time in block.system.vector_field.used() else found


SOLVABLE = HomogeneousOrbitClass()
