"""From event to event with many digits: what the tapes are compared with, made another way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...notation import Notation, Shown
from ...system import BEFORE, SystemEvent
from ...tape.precise import Precise
from .flow import Flow
from .schedule import Due

_LONGEST = 200  # events on the way; beyond, nothing is said
_STEP = 70  # binary digits after the point of the small difference


@dataclass(frozen=True)
class Walk:
    """A solution through events: it is walked along, event by event.

    Parameters
    ----------
    flow
        Between two events.
    dues
        What happens.
    equations
        How it is printed.
    """

    flow: Flow
    dues: tuple[Due, ...]
    equations: tuple[Shown, ...]

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations."""
        del notation
        return self.equations

    def values(self, precise: Precise, point: Mapping[str, Any]) -> Sequence[Any]:
        """Return every state, nan before the start, after a stop and beyond very many events."""
        system, context = self.flow.whole, precise.context
        y = list(precise(system.start, point))
        now, until = context.mpf(system.t0), context.mpf(point[system.time])
        due = list(self._due(precise, point, until))
        nowhere = [context.nan] * len(y)
        if until < now or len(due) > _LONGEST:
            return nowhere
        for time, event in due:
            y, now = self._moved(precise, point, now, time, y), time
            if event.reset is not None:
                known = dict(zip(system.states, y, strict=True))
                y = list(precise(event.reset, {**point, **known, BEFORE: time, system.time: time}))
            if event.stops:
                return y if time == until else nowhere
        return self._moved(precise, point, now, until, y)

    def slopes(self, precise: Precise, point: Mapping[str, Any]) -> Sequence[Any]:
        """Return the derivative of every state by time, a quotient of small differences."""
        context, time = precise.context, self.flow.whole.time
        step = context.ldexp(1, -_STEP)
        sides = (context.mpf(point[time]) + side for side in (-step, step))
        before, after = (self.values(precise, {**point, time: t}) for t in sides)
        return [(a - b) / (2 * step) for a, b in zip(after, before, strict=True)]

    def _moved(
        self, precise: Precise, point: Mapping[str, Any], begun: Any, end: Any, y: list[Any]
    ) -> list[Any]:
        return y if begun == end else self.flow.values(precise, point, begun, end, y)

    def _due(
        self, precise: Precise, point: Mapping[str, Any], until: Any
    ) -> Iterator[tuple[Any, SystemEvent]]:
        """Return times and events up to a time, in their order."""
        found = [
            (time, due.event) for due in self.dues for time in self._times(due, precise, point)
        ]
        t0 = self.flow.whole.t0
        return iter(sorted((d for d in found if t0 <= d[0] <= until), key=lambda d: d[0]))

    def _times(self, due: Due, precise: Precise, point: Mapping[str, Any]) -> Iterator[Any]:
        first, period, last = precise(due.times, point)
        yield first
        if due.once or not period > 0:
            return
        begin = max(0, math.ceil((self.flow.whole.t0 - first) / period))
        for k in range(max(1, begin), begin + _LONGEST + 2):
            if first + k * period > last + period * 1e-9:
                return
            yield first + k * period
