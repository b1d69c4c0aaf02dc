"""Where rates or triggers jump with time alone: what passes through zero there, and how blurred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..once import once
from ..system import FirstOrderSystem
from ..tape import Builder, Tape
from ..tape.differentiate import derivative
from ..tape.roundings import roundings
from .dependencies import switching, without_states


@once
def edges(system: FirstOrderSystem) -> Tape | None:
    """Return how far all that jumps is from doing so, from time and parameters, or None.

    Three outputs for each: the gap, its slope by time, and how far roundings may take it.
    """
    numbers = switching(system)
    if not numbers:
        return None
    gaps = without_states(_gaps(system.timed, numbers), system.n_states)
    slopes, builder = derivative(gaps, gaps.inputs[0]), Builder(gaps.inputs)
    blurred = roundings(builder, gaps, builder.inputs)
    rates = builder.inline(slopes, builder.inputs)
    each = ((gap, rate, blur) for (gap, blur), rate in zip(blurred, rates, strict=True))
    return builder.finish(x for three in each for x in three)


def _gaps(tape: Tape, numbers: Sequence[int]) -> Tape:
    """Return what passes through zero where each of some nodes jumps."""
    builder, nodes = Builder(tape.inputs), [tape.nodes[number] for number in numbers]
    ends = replace(tape, outputs=tuple(a for node in nodes for a in node.args))
    sides = iter(builder.inline(ends, builder.inputs))
    gaps = [next(sides) - (next(sides) if len(node.args) > 1 else 0.0) for node in nodes]
    whole = [node.op == "floor" for node in nodes]
    return builder.finish(
        gap - (gap + 0.5).apply("floor") if jumps else gap
        for gap, jumps in zip(gaps, whole, strict=True)
    )
