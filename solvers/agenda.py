"""The agenda: when what is scheduled falls due, worked out one time after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..models.errors import InputError, grouped
from ..models.structure.dependencies import switches
from ..models.system import SystemEvent
from .arrays import BatchTime, Bool, Float, Int
from .evaluate import RowsFunction, rows_function
from .problem import InitialValueProblem

MOST = 1_000_000  # times that one event may fall due
SAME = 8  # numbers next to one another that are one time: what roundings make of it
REACH = 8  # numbers around the formula for a jump's time among which the jump is looked for
ROUNDING = 1e-9  # of a period, by which the last time may be missed


@dataclass(eq=False)
class Agenda:
    """What is scheduled for each trajectory; it knows the next time, and moves on when told.

    Parameters
    ----------
    problem
        Of these trajectories.
    events
        Which events of the system have times, (event,).
    first, period, last
        Their times, (event, batch).
    count
        How many periods have passed when each falls due next, (event, batch).
    due
        When that is; infinite in the direction of time if never.
    time, limit
        The next time of all, (batch,), and the number before it; infinite if there is none.
    """

    problem: InitialValueProblem
    events: Int
    first: Float
    period: Float
    last: Float
    count: Float
    due: Float
    time: BatchTime
    limit: BatchTime
    switched: RowsFunction | None

    @classmethod
    def over(cls, problem: InitialValueProblem) -> Agenda:
        """Return the agenda of a problem, at its start.

        Raises
        ------
        InputError
            If a time is not a number, a period negative or far too short.
        """
        events = problem.system.events
        scheduled = [e for e, event in enumerate(events) if event.occasion is not None]
        rows = np.array([_occasions(problem, events[e]) for e in scheduled])
        first, period, last = np.moveaxis(rows.reshape(len(scheduled), 3, problem.batch), 1, 0)
        n_parameters = problem.system.n_parameters
        tape = switches(problem.system)
        arguments = (("t", None), ("p", n_parameters))
        agenda = cls(
            problem, np.array(scheduled, dtype=np.int64), first, period, last,
            np.zeros(first.shape), np.empty(first.shape), np.empty(problem.batch),
            np.empty(problem.batch), rows_function(tape, "switches", arguments) if tape else None,
        )  # fmt: skip
        agenda._begin()
        return agenda

    def _begin(self) -> None:
        """Count the periods up to the start; a jump there has happened, anything else will."""
        t0 = self.problem.t0
        with np.errstate(divide="ignore", invalid="ignore"):
            passed = np.where(self.period > 0, (t0 - self.first) / self.period, 0.0)
            most = np.where(self.period > 0, (self.last - self.first) / self.period, 0.0)
        if self.problem.direction > 0:
            near = t0 - SAME * float(np.spacing(abs(t0)))
            earliest: Float = np.where(self.jumps, np.nextafter(t0, np.inf), near)
            self.count = np.maximum(np.floor(passed), 0.0)
            self.count += self._times() < earliest[:, None]
        else:
            self.count = np.minimum(np.ceil(passed), np.floor(most + ROUNDING))
            self.count -= self._times() >= t0
        everyone = np.arange(self.problem.batch)
        self.due = self._valid(everyone)
        self._look(everyone)

    @property
    def jumps(self) -> Bool:
        """Which of the events are jumps of inputs, (event,)."""
        events = self.problem.system.events
        return np.array([not events[int(e)].label for e in self.events], dtype=np.bool_)

    def _times(self, i: Int | slice = slice(None)) -> Float:
        with np.errstate(invalid="ignore"):
            passed = np.where(self.count[:, i] == 0, 0.0, self.count[:, i] * self.period[:, i])
        return self.first[:, i] + passed

    def _valid(self, i: Int) -> Float:
        """Return the times after so many periods, infinite where that is none of the event's."""
        count, period, times = self.count[:, i], self.period[:, i], self._times(i)
        none = (count < 0) | ((period == 0) & (count != 0))
        none |= times > self.last[:, i] + ROUNDING * period
        return np.where(none, np.inf * self.problem.direction, times)

    def falls_due(self, i: Int) -> Bool:
        """Tell which events are due at the next time of some trajectories, (event, batch)."""
        due = np.zeros((len(self.problem.system.events), len(i)), dtype=np.bool_)
        due[self.events] = self._now(i)
        return due

    def _now(self, i: Int) -> Bool:
        due, soonest = self.due[:, i], self._soonest(i)
        with np.errstate(invalid="ignore"):
            return np.abs(due - soonest) <= SAME * np.spacing(np.abs(soonest))

    def _soonest(self, i: Int) -> BatchTime:
        if not len(self.events):
            return np.full(len(i), np.inf * self.problem.direction)
        return self.problem.direction * (self.problem.direction * self.due[:, i]).min(axis=0)

    def move_on(self, i: Int) -> None:
        """Let the next time of some trajectories have passed."""
        self.count[:, i] += np.where(self._now(i), self.problem.direction, 0.0)
        self.due[:, i] = self._valid(i)
        self._look(i)

    def _look(self, i: Int) -> None:
        """Find the next time of some trajectories."""
        soonest, way = self._soonest(i), self.problem.direction
        where = np.isfinite(soonest) & (self._now(i) & self.jumps[:, None]).any(axis=0)
        if self.switched is not None and where.any():
            soonest[where] = self._settled(soonest[where], i[where])
        beyond = way * (soonest - self.problem.t_end) > 0
        self.time[i] = np.where(beyond, np.inf * way, soonest)
        self.limit[i] = np.nextafter(self.time[i], -np.inf * way)

    def _settled(self, time: BatchTime, i: Int) -> BatchTime:
        """Return the first number, next to a jump's time, at which the rates have jumped."""
        assert self.switched is not None
        steps = np.arange(-REACH, REACH + 1)[:, None] * self.problem.direction
        times = time + steps * np.spacing(np.abs(time))
        flat = self.switched(times.reshape(-1), np.tile(self.problem.p[:, i], len(steps)))
        values = flat.reshape(-1, *times.shape)
        changed = (values[:, 1:] != values[:, :-1]).any(axis=0)
        far = np.where(changed, np.abs(np.arange(1 - REACH, REACH + 1))[:, None], 2 * REACH)
        nearest = far.argmin(axis=0)
        column = np.arange(len(i))
        return np.where(changed.any(axis=0), times[nearest + 1, column], time)


def _occasions(problem: InitialValueProblem, event: SystemEvent) -> Float:
    """Return first time, period and last time of an event, (3, batch), checked."""
    assert event.occasion is not None
    found = rows_function(event.occasion, "occasion", (("p", problem.system.n_parameters),))
    first, period, last = rows = np.broadcast_to(found(problem.p), (3, problem.batch))
    what = f"event {event.label!r}" if event.label else "an input that jumps"
    if np.isnan(rows).any() or not (period >= 0).all() or not np.isfinite(period).all():
        raise InputError(
            f"{what}: its first time, period and last time came out as {first[0]:g}, {period[0]:g} "
            f"and {last[0]:g}; times must be numbers and the period positive"
        )
    low, high = sorted((problem.t0, problem.t_end))
    with np.errstate(all="ignore"):
        counts = (np.minimum(last, high) - np.maximum(first, low)) / period
    most = float(np.max(np.where(period > 0, counts, 0.0)))
    if most > MOST:
        raise InputError(
            f"{what}: with a period of {period.min():g} it would happen {most:.1e} times up to "
            f"{problem.system.time} = {problem.t_end:g}; at most {grouped(MOST)} times are "
            "possible: is the unit of the period right?"
        )
    return rows
