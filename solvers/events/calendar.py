"""The calendar: what happens at times that are formulas of parameters, once or again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...models.errors import grouped
from ...models.system import SystemEvent
from ...models.tape import Tape
from ..arrays import Bool, Float, Int
from ..evaluate import rows_function
from ..problem import InitialValueProblem

MOST = 1_000_000  # times that one event may fall due
SAME = 2.0**-49  # of a time, about eight numbers next to it: what roundings make of one time
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
    impossible
        For which members a time is not a number, a period negative or far too short, in words.
    """

    way: float
    first: Float
    period: Float
    last: Float
    endless: Bool
    count: Float
    impossible: Mapping[int, str]

    @classmethod
    def over(cls, problem: InitialValueProblem, events: list[SystemEvent]) -> Calendar:
        """Return the calendar at the start; a jump there may have happened or be about to."""
        found = [_occasions(problem, event) for event in events]
        rows = np.array([row for row, _ in found])
        first, period, last = np.moveaxis(rows.reshape(len(events), 3, problem.batch), 1, 0)
        impossible = {i: words for _, said in reversed(found) for i, words in said.items()}
        jumps = np.array([not event.label for event in events], np.bool_)
        endless = _endless(jumps[:, None], period, last)
        count = np.zeros(first.shape)
        calendar = cls(problem.direction, first, period, last, endless, count, impossible)
        calendar._begin(problem.t0, jumps)
        return calendar

    def _begin(self, t0: float, jumps: Bool) -> None:
        with np.errstate(divide="ignore", invalid="ignore"):
            passed = np.where(self.period > 0, (t0 - self.first) / self.period, 0.0)
            most = np.where(self.period > 0, (self.last - self.first) / self.period, 0.0)
        if self.way > 0:
            near = t0 - SAME * abs(t0)
            earliest: Float = np.where(jumps, t0, near)
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
        return self._due(slice(None), i, 0)

    def _due(self, events: Int | slice, i: Int, ahead: Int | int) -> Float:
        """Return when some events fall due after so many times more."""
        rows = (self.first, self.period, self.last, self.count)
        first, period, last, count = (row[events][:, i] for row in rows)
        endless, count = self.endless[events][:, i], count + self.way * ahead
        with np.errstate(invalid="ignore"):
            times = first + np.where(count == 0, 0.0, count * period)
        none = ((count < 0) & ~endless) | ((period == 0) & (count != 0))
        none |= times > last + ROUNDING * period
        return np.where(none, np.inf * self.way, times)

    def follow(self, i: Int, most: int) -> tuple[Float, Int]:
        """Return when events fall due from here on, and which, each (row, batch), in order.

        Each event has at most so many rows; they are infinite where it falls due less often.
        """
        again = (self.period[:, i] > 0).any(axis=1)
        rows: list[Float] = []
        which: list[Int] = []
        for events, count in ((np.flatnonzero(again), most), (np.flatnonzero(~again), 1)):
            ahead = np.arange(count)[:, None, None]
            rows.append(self._due(events, i, ahead).reshape(-1, len(i)))
            which.append(np.tile(events, count))
        times, numbers = np.concatenate(rows), np.concatenate(which)
        order = np.argsort(self.way * times, axis=0, kind="stable")[:most]
        return np.take_along_axis(times, order, axis=0), numbers[order]

    def move_on(self, i: Int, passed: Bool) -> None:
        """Let the next time of some events, (event, batch), have passed."""
        self.count[:, i] += np.where(passed, self.way, 0.0)

    def move_on_by(self, i: Int, events: Int, passed: Bool) -> None:
        """Let those times of events have passed that are told of, both (row, batch)."""
        np.add.at(self.count, (events, np.broadcast_to(i, events.shape)), self.way * passed)


def is_same(time: Float, other: Float | float) -> Bool:
    """Tell which times differ from others by no more than roundings."""
    with np.errstate(invalid="ignore", over="ignore"):
        same: Bool = np.abs(time - other) <= SAME * np.abs(other)
    return same


def _endless(jumps: Bool | bool, period: Float, last: Float) -> Bool:
    return jumps & (period > 0) & np.isposinf(last)


def _occasions(problem: InitialValueProblem, event: SystemEvent) -> tuple[Float, dict[int, str]]:
    """Return first time, period and last time of an event, (3, batch), and which cannot be.

    What cannot be is told in words, by member; it is never due.
    """
    assert event.occasion is not None
    found = rows_function(event.occasion, "occasion", (("p", problem.system.n_parameters),))
    rows = np.array(np.broadcast_to(found(problem.p), (3, problem.batch)))
    first, period, last = rows
    low, high = sorted((problem.t0, problem.t_end))
    with np.errstate(all="ignore"):
        begin = np.where(_endless(not event.label, period, last), low, np.maximum(first, low))
        counts = (np.minimum(last, high) - begin) / period
    many = (period > 0) & (counts > MOST)
    wrong = np.isnan(rows).any(axis=0) | ~(period >= 0) | ~np.isfinite(period)
    if event.label and not _once(event.occasion):
        wrong |= period == 0
    what = f"event {event.label!r}" if event.label else "an input that jumps"
    said = {int(i): f"{what}: {_no_times(rows[:, i])}" for i in np.flatnonzero(wrong)}
    said |= {
        int(i): f"{what}: {_too_many(problem, period[i], counts[i])}" for i in np.flatnonzero(many)
    }
    rows[:, wrong | many] = np.array([[np.inf], [0.0], [np.inf]])
    return rows, said


def _once(occasion: Tape) -> bool:
    """Tell whether an event is meant to happen once: its period is zero as written."""
    period = occasion.nodes[occasion.outputs[1]]
    return period.op == "const" and period.value == 0


def _no_times(row: Float) -> str:
    first, period, last = row
    return (
        f"its first time, period and last time came out as {first:g}, {period:g} and {last:g}; "
        "times must be numbers and the period positive"
    )


def _too_many(problem: InitialValueProblem, period: float, count: float) -> str:
    return (
        f"with a period of {period:g} it would happen {count:.1e} times up to "
        f"{problem.system.time} = {problem.t_end:g}; at most {grouped(MOST)} times are possible: "
        "is the unit of the period right?"
    )
