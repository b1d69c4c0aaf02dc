"""Whether rates jump where a condition on states turns, or only bend there.

`if(x > c, x - c, 0)` bends at x = c, and so does `sqrt` of what is cut off below zero; steps of
chosen length follow a bend well, and sensitivities do not jump at it. Told apart by trial: a
condition is brought to its edge at random points, and the rates are compared on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from .tape import Builder, Node, Tape, Value

TRIALS = 24  # points at which sides are compared
ENOUGH = 2  # of them that must be at the edge with rates that are numbers
ALIKE = 1e-5  # of the size of rates: a smaller gap between sides is rounding next to the edge
ROUNDS = 30  # of secants towards the edge
NEAR = 1e-10  # of the gap that they began with
SIDE = "side"


def edge(op: str, args: Sequence[Value]) -> Value:
    """Return what passes through zero, or for `floor` a whole number, where an operation jumps."""
    first, *second = args
    return second[0] - first if second else first


def rates_jump(tape: Tape, number: int, moving: Sequence[int], trials: int = TRIALS) -> bool:
    """Tell whether outputs jump where an operation does; also if that cannot be found out.

    Parameters
    ----------
    tape
        With the operation, one of a comparison, `sign` and `floor`.
    number
        Of its node.
    moving
        Numbers of the inputs that may bring it to its edge.
    trials
        Points to look at.
    """
    op, chance = tape.nodes[number].op, Random(0)
    sides = _with_side(tape, number)
    scales = [1.0, *sorted({abs(n.value) for n in tape.nodes if n.op == "const" and n.value})]
    compared = 0
    for trial in range(trials):
        signs = (1.0, 1.0, -1.0) if trial % 2 else (1.0,)
        point = [
            chance.choice(scales) * chance.choice(signs) * chance.uniform(0.25, 2.0)
            for _ in tape.inputs
        ]
        ends = _both_sides(sides, op, point, moving[trial % len(moving)])
        if ends is None:
            continue
        compared += 1
        around = (sides(*point, side)[1:] for side in (0.0, 1.0))
        if any(not _alike(*rates) for rates in zip(*ends, *around, strict=True)):
            return True
    return compared < ENOUGH


def _alike(a: float, b: float, *around: float) -> bool:
    """Tell whether a rate is the same on both sides, measured by what it is elsewhere."""
    return abs(a - b) <= ALIKE * max(abs(x) for x in (a, b, *around) if math.isfinite(x))


def _with_side(tape: Tape, number: int) -> Tape:
    """Return where an operation jumps, then the outputs it is in, with a side in its place."""
    builder = Builder((*tape.inputs, SIDE))
    found: list[Value] = []

    def sided(place: int, node: Node, args: Sequence[Value]) -> Value | None:
        if place != number:
            return None
        found.append(edge(node.op, args))
        return builder.input(SIDE)

    reached = _reached(tape, number)
    some = replace(tape, outputs=tuple(o for o in tape.outputs if reached[o]))
    values = builder.replay(some, builder.inputs, sided)
    return builder.finish([*found, *values])


def _reached(tape: Tape, number: int) -> list[bool]:
    """Tell for each node whether an operation is in it."""
    reached: list[bool] = []
    for place, node in enumerate(tape.nodes):
        reached.append(place == number or any(reached[a] for a in node.args))
    return reached


def _both_sides(
    sides: Tape, op: str, point: list[float], moved: int
) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Return the outputs at the edge, on both sides; None if it is not met, or they are none."""
    at = _at_edge(sides, point, moved, whole=op == "floor")
    if at is None:
        return None
    upper = float(round(sides(*at, 0.0)[0])) if op == "floor" else 1.0
    lower = {"floor": upper - 1.0, "sign": -1.0}.get(op, 0.0)
    ends = sides(*at, lower)[1:], sides(*at, upper)[1:]
    return ends if all(map(math.isfinite, ends[0] + ends[1])) else None


def _at_edge(sides: Tape, point: list[float], moved: int, *, whole: bool) -> list[float] | None:
    """Return a point with one coordinate moved to where the gap is zero, by secants."""

    def gap(x: float) -> float:
        return sides(*point[:moved], x, *point[moved + 1 :], 0.0)[0]

    x, beside = point[moved], 1.1 * point[moved] + 0.1
    target = _whole(gap(x)) if whole else 0.0
    value, last = gap(x) - target, gap(beside) - target
    size = abs(value) + abs(last)
    for _ in range(ROUNDS):
        if value == last or not math.isfinite(value + last):
            break
        x, beside = x - value * (x - beside) / (value - last), x
        value, last = gap(x) - target, value
    near = math.isfinite(x) and abs(value) <= NEAR * size
    return [*point[:moved], x, *point[moved + 1 :]] if near else None


def _whole(x: float) -> float:
    return float(round(x)) if math.isfinite(x) else x
