"""The first number at which a value is positive, found with few evaluations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..arrays import BatchTime, Float, Int

LONGEST = 80  # evaluations; secants need about five, halving alone 52
SECANTS = 12  # evaluations after which every other one is in the middle
CLOSE = 2  # numbers next to one another between which it is not worth looking


def settle(
    value: Callable[[Int, BatchTime], Float], low: BatchTime, guess: BatchTime, high: BatchTime
) -> BatchTime:
    """Return times just after a value has turned positive, each to a few roundings.

    Secants kept within their bracket; each new time differs from the ends of the bracket by more
    than rounding, so that both close in (Brent 1973, *Algorithms for Minimization without
    Derivatives*, chapter 4).

    Parameters
    ----------
    value
        (members, times) to values, of some of the members only.
    low, guess, high
        Times (member,): between which it turns, and about when.

    Returns
    -------
    time
        At which the value is positive; the end of the bracket, where none before it came out so.
    """
    low, x, high = low.copy(), guess.copy(), high.copy()
    last_x, last = np.full((2, len(x)), np.nan)
    best, left = high.copy(), np.arange(len(x))
    for count in range(LONGEST):
        v = value(left, x[left])
        holds = v > 0
        best[left[holds]] = high[left[holds]] = x[left[holds]]
        low[left[~holds]] = x[left[~holds]]
        with np.errstate(all="ignore"):
            slope = (v - last[left]) / (x[left] - last_x[left])
            # The first two are a guess and a little beside it, towards where it turns.
            beside = np.where(holds, -1.0, 1.0) * _beside(low[left], high[left])
            next_x = x[left] + (-v / slope if count else beside)
        last[left], last_x[left] = v, x[left]
        near = CLOSE * np.spacing(np.abs(x[left]))
        a, b = low[left], high[left]
        halve = ~np.isfinite(next_x) | (next_x < a) | (next_x > b)
        halve |= count > SECANTS and bool(count % 2)
        x[left] = np.clip(np.where(halve, 0.5 * (a + b), next_x), a + near, b - near)
        left = left[b - a > 2 * near]
        if not left.size:
            break
    return best


def _beside(low: BatchTime, high: BatchTime) -> BatchTime:
    """Return a step that is small within a bracket, and more than roundings."""
    return 1e-6 * (high - low) + 16 * np.spacing(np.maximum(np.abs(low), np.abs(high)))
