"""Watching conditions: when does an expression of time, states and parameters first turn positive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import BatchTime, Float, Int, StateBatch
from .evaluate import RowsFunction, rows_function, system_arguments
from .problem import InitialValueProblem

PROBES = np.array([0.25, 0.5, 0.75])  # within a step, so that a short excursion is seen too
BISECTIONS = 52  # from a quarter of a step down to its last bit


@dataclass(eq=False)
class Watch:
    """The conditions of a problem, followed along its trajectories.

    Parameters
    ----------
    problem
        Of these trajectories.
    conditions
        Function of (t, y, p); empty when there is nothing to watch.
    first
        Time at which each first turned positive, (condition, batch); nan until then.
    """

    problem: InitialValueProblem
    conditions: RowsFunction | None
    first: Float | None

    @classmethod
    def over(cls, problem: InitialValueProblem) -> Watch:
        """Return the watch over a problem's conditions."""
        tape = problem.conditions
        if tape is None:
            return cls(problem, None, None)
        arguments = system_arguments(problem.system.n_states, problem.system.n_parameters)
        shape = (len(tape.outputs), problem.batch)
        return cls(problem, rows_function(tape, "conditions", arguments), np.full(shape, np.nan))

    def begin(self, y: StateBatch) -> None:
        """Note the conditions that hold at the start."""
        if self.conditions is not None and self.first is not None:
            holds = self.conditions(self.problem.t0, y, self.problem.p) > 0
            self.first[holds] = self.problem.t0

    def step(
        self, i: Int, t: BatchTime, h: BatchTime, y: StateBatch, z: StateBatch, kept: Float,
        interpolate: RowsFunction,
    ) -> None:  # fmt: skip
        """Look into accepted steps of the trajectories `i` for a first crossing."""
        if self.conditions is None or self.first is None:
            return
        waiting = np.isnan(self.first[:, i]).any(axis=0)
        path = _Path(self, i[waiting], t[waiting], h[waiting], y[:, waiting], z[:, waiting],
                     kept[:, waiting], interpolate)  # fmt: skip
        before = np.zeros(int(waiting.sum()))
        for after in (*PROBES, 1.0):
            ends = np.full(before.shape, after)
            self._between(path, before, ends)
            before = ends

    def _between(self, path: _Path, low: BatchTime, high: BatchTime) -> None:
        assert self.first is not None
        holds = path.values(high) > 0
        for c in range(len(holds)):
            new = holds[c] & np.isnan(self.first[c, path.i])
            if new.any():
                found = path.some(new).locate(c, low[new], high[new])
                self.first[c, path.i[new]] = path.t[new] + found * path.h[new]


@dataclass(eq=False)
class _Path:
    """The dense output of one accepted step of several trajectories."""

    watch: Watch
    i: Int
    t: BatchTime
    h: BatchTime
    y: StateBatch
    z: StateBatch
    kept: Float
    interpolate: RowsFunction

    def some(self, which: Float) -> _Path:
        """Return the path of some of the trajectories."""
        return _Path(
            self.watch, self.i[which], self.t[which], self.h[which], self.y[:, which],
            self.z[:, which], self.kept[:, which], self.interpolate,
        )  # fmt: skip

    def values(self, theta: BatchTime) -> Float:
        """Return the conditions at a fraction of each step, (condition, batch)."""
        y = self.interpolate(theta, self.h, self.y, self.z, self.kept)
        assert self.watch.conditions is not None
        return self.watch.conditions(self.t + theta * self.h, y, self.watch.problem.p[:, self.i])

    def locate(self, condition: int, low: BatchTime, high: BatchTime) -> BatchTime:
        """Return where a condition turns positive between two fractions, by bisection."""
        low, high = low.copy(), high.copy()
        for _ in range(BISECTIONS):
            middle = 0.5 * (low + high)
            holds = self.values(middle)[condition] > 0
            high = np.where(holds, middle, high)
            low = np.where(holds, low, middle)
        return high
