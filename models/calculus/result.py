"""What every answer of this room has: paper text, LaTeX, numbered steps and a check by numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape


@dataclass(frozen=True)
class Step:
    """One step of an explanation: which rule, and what it says here.

    Parameters
    ----------
    rule
        Name of the rule, such as ``chain rule``.
    text
        What it gives, in plain text.
    latex
        The same in LaTeX.
    """

    rule: str
    text: str
    latex: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


@dataclass(frozen=True, repr=False)
class Check:
    """A comparison by numbers at random points.

    Parameters
    ----------
    against
        What the result was compared with.
    points
        At how many points; none when no point was found where everything is defined.
    error
        The largest difference, relative to the larger of the value and one.
    tolerance
        What counts as agreement.
    where
        What a point is.
    """

    against: str
    points: int
    error: float
    tolerance: float = 1e-9
    where: str = "random point"

    @property
    def passed(self) -> bool:
        """Whether the two agree."""
        return self.points > 0 and self.error <= self.tolerance

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        if not self.points:
            return f"not checked against {self.against}: no point was found where all is defined"
        verb = "agrees with" if self.passed else "DISAGREES with"
        places = f"{self.points} {self.where}{'s' * (self.points > 1)}"
        return f"{verb} {self.against} at {places}; largest difference {self.error:.1e}"

    __repr__ = __str__


class Result(ABC):
    """An answer: `str` is what one would write on paper, and `latex` the same typeset."""

    steps: tuple[Step, ...]

    @abstractmethod
    def __str__(self) -> str: ...

    def __repr__(self) -> str:
        return str(self)

    @property
    @abstractmethod
    def latex(self) -> str:
        """The answer in LaTeX, without dollar signs."""

    @abstractmethod
    def verify(self) -> Check:
        """Compare the answer with numbers computed another way, at random points, now."""

    @cached_property
    def check(self) -> Check:
        """The comparison by numbers, made when first asked for."""
        return self.verify()

    @property
    def explanation(self) -> Explanation:
        """How the answer was found, in numbered steps."""
        return Explanation(self)

    def _repr_html_(self) -> str:
        items = (f"<li>{escape(s.rule)}: ${escape(s.latex)}$</li>" for s in self.steps)
        checked = f"<p>{escape(str(self.check))}</p>"
        return f"<div>$${escape(self.latex)}$$<ol>{''.join(items)}</ol>{checked}</div>"


@dataclass(frozen=True, repr=False)
class Explanation:
    """How an answer was found, in numbered steps."""

    result: Result

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in order."""
        return self.result.steps

    @property
    def explanation(self) -> Explanation:
        """Itself: an explanation explains itself."""
        return self

    @property
    def check(self) -> Check:
        """The check of the answer."""
        return self.result.check

    def __str__(self) -> str:
        return "\n".join(f"{i}. {step}" for i, step in enumerate(self.steps, 1))

    __repr__ = __str__

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __getitem__(self, position: int) -> Step:
        return self.steps[position]

    @property
    def latex(self) -> str:
        """The steps as the rows of one aligned display."""
        rows = [rf"&\text{{{s.rule}:}} && {s.latex}" for s in self.steps]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def _repr_html_(self) -> str:
        items = (f"<li>{escape(s.rule)}: ${escape(s.latex)}$</li>" for s in self.steps)
        return f"<ol>{''.join(items)}</ol>"
