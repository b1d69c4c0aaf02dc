"""Linear equations of second order whose coefficients vary, by functions with a name.

Airy's, Bessel's, Weber's and Hermite's, Whittaker's and Kummer's, Legendre's and Gauss's.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..exact.linear.named import by_name
from ..exact.solvable import Block, Recognised


@dataclass(frozen=True)
class LinearNamedClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear equation of second order, by Airy's, Bessel's and other functions with names"

    @property
    def order(self) -> int:
        """After equations with elementary solutions."""
        return 15

    def recognise(self, block: Block) -> Recognised | None:
        """Return the equation, None if it is another."""
        return by_name(block)


SOLVABLE = LinearNamedClass()
