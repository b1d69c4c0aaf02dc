"""Where a motion on a closed orbit is after any time, the time to each angle being known.

The time dt/dφ = g(φ) a motion takes per angle is periodic. Its mean is the period, its Fourier
series integrated is the time to an angle; where g is analytic both converge geometrically
(Trefethen and Weideman 2014, SIAM Review 56, 385-458, doi:10.1137/130932132). The time is inverted
by Newton's method between walls that close in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

from ..complexes import Complex
from ..program import Value
from .series import choose

ANGLES = 64  # at which g is known, evenly around
_TAIL = 4  # of the coefficients, the last ones, which have to be nothing
_SLIGHT = 1e-13  # relative, of these
_ROUGH, _ROUGHLY, _FINE = 9, 12, 4  # steps with the first so many terms, then with all
_REACH = 6.3  # a whole turn: half of its time may be most of the way


class Revolution(NamedTuple):
    """Where a motion on a closed orbit has come to.

    Parameters
    ----------
    angle
        φ, whole turns left out.
    period
        The time of one turn.
    resolved
        Not zero where the series gives both to rounding.
    """

    angle: Value
    period: Value
    resolved: Value


def revolution(
    paces: Sequence[Value], begin: Value, elapsed: Value, *, even: bool = False
) -> Revolution:
    """Return where a motion is after a time of either sign.

    Parameters
    ----------
    paces
        g > 0 at evenly spaced angles from zero on, a power of two of them.
    begin
        The angle at the start.
    elapsed
        The time since then.
    even
        Whether g is so: its series has cosines only.
    """
    n = len(paces)
    series = [_times(c, 1.0 / n) for c in _transform([Complex(p) for p in paces])[: n // 2]]
    if even:
        series = [Complex(c.re) for c in series]
    mean = series[0].re
    period = 2.0 * math.pi * mean
    rest = elapsed - (elapsed / period + 0.5).apply("floor") * period
    target = rest + _time(series, begin)[0]
    angle = begin + rest / mean
    for terms, steps in ((_ROUGHLY, _ROUGH), (n // 2, _FINE)):
        angle = _search(series[:terms], target, angle, begin, steps)
    last = reduce(lambda a, b: a + b, (abs(c.re) + abs(_imaginary(c)) for c in series[-_TAIL:]))
    time, pace = _time(series, angle)
    found = abs(time - target) <= _SLIGHT * period
    return Revolution(angle, period, found & (last <= _SLIGHT * mean) & (pace > 0.0))


def _search(
    series: Sequence[Complex], target: Value, angle: Value, begin: Value, steps: int
) -> Value:
    """Return about the angle that is reached at a time."""
    low, high = begin - _REACH, begin + _REACH
    for _ in range(steps):
        time, pace = _time(series, angle)
        late = time > target
        low, high = choose(late, low, angle), choose(late, angle, high)
        ahead = angle + (target - time) / pace
        within = (ahead >= low) & (ahead <= high)
        angle = choose(within, ahead, (low + high) / 2.0)
    return angle


def _time(series: Sequence[Complex], angle: Value) -> tuple[Value, Value]:
    """Return the time to an angle, but for a constant, and its derivative."""
    wave = Complex(angle.apply("cos"), angle.apply("sin"))
    turned, time, pace = wave, series[0].re * angle, series[0].re
    for k, c in enumerate(series[1:], 1):
        z = _times(c, 2.0) * turned
        time, pace = time + _imaginary(z) / k, pace + z.re
        turned = turned * wave
    return time, pace


def _imaginary(z: Complex) -> Value:
    return z.re * 0.0 if z.im is None else z.im


def _times(z: Complex, factor: float) -> Complex:
    return z.map(lambda part: factor * part)


def _transform(values: Sequence[Complex]) -> list[Complex]:
    """Return the sums of f_j*exp(-2*pi*i*j*k/n), halved again and again (Cooley and Tukey 1965)."""
    n = len(values)
    if n == 1:
        return list(values)
    even, odd = _transform(values[::2]), _transform(values[1::2])
    turned = [_times_unit(z, k, n) for k, z in enumerate(odd)]
    pairs = list(zip(even, turned, strict=True))
    return [a + b for a, b in pairs] + [a - b for a, b in pairs]


def _times_unit(z: Complex, k: int, n: int) -> Complex:
    """Return a number times exp(-2*pi*i*k/n), without multiplications where it is 1 or -i."""
    if k == 0:
        return z
    if 4 * k == n:
        return Complex(_imaginary(z), -z.re)
    angle = 2.0 * math.pi * k / n
    c, s = math.cos(angle), math.sin(angle)
    if z.im is None:
        return Complex(c * z.re, -s * z.re)
    return Complex(c * z.re + s * z.im, c * z.im - s * z.re)
