"""The way from the start to a time: what a function has been at least and at most on it."""

from __future__ import annotations

import math
from dataclasses import replace

from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative

LOOKS = 16  # on the way
_SLOWEST = 1e-300  # pace of a wave
_WAVES = frozenset({"sin", "cos"})
_STRAIGHT = frozenset("add sub neg mul div exp sinh tanh erf".split())  # with one moving argument


def changes_sign(builder: Builder, zero: Tape, t0: float) -> Value:
    """Return whether something has another sign on the way from the start to a time.

    What can turn nowhere is looked at once.

    Parameters
    ----------
    builder
        Its inputs are time and the parameters.
    zero
        What must not be zero, from the same.
    t0
        The time at the start.
    """
    time, *parameters = builder.inputs
    begun, now = (builder.inline(zero, [at, *parameters])[0] for at in (builder.value(t0), time))
    if turns_nowhere(zero, t0):
        return now * begun < 0.0
    least, greatest = extremes(builder, zero, t0)
    return (begun > 0.0).apply("select", least < 0.0, (begun < 0.0) & (greatest > 0.0))


def always(builder: Builder, condition: Tape, t0: float) -> Value:
    """Return whether a condition holds in places on the way from the start to a time.

    What is no number does not hold.
    """
    _, *parameters = builder.inputs
    begin, step = builder.value(t0), _reach(builder, condition, t0) / LOOKS
    holds = builder.constant(1.0)
    for k in range(1, LOOKS + 1):
        here = builder.inline(condition, [begin + k * step, *parameters])[0]
        holds = holds & (abs(here) > 0.0)
    return holds


def _reach(builder: Builder, tape: Tape, t0: float) -> Value:
    """Return how far to look: to the time itself, or through one period."""
    reach, period = builder.inputs[0] - t0, _period(builder, tape)
    return reach if period is None else reach.apply("min", period).apply("max", -period)


def extremes(builder: Builder, tape: Tape, t0: float) -> tuple[Value, Value]:
    """Return the least and the greatest of a function on the way from the start to a time.

    Looked at in places, and once more where a parabola through the three about each has its vertex:
    between two places there may be a peak. Of what is periodic one period is all there is.

    Parameters
    ----------
    builder
        Its inputs are time and the parameters.
    tape
        The function, from the same.
    t0
        The time at the start.
    """
    time, *parameters = builder.inputs

    def value(at: Value) -> Value:
        return builder.inline(tape, [at, *parameters])[0]

    begin, step = builder.value(t0), _reach(builder, tape, t0) / LOOKS
    heights = [value(begin + k * step) for k in range(LOOKS + 1)]
    found = list[Value]()
    for side in (1.0, -1.0):
        lowest, place = _lowest([side * height for height in heights])
        beside = side * value(begin + place * step)
        found.append(side * lowest.apply("min", beside).apply("min", side * value(time)))
    return found[0], found[1]


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
