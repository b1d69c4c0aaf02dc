"""Motion about a centre under an inverse square, in a plane or in space, at any time.

With q'' = -m*q/r^3, r = |q|, and a time s of its own, dt = r*ds, the distance swings or grows about
m/w2 as a linear oscillator does,

    d^2r/ds^2 = m - w2*r,  w2 = 2*m/r_0 - v_0^2,

whatever the sign of the energy, -w2/2 (Sundman 1913, Acta Mathematica 36, 105-179; Battin 1999, *An
Introduction to the Mathematics and Methods of Astrodynamics*, section 4.5). The place stays a
combination of place and velocity at the start. The time is an integral that is known; it is
inverted by Laguerre's method in a fixed number of steps (Conway 1986, Celestial Mechanics 39,
199-211, doi:10.1007/BF01230852).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from itertools import combinations
from operator import add
from typing import NamedTuple

from ..program import Value
from .kepler import radial_limit
from .series import choose, inverse_sinh, kept, polynomial

_STEPS = 12  # with fewer some orbits with a turn near the centre are not found
_DEGREE = 5.0  # of the polynomial that Laguerre's method takes the equation for
_EXACT = 1e-10  # relative, of the time found
_SERIES = [[(-1.0) ** n / math.factorial(2 * n + k) for n in range(10)] for k in range(4)]


class Turn(NamedTuple):
    """Where a motion has come to.

    Parameters
    ----------
    s
        The time of its own.
    place, velocity
        What place and velocity at the start are multiplied with in the place, and in the velocity.
    valid
        Not zero where the centre has not been reached and the time was found.
    """

    s: Value
    place: tuple[Value, Value]
    velocity: tuple[Value, Value]
    valid: Value


class _Waves(NamedTuple):
    """cos(w*s), and what comes of it by integrating again and again: sin(w*s)/w and so on."""

    c0: Value
    c1: Value
    c2: Value
    c3: Value


class _Orbit:
    """One motion, from its strength and its start."""

    def __init__(self, strength: Value, place: Sequence[Value], velocity: Sequence[Value]) -> None:
        self.strength = strength
        self.start = _product(place, place).apply("sqrt")
        self.drift = _product(place, velocity)
        self.square = 2.0 * strength / self.start - _product(velocity, velocity)
        self.swept = reduce(
            add,
            ((place[i] * velocity[j] - place[j] * velocity[i]) ** 2.0
             for i, j in combinations(range(len(place)), 2)),
        )  # fmt: skip
        self.bound, self.free = self.square > 0.0, self.square < 0.0
        self.w = kept(abs(self.square), self.bound | self.free, 1.0).apply("sqrt")
        self.middle = strength / kept(-self.square, self.free, 1.0)
        self.up, self.down = self._shares()

    def _shares(self) -> tuple[Value, Value]:
        """Return what exp(w*s) and exp(-w*s) are multiplied with in the distance, without loss."""
        middle, drift = self.middle, self.drift / self.w
        large = (self.start + middle + abs(drift)) / 2.0
        small = (middle * middle + self.swept / (self.w * self.w)) / (4.0 * large)
        outward = drift > 0.0
        return choose(outward, large, small), choose(outward, small, large)

    def waves(self, s: Value) -> _Waves:
        """Return them at a time of the motion's own; by series where w*s is small."""
        z = self.square * s * s
        near, turns = abs(z) <= 1.0, z > 1.0
        small = kept(z, near, 0.0)
        a, w = kept(self.w * s, abs(z) > 1.0, 1.0), self.w
        swing, grown = kept(a, turns, 1.0), kept(a, z < -1.0, 1.0)
        cosine = choose(turns, swing.apply("cos"), grown.apply("cosh"))
        sine = choose(turns, swing.apply("sin"), grown.apply("sinh")) / w
        half = choose(turns, (swing / 2.0).apply("sin"), (grown / 2.0).apply("sinh")) / w
        far = (cosine, sine, 2.0 * half * half, (s - sine) / kept(self.square, abs(z) > 1.0, 1.0))
        power = s.builder.constant(1.0)
        found: list[Value] = []
        for k, value in enumerate(far):
            found.append(choose(near, power * polynomial(small, _SERIES[k]), value))
            power = power * s
        return _Waves(*found)

    def at(self, s: Value) -> tuple[Value, Value, Value]:
        """Return the distance, its derivative and the time, at a time of the motion's own."""
        c = self.waves(s)
        near = (
            self.start * c.c0 + self.drift * c.c1 + self.strength * c.c2,
            self.drift * c.c0 + (self.strength - self.square * self.start) * c.c1,
            self.start * c.c1 + self.drift * c.c2 + self.strength * c.c3,
        )
        grows = self.square * s * s < -1.0
        pairs = zip(self._grown(s, grows), near, strict=True)
        distance, slope, time = (choose(grows, far, value) for far, value in pairs)
        return distance, slope, time

    def _grown(self, s: Value, grows: Value) -> tuple[Value, Value, Value]:
        """Return the same by exponentials, whose differences do not cancel."""
        x = kept(self.w * s, grows, 1.0)
        rise, fall = self.up * x.apply("exp"), self.down * (-x).apply("exp")
        time = self.up * x.apply("expm1") - self.down * (-x).apply("expm1")
        return (
            rise + fall - self.middle,
            self.w * (rise - fall),
            time / self.w - self.middle * s,
        )

    def first(self, elapsed: Value) -> Value:
        """Return an s to begin the search with."""
        nearest = kept(self.down / kept(self.up, self.free, 1.0), self.free, 1.0).apply("log")
        nearest = nearest / (2.0 * self.w)
        distance = 2.0 * kept(self.up * self.down, self.free, 1.0).apply("sqrt")
        since = elapsed - self.at(nearest)[2]
        around = nearest + inverse_sinh(self.w * since / distance) / self.w
        mean = self.square * elapsed / self.strength
        far = choose(self.free, abs(self.w * around) >= 0.1, abs(self.w * mean) > 1.0)
        repels = self.strength < 0.0
        return choose(repels | far, choose(self.free, around, mean), self._soon(elapsed))

    def _soon(self, elapsed: Value) -> Value:
        """Return s after a short time, at a constant distance or after a fall from the centre."""
        short = elapsed * elapsed * self.strength < 6.0 * self.start**3.0
        fallen = kept(6.0 * abs(elapsed) / abs(self.strength), ~short, 1.0)
        far = elapsed.apply("sign") * fallen ** (1.0 / 3.0)
        return choose(short, elapsed / self.start, far)


def turn(
    strength: Value, place: Sequence[Value], velocity: Sequence[Value], elapsed: Value
) -> Turn:
    """Return where a motion q'' = -m*q/r^3 has come to.

    Parameters
    ----------
    strength
        m, of either sign, not zero.
    place, velocity
        At the start, in two or three dimensions, the place not at the centre.
    elapsed
        Time since the start, of either sign.
    """
    orbit = _Orbit(strength, place, velocity)
    s = orbit.first(elapsed)
    for _ in range(_STEPS):
        pace, bend, time = orbit.at(s)
        gap, n = time - elapsed, _DEGREE
        root = abs((n - 1.0) ** 2 * pace * pace - n * (n - 1.0) * gap * bend).apply("sqrt")
        s = s - n * gap / (pace + root)
    distance, _, time = orbit.at(s)
    found = abs(time - elapsed) <= _EXACT * abs(elapsed)
    side = choose(elapsed < 0.0, -1.0, elapsed.builder.constant(1.0))
    limit = radial_limit(strength, orbit.start, orbit.drift / orbit.start, side)
    c = orbit.waves(s)
    fall = strength * c.c2
    return Turn(
        s,
        (1.0 - fall / orbit.start, orbit.start * c.c1 + orbit.drift * c.c2),
        (-strength * c.c1 / (distance * orbit.start), 1.0 - fall / distance),
        found & ((orbit.swept > 0.0) | (side * s < limit)),
    )


def _product(one: Sequence[Value], other: Sequence[Value]) -> Value:
    return reduce(add, (a * b for a, b in zip(one, other, strict=True)))
