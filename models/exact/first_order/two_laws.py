"""Two laws on the tape: the state by that of its side, and after the edge by the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..solvable import Solved
from .elapsed import Elapsed
from .sides import ABOVE, BELOW, Sides

_NEAR = 1e-6  # of the states' size, by which the edge may be missed at the time of its passage


@dataclass(frozen=True)
class Law:
    """What is known of one side.

    Parameters
    ----------
    side
        Below or above.
    moved
        The solution from any state, from the time since then, the parameters and that state.
    elapsed
        The time from any state to another; None if the edge is never reached.
    """

    side: int
    moved: Solved
    elapsed: Elapsed | None


class Passage(NamedTuple):
    """When the state passes the edge after the start, and whether it has."""

    at: Value
    passed: Value


class Page:
    """Where the solution is written.

    Parameters
    ----------
    sides
        The equation.
    laws
        What is known of each side.
    safe
        Whether it is for floating point, with every condition, or as it is read.
    """

    def __init__(self, sides: Sides, laws: dict[int, Law], *, safe: bool) -> None:
        self.sides, self.laws, self.safe = sides, laws, safe
        system = sides.system
        self.builder = Builder((system.time, *system.parameters))
        time, *self.own = self.builder.inputs
        self.elapsed = time - system.t0
        (self.start,) = self.builder.inline(system.start, self.own)
        (self.edge,) = self.builder.inline(sides.edge, self.own)
        found = {side: self._from(side) for side in (BELOW, ABOVE)}
        is_below = self.start < self.edge
        state, holds = (is_below.apply("select", found[BELOW][k], found[ABOVE][k]) for k in (0, 1))
        self.state = self.builder.finish([state])
        self.holds = self.builder.finish([holds & self._begun])

    @property
    def _begun(self) -> Value:
        """Whether time is not before the start, and the sides are those that are written."""
        upward = 1.0 if self.sides.upward is None else self._of(self.sides.upward)
        apart = (self._towards(BELOW) < 0.0) & (self._towards(ABOVE) < 0.0)
        return (0.0 <= self.elapsed) & upward & (1.0 - apart * self.start.apply("eq", self.edge))

    def _of(self, tape: Tape) -> Value:
        return self.builder.inline(tape, [self.builder.input(n) for n in tape.inputs])[0]

    def _towards(self, side: int) -> Value:
        return self._of(self.sides.at_edge(side))

    def _moved(self, side: int, elapsed: Value, begun: Value) -> tuple[Value, Value]:
        """Return where a law leads, and whether that is valid."""
        moved = self.laws[side].moved
        tape = moved.tape if self.safe else moved.formula
        assert isinstance(tape, Tape)
        at = [elapsed, *self.own, begun]
        holds = 1.0 if moved.holds is None else self.builder.inline(moved.holds, at)[0]
        return self.builder.inline(tape, at)[0], self.builder.value(holds)

    def _from(self, side: int) -> tuple[Value, Value]:
        """Return the state if it begins on a side, and where that is valid."""
        state, valid = self._moved(side, self.elapsed, self.start)
        time_of = self.laws[side].elapsed
        if time_of is None:
            if not self.sides.lasts(side):
                away = (self._towards(side) < 0.0) | (side * self._begun_rate(side) >= 0.0)
                valid = valid & (away | self._approaches(side))
            return state, valid
        at, passed = self._passage(side, time_of)
        if self.safe:
            size = abs(self.edge) + abs(self.start)
            stays = -_NEAR * size <= side * (state - self.edge)
            reached = self._reaches(side, at)
            valid = valid & stays & (reached | (1.0 - (at <= self.elapsed)))
        after, goes_on = self._after(side, self.elapsed - at)
        state = passed.apply("select", after, state)
        return state, passed.apply("select", goes_on, valid)

    def passage(self, side: int) -> Passage | None:
        """Return when the state comes to the edge from one side, None if it never does."""
        time_of = self.laws[side].elapsed
        return time_of and self._passage(side, time_of)

    def _passage(self, side: int, time_of: Elapsed) -> Passage:
        tape = time_of.safe if self.safe else time_of.written
        at = self.builder.inline(tape, [*self.own, self.start])[0]
        passed = at <= self.elapsed
        return Passage(at, passed & self._reaches(side, at) if self.safe else passed)

    def stays_after(self, side: int) -> bool:
        """Tell whether the state that comes to the edge from one side rests there."""
        return self.sides.rests(-side) or self.sides.towards(-side) == {1}

    def _approaches(self, side: int) -> Value:
        """Return whether a law comes to rest at the edge, which it then never reaches."""
        law = self.sides.laws[side]
        at = [self.sides.system.t0, self.edge, *self.own]
        steep = derivative(law, self.sides.system.states[0])
        rate, slope = (self.builder.inline(tape, at)[0] for tape in (law, steep))
        return rate.apply("eq", 0.0) & (abs(slope) < math.inf)

    def _begun_rate(self, side: int) -> Value:
        at = [self.sides.system.t0, self.start, *self.own]
        return self.builder.inline(self.sides.laws[side], at)[0]

    def _reaches(self, side: int, at: Value) -> Value:
        """Return whether the edge is reached at a time that a formula gives."""
        there, valid = self._moved(side, at, self.start)
        size = abs(self.edge) + abs(self.start)
        near = abs(there - self.edge) <= _NEAR * size
        return (0.0 <= at) & (at < math.inf) & (-side * self._begun_rate(side) > 0.0) & valid & near

    def _after(self, side: int, elapsed: Value) -> tuple[Value, Value]:
        """Return the state after the edge is reached, and where that is valid."""
        system = self.sides.system
        (rest,) = self.builder.inline(system.vector_field, [system.t0, self.edge, *self.own])
        resting = rest.apply("eq", 0.0)
        if self.stays_after(side):
            return self.edge, resting
        state, valid = self._moved(-side, elapsed, self.edge)
        return state, valid & (self._towards(-side) < 0.0)
