"""What happens to trajectories on their way: events, one after the other, and what they change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..models.errors import InputError
from ..models.system import BEFORE
from .agenda import Agenda
from .arrays import BatchTime, Bool, Int, StateBatch
from .evaluate import RowsFunction, rows_function, system_arguments
from .event_log import EventLog
from .problem import InitialValueProblem


@dataclass(eq=False)
class Happenings:
    """The events of a problem, followed along its trajectories.

    Parameters
    ----------
    problem
        Of these trajectories.
    agenda
        When the scheduled ones fall due.
    resets
        For each event the function of (before, t, y, p) that sets the states, or None.
    parts
        What has happened, in pieces.
    """

    problem: InitialValueProblem
    agenda: Agenda
    resets: tuple[RowsFunction | None, ...]
    parts: list[EventLog]

    @classmethod
    def over(cls, problem: InitialValueProblem) -> Happenings | None:
        """Return the happenings of a problem, none of them yet; None if it has no events.

        Raises
        ------
        InputError
            If an event cannot happen, because of its times or because time goes backward.
        """
        system = problem.system
        if not system.events:
            return None
        _require_forward(problem)
        arguments = ((BEFORE, None), *system_arguments(system.n_states, system.n_parameters))
        resets = tuple(
            e.reset and rows_function(e.reset, "reset", arguments) for e in system.events
        )
        return cls(problem, Agenda.over(problem), resets, [EventLog.empty(system.n_states)])

    @property
    def log(self) -> EventLog:
        """What has happened."""
        return EventLog.gather(self.parts)

    def due(self, i: Int, t: BatchTime) -> Bool:
        """Tell for which trajectories something is scheduled at the time where they are."""
        return self.agenda.time[i] == t

    def happen(self, i: Int, t: BatchTime, y: StateBatch) -> tuple[StateBatch, Bool]:
        """Let happen what falls due now, in the order written; each sees what the last one left.

        Returns
        -------
        y, stopped
            The states after it, and which trajectories end here.
        """
        fired = self.agenda.falls_due(i)
        self.agenda.move_on(i)
        return self._one_by_one(i, t, y, fired)

    def _one_by_one(
        self, i: Int, t: BatchTime, y: StateBatch, fired: Bool
    ) -> tuple[StateBatch, Bool]:
        y, stopped = y.copy(), np.zeros(len(i), dtype=np.bool_)
        before = np.nextafter(t, -np.inf * self.problem.direction)
        for e in np.flatnonzero(fired.any(axis=1)):
            some = np.flatnonzero(fired[e] & ~stopped)
            y[:, some] = self._set(int(e), i[some], before[some], t[some], y[:, some])
            before[some] = t[some]
            stopped[some] = self.problem.system.events[e].stops
        return y, stopped

    def _set(self, e: int, i: Int, before: BatchTime, t: BatchTime, y: StateBatch) -> StateBatch:
        """Return the states after one event; note it if someone asked to be told."""
        reset = self.resets[e]
        after = reset(before, t, y, self.problem.p[:, i]) if reset else y
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
