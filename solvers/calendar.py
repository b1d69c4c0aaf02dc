"""The calendar: what happens at times that are formulas of parameters, once or again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..models.errors import InputError, grouped
from ..models.system import SystemEvent
from .arrays import Bool, Float, Int
from .evaluate import rows_function
from .problem import InitialValueProblem

MOST = 1_000_000  # times that one event may fall due
SAME = 8  # numbers next to one another that are one time: what roundings make of it
ROUNDING = 1e-9  # of a period, by which the last time may be missed


@dataclass(eq=False)
class Calendar:
    """When each event falls due next, one time after the other; none of them is listed ahead.

    Parameters
    ----------
    way
        1.0 forward in time, -1.0 backward.
    first, period, last
        Times of the events, (event, batch); the period is 0 for what happens once.
    endless
        Whether there was another before the first, and so on, (event, batch): an input that jumps
        periodically does so at all times.
    count
        How many periods have passed when each falls due next, (event, batch).
    """

    way: float
    first: Float
    period: Float
    last: Float
    endless: Bool
    count: Float

    @classmethod
    def over(cls, problem: InitialValueProblem, events: list[SystemEvent]) -> Calendar:
        """Return the calendar at the start; a jump of an input there has happened.

        Raises
        ------
        InputError
            If a time is not a number, a period negative or far too short.
        """
        rows = np.array([_occasions(problem, event) for event in events])
        first, period, last = np.moveaxis(rows.reshape(len(events), 3, problem.batch), 1, 0)
        jumps = np.array([not event.label for event in events], np.bool_)
        endless = _endless(jumps[:, None], period, last)
        calendar = cls(problem.direction, first, period, last, endless, np.zeros(first.shape))
        calendar._begin(problem.t0, jumps)
        return calendar

    def _begin(self, t0: float, jumps: Bool) -> None:
        with np.errstate(divide="ignore", invalid="ignore"):
            passed = np.where(self.period > 0, (t0 - self.first) / self.period, 0.0)
            most = np.where(self.period > 0, (self.last - self.first) / self.period, 0.0)
        if self.way > 0:
            near = t0 - SAME * float(np.spacing(abs(t0)))
            earliest: Float = np.where(jumps, np.nextafter(t0, np.inf), near)
            self.count = np.maximum(np.floor(passed), 0.0)
            self.count += self._times(slice(None)) < earliest[:, None]
        else:
            self.count = np.minimum(np.ceil(passed), np.floor(most + ROUNDING))
            latest: Float = np.where(jumps, np.nextafter(t0, np.inf), t0)
            self.count -= self._times(slice(None)) >= latest[:, None]

    def _times(self, i: Int | slice) -> Float:
        count = self.count[:, i]
        with np.errstate(invalid="ignore"):
            return self.first[:, i] + np.where(count == 0, 0.0, count * self.period[:, i])

    def due(self, i: Int) -> Float:
        """Return when each event falls due next, (event, batch); infinite if never again."""
        count, period, times = self.count[:, i], self.period[:, i], self._times(i)
        none = ((count < 0) & ~self.endless[:, i]) | ((period == 0) & (count != 0))
        none |= times > self.last[:, i] + ROUNDING * period
        return np.where(none, np.inf * self.way, times)

    def move_on(self, i: Int, passed: Bool) -> None:
        """Let the next time of some events, (event, batch), have passed."""
        self.count[:, i] += np.where(passed, self.way, 0.0)


def _endless(jumps: Bool | bool, period: Float, last: Float) -> Bool:
    return jumps & (period > 0) & np.isposinf(last)


def _occasions(problem: InitialValueProblem, event: SystemEvent) -> Float:
    """Return first time, period and last time of an event, (3, batch), checked."""
    assert event.occasion is not None
    found = rows_function(event.occasion, "occasion", (("p", problem.system.n_parameters),))
    first, period, last = rows = np.broadcast_to(found(problem.p), (3, problem.batch))
    what = f"event {event.label!r}" if event.label else "an input that jumps"
    wrong = np.isnan(rows).any(axis=0) | ~(period >= 0) | ~np.isfinite(period)
    if wrong.any():
        one, two, three = rows[:, int(wrong.argmax())]
        raise InputError(
            f"{what}: its first time, period and last time came out as {one:g}, {two:g} and "
            f"{three:g}; times must be numbers and the period positive"
        )
    low, high = sorted((problem.t0, problem.t_end))
    with np.errstate(all="ignore"):
        begin = np.where(_endless(not event.label, period, last), low, np.maximum(first, low))
        counts = (np.minimum(last, high) - begin) / period
    counts = np.where(period > 0, counts, 0.0)
    if counts.max() > MOST:
        raise InputError(
            f"{what}: with a period of {period[counts.argmax()]:g} it would happen "
            f"{counts.max():.1e} times up to {problem.system.time} = {problem.t_end:g}; at most "
            f"{grouped(MOST)} times are possible: is the unit of the period right?"
        )
    return rows
