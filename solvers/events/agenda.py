"""The agenda: what is known ahead to fall due, worked out one time after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.structure.dependencies import switches
from ...models.structure.edges import edges
from ..arrays import BatchTime, Bool, Float, Int
from ..evaluate import RowsFunction, rows_function
from ..problem import InitialValueProblem
from .calendar import Calendar, is_same
from .foresight import Foresight, foreseen

REACH = 8  # numbers around the formula for a jump's time among which the jump is looked for
# A jump's blur is this many times the bound of roundings: whoever evaluates a condition, fused or
# not, by one library or another, finds it turned on the same side of it.
BLURRED = 4.0
MOST = 1e-8  # of the way, that a blur is wide: a condition that only just turns has no sharp time
# Of the way, that a step is long at least: next to a time of zero are the smallest doubles, by
# which no method can divide, and nothing moves within less than that.
LEAST = 1e-60


@dataclass(eq=False)
class Agenda:
    """The next time of each trajectory at which something falls due; it moves on when told.

    Parameters
    ----------
    problem
        Of these trajectories.
    events
        Which events of the system can be known ahead, (event,): scheduled, then foreseen ones.
    calendar, foresight
        When the former and the latter happen.
    switched
        Function of (t, p) to what jumps in the rates with time, or None.
    edges
        Function of (t, p) to how far each of those is from jumping, its slope, and the bound of
        roundings, or None.
    due
        When each event falls due next, (event, batch); infinite in the direction of time if never.
    time, limit
        The next time of all, (batch,), and the last one before it at which nothing has jumped yet,
        whoever evaluates it; infinite if there is none.
    """

    problem: InitialValueProblem
    events: Int
    calendar: Calendar
    foresight: Foresight
    switched: RowsFunction | None
    edges: RowsFunction | None
    due: Float
    time: BatchTime
    limit: BatchTime

    @classmethod
    def over(cls, problem: InitialValueProblem) -> Agenda:
        """Return the agenda of a problem, at its start."""
        system, events = problem.system, problem.system.events
        planned = [e for e, event in enumerate(events) if event.occasion is not None]
        ahead = [e for e, event in enumerate(events) if foreseen(system, event)]
        calendar = Calendar.over(problem, [events[e] for e in planned])
        foresight = Foresight.over(problem, [events[e] for e in ahead])
        everyone, t0 = np.arange(problem.batch), np.full(problem.batch, problem.t0)
        rows = [foresight.next(c, everyone, t0) for c in range(len(ahead))]
        due = np.concatenate([calendar.due(everyone), np.reshape(rows, (-1, problem.batch))])
        arguments = (("t", None), ("p", system.n_parameters))
        switched, blurred = (
            tape and rows_function(tape, name, arguments)
            for name, tape in (("switches", switches(system)), ("edges", edges(system)))
        )
        agenda = cls(
            problem, np.array([*planned, *ahead], dtype=np.int64), calendar, foresight,
            switched, blurred, due, t0, t0.copy(),
        )  # fmt: skip
        agenda._look(everyone)
        agenda.move_on(everyone[agenda._has_jumped(everyone)])
        return agenda

    def _has_jumped(self, i: Int) -> Bool:
        """Tell for whom nothing is due but a jump that the rates have made where they are."""
        way, events = self.problem.direction, self.problem.system.events
        named = np.array([bool(event.label) for event in events], dtype=np.bool_)
        told = self.falls_due(i)[named].any(axis=0)
        return ~told & (way * self.time[i] <= way * self.problem.t0)

    def falls_due(self, i: Int) -> Bool:
        """Tell which events are due at the next time of some trajectories, (event, batch)."""
        due = np.zeros((len(self.problem.system.events), len(i)), dtype=np.bool_)
        due[self.events] = self._now(i)
        return due

    def _now(self, i: Int) -> Bool:
        """Tell what is due at the next time: what is the same, or within its blur."""
        due, time, way = self.due[:, i], self.time[i], self.problem.direction
        return is_same(due, self._soonest(i)) | (np.isfinite(time) & (way * due <= way * time))

    def _soonest(self, i: Int) -> BatchTime:
        way = self.problem.direction
        return way * np.min(way * self.due[:, i], axis=0, initial=np.inf)

    def move_on(self, i: Int) -> None:
        """Let the next time of some trajectories have passed."""
        now, n_planned, way = self._now(i), len(self.calendar.first), self.problem.direction
        self.calendar.move_on(i, now[:n_planned])
        self.due[:n_planned, i] = self.calendar.due(i)
        for c, passed in enumerate(now[n_planned:]):
            some, row = i[passed], n_planned + c
            # What was due may be a few numbers after the time it was taken at: not to be met again.
            since = way * np.maximum(way * self.time[some], way * self.due[row, some])
            self.due[row, some] = self.foresight.next(c, some, since)
        self._look(i)

    def follow(self, i: Int, most: int) -> tuple[Float, Int] | None:
        """Return what falls due from here on, and let all of that have passed.

        Returns
        -------
        time, event
            When and which, (row, batch), at most so many, in order, all that is due at one time in
            the order of events; nan where there are fewer. None where conditions are foreseen or
            jumps sought, one after the other, and where more than `most` are due at once.
        """
        n_planned, end, way = len(self.calendar.first), self.problem.t_end, self.problem.direction
        events = self.problem.system.events
        loose = any(not events[int(e)].label for e in self.events)
        if loose or n_planned < len(self.events) or not n_planned:
            return None
        times, which = self.calendar.follow(i, most)
        begin = _begins(times)
        together = np.take_along_axis(times, begin, axis=0)
        late = is_same(together, end)  # see `_look`
        together = np.where((way * (together - end) > 0) & late, end, together)
        there = way * (together - end) <= 0
        told = there & ((len(times) < most) | (begin < begin[-1]))  # the last ones may be more
        chained = told & ~is_same(times, together)  # to one another, and not to the first
        next_to_zero = (together != 0) & (np.abs(together) < self._least)  # see `_keep_apart`
        if (chained | next_to_zero).any() or (there & ~told.any(axis=0)).any():
            return None
        self.calendar.move_on_by(i, which, told)
        self.due[:, i] = self.calendar.due(i)
        self._look(i)
        order = np.lexsort((which, begin), axis=0)
        time: Float = np.take_along_axis(np.where(told, together, np.nan), order, axis=0)
        return time, self.events[np.take_along_axis(which, order, axis=0)]

    def _look(self, i: Int) -> None:
        """Find the next time of some trajectories."""
        soonest, way = self._soonest(i), self.problem.direction
        # A formula for a time is taken at its word, unless it is that of a jump.
        events, n_planned = self.problem.system.events, len(self.calendar.first)
        loose = np.array([r >= n_planned or not events[int(e)].label
                          for r, e in enumerate(self.events)], dtype=np.bool_)  # fmt: skip
        where = np.isfinite(soonest) & (self._now(i) & loose[:, None]).any(axis=0)
        blur, last = np.zeros(len(i)), self.time[i]
        if self.switched is not None and where.any():
            soonest[where] = self._settled(soonest[where], i[where])
            blur[where] = self._blur(soonest[where], i[where])
        end = self.problem.t_end
        beyond = way * (soonest - end) > 0
        # What falls due a rounding after the end does so at the end, where the last output is.
        never = np.where(is_same(soonest, end), end, np.inf * way)
        after = way * np.minimum(way * soonest + blur, way * end)
        self.time[i] = np.where(beyond, never, after)
        before = np.nextafter(np.where(blur > 0, soonest - way * blur, self.time[i]), -np.inf * way)
        self.limit[i] = way * np.maximum(way * before, np.where(blur > 0, way * last, -np.inf))
        self._keep_apart(i, last)

    def _keep_apart(self, i: Int, last: BatchTime) -> None:
        """Let what falls due at once after a last time do so after a step that can be made."""
        way, least = self.problem.direction, self._least
        with np.errstate(invalid="ignore"):  # nothing comes after the last one
            since = way * (self.time[i] - last)
        near = (since > 0) & (since < least)
        self.time[i[near]], self.limit[i[near]] = last[near] + way * least, last[near]

    @property
    def _least(self) -> float:
        return LEAST * abs(self.problem.t_end - self.problem.t0)

    def _settled(self, time: BatchTime, i: Int) -> BatchTime:
        """Return the first number, next to a jump's time, at which the rates have jumped."""
        assert self.switched is not None
        times = _around(time, self.problem.direction)
        flat = self.switched(times.reshape(-1), np.tile(self.problem.p[:, i], len(times)))
        values = flat.reshape(-1, *times.shape)
        changed = (values[:, 1:] != values[:, :-1]).any(axis=0)
        far = np.where(changed, np.abs(np.arange(1 - REACH, REACH + 1))[:, None], 2 * REACH)
        nearest = far.argmin(axis=0)
        return np.where(changed.any(axis=0), times[nearest + 1, np.arange(len(i))], time)

    def _blur(self, time: BatchTime, i: Int) -> BatchTime:
        """Return how far from the time of a jump roundings may still hide that it has jumped."""
        assert self.edges is not None
        rows = self.edges(time, self.problem.p[:, i])
        if not rows[2::3].any():
            return np.zeros(len(i))
        rows = np.broadcast_to(rows, (len(rows), len(i)))
        gap, slope, rounding = np.abs(rows.reshape(-1, 3, len(i)).swapaxes(0, 1))
        with np.errstate(all="ignore"):  # of numbers beyond all doubles nothing is known
            near = gap <= BLURRED * rounding + slope * REACH * np.spacing(np.abs(time))
            wide = np.where(near & (rounding > 0), BLURRED * rounding / slope, 0.0)
            wide = np.where(np.isnan(wide), 0.0, wide)
        most = MOST * abs(self.problem.t_end - self.problem.t0)
        started = is_same(time, self.problem.t0)  # nothing is before the start
        return np.where(started, 0.0, np.minimum(wide.max(axis=0, initial=0.0), most))


def _begins(times: Float) -> Int:
    """Return for each of times in order, (row, batch), the first row that is the same time."""
    rows = np.arange(len(times))[:, None]
    new = np.ones(times.shape, dtype=np.bool_)
    new[1:] = ~is_same(times[1:], times[:-1])
    return np.maximum.accumulate(np.where(new, rows, 0), axis=0)


def _around(time: BatchTime, way: float) -> Float:
    """Return the numbers before and after times, (2*REACH + 1, batch), in the direction of time.

    Spacings would not do: below a power of two they are half of what they are above.
    """
    before, after = [time], [time]
    with np.errstate(over="ignore"):  # next to the largest number is infinity
        for _ in range(REACH):
            before.append(np.nextafter(before[-1], -way * np.inf))
            after.append(np.nextafter(after[-1], way * np.inf))
    return np.array([*reversed(before), *after[1:]])
