"""What happens to trajectories on their way: events, one after the other, and what they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ...models.errors import InputError
from ..arrays import BatchTime, Bool, Float, Int, StateBatch
from ..evaluate import RowsFunction, RowsMaker, rows_function
from ..event_log import EventLog
from ..problem import InitialValueProblem
from ..status import Status
from .agenda import Agenda
from .calendar import Calendar
from .crossings import Path
from .shifts import Shifts, reset_arguments
from .triggers import Retake, Triggers
from .zeno import Zeno

ROUNDS = 100  # of events that set off others at one time


class Diary(Protocol):
    """When what can be known ahead falls due next, as an `Agenda` tells."""

    @property
    def calendar(self) -> Calendar:
        """What is scheduled."""
        ...

    @property
    def time(self) -> BatchTime:
        """The next time of each trajectory, (batch,)."""
        ...

    @property
    def limit(self) -> BatchTime:
        """The number before it, (batch,)."""
        ...

    def falls_due(self, i: Int) -> Bool:
        """Tell which events are due then, (event, batch)."""
        ...

    def move_on(self, i: Int) -> None:
        """Let that time have passed."""
        ...

    def follow(self, i: Int, most: int) -> tuple[Float, Int] | None:
        """Return what falls due from here on, or None, and let that have passed."""
        ...


@dataclass(eq=False)
class Happenings:
    """The events of a problem, followed along its trajectories.

    Parameters
    ----------
    problem
        Of these trajectories.
    agenda
        When those that can be known ahead fall due.
    triggers
        The others.
    zeno
        Tells which happen ever faster.
    shifts
        How the times of events move with parameters, where sensitivities are followed.
    resets
        For each event the function of (before, t, y, p, shift) that sets the states, or None.
    slides
        Which trajectories turn a mode back at once, again and again, and where, in words.
    pending
        Which events have been found in the step that is being made, (event, batch).
    parts
        What has happened, in pieces.
    """

    problem: InitialValueProblem
    agenda: Diary
    triggers: Triggers | None
    zeno: Zeno
    shifts: Shifts | None
    resets: tuple[RowsFunction | None, ...]
    slides: dict[int, str]
    pending: Bool
    parts: list[EventLog]

    @classmethod
    def over(
        cls, problem: InitialValueProblem, rows: RowsMaker = rows_function
    ) -> Happenings | None:
        """Return the happenings of a problem, none of them yet; None if it has no events.

        Parameters
        ----------
        problem
            Of these trajectories.
        rows
            Makes functions of arrays of what is evaluated most.

        Raises
        ------
        InputError
            If an event cannot happen because time goes backward.
        """
        system = problem.system
        if not system.events:
            return None
        _require_forward(problem)
        resets = tuple(
            e.reset and rows_function(e.reset, "reset", reset_arguments(problem))
            for e in system.events
        )
        shape, triggers = (len(system.events), problem.batch), Triggers.over(problem, rows)
        return cls(
            problem, Agenda.over(problem), triggers, Zeno.over(problem),
            Shifts.over(problem, triggers), resets, {}, np.zeros(shape, dtype=np.bool_),
            [EventLog.empty(system.n_states)],
        )  # fmt: skip

    @property
    def messages(self) -> Mapping[int, str]:
        """What there is to say of the ends of some trajectories."""
        return {**self.slides, **self.impossible}

    @property
    def impossible(self) -> Mapping[int, str]:
        """For which trajectories the times of an event cannot be, and why, in words."""
        return self.agenda.calendar.impossible

    @property
    def log(self) -> EventLog:
        """What has happened."""
        return EventLog.gather(self.parts)

    def search(self, path: Path, retake: Retake) -> BatchTime:
        """Return when a step must end early because a trigger turns; nan where none does."""
        if self.triggers is None:
            return np.full(len(path.i), np.nan)
        time, turned = self.triggers.search(path, retake)
        self.pending[self.triggers.events[:, None], path.i] = turned
        return time

    def due(self, i: Int, t: BatchTime) -> Bool:
        """Tell for which trajectories something happens at the time where they are."""
        due = (self.agenda.time[i] == t) | self.pending[:, i].any(axis=0)
        return due | self.triggers.lost[i] if self.triggers else due

    def happen(self, i: Int, t: BatchTime, y: StateBatch) -> tuple[StateBatch, Int]:
        """Let happen what does now, in the order written; each sees what the last one left.

        What sets states may make other conditions hold, which happen then at the same time.

        Returns
        -------
        y, status
            The states after it, and `Status` of those that end here, else that of success.
        """
        fired, self.pending[:, i] = self.pending[:, i], False
        planned = self.agenda.time[i] == t
        fired[:, planned] |= self.agenda.falls_due(i[planned])
        before = np.nextafter(t, -np.inf * self.problem.direction)
        before[planned] = self.agenda.limit[i[planned]]
        self.agenda.move_on(i[planned])
        fired |= self._turned(i, t, y, y)
        first, old, status = fired, y, np.full(len(i), int(Status.SUCCESS))
        endless = self.zeno.notice(i, t, fired)
        self._slide(i, fired & endless)
        if self.triggers:
            endless |= self.triggers.lost[i]
            self.triggers.begin(first[self.triggers.events], i)
        shifts = self.shifts and self.shifts.own(i, before, t, y, fired)
        for _ in range(ROUNDS):
            last = y
            y, before = self._one_by_one(i, before, t, y, fired, status, shifts)
            fired = self._turned(i, t, y, last) & (status == Status.SUCCESS)
            if not fired.any():
                break
        endless |= fired.any(axis=0)
        if self.triggers:
            self.triggers.fired(first[self.triggers.events], i, t, y, old)
        status[endless & (status == Status.SUCCESS)] = Status.ZENO
        return y, status

    def _slide(self, i: Int, fired: Bool) -> None:
        """Note which trajectories are driven back at once where they turn a mode."""
        found = self.problem.modes
        if found is None:
            return
        first = len(fired) - len(found.names)
        at_once = fired[first:] & (self.zeno.gap[first:, i] < self.zeno.least)
        for mode, member in zip(*np.nonzero(at_once), strict=True):
            self.slides[int(i[member])] = f"where {found.where(int(mode))}"

    def _turned(self, i: Int, t: BatchTime, y: StateBatch, old: StateBatch) -> Bool:
        turned = np.zeros((len(self.problem.system.events), len(i)), dtype=np.bool_)
        if self.triggers:
            turned[self.triggers.events] = self.triggers.turned(i, t, y, old)
        return turned

    def _one_by_one(
        self, i: Int, before: BatchTime, t: BatchTime, y: StateBatch, fired: Bool, status: Int,
        shifts: Float | None,
    ) -> tuple[StateBatch, BatchTime]:  # fmt: skip
        y, before = y.copy(), before.copy()
        for e in np.flatnonzero(fired.any(axis=1)):
            some = np.flatnonzero(fired[e] & (status == Status.SUCCESS))
            old, shift = y[:, some], None if shifts is None else shifts[e][:, some]
            y[:, some] = new = self._set(int(e), i[some], before[some], t[some], old, shift)
            if self.shifts and shifts is not None:
                self.shifts.pass_on(shifts, fired, int(e), i, some, t, (old, new))
            before[some] = t[some]
            if self.problem.system.events[e].stops:
                status[some] = Status.STOPPED
        return y, before

    def _set(
        self, e: int, i: Int, before: BatchTime, t: BatchTime, y: StateBatch, shift: Float | None
    ) -> StateBatch:
        """Return the states after one event; note it if someone asked to be told."""
        reset, moves = self.resets[e], () if shift is None else (shift,)
        after = reset(before, t, y, self.problem.p[:, i], *moves) if reset and i.size else y
        if self.problem.system.events[e].label:
            self.parts.append(EventLog(i, np.full(len(i), e), t, y, after))
        return after


def _require_forward(problem: InitialValueProblem) -> None:
    for event in problem.system.events:
        if problem.direction < 0 and event.label:
            raise InputError(
                f"times: got {problem.t_end:g}, before the start at {problem.t0:g}; what the event "
                f"{event.label!r} did cannot be undone: solve forward, or leave the event out"
            )
