"""What became of every start of a fit, and how many agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...models.lazy import load
from ...models.notebook import Printed
from ..arrays import Float, Int, ParameterBatch
from .optimise import Ending, Search

AGREE = 1e-6  # relative difference in the sum of squares of starts that are said to agree
NEAR_EXACT = 1e4  # times what errors of the solutions leave: data that are fitted exactly


@dataclass(frozen=True, eq=False)
class Starts(Printed):
    """What became of every start.

    Parameters
    ----------
    search
        As the optimiser returned it.
    numbers
        Which starts they were, (start,).
    names
        Of the parameters.
    floor
        Sum of squares that errors of the solutions alone may leave.
    """

    search: Search
    numbers: Int
    names: tuple[str, ...]
    floor: float = 0.0

    @property
    def n(self) -> int:
        """How many starts."""
        return len(self.numbers)

    @property
    def begin(self) -> ParameterBatch:
        """Where they began, natural values, (parameter, start)."""
        return self.search.begin

    @property
    def end(self) -> ParameterBatch:
        """Where they ended, natural values, (parameter, start)."""
        return self.search.end

    @property
    def value(self) -> Float:
        """Sum of squares at the end, (start,); inf where the model could not be solved."""
        return self.search.value

    @property
    def status(self) -> tuple[Ending, ...]:
        """How each ended."""
        return tuple(Ending(int(s)) for s in self.search.status)

    @property
    def iterations(self) -> Int:
        """Points that each tried, (start,)."""
        return self.search.iterations

    @property
    def best(self) -> int:
        """Position of the best start."""
        return int(np.argmin(self.value))

    @property
    def agreeing(self) -> Int:
        """Positions of the starts at the best value, to a millionth of it."""
        reach = self.value[self.best] * (1 + AGREE) + NEAR_EXACT * self.floor
        return np.flatnonzero(self.value <= reach)

    @property
    def agree(self) -> int:
        """How many ended at the best value."""
        return len(self.agreeing)

    @property
    def failed(self) -> int:
        """How many began where the model cannot be solved."""
        return int((self.search.status == Ending.FAILED).sum())

    def to_dataframe(self) -> Any:
        """Return one row per start, best first: where it began and ended, its value, and how."""
        columns: dict[str, Any] = {"start": self.numbers}
        columns |= {f"{n} begin": row for n, row in zip(self.names, self.begin, strict=True)}
        columns |= {f"{n} end": row for n, row in zip(self.names, self.end, strict=True)}
        columns |= {"value": self.value, "iterations": self.iterations}
        columns["status"] = [s.cause for s in self.status]
        frame = load("pandas").DataFrame(columns)
        return frame.sort_values("value", kind="stable", ignore_index=True)

    def __len__(self) -> int:
        return self.n

    def __str__(self) -> str:
        if self.n == 1:
            return f"one start, which {self.status[0].cause}"
        head = f"all {self.n} agree" if self.agree == self.n else f"{self.agree} of {self.n} agree"
        return head + (f", {self.failed} could not be solved" if self.failed else "")

    __repr__ = __str__
