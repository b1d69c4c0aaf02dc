"""What all functions of compiled lanes are written from, and who writes the steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ....models.tape import Tape
from ...compose.leaps import Leaps
from ...compose.program import Program
from ...kernels.page import Machine, Page
from ..layout import Layout
from .frame import Frame
from .iteration import Iteration


class Stepper(Protocol):
    """How lanes step, in one piece or in parts."""

    @property
    def n_stages(self) -> int:
        """Evaluations of the vector field per attempted step."""
        ...

    @property
    def dense_rows(self) -> tuple[int, ...]:
        """Which of the kept slopes dense output needs."""
        ...

    @property
    def looped(self) -> bool:
        """Whether steps are loops over states, which need room for stages."""
        ...

    @property
    def handed_on(self) -> tuple[tuple[str, int | None], ...]:
        """What the parts of a step hand on to one another: names and lengths."""
        ...

    def pages(self, machine: Machine, layout: Layout, declared: dict[str, str]) -> list[Page]:
        """Return the functions that the others need."""
        ...

    def shared(self, machine: Machine) -> str:
        """Return a module of functions that are the same for many systems; empty for none."""
        ...

    def begin(self, f: Frame, of: str, to: str) -> str:
        """Write the slopes of where lanes stand to some rows; return their first steps.

        The names of the rows that are read begin with `of`.
        """
        ...

    def dense(self, f: Frame, theta: str, put: Callable[[str, str], None]) -> None:
        """Write the states of one lane at fractions of its step, each put where it belongs."""
        ...

    def iteration(self, frame: Frame, *, adaptive: bool) -> Iteration:
        """Return the writer of an iteration."""
        ...


@dataclass(frozen=True)
class Work:
    """What a module of lanes is written from.

    Parameters
    ----------
    stepper
        Who writes the steps.
    machine
        What the code may count on.
    layout
        Of the memory.
    adaptive
        Whether steps are chosen by the error; else all are as long as the first.
    tally
        What is added up at outputs, in place of keeping the states there; see `Tally`.
    leaps
        The events, or None if there are none.
    hidden
        How many tolerances a step may hide, or None where none hides anything.
    poles
        The look for poles in a step, or None where there can be none.
    declared
        Signatures of the functions called, by name.
    """

    stepper: Stepper
    machine: Machine
    layout: Layout
    adaptive: bool
    tally: Tape | None
    leaps: Leaps | None
    hidden: Program | None
    poles: Program | None
    declared: dict[str, str]

    def frame(self, head: str) -> Frame:
        """Return a new page over the block, for a function of this signature."""
        return Frame(Page(self.machine, head, self.declared), self.layout)

    def narrow_frame(self, head: str) -> Frame:
        """Return one for a function that works on one of the processor's vectors at a time."""
        return Frame(Page(self.machine.single, head, self.declared), self.layout)
