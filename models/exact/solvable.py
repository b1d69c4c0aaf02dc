"""What a solvable class is: it recognises a block of equations, solves it and explains how.

To write one, put a file on the shelf ``closed_form/`` that binds ``SOLVABLE``. A block is a
first-order system of its own: states that depend on one another, with everything else they depend
on already put in as formulas of time and parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..notation import Notation
from ..system import FirstOrderSystem
from ..tape import Tape
from .derivation import Step


@dataclass(frozen=True)
class Solved:
    """The solution of a block.

    Parameters
    ----------
    formula
        As a textbook prints it: inputs are time and the parameters, one output per state.
    tape
        The same function in a form that is safe in floating point: no 0/0 where the formula has a
        limit, no overflow where it has none, digits kept in values and in derivatives.
    domain
        Where it is valid, in phrases.
    """

    formula: Tape
    tape: Tape
    domain: tuple[str, ...]


class Recognised(Protocol):
    """A block as a solvable class sees it."""

    def solve(self, notation: Notation) -> Solved:
        """Return the solution; it is believed only after it has been certified."""
        ...

    def explain(self, notation: Notation) -> tuple[Step, ...]:
        """Return the way to the formula in a textbook's steps, with their claims."""
        ...


class SolvableClass(Protocol):
    """A kind of block with a known way to its solution."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        ...

    def recognise(self, block: FirstOrderSystem) -> Recognised | None:
        """Return the block as this class sees it, or None if it is of another kind."""
        ...
