"""What happened to a trajectory on its way, time by time, told so that it can be gone back over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nextafter

import numpy as np

from ...arrays import Float
from ...event_log import EventLog
from ...events.agenda import Agenda
from ...events.shifts import leaps
from ...problem import InitialValueProblem

Point = tuple[float, ...]


@dataclass(frozen=True)
class Deed:
    """One event that happened at a halt.

    Parameters
    ----------
    event, cause
        Which event of the system, and the one at the same halt with whose time its own moves.
    before
        The time up to which rates were those before it.
    ends
        The states before and after it; None of an input that jumps alone, where nothing is set.
    """

    event: int
    cause: int
    before: float
    ends: tuple[Point, Point] | None


@dataclass(frozen=True)
class Halt:
    """A time at which something happened, and what, in order."""

    time: float
    deeds: tuple[Deed, ...]


def halts(problem: InitialValueProblem, log: EventLog) -> list[Halt]:
    """Return the halts of the one trajectory of a problem, whose events are logged.

    Inputs that jump, which are not, are known ahead.
    """
    told: dict[float, list[tuple[int, tuple[Point, Point]]]] = {}
    for row, (event, time) in enumerate(zip(log.event.tolist(), log.time.tolist(), strict=True)):
        ends = tuple(log.before[:, row].tolist()), tuple(log.after[:, row].tolist())
        told.setdefault(time, []).append((event, ends))
    jumps = _jumps(problem)
    p = problem.p[:, 0].tolist()
    return [
        _halt(problem, time, *jumps.get(time, (nextafter(time, -inf), ())), told.get(time, ()), p)
        for time in sorted({*told, *jumps})
    ]


def _jumps(problem: InitialValueProblem) -> dict[float, tuple[float, list[int]]]:
    """Return which inputs jump, by time, and up to when nothing has."""
    found: dict[float, tuple[float, list[int]]] = {}
    events, agenda, alone = problem.system.events, Agenda.over(problem), np.zeros(1, dtype=np.int64)
    while np.isfinite(agenda.time[0]):
        due = np.flatnonzero(agenda.falls_due(alone)[:, 0]).tolist()
        which = [e for e in due if not events[e].label]
        if which:
            found[float(agenda.time[0])] = (float(agenda.limit[0]), which)
        agenda.move_on(alone)
    return found


def _halt(
    problem: InitialValueProblem, time: float, before: float, jumps: Sequence[int],
    told: Sequence[tuple[int, tuple[Point, Point]]], p: Sequence[float],
) -> Halt:  # fmt: skip
    order: list[tuple[int, tuple[Point, Point] | None]] = [*told]
    for jump in jumps:  # among those that happened of their own accord, which are in order
        places = range(len(order))
        later = (k for k in places if order[k][0] > jump or _begins_again(order, k))
        order.insert(next(later, len(order)), (jump, None))
    deeds: list[Deed] = []
    for event, ends in order:
        cause = event if ends is None else _cause(problem, time, event, deeds, ends[0], p)
        deeds.append(Deed(event, cause, before, ends))
        before = time
    return Halt(time, tuple(deeds))


def _begins_again(order: Sequence[tuple[int, object]], k: int) -> bool:
    """Tell whether a second round of events, which the first has set off, begins here."""
    return k > 0 and order[k][0] <= order[k - 1][0]


def _cause(
    problem: InitialValueProblem, time: float, event: int, earlier: Sequence[Deed], now: Point,
    p: Sequence[float],
) -> int:  # fmt: skip
    """Return with whose time an event moves: that of what made its condition hold, or its own."""
    trigger = problem.system.events[event].trigger
    if trigger is None:
        return event
    if leaps(trigger):
        jumps = [d.event for d in earlier if d.ends is None]
        if jumps:
            return jumps[-1]
    for deed in earlier:
        if deed.ends is not None:
            held, holds = (trigger(time, *y, *p)[0] > 0 for y in deed.ends)
            if holds and not held:
                return deed.cause
    return event


def states_before(halt: Halt, otherwise: Point) -> Point:
    """Return the states just before a halt; others' where no event is told of."""
    return next((d.ends[0] for d in halt.deeds if d.ends is not None), otherwise)


def states_after(halt: Halt) -> Point | None:
    """Return the states just after a halt, None where nothing was set."""
    return next((d.ends[1] for d in reversed(halt.deeds) if d.ends is not None), None)


def as_column(point: Point) -> Float:
    """Return states as an array, (state, 1)."""
    return np.array(point, dtype=np.float64)[:, None]
