"""The way from the start to a time: whether what must not be zero has been zero on it."""

from __future__ import annotations

import math
from dataclasses import replace

from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative

LOOKS = 16  # on the way
_SLOWEST = 1e-300  # pace of a wave
_WAVES = frozenset({"sin", "cos"})
_STRAIGHT = frozenset("add sub neg mul div exp sinh tanh erf".split())  # with one moving argument


def changes_sign(builder: Builder, zero: Tape, t0: float, end: Value | None = None) -> Value:
    """Return whether something has another sign on the way from the start to a time.

    Looked at in places, and once more where a parabola through the three about the smallest has its
    vertex: between two places it may dip below zero and come back. What can turn nowhere is looked
    at once; of what is periodic one period is all there is.

    Parameters
    ----------
    builder
        Its inputs are time and the parameters.
    zero
        What must not be zero, from the same.
    t0
        The time at the start.
    end
        The time up to which it is looked at; the present if left out.
    """
    time, *parameters = builder.inputs

    def value(at: Value) -> Value:
        return builder.inline(zero, [at, *parameters])[0]

    begin = builder.value(t0)
    sign = value(begin).apply("sign")
    if turns_nowhere(zero, t0):
        return value(time) * sign < 0.0
    reach = (time if end is None else end) - t0
    period = _period(builder, zero) if end is None else None
    if period is not None:
        reach = reach.apply("min", period).apply("max", -period)
    step = reach / LOOKS
    heights = [value(begin + k * step) * sign for k in range(LOOKS + 1)]
    lowest, place = _lowest(heights)
    again = value(begin + place * step) * sign
    return (lowest < 0.0) | (again < 0.0) | (value(time) * sign < 0.0)


def _lowest(heights: list[Value]) -> tuple[Value, Value]:
    """Return the lowest of heights, and in steps where a parabola about it is lowest."""
    lowest, place = heights[0], heights[0].builder.constant(0.0)
    for k in range(1, len(heights) - 1):
        left, here, right = heights[k - 1 : k + 2]
        bend = left - 2.0 * here + right
        bent = bend > 0.0
        shift = bent.apply("select", (left - right) / (2.0 * bent.apply("select", bend, 1.0)), 0.0)
        lower = here < lowest
        place = lower.apply("select", k + shift.apply("min", 1.0).apply("max", -1.0), place)
        lowest = lower.apply("select", here, lowest)
    return lowest.apply("min", heights[-1]), place


def turns_nowhere(tape: Tape, t0: float) -> bool:
    """Tell whether a formula only grows or only falls from the start on, as it is written.

    Time goes through one operation after another, each of which does so; a square of the time
    itself does where that begins with zero.
    """
    moving = {0}
    for place, node in enumerate(tape.nodes):
        moved = [a for a in node.args if a in moving]
        if not moved:
            continue
        squared = node.op == "pow" and _is_whole(tape, node.args[1]) and not (moved[0] or t0)
        if len(moved) > 1 or not (squared or node.op in _STRAIGHT):
            return False
        if node.op == "div" and node.args[1] in moving:
            return False
        moving.add(place)
    uses = [a for n in tape.nodes for a in n.args if a in moving]
    return len(uses) == len({*uses})  # a value that is used twice may meet itself again


def _is_whole(tape: Tape, place: int) -> bool:
    node = tape.nodes[place]
    return node.op == "const" and node.value.is_integer() and node.value > 0


def _period(builder: Builder, tape: Tape) -> Value | None:
    """Return the period of what depends on time by waves of one pace alone, None for others."""
    time, bare, paces = tape.inputs[0], {0}, set[Tape]()
    for place, node in enumerate(tape.nodes):
        if bare.isdisjoint(node.args):
            continue
        if node.op not in _WAVES:
            bare.add(place)
            continue
        pace = derivative(replace(tape, outputs=node.args), time)
        if time in pace.used():
            return None
        paces.add(pace)
    if len(paces) != 1 or not bare.isdisjoint(tape.outputs):
        return None
    (pace,) = builder.inline(paces.pop(), builder.inputs)
    return 2.0 * math.pi / abs(pace).apply("max", _SLOWEST)
