"""Foresight: when a condition that no state has a part in will turn, found before any step is made.

A rate may jump there, so an integrator must know of it in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.structure.dependencies import JUMPING, without_states
from ...models.system import FirstOrderSystem, SystemEvent
from ...models.tape import Builder
from ...models.tape.bounds import bounded, bounds
from ...models.tape.differentiate import derivative
from ..arrays import BatchTime, Float, Int, ParameterBatch
from ..evaluate import RowsFunction, rows_function
from ..problem import LEAST_LOOKS, InitialValueProblem
from .calendar import SAME
from .settle import settle

OVERSHOOT = 1.5  # of the way to where a condition seems to turn, so that it is passed
SHORTEST = 1e-3  # of the longest look ahead
LEAST = 1e-13  # of the way, up to which a condition is looked at ever more closely
PATIENCE = 2_000  # looks after which none is shorter than the shortest


def foreseen(system: FirstOrderSystem, event: SystemEvent) -> bool:
    """Tell whether an event has a trigger of time and parameters alone."""
    return event.trigger is not None and not (set(system.states) & event.trigger.used())


@dataclass(frozen=True, eq=False)
class Foresight:
    """Looks ahead for the turning of conditions.

    Parameters
    ----------
    problem
        Of whose events.
    courses
        For each condition the function of (t, p) to its value and two derivatives by time.
    ranges
        For each condition the function of (low, high, p), times, to the bounds of its value and of
        its slope between them; None where they are not known.
    alike
        For each condition to which of the trajectories that differ in it each belongs, (batch,);
        None where all differ.
    """

    problem: InitialValueProblem
    courses: tuple[RowsFunction, ...]
    ranges: tuple[RowsFunction | None, ...]
    alike: tuple[Int | None, ...]

    @classmethod
    def over(cls, problem: InitialValueProblem, events: list[SystemEvent]) -> Foresight:
        """Return the foresight of some events of a problem."""
        system, alike = problem.system, tuple(_alike(problem, event) for event in events)
        courses = tuple(_course(system, event) for event in events)
        return cls(problem, courses, tuple(_range(system, event) for event in events), alike)

    def next(self, condition: int, i: Int, t: BatchTime) -> BatchTime:
        """Return when a condition turns next after the times t, (batch,); infinite if never."""
        alike = self.alike[condition]
        if alike is None or not i.size:
            return self._next(condition, i, t)
        # What is alike is looked for once: real parts are trajectories that differ.
        _, first, which = np.unique(alike[i] + 1j * t, return_index=True, return_inverse=True)
        return self._next(condition, i[first], t[first])[which]

    def _next(self, condition: int, i: Int, t: BatchTime) -> BatchTime:
        course, p, way = self.courses[condition], self.problem.p[:, i], self.problem.direction
        end = self.problem.t_end + way * SAME * abs(self.problem.t_end)  # see `Agenda`
        found, left = np.full(len(i), np.inf * way), np.arange(len(i))
        held = course(t, p)[0] > 0
        looks, longest = 0, abs(self.problem.t_end - self.problem.t0) / LEAST_LOOKS
        while left.size:
            ahead = t + way * _reach(course(t, p), longest)
            ahead = np.where(way * (ahead - end) > 0, end, ahead)
            looks += 1
            least = longest * (SHORTEST if looks > PATIENCE else LEAST * LEAST_LOOKS)
            ahead = self._seen(condition, t, ahead, p, least)
            holds = course(ahead, p)[0] > 0
            turned = holds & ~held
            if turned.any():
                found[left[turned]] = self._between(course, p[:, turned], t[turned], ahead[turned])
            on = ~turned & (way * (end - ahead) > 0)  # not where it is no number
            left, t, p, held = left[on], ahead[on], p[:, on], holds[on]
        return found

    def _seen(
        self, condition: int, t: BatchTime, ahead: BatchTime, p: ParameterBatch, least: float
    ) -> BatchTime:
        """Return up to when the values at both ends tell whether a condition turns in between.

        That is where it keeps its sign for sure, or rises or falls throughout.
        """
        ranges = self.ranges[condition]
        while ranges is not None:
            low, high, falls, rises = ranges(np.minimum(t, ahead), np.maximum(t, ahead), p)
            told = (low > 0) | (high <= 0) | (falls >= 0) | (rises <= 0)
            doubtful = ~told & (np.abs(ahead - t) > least)
            if not doubtful.any():
                break
            ahead = np.where(doubtful, t + 0.5 * (ahead - t), ahead)
        return ahead

    def _between(
        self, course: RowsFunction, p: ParameterBatch, begin: BatchTime, end: BatchTime
    ) -> BatchTime:
        """Return just when a condition turns between two times."""
        way = self.problem.direction

        def value(which: Int, clock: BatchTime) -> Float:
            return course(way * clock, p[:, which])[0]

        return way * settle(value, way * begin, way * 0.5 * (begin + end), way * end)


def _alike(problem: InitialValueProblem, event: SystemEvent) -> Int | None:
    """Return to which of those that differ each trajectory belongs; None where all differ."""
    assert event.trigger is not None
    used = event.trigger.used()
    rows = [row for name, row in zip(problem.system.parameters, problem.p, strict=True)
            if name in used and (row != row[0]).any()]  # fmt: skip
    if not rows:
        return np.zeros(problem.batch, dtype=np.int64)
    groups, which = np.unique(np.array(rows), axis=1, return_inverse=True)
    return which.reshape(-1).astype(np.int64) if groups.shape[1] < problem.batch else None


def _course(system: FirstOrderSystem, event: SystemEvent) -> RowsFunction:
    assert event.trigger is not None
    value = without_states(event.trigger, system.n_states)
    slope = derivative(value, value.inputs[0])
    bend = derivative(slope, value.inputs[0])
    builder = Builder(value.inputs)
    rows = [builder.inline(tape, builder.inputs)[0] for tape in (value, slope, bend)]
    return rows_function(builder.finish(rows), "course", (("t", None), ("p", system.n_parameters)))


def _range(system: FirstOrderSystem, event: SystemEvent) -> RowsFunction | None:
    assert event.trigger is not None
    value = without_states(event.trigger, system.n_states)
    if not bounded(value):
        return None
    builder = Builder(("low", "high", *value.inputs[1:]))
    low, high, *p = builder.inputs
    given = [(low, high), *((x, x) for x in p)]
    (sizes,) = bounds(builder, value, given)
    slopes = builder.constant(-np.inf), builder.constant(np.inf)
    if not any(node.op in JUMPING for node in value.nodes):
        (slopes,) = bounds(builder, derivative(value, value.inputs[0]), given)
    arguments = (("low", None), ("high", None), ("p", system.n_parameters))
    return rows_function(builder.finish([*sizes, *slopes]), "range", arguments)


def _reach(course: Float, longest: float) -> BatchTime:
    """Return how far ahead it is safe to look next: a bit past where the value may be zero.

    That is where |g| = |g'| x + |g''| x^2/2; the value cannot come down faster as long as its
    slope and bend stay what they are.
    """
    value, slope, bend = np.abs(course)
    with np.errstate(all="ignore"):
        x = 2.0 * value / (slope + np.sqrt(slope * slope + 2.0 * bend * value))
    return np.where(np.isnan(x), longest, np.clip(OVERSHOOT * x, SHORTEST * longest, longest))
