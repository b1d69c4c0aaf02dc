"""A closed form through events that the states bring about: what a class gives, and its proof.

Put back into its equations it is as any other; besides, at each event that it tells a trigger has
to turn positive, the states have to be reset as the event says, and none may turn in between.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from random import Random
from typing import Any, Protocol

from ...system import BEFORE, FirstOrderSystem, SystemEvent
from ...tape import Tape
from ...tape.precise import Precise
from ..budget.clock import Clock
from ..proof.certificate import Certificate, certify, in_words
from ..proof.examine import DIGITS, OnTape, gap, worst
from ..proof.points import Point, points
from ..solvable import Block, Solved
from .schedule import acts

_EVENTS, _ENOUGH = 12, 6  # events that are looked at, and how many suffice
_ATTEMPTS = 400
_ASIDE, _NEAR = 1e-60, 1e-30  # of a time, beside an event; and how near to zero a trigger is there
_LOOKS = 12  # from one event to the next
_LONGEST = 10.0  # times the time since the start that is looked at where no event comes any more


@dataclass(frozen=True)
class Recurring:
    """A solution through events that the states bring about.

    Parameters
    ----------
    solved
        The solution.
    due
        From time and parameters: the time of the last event, or of the start, and of the next one,
        inf if none comes.
    likely
        From the parameters: what start values may be, by their names, for events to come. Of
        thresholds that are numbers, -50 and -65, random ones are hardly ever between.
    """

    solved: Solved
    due: Tape
    likely: Mapping[str, Tape] = field(default_factory=dict[str, Tape])


class Recognised(Protocol):
    """A system as a class sees it."""

    def solutions(self) -> Iterable[Recurring]:
        """Yield solutions, the likeliest first."""
        ...


class RecurringClass(Protocol):
    """A kind of system with events that its states bring about, with a known way to its solution.

    It gets a block of all states, whose system has the events.
    """

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        ...

    def recognise(self, block: Block, values: Mapping[str, float]) -> Recognised | None:
        """Return the system as this class sees it, or None if it is of another kind.

        Parameters
        ----------
        block
            All states.
        values
            Those of the parameters that are known: they may decide how the solution is written.
        """
        ...


def certified(
    system: FirstOrderSystem, found: Recurring, drawn: Sequence[Point], *, seed: int, clock: Clock
) -> Certificate:
    """Return the certificate of a solution through events, good or bad.

    Parameters
    ----------
    system
        With its events.
    found
        The solution.
    drawn
        At which points it is put back.
    seed
        Of these points.
    clock
        Looked at before each point.
    """
    solved = found.solved
    assert isinstance(solved.formula, Tape)
    formula = OnTape(solved.formula, system.time)
    smooth = replace(system, events=())
    asked = replace(solved, formula=formula)
    plain = certify(smooth, asked, seed=seed, clock=clock, drawn=drawn)
    if not plain.valid:
        return plain
    gaps = list[float]()
    witness = _Witness(system, found)
    for point in drawn:
        clock.check()
        gaps += witness.gaps(point)
        if len(gaps) == _EVENTS or worst(gaps) > _NEAR:
            break
    seen = plain.points if len(gaps) >= _ENOUGH else 0
    return replace(
        plain, residual=worst((plain.residual, *gaps)), points=seen,
        domain=in_words(solved.domain),
    )  # fmt: skip


def drawn(
    system: FirstOrderSystem, found: Recurring, values: Mapping[str, float], seed: int
) -> list[Point]:
    """Return points at which a solution is put back, some of them at times around events.

    Parameters
    ----------
    system
        With its events.
    found
        The solution.
    values
        Of parameters, as far as known: points are drawn around them as well.
    seed
        Of the random points.
    """
    return list(islice(_drawn(system, found, values, seed), _ATTEMPTS))


def _drawn(
    system: FirstOrderSystem, found: Recurring, values: Mapping[str, float], seed: int
) -> Iterator[Point]:
    """Yield points: of any size and sign; around known values; with likely starts."""
    chance = Random(seed)
    for point in points(system, Random(seed)):
        yield point
        near = {n: v * chance.randint(48, 80) / 64 for n, v in values.items() if n in point}
        around = {**point, **near}
        begun = {n: t(*(around[i] for i in t.inputs))[0] for n, t in found.likely.items()}
        for near_by in (around, {**around, **begun}) if begun else (around,):
            begin = {**near_by, system.time: system.t0}
            due = found.due(*(begin[n] for n in found.due.inputs))[1] - system.t0
            if math.isfinite(due):
                yield {**near_by, system.time: system.t0 + due * chance.randint(1, 400) / 64}


class _Witness:
    """Looks at the events of one solution."""

    def __init__(self, system: FirstOrderSystem, found: Recurring) -> None:
        self.system, self.found = system, found
        self.events = [event for event in system.events if acts(event)]
        self.precise = Precise(2 * DIGITS)

    def gaps(self, point: Point) -> Iterator[float]:
        """Yield how far off the next event after a point is, if it is valid and comes to one."""
        if not self._holds(point):
            return
        last, due = self.precise(self.found.due, point)
        context, now = self.precise.context, point[self.system.time]
        if context.isnan(last) or context.isnan(due):
            return  # a formula that is 0/0 is judged by the limit, and tells no time
        if not last <= now < due:
            yield math.inf
            return
        if not context.isfinite(due):
            end = last + _LONGEST * (now - self.system.t0)
            if self._holds({**point, self.system.time: float(end)}):
                yield from self._missed(point, last, end)
            return
        aside = _ASIDE * (1 + abs(due))
        rows = [self._at(point, due + k * aside) for k in (-1 / _NEAR, -1, 1)]
        defined = all(context.isfinite(row[s]) for row in rows for s in self.system.states)
        later = {**point, self.system.time: float(due) + 1e-9 * (1 + abs(float(due)))}
        if defined and self._holds(later):
            yield max(self._turned(due, rows), *self._missed(point, last, due), 0.0)

    def _holds(self, point: Point) -> bool:
        holds = self.found.solved.holds
        return holds is None or bool(holds(*(point[n] for n in holds.inputs))[0])

    def _at(self, point: Point, time: Any) -> dict[str, Any]:
        """Return all that is known at a time."""
        at = {**point, self.system.time: time}
        formula = self.found.solved.formula
        assert isinstance(formula, Tape)
        return {**at, **dict(zip(self.system.states, self.precise(formula, at), strict=True))}

    def _trigger(self, event: SystemEvent, at: Mapping[str, Any]) -> Any:
        assert event.trigger is not None
        return self.precise(event.trigger, at)[0]

    def _turned(self, due: Any, rows: Sequence[Mapping[str, Any]]) -> float:
        """Return by how much the states after an event are not what it sets.

        Parameters
        ----------
        due
            Its time.
        rows
            What is known a little sooner, just before and just after it.
        """
        sooner, before, after = rows
        happened = [
            event
            for event in self.events
            if -_NEAR * self._size(event, before) <= self._trigger(event, before) <= 0
            and self._trigger(event, sooner) < self._trigger(event, before)
        ]
        for event in happened:
            if event.reset is not None:
                known = {**before, BEFORE: due, self.system.time: due}
                values = self.precise(event.reset, known)
                before = {**before, **dict(zip(self.system.states, values, strict=True))}
        if not happened:
            return math.inf
        sizes = {s: 1 + max(abs(sooner[s]), abs(after[s])) for s in self.system.states}
        return worst(gap(before[s], after[s], size) for s, size in sizes.items())

    def _size(self, event: SystemEvent, at: Mapping[str, Any]) -> Any:
        """Return the size of what a trigger is made of."""
        assert event.trigger is not None
        used = event.trigger.used()
        return 1 + max(abs(at[name]) for name in used)

    def _missed(self, point: Point, begin: Any, end: Any) -> Iterator[float]:
        """Yield an endless gap for each trigger that turns positive between two events."""
        times = [begin + (end - begin) * k / (_LOOKS + 1) for k in range(1, _LOOKS + 1)]
        rows = [self._at(point, time) for time in times]
        for event in self.events:
            signs = [self._trigger(event, row) > 0 for row in rows]
            if any(later and not sooner for sooner, later in pairwise(signs)):
                yield math.inf
