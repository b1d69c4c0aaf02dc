"""Times that can be compared: medians, the contenders in turn, at equal delivered error."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

Run = Callable[[], np.ndarray]


class Point(NamedTuple):
    """What one contender delivered for one tolerance."""

    tolerance: float
    error: float
    seconds: float


def median_time(run: Run, *, least: int = 3, most: int = 200, budget: float = 0.3) -> float:
    """Return the median time of several runs, in seconds; the first call is the caller's."""
    times: list[float] = []
    while len(times) < least or (sum(times) < budget and len(times) < most):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
        if times[-1] > 5.0:
            break
    return statistics.median(times)


def at_error(points: Sequence[Point], error: float) -> float | None:
    """Return the time in which a contender delivers an error, interpolated between its points.

    Work over error is a straight line on logarithmic axes, nearly (Hairer, Norsett and Wanner
    1993, section II.10). A contender that is never so bad gets its quickest time, one that is never
    so good none.
    """
    good = [p for p in points if np.isfinite(p.error)]
    if not any(p.error <= error for p in good):
        return None
    within = [p.seconds for p in good if p.error <= error]
    best = min(within)
    for a in good:
        for b in good:
            if a.error <= error < b.error and b.seconds < a.seconds:
                share = np.log(error / a.error) / np.log(b.error / a.error) if a.error > 0 else 0.0
                best = min(
                    best, float(np.exp(np.log(a.seconds) + share * np.log(b.seconds / a.seconds)))
                )
    return best
