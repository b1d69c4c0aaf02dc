"""Watching conditions that a person asked about: when each first holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Bool, Float
from ..evaluate import RowsMaker, rows_function
from ..problem import InitialValueProblem
from .crossings import Conditions, Path


@dataclass(eq=False)
class Watch:
    """The conditions of a problem, followed along its trajectories.

    Parameters
    ----------
    conditions
        What is watched.
    first
        Time at which each first turned positive, (condition, batch); nan until then.
    """

    conditions: Conditions
    first: Float

    @classmethod
    def over(cls, problem: InitialValueProblem, rows: RowsMaker = rows_function) -> Watch | None:
        """Return the watch over a problem's conditions, begun; None if it has none."""
        if problem.conditions is None:
            return None
        conditions = Conditions.of(problem, [problem.conditions], rows)
        everyone, t0 = np.arange(problem.batch), np.full(problem.batch, problem.t0)
        start = conditions.at(everyone, t0, problem.y0)
        return cls(conditions, np.where(start > 0, problem.t0, np.nan))

    def step(self, path: Path) -> None:
        """Look into an accepted step for first crossings."""
        waiting: Bool = np.isnan(self.first[:, path.i])
        if not waiting.any():
            return
        path = path.some(np.flatnonzero(waiting.any(axis=0)))
        waiting = np.isnan(self.first[:, path.i])
        turns = self.conditions.turns(path, ~waiting)
        if not turns.member.size:
            return
        found = path.some(turns.member)
        time = found.t + self.conditions.locate(path, turns) * found.h
        new = waiting[turns.condition, turns.member]
        self.first[turns.condition[new], found.i[new]] = time[new]
