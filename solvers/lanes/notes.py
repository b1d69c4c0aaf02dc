"""What lanes are told of events, and what they tell: a plan for each trajectory, and a log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import BatchTime, Bool, Float, Int, address
from ..event_log import EventLog
from ..events.calendar import Calendar
from ..events.foresight import foreseen
from ..events.happenings import Diary
from ..problem import InitialValueProblem
from .layout import PLANNED, Layout

LENGTH = 32  # times that are planned ahead for each trajectory, where they are found one by one
ROOM = 1 << 16  # for times that are planned ahead of a piece, where they are listed
MOST = 4096  # of one trajectory
LINES = 1 << 19  # words of a log, after which lanes are left for it to be read


@dataclass(eq=False)
class Notes:
    """The memory that lanes share with those who visit their trajectories.

    Parameters
    ----------
    plan
        (batch, place, word): when something falls due, the number before that, and which event.
    lines
        (line, word): trajectory, event, time, states before and after.
    span
        Length of the whole way.
    count
        How many lines have been written.
    """

    plan: Float
    lines: Float
    span: float
    count: int = 0

    @classmethod
    def of(cls, layout: Layout, problem: InitialValueProblem) -> Notes:
        """Return notes with nothing in them."""
        words = 3 + 2 * layout.n
        lines = np.empty((max(16, LINES // words), words))
        known = any(e.occasion is not None or foreseen(problem.system, e)
                    for e in problem.system.events)  # fmt: skip
        most = min(max(LENGTH, ROOM // problem.batch), MOST)
        length = max(most, len(problem.system.events) + 2) if known else 1
        plan = np.zeros((problem.batch, length, PLANNED))
        return cls(plan, lines, abs(problem.t_end - problem.t0))

    @property
    def head(self) -> tuple[float, ...]:
        """What the code is told of them."""
        return (
            address(self.plan),
            self.plan.shape[1],
            address(self.lines),
            len(self.lines),
            0,
            self.span,
        )

    def read(self) -> EventLog:
        """Return what has been written down."""
        lines = self.lines[: self.count].T
        integers, n = lines[:2].view(np.int64), (len(lines) - 3) // 2
        member, event = np.array(integers[0]), np.array(integers[1])
        time, *states = (np.array(part) for part in np.split(lines[2:], [1, 1 + n]))
        return EventLog(member, event, time[0], *states)


class Ahead:
    """An agenda read ahead of the trajectories, each of which has its own place in it.

    What is due at one time is planned event by event, in order.

    Parameters
    ----------
    agenda
        What is read.
    plan
        Written to, as in `Notes`.
    place
        Where each trajectory is, (batch,), moved by lanes.
    inside
        For each event, whether it may happen in a lane.
    way
        1.0 forward in time, -1.0 backward.
    alone
        Whether what is due together with others is left to those who visit: where there are
        conditions, these are looked at when all of it has happened, and one that turns with an
        input moves with the time at which that jumps.
    """

    def __init__(
        self, agenda: Diary, plan: Float, place: Int, inside: tuple[bool, ...], way: float, *,
        alone: bool,
    ) -> None:  # fmt: skip
        self.agenda, self.plan, self.place, self.way = agenda, plan, place, way
        self.alone = alone
        self.events, self.inside = plan[:, :, 2].view(np.int64), np.array(inside)
        self.everyone: Int = np.arange(len(place))
        self.numbers: Int = np.zeros(plan.shape[:2], dtype=np.int64)  # of events, inside or not
        self.last: Int = np.zeros(len(place), dtype=np.int64)  # places that are read
        self._read(self.everyone)

    @property
    def calendar(self) -> Calendar:
        """When each event falls due."""
        return self.agenda.calendar

    @property
    def time(self) -> BatchTime:
        """The next time of all, (batch,); infinite if there is none."""
        return self.plan[self.everyone, self.place, 0]

    @property
    def limit(self) -> BatchTime:
        """The number before it, (batch,); that time itself if something has happened then."""
        return self.plan[self.everyone, self.place, 1]

    def falls_due(self, i: Int) -> Bool:
        """Tell which events are due at the next time of some trajectories, (event, batch)."""
        due, columns = np.zeros((len(self.inside), len(i)), dtype=np.bool_), np.arange(len(i))
        for place, on in self._group(i):
            due[self.numbers[i, place][on], columns[on]] = True
        return due

    def move_on(self, i: Int) -> None:
        """Let the next time of some trajectories have passed."""
        self.place[i] += np.sum([on for _, on in self._group(i)], axis=0, dtype=np.int64)
        spent = i[self.place[i] > self.last[i]]
        if spent.size:
            self._read(spent)

    def follow(self, i: Int, most: int) -> tuple[Float, Int] | None:
        """Return nothing: this is a list already."""
        del i, most

    def _group(self, i: Int) -> list[tuple[Int, Bool]]:
        """Return the places of what is due at the next time, and for whom there is that many."""
        place, time = self.place[i], self.time[i]
        on, found = np.isfinite(time), list[tuple[Int, Bool]]()
        while on.any():
            found.append((place, on))
            place = np.minimum(place + 1, self.last[i])
            on = on & (place > found[-1][0]) & (self.plan[i, place, 0] == time)
        return found

    def _read(self, i: Int) -> None:
        """Read on from where the agenda is, and begin at the first place."""
        time, event, limit = _first_ones(*(self._listed(i) or self._one_by_one(i)))
        count = np.isfinite(time).sum(axis=0)
        new = np.ones(time.shape, dtype=np.bool_)
        new[1:] = time[1:] != time[:-1]
        limit = np.where(new, limit, time)
        # After the last time that was read, an agenda is to be read on; it may have come to an end.
        endless = self.agenda.time[i]
        more = np.isfinite(endless)
        latest = self.way * np.nanmax(self.way * time, axis=0, initial=-np.inf)
        known = self.inside[event] & ~(more & (time == latest))
        if self.alone:
            known[1:] &= new[1:]
            known[:-1] &= new[1:]
        size = len(time)
        self.plan[i, :size, 0], self.plan[i, :size, 1] = time.T, limit.T
        self.numbers[i, :size], self.events[i, :size] = event.T, np.where(known, event, -1).T
        ended, behind = i[~more], count[~more]
        self.plan[ended, behind, 0] = self.plan[ended, behind, 1] = endless[~more]
        self.events[ended, behind] = -1
        self.place[i], self.last[i] = 0, np.where(more, count - 1, count)

    def _listed(self, i: Int) -> tuple[Float, Int, Float] | None:
        """Return what falls due and the number before, where an agenda knows all of it."""
        listed = self.agenda.follow(i, self.plan.shape[1] - 1)
        return listed and (*listed, np.nextafter(listed[0], -np.inf * self.way))

    def _one_by_one(self, i: Int) -> tuple[Float, Int, Float]:
        """Return what falls due at the next times, as `_listed` does, one time after the other."""
        times: list[Float] = []
        limits: list[Float] = []
        events: list[int] = []
        while len(times) < LENGTH and np.isfinite(self.agenda.time[i]).any():
            due = self.agenda.falls_due(i)
            which = np.flatnonzero(due.any(axis=1)).tolist()
            if len(times) + len(which) >= self.plan.shape[1]:
                break
            times += [np.where(due[e], self.agenda.time[i], np.nan) for e in which]
            limits += [self.agenda.limit[i]] * len(which)
            events += which
            self.agenda.move_on(i[due.any(axis=0)])
        rows, before = (np.reshape(np.array(x), (-1, len(i))) for x in (times, limits))
        numbers = np.broadcast_to(np.array(events, dtype=np.int64)[:, None], rows.shape)
        return rows, numbers, before


def _first_ones(time: Float, event: Int, limit: Float) -> tuple[Float, Int, Float]:
    """Return columns whose numbers come first, in order, and what is none after them."""
    order = np.argsort(np.isnan(time), axis=0, kind="stable")
    time, limit = (np.take_along_axis(x, order, axis=0) for x in (time, limit))
    return time, np.take_along_axis(event, order, axis=0), limit
