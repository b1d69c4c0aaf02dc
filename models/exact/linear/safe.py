"""Solutions of linear systems in a form that is safe in floating point."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...system import FirstOrderSystem
from ...tape import Builder, Node, Tape, Value
from ..solvable import Block
from .affine import Affine, affine
from .chains import without_feedback
from .exponential import exponential
from .forcing import Term, Terms
from .generators import Stage, stages
from .identity import Identity
from .waves import answer_to_waves

_LONGEST = 60_000  # operations, of all stages together
_STAGES = 8  # between times at which something is switched


def safe_values(
    block: Block, system: Affine, terms: Sequence[Sequence[Term]], identity: Identity
) -> Tape | None:
    """Return the states of a block from time and parameters, None if that is too long.

    A block is solved together with all it depends on where that is one linear system: what was
    put in has denominators that vanish where rates are equal.

    Parameters
    ----------
    block
        What is asked for.
    system
        Its coefficients, what it depends on put in.
    terms
        The inputs of these states.
    identity
        Tells equal rates.
    """
    own = block.system.n_states
    if block.closure.n_states > own:
        found = constant(block.closure)
        if found is not None:
            system, terms, identity = found
    states = range(system.size - own, system.size)
    short = [without_feedback(system, terms, i) for i in states]
    if short == [None] and system.size == 1:
        short = [answer_to_waves(system, terms)]
    values = [v for v in short if v is not None]
    if len(values) < own:
        values = [] if (all_of := by_stages(system, terms, identity)) is None else all_of[-own:]
    return system.on_time(values) if values else None


def defined(near: Tape, far: Tape) -> Tape:
    """Return the values of one tape, and those of another where they are nan.

    The exponential of a matrix gives up when rates times time are beyond a million; a formula does
    not, and there has lost no digits to rates that are almost equal. Where it divides by zero
    the values stay nan; there it divides by one, so that no infinity reaches a derivative.

    Parameters
    ----------
    near, far
        Of the same inputs and outputs.
    """
    if not any(node.op == "const" and math.isnan(node.value) for node in near.nodes):
        return near  # it never gives up
    builder = Builder(near.inputs)
    values = builder.inline(near, builder.inputs)
    others = _nan_for_division_by_zero(builder, far)
    return builder.finish(
        v.apply("eq", v).apply("select", v, w) for v, w in zip(values, others, strict=True)
    )


def _nan_for_division_by_zero(builder: Builder, tape: Tape) -> list[Value]:
    vanishing: list[Value] = []

    def defined_by_one(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        if node.op != "div":
            return None
        vanishing.append(args[1].apply("eq", 0.0))
        return args[0] / vanishing[-1].apply("select", 1.0, args[1])

    values = builder.replay(tape, builder.inputs, defined_by_one)
    broken = builder.constant(0.0)
    for nothing in vanishing:
        broken = broken.apply("max", nothing)
    return [broken.apply("select", math.nan, v) for v in values]


def constant(
    system: FirstOrderSystem,
) -> tuple[Affine, Sequence[Sequence[Term]], Identity] | None:
    """Return a system's coefficients, its inputs in terms and what tells equal rates.

    Returns
    -------
    found
        None if it is not linear with constant coefficients, or an input is no sum of terms.
    """
    coefficients = affine(system)
    if coefficients is None or not coefficients.is_constant:
        return None
    terms = Terms(coefficients.builder)
    found = [terms.of(b) for b in coefficients.source]
    inputs = [f for f in found if f is not None]
    return (coefficients, inputs, terms.identity) if len(inputs) == len(found) else None


def by_stages(
    system: Affine, terms: Sequence[Sequence[Term]], identity: Identity
) -> list[Value] | None:
    """Return all states by the exponential of a matrix, stage after stage."""
    parts = stages(system, terms, identity)
    if len(parts) > _STAGES or sum(_length(system, part) for part in parts) > _LONGEST:
        return None
    y = list(system.start)
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        y = _moved(system, part, after, y)
    return y


def _moved(system: Affine, part: Stage, after: Stage | None, y: list[Value]) -> list[Value]:
    """Return the states at the end of a stage; one that lies ahead has no length."""
    end = system.elapsed if after is None else system.elapsed.apply("min", after.begin)
    length = end - part.begin
    if part.begin.constant != 0:
        length = length.apply("max", 0.0)
    return exponential(system.builder, part.matrix, length, [*y, *part.inputs])[: system.size]


def _length(system: Affine, part: Stage) -> int:
    """Return a bound on the operations of one stage: some thirty products of matrices."""
    size = system.size + len(part.inputs)
    rows = [sum(1 for i, _ in part.matrix if i == row) for row in range(size)]
    return 60 * size * sum(min(size, r + 2) for r in rows)
