"""One equation x'' = f(x, x') with one law on each side of a value of x, or of its slope.

Dry friction pulls against the motion, whichever way that goes; a stop or a slack rope acts on one
side of a place only. On each side the equation is linear, with constant coefficients.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ...jumps import Search
from ...kinks import edge
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..conditions import BENDING, by_conditions
from ..derivation import Claim
from ..first_order.sides import ABOVE, BELOW, CONDITIONS, law_on, sign_of
from ..linear.identity import Identity
from ..solvable import Block
from .conservative import is_second_order


class Linear(NamedTuple):
    """The law x'' = force - stiffness*x - damping*x', each from the parameters."""

    force: Tape
    stiffness: Tape
    damping: Tape


@dataclass(frozen=True)
class TwoSided:
    """One such equation.

    Parameters
    ----------
    block
        What is asked for.
    system
        With what bends written by conditions.
    along
        What decides: the state, 0, or its slope, 1.
    edge
        The value in between, from the parameters.
    laws
        Of the side below and the one above.
    rates
        The same as x'', from time, states and parameters.
    """

    block: Block
    system: FirstOrderSystem
    along: int
    edge: Tape
    laws: Mapping[int, Linear]
    rates: Mapping[int, Tape]


def two_sided(block: Block) -> TwoSided | None:
    """Return a block as one equation with two linear laws, None if it is something else."""
    system = block.system
    field = system.vector_field
    if system.n_states != 2 or not is_second_order(field, system.states):
        return None
    if not any(n.op in CONDITIONS or n.op in BENDING for n in field.nodes):
        return None
    bent = by_conditions(system, Search.reached(field, (1, 2)))
    lines = dict(_lines(bent))
    found = _where(bent, lines)
    if found is None:
        return None
    along, at = found
    ways = {number: line.way for number, line in lines.items()}
    rates = {side: law_on(bent, ways, side).select([1]) for side in (BELOW, ABOVE)}
    laws = {side: law for side, rate in rates.items() if (law := _linear(bent, rate)) is not None}
    return TwoSided(block, bent, along, at, laws, rates) if len(laws) == 2 else None


class _Line(NamedTuple):
    """Where a condition turns: at which value of which state, and which way it grows with that."""

    along: int
    edge: Tape
    way: int


def _lines(system: FirstOrderSystem) -> Iterator[tuple[int, _Line]]:
    """Yield the conditions on states; one that is of no straight line in one of them turns no way.

    Its number comes with a way of 0.
    """
    tape = system.vector_field
    moving = Search.reached(tape, (1, 2))
    for number, node in enumerate(tape.nodes):
        if node.op in CONDITIONS and moving[number]:
            builder = Builder(tape.inputs)
            args = builder.inline(Tape(tape.inputs, tape.nodes, node.args), builder.inputs)
            yield number, _line(system, builder.finish([edge(node.op, args)]))


def _line(system: FirstOrderSystem, gap: Tape) -> _Line:
    slopes = [derivative(gap, state) for state in system.states]
    moved = [k for k in (0, 1) if system.states[k] in gap.used()]
    begun, slope = _still(system, gap), _still(system, slopes[moved[0]])
    free = {*system.parameters}
    if len(moved) > 1 or slopes[moved[0]].used() - free or begun is None or slope is None:
        return _Line(0, gap, 0)
    builder = Builder(system.parameters)
    a, b = (builder.inline(tape, builder.inputs)[0] for tape in (begun, slope))
    way = sign_of(system, slope) if b.constant is not None else 0
    return _Line(moved[0], simplified(builder.finish([-a / b])), way)


def _still(system: FirstOrderSystem, tape: Tape) -> Tape | None:
    """Return a formula where both states are zero, from the parameters; None if time is in it."""
    if system.time in tape.used():
        return None
    builder = Builder(system.parameters)
    zero = builder.constant(0.0)
    known = dict(zip(system.parameters, builder.inputs, strict=True))
    (value,) = builder.inline(tape, [known.get(n, zero) for n in tape.inputs])
    return simplified(builder.finish([value]))


def _where(system: FirstOrderSystem, lines: Mapping[int, _Line]) -> tuple[int, Tape] | None:
    """Return which state decides and at which value, None unless all conditions turn there."""
    every = list(lines.values())
    if not every or any(line.way == 0 or line.along != every[0].along for line in every):
        return None
    builder = Builder(system.parameters)
    identity = Identity(builder)
    edges = [builder.inline(line.edge, builder.inputs)[0] for line in every]
    alike = all(identity.same(edges[0], e) for e in edges)
    return (every[0].along, every[0].edge) if alike else None


def _linear(system: FirstOrderSystem, rate: Tape) -> Linear | None:
    """Return a law, None if it is not linear with constant coefficients."""
    slopes = [derivative(rate, state) for state in system.states]
    if any(s.used() - {*system.parameters} for s in slopes):
        return None
    found = [_still(system, tape) for tape in (rate, *slopes)]
    if found[0] is None or found[1] is None or found[2] is None:
        return None
    return Linear(found[0], *(_opposite(tape) for tape in found[1:] if tape is not None))


def _opposite(tape: Tape) -> Tape:
    builder = Builder(tape.inputs)
    (value,) = builder.inline(tape, builder.inputs)
    return simplified(builder.finish([-value]))


def root(square: Value) -> Value:
    """Return the root of a formula, which may be written as a square."""
    builder, node = square.builder, square.builder.nodes[square.number]
    if node.op == "pow" and Value(builder, node.args[1]).constant == 2.0:
        return abs(Value(builder, node.args[0]))
    return square.apply("sqrt")


def where(holds: Tape, claim: Claim, system: FirstOrderSystem) -> Claim:
    """Return a claim where a condition holds at a time, and at the start as well."""
    builder = Builder(holds.inputs)
    begun = [builder.constant(system.t0), *builder.inputs[1:]]
    valid = builder.inline(holds, builder.inputs)[0] & builder.inline(holds, begun)[0]
    left = builder.inline(claim.left, [builder.input(n) for n in claim.left.inputs])[0]
    return Claim(builder.formula(valid.apply("select", left, math.nan)), claim.right)
