"""Triggers: events that happen when a condition on the states begins to hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Tape
from ...models.tape.differentiate import Partials, accumulate
from ..arrays import BatchTime, Bool, Float, Int, StateBatch
from ..evaluate import RowsMaker, rows_function
from ..problem import InitialValueProblem
from .calendar import SAME, is_same
from .crossings import PROBES, Conditions, Path
from .foresight import foreseen
from .settle import settle

Retake = Callable[[Int, BatchTime], StateBatch]  # members of a path, times to the states then

# Where a condition still holds after an event, it may cease to and hold again in no time.
CLOSER = tuple(sorted({*PROBES, *(2.0**-k for k in range(3, 45))}))
STRAIGHT = 0.5  # of a slope: a value that strays less from it is taken to follow it
STILL = 1e-10  # of the speed before an event: one that it leaves is rounding, and counts as none


@dataclass(eq=False)
class Triggers:
    """The triggers of a problem, followed along its trajectories.

    Parameters
    ----------
    events
        Which events of the system have one that depends on states, (trigger,).
    conditions
        Their values.
    armed
        Whether each has ceased to hold since it last fired, (trigger, batch).
    fresh
        Whether a trajectory has only just begun, or begun anew, (batch,).
    speeds
        How fast the values change along trajectories.
    ceasing
        Whether each has fired, was turned back by what it did, and has not ceased since, (trigger,
        batch).
    level
        Their values right after that, (trigger, batch).
    t_end
        When trajectories end.
    lost
        Whether one of them rises instead, (batch,): it has ceased and begun again without being
        seen, or was held where the rates drive it on.
    """

    events: Int
    conditions: Conditions
    armed: Bool
    fresh: Bool
    speeds: Conditions
    ceasing: Bool
    level: Float
    lost: Bool
    t_end: float

    @classmethod
    def over(cls, problem: InitialValueProblem, rows: RowsMaker = rows_function) -> Triggers | None:
        """Return the triggers of a problem at its start; None if it has none."""
        some = on_states(problem.system)
        if not some:
            return None
        conditions = Conditions.of(problem, list(some.values()), rows)
        everyone, t0 = np.arange(problem.batch), np.full(problem.batch, problem.t0)
        armed = ~(conditions.at(everyone, t0, problem.y0) > 0)
        speeds = Conditions.of(problem, [speed(problem.system, t) for t in some.values()], rows)
        nowhere = np.zeros(armed.shape, dtype=np.bool_)
        return cls(
            np.array(list(some), np.int64), conditions, armed, ~nowhere[0], speeds,
            nowhere, np.zeros(armed.shape), nowhere[0].copy(), problem.t_end,
        )  # fmt: skip

    def turned(self, i: Int, t: BatchTime, y: StateBatch, old: StateBatch) -> Bool:
        """Tell which triggers hold that did not before, and arm those that do not hold.

        One that is another number now than at the `old` states has leapt: of a leap no part is
        rounding.
        """
        same = self.conditions.at(i, t, old) == self.conditions.at(i, t, y)
        holds = self.conditions.hold(i, t, y, ~self.armed[:, i] & same)
        new = holds & self.armed[:, i]
        self.armed[:, i] = ~holds
        self.fresh[i] = True
        return new

    def close(self, i: Int) -> Bool:
        """Tell which trajectories may turn right after they have begun, faster than a step sees."""
        return self.fresh[i] & ~self.armed[:, i].all(axis=0)

    def catch_up(self, i: Int, holds: Bool, fresh: Bool, ceasing: Bool) -> None:
        """Take over which conditions hold, and what those know that made steps by themselves."""
        self.armed[:, i], self.fresh[i] = ~holds, fresh
        self.ceasing[:, i] = ceasing & fresh

    def begin(self, which: Bool, i: Int) -> None:
        """Note which triggers, (trigger, batch), fire now.

        One that fires with another may be a rounding from holding: it counts as if it held, for
        else it would turn again a rounding later.
        """
        self.armed[:, i] &= ~_with_another(which)

    def fired(self, which: Bool, i: Int, t: BatchTime, y: StateBatch, old: StateBatch) -> None:
        """Note which triggers, (trigger, batch), have fired, and the states after and before."""
        value = self.conditions.at(i, t, y)
        same = self.conditions.at(i, t, old) == value
        near = self.conditions.hold(i, t, y, which)  # a rounding may deny that what turned holds
        self.armed[:, i] &= ~((_with_another(which) | (which & near)) & same)
        speed, still = self.speeds.at(i, t, y), STILL * self.speeds.at(i, t, old)
        back = np.where(which, (still > 0) & (speed <= still), self.ceasing[:, i])
        self.ceasing[:, i] = ~self.armed[:, i] & same & (value > 0) & back
        self.level[:, i] = np.where(which, value, self.level[:, i])

    def search(self, path: Path, retake: Retake) -> tuple[BatchTime, Bool]:
        """Find which triggers turn first within a step, and when.

        Parameters
        ----------
        path
            An accepted step.
        retake
            Makes the step again, but only up to some times.

        Returns
        -------
        time, turned
            When, (batch,), nan if never, and which then, (trigger, batch).
        """
        time = np.full(len(path.i), np.nan)
        turned = np.zeros((len(self.events), len(path.i)), dtype=np.bool_)
        close = self.close(path.i)
        close[close] = self._unsteady(path.some(close))
        for which, probes in ((~close, PROBES), (close, CLOSER)):
            some = np.flatnonzero(which)
            if some.size:
                part, again = path.some(some), _of(some, retake)
                time[some], turned[:, some] = self._search(part, again, probes)
        on = np.flatnonzero(np.isnan(time))
        rest = path.some(on)
        held = ~self.armed[:, rest.i]
        holds = self.conditions.hold(rest.i, rest.t + rest.h, rest.z, held)
        self.ceasing[:, rest.i] &= holds
        self.lost[rest.i] = self._lost(rest)
        turned[:, on] = late = self._late(rest, holds)
        time[on] = np.where(late.any(axis=0), self.t_end, np.nan)
        time[on[self.lost[rest.i]]] = rest.t[self.lost[rest.i]]
        self.armed[:, rest.i] = ~holds
        self.fresh[path.i] = self.ceasing[:, path.i].any(axis=0)
        return time, turned

    def _late(self, path: Path, holds: Bool) -> Bool:
        """Tell which conditions turn a rounding after the end, where the last output is."""
        late, end = np.zeros_like(holds), path.t + path.h
        some = np.flatnonzero(is_same(end, self.t_end))
        if some.size:
            there = path.i[some], end[some], path.some(some).z
            value, speed = (of.at(*there) for of in (self.conditions, self.speeds))
            ahead = value + speed * SAME * np.abs(end[some])
            late[:, some] = (ahead > 0) & ~holds[:, some] & self.armed[:, path.i[some]]
        return late

    def _lost(self, path: Path) -> Bool:
        """Tell where a condition that an event turned back rises at the end of a step."""
        lost = np.zeros(len(path.i), dtype=np.bool_)
        some = np.flatnonzero(self.ceasing[:, path.i].any(axis=0))
        if some.size:
            part, i = path.some(some), path.i[some]
            value, speed = (of.at(i, part.t + part.h, part.z)
                            for of in (self.conditions, self.speeds))  # fmt: skip
            rises = (value > self.level[:, i]) & (speed > 0)
            lost[some] = np.any(self.ceasing[:, i] & rises, axis=0)
        return lost

    def _unsteady(self, path: Path) -> Bool:
        """Tell where a condition that holds might cease to and hold again before the first probe.

        It does neither unseen where it follows its slope up to there; and to look closer would be
        to look at roundings.
        """
        i, theta = path.i, PROBES[1]
        y, z = (path.at(np.full(len(i), x)) for x in (0.0, theta))
        ahead = self.speeds.at(i, path.t, y) * theta * path.h
        value = self.conditions.at(i, path.t + theta * path.h, z)
        change = value - self.conditions.at(i, path.t, y)
        steady = np.abs(change - ahead) <= STRAIGHT * np.abs(ahead)
        return np.any(~self.armed[:, i] & ~steady, axis=0)

    def _search(
        self, path: Path, retake: Retake, probes: tuple[float, ...]
    ) -> tuple[BatchTime, Bool]:
        time = np.full(len(path.i), np.nan)
        turned = np.zeros((len(self.events), len(path.i)), dtype=np.bool_)
        turns = self.conditions.turns(path, ~self.armed[:, path.i], probes)
        if not turns.member.size:
            return time, turned
        theta = np.full(turned.shape, np.inf)
        theta[turns.condition, turns.member] = self.conditions.locate(path, turns)
        first, found = theta.argmin(axis=0), np.unique(turns.member)
        low, high = np.zeros(turned.shape), np.ones(turned.shape)
        low[turns.condition, turns.member] = turns.low
        high[turns.condition, turns.member] = turns.high
        part, first = path.some(found), first[found]

        def value(which: Int, at: BatchTime) -> Float:
            y = retake(found[which], at)
            return self.conditions.at(part.i[which], at, y)[first[which], np.arange(len(which))]

        bounds = (part.t + rows[first, found] * part.h for rows in (low, theta, high))
        time[found] = settle(value, *bounds)
        same = SAME * np.abs(time)
        turned[:, found] = (path.t + theta * path.h <= time + same)[:, found]
        turned[first, found] = True
        return time, turned


def _with_another(which: Bool) -> Bool:
    return which & (which.sum(axis=0) > 1)


def on_states(system: FirstOrderSystem) -> dict[int, Tape]:
    """Return the triggers that nobody can foresee, by the number of their event."""
    return {
        e: event.trigger
        for e, event in enumerate(system.events)
        if event.trigger is not None and not foreseen(system, event)
    }


def _of(members: Int, retake: Retake) -> Retake:
    return lambda which, at: retake(members[which], at)


@lru_cache(maxsize=64)
def speed(system: FirstOrderSystem, trigger: Tape) -> Tape:
    """Return the derivative of a trigger by time, along the trajectory."""
    builder = Builder(system.vector_field.inputs)
    rates = builder.inline(system.vector_field, builder.inputs)
    along: dict[int, Partials] = {j: {0: rate} for j, rate in enumerate(rates, start=1)}
    seeds = {0: {0: builder.constant(1.0)}, **along}
    _, (partials,) = accumulate(builder, trigger, builder.inputs, seeds)
    return builder.finish([partials.get(0, 0.0)])
