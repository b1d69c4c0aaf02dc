"""Times that can be compared: medians, the contenders in turn, at equal delivered error."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

Run = Callable[[], np.ndarray]


class Point(NamedTuple):
    """What one contender delivered for one tolerance."""

    tolerance: float
    error: float
    seconds: float


Clock = Callable[[], float]
CLOCKS: dict[str, Clock] = {"wall": time.perf_counter, "processor": time.process_time}


def median_time(
    run: Run, clock: Clock = time.perf_counter, *, least: int = 3, most: int = 200,
    budget: float = 0.3,
) -> float:  # fmt: skip
    """Return the median time of several runs, in seconds; the first call is the caller's."""
    times: list[float] = []
    while len(times) < least or (sum(times) < budget and len(times) < most):
        begin = clock()
        run()
        times.append(clock() - begin)
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


def machine() -> str:
    """Return what was measured on: the processor's name, its cores and Python's version."""
    about = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").is_file() else ""
    names = [row.partition(":")[2].strip() for row in about.splitlines() if "model name" in row]
    model = names[0] if names else platform.machine()
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def date() -> str:
    """Return today, in universal time."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def load() -> float:
    """Return how many processes wanted a core, on average over the last minute; nan if not known.

    Above one half the machine is not idle, and times are longer than they should be.
    """
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def processor_time(run: Run, *, runs: int = 5) -> float:
    """Return the least time of several runs that the processor spent on them, in seconds.

    What other processes do has less influence on it than on time by the clock.
    """
    times: list[float] = []
    for _ in range(runs):
        begin = time.process_time()
        run()
        times.append(time.process_time() - begin)
    return min(times)
