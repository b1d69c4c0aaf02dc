"""Motion on a line under an inverse square, at any time: Kepler's equation without its cases.

With r'' = -m/r^2 and a time s of its own, dt = r*ds, the root of the distance swings or grows as a
linear oscillator does (Levi-Civita 1920, Acta Mathematica 42, 99-144, doi:10.1007/BF02404404):

    r = r_0*q^2,  q'' = -w2*q,  q(0) = 1,  q'(0) = h = v_0/2,  w2 = m/(2*r_0) - v_0^2/4,

whatever the sign of the energy, -2*w2. The time is an integral that is known; it is inverted by
Laguerre's method in a fixed number of steps (Conway 1986, Celestial Mechanics 39, 199-211,
doi:10.1007/BF01230852).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ..program import Value
from .series import choose, inverse_sinh, kept, polynomial

_STEPS = 9
_DEGREE = 5.0  # of the polynomial that Laguerre's method takes the equation for
_SHARE = 0.95  # of the way to the centre, where the search begins at the latest
_EXACT = 1e-10  # relative, of the time found
_COSINE = [(-1.0) ** n / math.factorial(2 * n) for n in range(10)]
_SINE = [(-1.0) ** n / math.factorial(2 * n + 1) for n in range(10)]
_CUBIC = [(-4.0) ** n / math.factorial(2 * n + 3) for n in range(12)]


class Fall(NamedTuple):
    """Where a motion has come to.

    Parameters
    ----------
    s
        The time of its own.
    q, slope
        The root of the distance, relative to that at the start, and its derivative by s.
    valid
        Not zero where the centre has not been passed and the time was found.
    """

    s: Value
    q: Value
    slope: Value
    valid: Value


class _Orbit:
    """One motion, from its strength m, start r_0 > 0 and speed v_0."""

    def __init__(self, strength: Value, start: Value, speed: Value) -> None:
        self.strength, self.start, self.h = strength, start, speed / 2.0
        self.square = strength / (2.0 * start) - self.h * self.h
        self.w = abs(self.square).apply("sqrt")
        large = self.w + abs(self.h)
        small = -strength / (2.0 * start) / kept(large, large > 0.0, 1.0)
        outward = self.h > 0.0
        self.up, self.down = choose(outward, large, small), choose(outward, small, large)

    def at(self, s: Value) -> tuple[Value, Value, Value]:
        """Return q, its derivative and the time, at a time of the motion's own."""
        z = self.square * s * s
        turns, grows = z > 1.0, z < -1.0
        c, sine, cubic = self._waves(s, z, turns)
        h, w2 = self.h, self.square
        oscillating = (
            c + h * sine,
            h * c - w2 * sine,
            self.start * ((s + sine * c) / 2.0 + h * sine * sine + h * h * cubic),
        )
        pairs = zip(self._grown(s, grows), oscillating, strict=True)
        q, slope, time = (choose(grows, far, near) for far, near in pairs)
        return q, slope, time

    def _waves(self, s: Value, z: Value, turns: Value) -> tuple[Value, Value, Value]:
        """Return cos(w*s), sin(w*s)/w and (s - sin*cos/w)/(2*w^2), in series where w*s is small."""
        near = kept(z, abs(z) <= 1.0, 0.0)
        w, angle = kept(self.w, turns, 1.0), kept(self.w * s, turns, 1.0)
        cosine, sine = angle.apply("cos"), angle.apply("sin") / w
        series = s * polynomial(near, _SINE)
        cubic = 2.0 * s * s * s * polynomial(near, _CUBIC)
        return (
            choose(turns, cosine, polynomial(near, _COSINE)),
            choose(turns, sine, series),
            choose(turns, (s - sine * cosine) / (2.0 * w * w), cubic),
        )

    def _grown(self, s: Value, grows: Value) -> tuple[Value, Value, Value]:
        """Return the same by exponentials, whose differences do not cancel."""
        w, x = kept(self.w, grows, 1.0), kept(self.w * s, grows, 1.0)
        up, down = self.up, self.down
        rise, fall = up * x.apply("exp"), down * (-x).apply("exp")
        time = (up * up * (2.0 * x).apply("expm1") - down * down * (-2.0 * x).apply("expm1")) / (
            2.0 * w
        ) + 2.0 * up * down * s
        return (rise + fall) / (2.0 * w), (rise - fall) / 2.0, self.start / (4.0 * w * w) * time

    def limit(self, side: Value) -> Value:
        """Return how far s may go to one side, at the least, until the centre is reached."""
        inward = side * self.h < 0.0
        bound = self.square > 0.0
        w = kept(self.w, bound, 1.0)
        turned = (math.pi / 2.0 + (side * self.h / w).apply("atan")) / w
        free = choose(inward, 1.0 / kept(abs(self.h), inward, 1.0), math.inf)
        return choose(bound, turned, free)

    def first(self, elapsed: Value, side: Value) -> Value:
        """Return an s to begin the search with."""
        free = self.square < 0.0
        w = kept(self.w, free, 1.0)
        pace = abs(elapsed) / self.start
        share = choose(free, inverse_sinh(2.0 * w * pace) / (2.0 * w), pace)
        attracted = side * share.apply("min", _SHARE * self.limit(side))
        repelled = self.strength < 0.0
        ratio = kept(self.down / kept(self.up, repelled, 1.0), repelled, 1.0)
        nearest = ratio.apply("log") / (2.0 * w)
        distance = kept(self.start * self.up * self.down / (w * w), repelled, 1.0)
        since = elapsed - self.at(nearest)[2]
        around = nearest + inverse_sinh(2.0 * w * since / distance) / (2.0 * w)
        return choose(repelled, around, attracted)


def fall(strength: Value, start: Value, speed: Value, elapsed: Value) -> Fall:
    """Return where a motion r'' = -m/r^2 has come to.

    Parameters
    ----------
    strength
        m, of either sign.
    start, speed
        Distance at the start, above zero, and its slope.
    elapsed
        Time since the start, of either sign.
    """
    orbit = _Orbit(strength, start, speed)
    side = choose(elapsed < 0.0, -1.0, elapsed.builder.constant(1.0))
    s = orbit.first(elapsed, side)
    for _ in range(_STEPS):
        q, slope, time = orbit.at(s)
        gap, pace, bend = time - elapsed, start * q * q, 2.0 * start * q * slope
        n = _DEGREE
        root = abs((n - 1.0) ** 2 * pace * pace - n * (n - 1.0) * gap * bend).apply("sqrt")
        s = s - n * gap / (pace + root)
    q, slope, time = orbit.at(s)
    found = abs(time - elapsed) <= _EXACT * abs(elapsed)
    within = (orbit.square <= 0.0) | (side * s < orbit.limit(side))
    return Fall(s, q, slope, found & (q > 0.0) & within)


def radial_limit(strength: Value, start: Value, speed: Value, side: Value) -> Value:
    """Return how far s may go to one side, at the least, until the centre is reached.

    Parameters
    ----------
    strength, start, speed
        As of `fall`.
    side
        1 for what is to come, -1 for what was.
    """
    return _Orbit(strength, start, speed).limit(side)
