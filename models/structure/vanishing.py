"""What becomes of solutions where a divisor passes zero, found by trial.

A divisor is brought to zero at random points, and what it divides is looked at on both sides, near
and nearer. What grows as one over the distance or faster takes the solution to infinity, or all of
them to the same point, from which none is told to go on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from enum import Enum
from random import Random

from ..tape import Builder, Tape
from ..tape.differentiate import accumulate
from .ranges import Range

TRIALS = 16
ENOUGH = 6  # points that tell, after which no more are looked at
ROUNDS = 40  # of secants towards a zero
HALVINGS = 80  # of what a zero is in
LADDER = 6  # sizes at which signs are compared
NEAR = 1e-12  # of the divisor elsewhere: what counts as zero
FAR, CLOSE = 1e-4, 1e-6  # distances, in units of what is moved
STEEP = 0.9  # power of the distance, from which on nothing goes through
OWN = 0.4  # that a divisor runs with, if its own rate is infinite


class Ways(Enum):
    """Through the zeros of a divisor."""

    THROUGH = "at all that were found"
    SOME = "at some, or none were found"
    NONE = "at none"


def ways(root: Tape, rates: Tape, own: Sequence[int], shares: Tape, given: Sequence[Range]) -> Ways:
    """Return where solutions go through zeros of a divisor.

    Parameters
    ----------
    root
        (time, states, parameters) to the divisor.
    rates, own
        The same to the rates of the states that it is made of, and which these are.
    shares
        The same to the parts of rates that it divides.
    given
        Ranges of time, states and parameters.
    """
    chance = Random(0)
    whole = _with_speed(root, rates, own, shares)
    used = root.used()
    movers = [i for i, name in enumerate(root.inputs) if name in used]
    read = [(i, given[i]) for i, name in enumerate(root.inputs) if name in used | whole.used()]
    nodes = (*root.nodes, *whole.nodes)
    scales = [1.0, *sorted({abs(n.value) for n in nodes if n.op == "const" and n.value})]
    told: list[bool] = []
    for trial in range(TRIALS):
        signs = (1.0, 1.0, -1.0) if trial % 2 else (1.0,)
        point = [0.0] * len(given)
        for i, r in read:
            size, sign = chance.choice(scales) * chance.uniform(0.25, 2.0), chance.choice(signs)
            point[i] = _within(r, size, sign)
        moved = movers[trial % len(movers)]
        at = _at_zero(root, point, moved, chance, scales)
        if at is None or not given[moved][0] <= at[moved] <= given[moved][1]:
            continue
        goes = _goes_through(whole, at, moved)
        told += [] if goes is None else [goes]
        if len(told) >= ENOUGH:
            break
    if told and all(told):
        return Ways.THROUGH
    return Ways.SOME if not told or any(told) else Ways.NONE


def _within(r: Range, size: float, sign: float) -> float:
    """Return a number of about some size in a range."""
    if math.isfinite(r[0]):
        return min(r[0] + size, r[1])
    return r[1] - size if math.isfinite(r[1]) else sign * size


def _with_speed(root: Tape, rates: Tape, own: Sequence[int], shares: Tape) -> Tape:
    """Return how fast a divisor moves along a solution, and what it divides."""
    builder = Builder(root.inputs)
    slopes = zip(own, builder.inline(rates, builder.inputs), strict=True)
    seeds = {0: {0: builder.constant(1.0)}} | {1 + i: {0: slope} for i, slope in slopes}
    _, (speed,) = accumulate(builder, root, builder.inputs, seeds)
    return builder.finish([speed.get(0, 0.0), *builder.inline(shares, builder.inputs)])


def _at_zero(
    root: Tape, point: list[float], moved: int, chance: Random, scales: Sequence[float]
) -> list[float] | None:
    """Return a point with one coordinate moved to where a divisor is zero, None if none is found.

    One is between two places at which it has different signs, or where secants lead to.
    """

    def at(x: float) -> list[float]:
        return [*point[:moved], x, *point[moved + 1 :]]

    def value(x: float) -> float:
        return root(*at(x))[0]

    sizes = [size * part for size in scales[:LADDER] for part in (0.2718, 1.1447, 4.6692)]
    places = sorted([0.01, *sizes, *(-size for size in sizes)])
    values = [value(x) for x in places]
    changes = [i for i in range(len(places) - 1) if values[i] * values[i + 1] < 0.0]
    size = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    if changes:
        i = chance.choice(changes)
        x = _between(value, places[i], places[i + 1])
        size = abs(values[i]) + abs(values[i + 1])
    else:
        x = _by_secants(value, point[moved])
    return at(x) if math.isfinite(x) and abs(value(x)) <= NEAR * size else None


def _between(value: Callable[[float], float], low: float, high: float) -> float:
    """Return where a value is zero between two places at which it has different signs."""
    side = value(low)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if value(middle) * side > 0.0:
            low = middle
        else:
            high = middle
    return min(low, high, key=lambda x: abs(value(x)))


def _by_secants(value: Callable[[float], float], x: float) -> float:
    beside = 1.1 * x + 0.1
    here, last = value(x), value(beside)
    for _ in range(ROUNDS):
        if here == last or not math.isfinite(here + last):
            break
        x, beside = x - here * (x - beside) / (here - last), x
        here, last = value(x), here
    return x


def _goes_through(whole: Tape, at: list[float], moved: int) -> bool | None:
    """Tell whether a solution goes through a zero; None where nothing is divided there.

    One does that comes to it with an infinite rate of its own and leaves it the same way, if the
    others change no faster. So does one that is told another formula on the other side.
    """
    size = max(abs(at[moved]), 1e-3)

    def beside(distance: float) -> tuple[float, ...]:
        return whole(*at[:moved], at[moved] + distance * size, *at[moved + 1 :])

    sides = [(beside(side * FAR), beside(side * CLOSE)) for side in (-1.0, 1.0)]
    if any(map(math.isnan, (x for side in sides for values in side for x in values))):
        return None
    idle = [not any(far[1:]) and not any(near[1:]) for far, near in sides]
    if any(idle):
        return None if all(idle) else True
    own = max(_power(far[0], near[0]) for far, near in sides)
    runs = own > OWN and (sides[0][1][0] > 0.0) == (sides[1][1][0] > 0.0)
    most = max(_power(a, b) for far, near in sides for a, b in zip(far[1:], near[1:], strict=True))
    return most - (own if runs else 0.0) < STEEP


def _power(far: float, near: float) -> float:
    """Return the power of one over the distance that a value grows with."""
    if not math.isfinite(near):
        return math.inf
    return math.log(abs(near / far)) / math.log(FAR / CLOSE) if near and far else 0.0
