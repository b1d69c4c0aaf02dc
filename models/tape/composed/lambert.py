"""Lambert's W by Halley's method in a fixed number of steps, exact to rounding.

Corless, Gonnet, Hare, Jeffrey and Knuth 1996, Advances in Computational Mathematics 5, 329-359,
doi:10.1007/BF02124750: the series at the branch point (4.22), the asymptotic start (4.19).
"""

from __future__ import annotations

import math

from ..program import Value
from .series import choose, kept, polynomial

_STEPS = 4  # each makes three digits nine
_CLOSE = 0.03  # of the branch point, where the series is exact and a step would divide by nothing
_INVERSE_E = math.exp(-1.0), -1.2428753672788363e-17  # and what the double lacks of it
_SERIES = (
    -1.0, 1.0, -1 / 3, 11 / 72, -43 / 540, 769 / 17280, -221 / 8505, 680863 / 43545600,
    -1963 / 204120, 226287557 / 37623398400,
)  # fmt: skip


def principal(x: Value) -> Value:
    """Return W(x), at least -1."""
    p = _distance(x)
    size = kept(x, x > 0.0, 1.0).apply("log1p")
    large = size * (1.0 - size.apply("log1p") / (2.0 + size))
    return _refined(x, p, choose(x < 0.3, polynomial(p, _SERIES[:4]), large), 1.0)


def lower(x: Value) -> Value:
    """Return the branch -1 of W, at most -1."""
    p = _distance(x)
    first = (-x).apply("log")
    second = (-first).apply("log")
    near = polynomial(-p, _SERIES[:4])
    return _refined(x, p, choose(x < -0.25, near, first - second + second / first), -1.0)


def _distance(x: Value) -> Value:
    """Return sqrt(2*(e*x + 1)), in which the branches are regular; nan where there are none."""
    head, tail = _INVERSE_E
    return (2.0 * math.e * ((x + head) + tail)).apply("sqrt")


def _refined(x: Value, p: Value, w: Value, side: float) -> Value:
    w = choose(p <= _CLOSE, 2.0 * side, w)  # any harmless number
    for _ in range(_STEPS):
        growth = w.apply("exp")
        gap = w * growth - x
        w = w - gap / (growth * (w + 1.0) - gap * (w + 2.0) / (2.0 * w + 2.0))
    near = side * kept(p, p <= _CLOSE, 0.0)
    return choose(p <= _CLOSE, polynomial(near, _SERIES), w)
