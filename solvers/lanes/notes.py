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

LENGTH = 32  # times that are planned ahead for each trajectory
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
        plan = np.zeros((problem.batch, LENGTH if known else 1, PLANNED))
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
    """

    def __init__(self, agenda: Diary, plan: Float, place: Int, inside: tuple[bool, ...]) -> None:
        self.agenda, self.plan, self.place = agenda, plan, place
        self.events, self.inside = plan[:, :, 2].view(np.int64), np.array(inside)
        self.everyone: Int = np.arange(len(place))
        self.length = plan.shape[1]
        self.all_due: Bool = np.zeros((len(inside), *plan.shape[:2]), dtype=np.bool_)
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
        """The number before it, (batch,)."""
        return self.plan[self.everyone, self.place, 1]

    def falls_due(self, i: Int) -> Bool:
        """Tell which events are due at the next time of some trajectories, (event, batch)."""
        return self.all_due[:, i, self.place[i]]

    def move_on(self, i: Int) -> None:
        """Let the next time of some trajectories have passed."""
        self.place[i] += 1
        spent = i[self.place[i] == self.length]
        if spent.size:
            self._read(spent)

    def _read(self, i: Int) -> None:
        """Read on from where the agenda is, and begin at the first place."""
        agenda = self.agenda
        self.place[i] = 0
        for place in range(self.length):
            due = agenda.falls_due(i)
            self.plan[i, place, 0], self.plan[i, place, 1] = agenda.time[i], agenda.limit[i]
            self.all_due[:, i, place] = due
            alone = (due.sum(axis=0) == 1) & self.inside[due.argmax(axis=0)]
            self.events[i, place] = np.where(alone, due.argmax(axis=0), -1)
            i = i[np.isfinite(agenda.time[i])]
            if not i.size:
                return
            agenda.move_on(i)
