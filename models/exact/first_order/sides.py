"""One equation whose rate has two laws, one on each side of a value of the state.

Drag by the square of the speed, against the motion; dry friction; what spills over a threshold; a
heater that is on below a temperature. On each side the rate is smooth. Piecewise smooth systems and
what they do at the value in between: Filippov 1988, *Differential Equations with Discontinuous
Righthand Sides*, doi:10.1007/978-94-015-7793-3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice
from random import Random
from typing import NamedTuple

from ...jumps import Search
from ...kinks import edge
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Node, Tape, Value
from ...tape.differentiate import derivative
from ..conditions import BENDING, by_conditions
from ..linear.identity import Identity
from ..proof.points import points

CONDITIONS = frozenset({"lt", "le", "sign"})
_PLACES = 6  # sets of positive values
_AWAY = 0.01, 0.3, 1.0, 5.0  # from the edge
BELOW, ABOVE = -1, 1


@dataclass(frozen=True)
class Sides:
    """One equation with a law on each side of a value.

    Parameters
    ----------
    system
        The equation.
    edge
        The value in between, from the parameters.
    laws
        The rates below and above, from time, state and parameters.
    upward
        What has to be positive for the sides to be these, from the parameters; None for nothing.
    """

    system: FirstOrderSystem
    edge: Tape
    laws: Mapping[int, Tape]
    upward: Tape | None

    def at_edge(self, side: int) -> Tape:
        """Return the rate of a law at the edge, towards the other side, from the parameters."""
        builder = Builder(self.system.parameters)
        edge = builder.inline(self.edge, builder.inputs)[0]
        at = [self.system.t0, edge, *builder.inputs]
        rate = builder.inline(self.laws[side], at)[0]
        return simplified(builder.finish([-side * rate]))

    def departs(self, side: int) -> bool:
        """Tell whether a law leads away from the edge: at the edge, or from anywhere."""
        if self.towards(side) == {-1}:
            return True
        for point in places(self.system):
            own = [point[n] for n in self.system.parameters]
            for away in _AWAY:
                y = self.edge(*own)[0] + side * away
                if not side * self.laws[side](point[self.system.time], y, *own)[0] > 0:
                    return False
        return True

    def towards(self, side: int) -> set[int]:
        """Return the signs of that rate where parameters are positive."""
        return signs(self.system, self.at_edge(side))

    def rests(self, side: int) -> bool:
        """Tell whether a law has an equilibrium at the edge, whatever the parameters."""
        builder = Builder((self.system.time, *self.system.parameters))
        edge = builder.inline(self.edge, builder.inputs[1:])[0]
        rate = builder.inline(self.laws[side], [builder.inputs[0], edge, *builder.inputs[1:]])
        return Identity(builder).is_zero(rate[0])

    def lasts(self, side: int) -> bool:
        """Tell whether that equilibrium is never reached: the rate is not steep there."""
        slope = derivative(self.laws[side], self.system.states[0])
        for point in places(self.system):
            edge = self.edge(*(point[n] for n in self.system.parameters))
            own = [point[n] for n in self.system.parameters]
            if not abs(slope(point[self.system.time], *edge, *own)[0]) < float("inf"):
                return False
        return self.rests(side)


def places(system: FirstOrderSystem) -> Iterator[Mapping[str, float]]:
    """Yield positive values of time and parameters."""
    drawn = points(system, Random(0))
    return islice((p for p in drawn if min(p.values()) > 0), _PLACES)


def signs(system: FirstOrderSystem, value: Tape) -> set[int]:
    """Return the signs that a formula of parameters has where they are positive."""
    found = (value(*(p[n] for n in value.inputs))[0] for p in places(system))
    return {(v > 0) - (v < 0) for v in found}


def sides(system: FirstOrderSystem) -> Sides | None:
    """Return an equation as one with two sides, None if it is none."""
    if system.n_states != 1:
        return None
    tape = system.vector_field
    moving = Search.reached(tape, range(1, 2))
    ops = {node.op for node, moves in zip(tape.nodes, moving, strict=True) if moves}
    if not ops & (CONDITIONS | BENDING):
        return None
    bent = by_conditions(system, moving)
    moving = Search.reached(bent.vector_field, range(1, 2))
    turning = [i for i, node in enumerate(bent.vector_field.nodes)
               if node.op in CONDITIONS and moving[i]]  # fmt: skip
    lines = {i: line for i in turning if (line := _line(bent, i)) is not None}
    if len(lines) < len(turning):
        return None
    return _with_laws(bent, lines)


class _Line(NamedTuple):
    """What is zero where a condition turns, a + b*y, from the parameters."""

    edge: Tape
    slope: Tape


def _line(system: FirstOrderSystem, number: int) -> _Line | None:
    """Return what a condition turns at, None if that is no straight line in the state alone."""
    tape = system.vector_field
    node, builder = tape.nodes[number], Builder(tape.inputs)
    args = builder.inline(replace(tape, outputs=node.args), builder.inputs)
    gap = builder.finish([edge(node.op, args)])
    slope = derivative(gap, system.states[0])
    begin = _at_zero(gap, system)
    if (slope.used() | begin.used()) - {*system.parameters}:
        return None
    own = Builder(system.parameters)
    time = own.constant(0.0)
    (a,) = own.inline(begin, [time, *own.inputs])
    (b,) = own.inline(slope, [time, time, *own.inputs])
    return _Line(simplified(own.finish([-a / b])), own.finish([b]))


def _at_zero(gap: Tape, system: FirstOrderSystem) -> Tape:
    """Return a formula where the state is zero, from time and parameters."""
    builder = Builder((system.time, *system.parameters))
    time, *parameters = builder.inputs
    return builder.finish(builder.inline(gap, [time, 0.0, *parameters]))


def _with_laws(system: FirstOrderSystem, lines: Mapping[int, _Line]) -> Sides | None:
    """Return the equation with its laws, None if there are several edges, or none."""
    builder = Builder(system.parameters)
    identity = Identity(builder)
    edges = [builder.inline(line.edge, builder.inputs)[0] for line in lines.values()]
    if not edges or not all(identity.same(edges[0], e) for e in edges):
        return None
    ways = {i: sign_of(system, line.slope) for i, line in lines.items()}
    if 0 in ways.values():
        return None
    slopes = (ways[i] * builder.inline(line.slope, builder.inputs)[0] for i, line in lines.items())
    upward = [0.0 < slope for slope in slopes if slope.constant is None]
    laws = {side: law_on(system, ways, side) for side in (BELOW, ABOVE)}
    holds = builder.finish([reduce(Value.__and__, upward)]) if upward else None
    shortest = builder.finish([edges[0]])
    return Sides(system, shortest, laws, holds)


def sign_of(system: FirstOrderSystem, value: Tape) -> int:
    """Return the one sign that a formula has where parameters are positive, 0 if there is none."""
    found = signs(system, value)
    return found.pop() if len(found) == 1 else 0


def law_on(system: FirstOrderSystem, ways: Mapping[int, int], side: int) -> Tape:
    """Return the rates on one side, from how each condition grows with the state."""
    tape, builder = system.vector_field, Builder(system.vector_field.inputs)

    def held(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        del args
        if number not in ways:
            return None
        here = ways[number] * side
        return builder.constant(float(here if node.op == "sign" else here > 0))

    return builder.finish(builder.replay(tape, builder.inputs, held))
