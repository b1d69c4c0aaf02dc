"""The root h of exp(h) - 1 - h = s^2 that has the sign of s: analytic, though its equation is flat.

Volterra's function x - 1 - log(x) of x = exp(h) measures how far a population is from its
equilibrium (Volterra 1926, Nature 118, 558-560, doi:10.1038/118558a0). By Lambert's function it is
h = -1 - s^2 - W(-exp(-1 - s^2)), which keeps no digit of a small h. Two populations share what is
conserved: s^2 = S^2*cos(φ)^2 of one and R^2*sin(φ)^2 of the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from ..program import Value
from .revolution import ANGLES
from .series import choose, kept, polynomial

_NEAR = 0.5  # z = sqrt(2)*s, below which the root is a series of radius 2*sqrt(pi)
_TERMS = 20  # of it
_SMALL = 2.0  # z, below which its first terms begin the search
_STEPS = 5


class Root(NamedTuple):
    """The root h, and its derivative dh/ds."""

    h: Value
    slope: Value


def excess(h: Value) -> Value:
    """Return exp(h) - 1 - h without its cancellation."""
    near = abs(h) < _NEAR
    series = polynomial(kept(h, near, 0.0), [1.0 / math.factorial(n + 2) for n in range(16)])
    return choose(near, h * h * series, kept(h, near.apply("eq", 0.0), 1.0).apply("expm1") - h)


def volterra_root(s: Value) -> Root:
    """Return the root of exp(h) - 1 - h = s^2 of the sign of s.

    Parameters
    ----------
    s
        Of either sign.
    """
    z, square = math.sqrt(2.0) * s, s * s
    near, small = abs(z) < _NEAR, abs(z) < _SMALL
    series = polynomial(kept(z, near, 0.0), _coefficients(_TERMS))
    above = (1.0 + square + (1.0 + square).apply("log")).apply("log")
    far = choose(s > 0.0, above, -1.0 - square)
    h = choose(small, polynomial(choose(near, 1.0, z), _coefficients(4)), far)
    for _ in range(_STEPS):
        grown = h.apply("expm1")
        h = h - (grown - h - square) / grown
    h = choose(near, series, h)
    return Root(h, choose(s.apply("eq", 0.0), math.sqrt(2.0), 2.0 * s / h.apply("expm1")))


def slopes_around(sizes: tuple[Value, Value]) -> list[Value]:
    """Return the product of dh/ds at S*cos(φ) and at R*sin(φ), at evenly spaced angles all around.

    Parameters
    ----------
    sizes
        S and R.
    """
    quarter = ANGLES // 4
    cosines = [math.cos(2.0 * math.pi * j / ANGLES) for j in range(ANGLES // 2 + 1)]
    one, other = ([volterra_root(size * c).slope for c in cosines] for size in sizes)
    return [one[_folded(j)] * other[_folded(j - quarter)] for j in range(ANGLES)]


def _folded(j: int) -> int:
    """Return the angle up to half a turn that has the same cosine."""
    return min(j % ANGLES, -j % ANGLES)


def shared_angle(logs: Sequence[Value], parts: Sequence[Value], level: Value) -> Value:
    """Return the angle whose cosine and sine have squares in the ratio of two parts of a level."""
    cosine, sine = (
        u.apply("sign") * (part / level).apply("sqrt") for u, part in zip(logs, parts, strict=True)
    )
    half = 2.0 * (sine / (1.0 + abs(cosine))).apply("atan")
    side = choose(sine < 0.0, -math.pi, sine.builder.constant(math.pi))
    return choose(cosine < 0.0, side - half, half)


@cache
def _coefficients(n: int) -> list[float]:
    """Return h in powers of z, from dh/dz*(h + z^2/2) = z, which is h's equation and its slope."""
    h = [Fraction(0), Fraction(1)]
    for m in range(2, n):
        others = sum((k * h[k] * h[m + 1 - k] for k in range(2, m)), Fraction(0))
        h.append(-(others + (m - 1) * h[m - 1] / 2) / (m + 1))
    return [float(c) for c in h]
