"""Trajectories in pieces: a formula from one event to the next, which begins anew where it is."""

from __future__ import annotations

import numpy as np

from ..arrays import BatchTime, Float, Int, StateBatch
from ..evaluate import RowsFunction
from ..problem import InitialValueProblem
from ..status import Status
from ..trajectories import Trajectories
from .encounters import correct, places
from .happenings import Happenings


class Pieces:
    """One batch on its way, whose events are all known ahead.

    Parameters
    ----------
    problem
        Its events are scheduled, or conditions of time and parameters.
    flow
        The closed form of a piece, function of (time since the begin, parameters, switches, time of
        the begin, states at the begin).
    switches
        Function of (t, p) to what jumps.
    """

    def __init__(
        self, problem: InitialValueProblem, flow: RowsFunction, switches: RowsFunction
    ) -> None:
        self.problem, self.flow, self.switches = problem, flow, switches
        self.t: BatchTime = np.full(problem.batch, problem.t0)
        self.y: StateBatch = problem.y0.copy()
        self.due: Float = problem.direction * problem.t_eval
        self.out: Float = np.full((len(self.y), problem.batch, len(problem.t_eval)), np.nan)
        self.status: Int = np.full(problem.batch, Status.SUCCESS, dtype=np.int64)
        self.messages: dict[int, str] = {}
        self.happenings = Happenings.over(problem)

    def run(self) -> Trajectories:
        """Follow every trajectory to its end."""
        problem, everyone = self.problem, np.arange(self.problem.batch)
        self.messages |= self.happenings.impossible if self.happenings else {}
        self.status[list(self.messages)] = Status.IMPOSSIBLE
        self.out[:, :, problem.t_eval == problem.t0] = self.y[:, :, None]
        self._happen(everyone[self.status == Status.SUCCESS])
        running = self._running(everyone)
        while running.size:
            self._go_on(running)
            running = self._running(running)
        none = np.zeros(problem.batch, dtype=np.int64)
        self.out[~np.isfinite(self.out)] = np.nan
        return Trajectories(
            self.out, self.status, self.t, none - 1, none, none, none, None, self.messages,
            self.happenings and self.happenings.log,
        )  # fmt: skip

    def _running(self, i: Int) -> Int:
        return i[(self.status[i] == Status.SUCCESS) & (self.t[i] != self.problem.t_end)]

    def _go_on(self, i: Int) -> None:
        """Bring trajectories to their next event, or to the end."""
        goal = np.full(len(i), self.problem.t_end)
        if self.happenings:
            time = self.happenings.agenda.time[i]
            goal = np.where(np.isfinite(time), time, goal)
        switches = self.switches(0.5 * (self.t[i] + goal), self.problem.p[:, i])
        self._write(i, goal, switches)
        y = self._at(i, goal, switches, np.arange(len(i)))
        finite = np.isfinite(y).all(axis=0)
        self.y[:, i], self.t[i] = y, goal
        self._lose(i[~finite])
        self._happen(i[finite])

    def _lose(self, i: Int) -> None:
        """End trajectories that the formula does not follow, and say up to where it might."""
        self.status[i] = Status.NOT_FINITE
        name = self.problem.system.time
        self.messages |= {
            int(k): f"the closed form that is known does not reach {name} = {self.t[k]:.6g}"
            for k in i
        }

    def _at(self, i: Int, times: BatchTime, switches: Float, which: Int) -> StateBatch:
        """Return the states at times, one for each of the places `which` among `i`."""
        some = i[which]
        begun = self.t[some]
        known = self.problem.p[:, some], switches[:, which], begun, self.y[:, some]
        return self.flow(times - begun, *known)

    def _write(self, i: Int, goal: BatchTime, switches: Float) -> None:
        """Write the outputs after where trajectories are, up to their next event."""
        way = self.problem.direction
        begin, end = (np.searchsorted(self.due, way * t, side="right") for t in (self.t[i], goal))
        which, place = places(begin, end)
        if which.size:
            times = self.problem.t_eval[place]
            self.out[:, i[which], place] = self._at(i, times, switches, which)

    def _happen(self, i: Int) -> None:
        """Let happen what is due; an output at that very time shows the states after it."""
        if self.happenings is None or not i.size:
            return
        i = i[self.happenings.due(i, self.t[i])]
        if not i.size:
            return
        self.y[:, i], self.status[i] = self.happenings.happen(i, self.t[i], self.y[:, i])
        written = np.zeros(self.problem.batch, dtype=np.int64)
        written[i] = np.searchsorted(self.due, self.problem.direction * self.t[i], side="right")
        correct(self.problem, i, self.t[i], self.y[:, i], written, self.out)
