"""The angle of a tangent, circular or hyperbolic, in one form: atan(sqrt(x))/sqrt(x).

A harmonic motion covers d with speeds u and v at both ends in a time t of which the half is known
by tan(w*t/2) = w*d/(u + v); where it is driven apart, by the hyperbolic tangent; between, w is 0.
"""

from __future__ import annotations

import math

from ..program import Value

_NEAR, _TERMS = 0.05, 13  # below that the series is summed, and how far


def arc(x: Value) -> Value:
    """Return atan(sqrt(x))/sqrt(x), for negative x atanh(sqrt(-x))/sqrt(-x), which is 1 for 0.

    From x = -1 down it is not a number.
    """
    near, turns = abs(x) < _NEAR, x > 0.0
    small, total = near.apply("select", x, 0.0), x.builder.constant(0.0)
    for n in range(_TERMS, -1, -1):
        total = 1.0 / (2 * n + 1) - small * total
    w = near.apply("select", 1.0, abs(x)).apply("sqrt")
    share = near.apply("max", turns).apply("select", 0.0, w)
    rested = share.apply("log1p") / 2.0 - (-share).apply("log1p") / 2.0
    away = turns.apply("select", w.apply("atan"), rested) / w
    return near.apply("select", total, away)


def swing(way: Value, speeds: Value, square: Value) -> Value:
    """Return how long a harmonic motion takes for a way.

    Parameters
    ----------
    way
        Not negative.
    speeds
        The sum of the speeds at both ends, in the direction of the way.
    square
        w^2; where it is positive the sum may be negative or zero, beyond half a half turn.
    """
    ahead = speeds > 0.0
    direct = way / ahead.apply("select", speeds, 1.0)
    early = 2.0 * direct * arc(square * direct**2)
    turning = square > 0.0
    w = turning.apply("select", square, 1.0).apply("sqrt")
    far = way > 0.0
    cotangent = far.apply("select", -speeds / w / far.apply("select", way, 1.0), math.inf)
    late = (math.pi / 2.0 + cotangent.apply("atan")) * 2.0 / w
    return ahead.apply("select", early, turning.apply("select", late, math.nan))
