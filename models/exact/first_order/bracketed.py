"""A root of a first integral, found between what it cannot pass.

A solution stays between the places where its first integral is infinite, as at an equilibrium.
There the integral is monotone, as long as its slope keeps its sign, so that halving intervals of
the logarithm of the distance comes close to the root from anywhere; Newton's method does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from math import inf
from typing import NamedTuple

from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative

_WAVES = frozenset({"sin", "cos", "tan"})
_HALVINGS = 30  # of the logarithm of the distance
_FARTHEST = 700.0  # that logarithm: exp of it is a double
_OPEN = 1 / 7  # of it where there is no wall, so that powers of the state are doubles too
_NEWTON = 5  # steps that take six digits to more than fifty
_NEAR = 0.5  # of the distance, by which one of these may go
_LOOKS = 12  # at the slope on the way to the root
_CLOSE = 1e-3  # of it, by which they may go in all
_ROUNDED = 4e-16  # of a state: a double next to it


class Root(NamedTuple):
    """The state, and whether it can be relied on."""

    y: Value
    reliable: Value


def bracketed(
    builder: Builder, system: FirstOrderSystem, constant: Tape, walls: Tape
) -> Root | None:
    """Return the state where the first integral has the value of the start; None if not so found.

    Parameters
    ----------
    builder
        Where it is recorded; its inputs are time and the parameters.
    system
        The equation, of one state.
    constant
        The first integral; inputs are time, the state and the parameters.
    walls
        What is zero where it is infinite, from the same inputs.
    """
    places = None if _turns_back(constant, system) else _places(builder, system, walls)
    return None if places is None else _Search(builder, system, constant, places).root()


def _turns_back(constant: Tape, system: FirstOrderSystem) -> bool:
    """Tell whether a first integral has waves of the state: it is not monotone between walls."""
    waves = {node.args[0] for node in constant.nodes if node.op in _WAVES}
    return any(system.states[0] in replace(constant, outputs=(w,)).used() for w in waves)


def _places(builder: Builder, system: FirstOrderSystem, walls: Tape) -> list[Value] | None:
    """Return the states at which walls stand; None if one moves, or is no straight line."""
    state, found = system.states[0], list[Value]()
    for i in range(len(walls.outputs)):
        wall = walls.select([i])
        if state not in wall.used():
            continue
        slope = derivative(wall, state)
        if slope.used() & {state, system.time} or system.time in wall.used():
            return None
        _, *own = builder.inputs
        value, growth = (builder.inline(t, [0.0, 0.0, *own])[0] for t in (wall, slope))
        found.append(-value / growth)
    return found


class _Search:
    def __init__(
        self, builder: Builder, system: FirstOrderSystem, constant: Tape, places: Sequence[Value]
    ) -> None:
        self.system, self.constant = system, constant
        self.time, *self.own = builder.inputs
        self.start = builder.inline(system.start, self.own)[0]
        self.builder, self.slope = builder, derivative(constant, system.states[0])
        level = builder.inline(constant, [system.t0, self.start, *self.own])[0]
        self.level = level
        rising = self.gap(self.start) * self.steepness(self.start) < 0.0
        self.side = rising.apply("select", 1.0, -1.0)
        ahead = [self.side * (place - self.start) for place in places]
        self.room = builder.constant(inf)
        for distance in ahead:
            self.room = self.room.apply("min", (0.0 < distance).apply("select", distance, inf))
        self.walled = self.room < inf
        size = abs(self.start)
        for distance in ahead:
            size = size.apply("max", abs(distance))
        self.size = (0.0 < size).apply("select", size, 1.0)
        self.wall = self.start + self.side * self.walled.apply("select", self.room, 0.0)

    def gap(self, y: Value) -> Value:
        """Return how much the first integral lacks, or has too much."""
        return self.builder.inline(self.constant, [self.time, y, *self.own])[0] - self.level

    def steepness(self, y: Value) -> Value:
        """Return its slope by the state."""
        return self.builder.inline(self.slope, [self.time, y, *self.own])[0]

    def root(self) -> Root:
        """Return the root, and whether it was found."""
        ahead = self.gap(self.start) < 0.0
        sign = ahead.apply("select", 1.0, -1.0)

        def passed(log: Value | float) -> Value:
            return 0.0 < sign * self.gap(self.at(log))

        log: Value = self.builder.constant(0.0)
        for halving in range(1, _HALVINGS + 1):
            further = log + _FARTHEST * 0.5**halving
            log = passed(further).apply("select", log, further)
        found = y = self.at(log)
        for _ in range(_NEWTON):
            step = self.gap(y) / self.steepness(y)
            y = (abs(step) < _NEAR * self.distance(y)).apply("select", y - step, y)
        # next to a wall what is left of the distance is rounded
        rounded = _ROUNDED * (abs(y) + abs(self.wall))
        stayed = abs(y - found) <= _CLOSE * self.distance(found) + rounded
        rests = self._rests()
        reliable = (passed(_FARTHEST) & stayed & self._is_monotone_to(log)) | rests
        return Root(rests.apply("select", self.start, y), reliable)

    def _is_monotone_to(self, log: Value) -> Value:
        """Return that the slope keeps its sign on the way: no fold lies on it."""
        slopes = [self.steepness(self.at(log * (k / _LOOKS))) for k in range(1, _LOOKS + 1)]
        # an undefined slope belongs to another case and decides nothing
        folds = [a * b < 0.0 for a, b in pairwise(slopes)]
        return 1.0 - reduce(Value.__or__, folds)

    def at(self, log: Value | float) -> Value:
        """Return the state at a logarithm of the distance, zero at the start."""
        log = self.builder.value(log)
        near = self.wall - self.side * self.room * (-log).apply("exp")
        far = self.start + self.side * self.size * (_OPEN * log).apply("expm1")
        return self.walled.apply("select", near, far)

    def distance(self, y: Value) -> Value:
        """Return how far it is from a state to what it cannot pass, or how large that is."""
        return self.walled.apply("select", abs(self.wall - y), self.size + abs(y))

    def _rests(self) -> Value:
        """Return whether nothing changes at the start value: it is an equilibrium."""
        rates = [
            self.builder.inline(self.system.vector_field, [t, self.start, *self.own])[0]
            for t in (self.builder.constant(self.system.t0), self.time)
        ]
        return rates[0].apply("eq", 0.0) & rates[1].apply("eq", 0.0)
