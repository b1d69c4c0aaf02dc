"""Lambert's function of what grows exponentially: the w with w + log|w| that is so much larger.

Where w(0)*exp(w(0) + x) is no double any more, w still is: Wright's omega function (Corless and
Jeffrey 2002, The Wright omega function, Lecture Notes in Computer Science 2385, 76-89). Near the
branch point w = -1 what counts is the distance to it, which Lambert's function would lose.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ..program import Value
from .series import choose, kept
from .volterra import excess, volterra_root

_NEAR = 0.5  # distance to the branch point below which the logarithm is taken of that
_SMALLEST = -800.0  # exponent, below which w is zero in doubles
_STEPS = 6  # of Newton's method, monotone from the left: exp(x) + x is convex
_SMALL = 0.5  # of a number, by which it may change
_FLAT = 1e-3  # distance to the branch point, from where on a change is not sought for itself
_POLISHING = 2


class Moved(NamedTuple):
    """A root w, its distance 1 + w to the branch point, and how far it is from where it began."""

    w: Value
    distance: Value
    change: Value


def moved(begun: Value, distance: Value, by: Value, side: Value) -> Moved:
    """Return w of the sign of w_0 and on its side of -1, where w + log|w| = w_0 + log|w_0| + x.

    Parameters
    ----------
    begun
        w_0.
    distance
        1 + w_0, of which no digit is lost.
    by
        x; where it leads past the branch point there is no w, and all is nan.
    side
        Of the sign that the distance takes where it begins at zero.
    """
    rests, rising = begun.apply("eq", 0.0), begun > 0.0
    above = _above(kept(begun, rising, 1.0), kept(by, rising, 0.0))
    below = rising.apply("max", rests).apply("eq", 0.0)
    h = _below(kept(begun, below, -0.5), kept(distance, below, 0.5), kept(by, below, 0.0), side)
    w = _small(begun, choose(rests, 0.0, choose(rising, above, -h.apply("exp"))), by)
    to_go = choose(below, -h.apply("expm1"), 1.0 + w)
    return Moved(w, to_go, _change(begun, w, by))


def _above(begun: Value, by: Value) -> Value:
    """Return w > 0, by Newton's method for its logarithm."""
    level = (begun + begun.apply("log") + by).apply("max", _SMALLEST)
    large = level > 1.0
    x = choose(large, kept(level, large, 1.0).apply("log"), level)
    for _ in range(_STEPS):
        w = x.apply("exp")
        x = x - (w + x - level) / (w + 1.0)
    return x.apply("exp")


def _below(begun: Value, distance: Value, by: Value, side: Value) -> Value:
    """Return log(-w), a root of exp(h) - 1 - h, for w < 0."""
    near = abs(distance) < _NEAR
    h = choose(near, (-kept(distance, near, 0.0)).apply("log1p"), (-begun).apply("log"))
    square = excess(h) - by
    is_one = (square >= 0.0) & (square < math.inf)
    size = choose(is_one, kept(square, square > 0.0, 0.0).apply("sqrt"), math.nan)
    sign = choose(h.apply("eq", 0.0), -side, h).apply("sign")
    return volterra_root(sign * size).h


def _small(begun: Value, w: Value, by: Value) -> Value:
    """Return w where it is small as w_0*exp(x + w_0 - w): its logarithm is long, it is not."""
    small = abs(w) < _SMALL
    exponent = kept(by + (begun - w), small, 0.0)
    return choose(small, begun * exponent.apply("exp"), w)


def _change(begun: Value, moved_to: Value, by: Value) -> Value:
    """Return w - w_0, by Newton's method for its ratio to w_0 where that is small."""
    first = kept(begun, begun.apply("eq", 0.0).apply("eq", 0.0), 1.0)
    change = moved_to - begun
    small = (abs(change) < _SMALL * abs(first)) & (abs(1.0 + moved_to) > _FLAT)
    ratio, rate = kept(change / first, small, 0.0), kept(first, small, 1.0)
    for _ in range(_POLISHING):
        gap = rate * ratio + ratio.apply("log1p") - by
        ratio = ratio - gap / (rate + 1.0 / (1.0 + ratio))
    return choose(small, ratio * first, change)
