"""Where a motion turns: the first place on one side at which the square of its speed is zero.

A scan at distances that grow by one factor finds between which two of them it is, and Newton's
method, between walls that close in, where.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..program import Value
from .series import choose

_CELLS = 32  # of the scan
_FINER, _FARTHER = 2.0**-8, 2.0**8  # than what is taken for the size of a motion
_STEPS = 10  # of Newton's method
_SLIGHT = 1e-14  # relative, of the last one

Rough = Callable[[Value], Value]
Square = Callable[[Value], tuple[Value, Value]]


class Turning(NamedTuple):
    """What lies on one side.

    Parameters
    ----------
    distance
        To where the motion turns.
    turns, passes
        Not zero where it is found, and where there is none at any of the distances.
    """

    distance: Value
    turns: Value
    passes: Value


def distances(sizes: Sequence[Value]) -> list[Value]:
    """Return distances of a scan, from below the smallest size to beyond the largest.

    Parameters
    ----------
    sizes
        Some may be zero, infinite or undefined, and do not count.
    """
    small = large = sizes[0].builder.constant(math.nan)
    for size in sizes:
        counts = (size > 0.0) & (size < math.inf)
        small = choose(counts & ~(small <= size), size, small)
        large = choose(counts & ~(large >= size), size, large)
    known = small > 0.0
    begin = (choose(known, small, 1.0) * _FINER).apply("log")
    end = (choose(known, large, 1.0) * _FARTHER).apply("log")
    step = (end - begin) / (_CELLS - 1.0)
    return [(begin + float(k) * step).apply("exp") for k in range(_CELLS)]


def turning(roughly: Rough, square: Square, scan: Sequence[Value]) -> Turning:
    """Return where a motion turns.

    Parameters
    ----------
    roughly
        The square of the speed at a distance, with the rounding of a difference.
    square
        Exactly, and its slope; the distance is zero at the start.
    scan
        Distances, growing.
    """
    zero = scan[0].builder.constant(0.0)
    begun, away = square(zero)
    low, high, height, depth = zero, zero + math.nan, begun, zero
    open_ = begun >= 0.0
    for distance in scan:
        now = roughly(distance)
        ends = open_ & (now <= 0.0)
        high, depth = choose(ends, distance, high), choose(ends, now, depth)
        open_ = open_ & (now > 0.0)
        low, height = choose(open_, distance, low), choose(open_, now, height)
    there, step = _root(square, low, high, (low * depth - high * height) / (depth - height))
    at_once = begun.apply("eq", 0.0) & (away < 0.0)
    close = (high >= low) & (abs(step) <= _SLIGHT * there)
    return Turning(choose(at_once, 0.0, there), at_once | close, open_ & ~at_once)


def _root(square: Square, low: Value, high: Value, place: Value) -> tuple[Value, Value]:
    """Return the root between two distances, and the last step to it."""
    step = place
    for _ in range(_STEPS):
        now, slope = square(place)
        above = now > 0.0
        low, high = choose(above, place, low), choose(above, high, place)
        ahead = place - now / slope
        within = (ahead >= low) & (ahead <= high)
        ahead = choose(within, ahead, (low + high) / 2.0)
        place, step = ahead, ahead - place
    return place, step
