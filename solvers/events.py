"""Watching conditions: when an expression of time, states and parameters first turns positive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .arrays import BatchTime, Bool, Float, Int, StateBatch
from .evaluate import RowsFunction, rows_function, system_arguments
from .problem import InitialValueProblem

# Fractions of a step at which a condition is looked at, so that an excursion shorter than the step
# is seen; those next to the ends show a peak that lies before or after the middle ones.
PROBES = (0.0, 1 / 64, 1 / 4, 1 / 2, 3 / 4, 63 / 64, 1.0)
REFINEMENTS = 3  # of a peak that stays below zero between two probes, by parabolas
BISECTIONS = 52  # from a fraction of a step down to its last bit


class Path(Protocol):
    """The dense output of one accepted step of several trajectories."""

    @property
    def i(self) -> Int:
        """Their numbers in the problem, (batch,)."""
        ...

    @property
    def t(self) -> BatchTime:
        """Where the step began."""
        ...

    @property
    def h(self) -> BatchTime:
        """Its length, negative backward in time."""
        ...

    def some(self, which: Bool) -> Path:
        """Return the path of some of them."""
        ...

    def at(self, theta: BatchTime) -> StateBatch:
        """Return the states at a fraction of each step."""
        ...


@dataclass(eq=False)
class Watch:
    """The conditions of a problem, followed along its trajectories.

    Parameters
    ----------
    problem
        Of these trajectories.
    conditions
        Function of (t, y, p).
    first
        Time at which each first turned positive, (condition, batch); nan until then.
    """

    problem: InitialValueProblem
    conditions: RowsFunction
    first: Float

    @classmethod
    def over(cls, problem: InitialValueProblem) -> Watch | None:
        """Return the watch over a problem's conditions, begun; None if it has none."""
        tape = problem.conditions
        if tape is None:
            return None
        arguments = system_arguments(problem.system.n_states, problem.system.n_parameters)
        conditions = rows_function(tape, "conditions", arguments)
        start = conditions(problem.t0, problem.y0, problem.p)
        first = np.where(start > 0, problem.t0, np.nan)
        return cls(problem, conditions, np.broadcast_to(first, (len(first), problem.batch)).copy())

    def step(self, path: Path) -> None:
        """Look into an accepted step for first crossings."""
        for c, first in enumerate(self.first):
            waiting = np.isnan(first[path.i])
            if waiting.any():
                self._look(path if waiting.all() else path.some(waiting), c)

    def _look(self, path: Path, condition: int) -> None:
        """Find the first probe at which a condition holds, and when it began to since the last."""
        thetas: Float = np.repeat(np.array(PROBES)[:, None], len(path.i), axis=1)
        values = np.stack([self._value(path, condition, theta) for theta in thetas])
        self._climb(path, condition, thetas, values)
        holds = values > 0
        holds[0] = False  # it did not hold when the step before ended; what says so now is rounding
        new: Bool = np.any(holds, axis=0)
        if new.any():
            after = holds.argmax(axis=0)[new]
            column = np.flatnonzero(new)
            low, high = thetas[after - 1, column], thetas[after, column]
            found = path.some(new)
            self.first[condition, found.i] = (
                found.t + self._locate(found, condition, low, high) * found.h
            )

    def _climb(self, path: Path, condition: int, thetas: Float, values: Float) -> None:
        """Move each inner probe that is a peak below zero to where a parabola has its summit."""
        for _ in range(REFINEMENTS):
            peak = (
                (values[1:-1] >= values[:-2]) & (values[1:-1] >= values[2:]) & (values[1:-1] <= 0)
            )
            peak &= ~(values > 0).any(axis=0)
            for row in np.flatnonzero(peak.any(axis=1)) + 1:
                which = np.flatnonzero(peak[row - 1])
                summit = _summit(thetas[row - 1 : row + 2, which], values[row - 1 : row + 2, which])
                height = self._value(path.some(peak[row - 1]), condition, summit)
                higher = height > values[row, which]
                thetas[row, which[higher]] = summit[higher]
                values[row, which[higher]] = height[higher]

    def _locate(self, path: Path, condition: int, low: BatchTime, high: BatchTime) -> BatchTime:
        """Return where a condition turns positive between two fractions, by bisection."""
        for _ in range(BISECTIONS):
            middle = 0.5 * (low + high)
            holds = self._value(path, condition, middle) > 0
            low, high = np.where(holds, low, middle), np.where(holds, middle, high)
        return high

    def _value(self, path: Path, condition: int, theta: BatchTime) -> BatchTime:
        p = self.problem.p[:, path.i]
        return self.conditions(path.t + theta * path.h, path.at(theta), p)[condition]


def _summit(x: Float, y: Float) -> Float:
    """Return where the parabola through three points has its summit, if between the outer."""
    left, right = (y[1] - y[0]) / (x[1] - x[0]), (y[2] - y[1]) / (x[2] - x[1])
    bend = (right - left) / (x[2] - x[0])
    with np.errstate(all="ignore"):
        summit: Float = 0.5 * (x[0] + x[1]) - 0.5 * left / bend
    inside = (summit > x[0]) & (summit < x[2])
    return np.where(inside, summit, x[1])
