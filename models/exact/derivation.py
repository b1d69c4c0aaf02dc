"""A derivation: numbered steps in a textbook's words, each with what a machine can check of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..notation import Shown, aligned
from ..tape import Tape

_WIDEST = 72  # characters; marks of longer equations stand right behind them


class Claim(NamedTuple):
    """Two formulas, one output each, that agree wherever both are defined; inputs go by name."""

    left: Tape
    right: Tape


@dataclass(frozen=True)
class Step:
    """One step of a derivation.

    Parameters
    ----------
    words
        What is done, as a textbook says it.
    shown
        The equation this leads to.
    claims
        What has to be true for that.
    solution
        Whether this is a solution that is no formula on a tape, of all states it is about: the
        certificate puts it back into their equations, and needs no claim for that.
    checked
        Whether that was done, and each claim found to hold, at random points and with many digits.
    """

    words: str
    shown: Shown
    claims: tuple[Claim, ...] = field(default=(), repr=False)
    solution: bool = False
    checked: bool = False

    @property
    def text(self) -> str:
        """The equation as plain text."""
        return self.shown.text

    @property
    def latex(self) -> str:
        """The equation in LaTeX."""
        return self.shown.latex

    def __str__(self) -> str:
        return f"{self.words}: {self.text}"


@dataclass(frozen=True)
class Derivation:
    """Numbered steps from an equation to its solution; prints as a person would write them."""

    steps: tuple[Step, ...]

    def __getitem__(self, position: int) -> Step:
        return self.steps[position]

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    @property
    def checked(self) -> bool:
        """Whether every step was checked."""
        return all(step.checked for step in self.steps)

    def __str__(self) -> str:
        width = min(_WIDEST, max((len(step.text) for step in self.steps), default=0))
        rows: list[str] = []
        for number, step in enumerate(self.steps, 1):
            mark = "✓" if step.checked else ""
            rows += [f"{number:2}. {step.words}", f"      {step.text:{width}}   {mark}".rstrip()]
        return "\n".join(rows)

    __repr__ = __str__

    @property
    def latex(self) -> str:
        """The steps in LaTeX, one under the other: what is done, then where it leads."""
        rows: list[str] = []
        for number, step in enumerate(self.steps, 1):
            rows += [rf"&\text{{{number}. {_in_text(step.words)}}}", rf"&\qquad {step.latex}"]
        return aligned(rows)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    def _repr_html_(self) -> str:
        from ..display import derivation_html  # display sits above the values it shows

        return derivation_html(self)


def _in_text(words: str) -> str:
    """Return words for a text in LaTeX, its marks escaped."""
    marks = {"_": r"\_", "^": r"\^{}", "&": r"\&", "%": r"\%", "#": r"\#"}
    return "".join(marks.get(letter, letter) for letter in words)
