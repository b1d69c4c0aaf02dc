"""Two threads against one: the Lorenz ensemble on one core and on two."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from measure import load
from page import grid
from peers.ratelaw import PEER
from problems import ENSEMBLES, Problem

TOLERANCE = 1e-6
RUNS = 5  # of each round
ROUNDS = 9  # one after the other in turn, so that a disturbance meets both


@contextmanager
def cores(count: int) -> Iterator[None]:
    """Let this process use only so many cores, threads that were begun before included."""
    before = os.sched_getaffinity(0)
    _allow(set(sorted(before)[:count]))
    try:
        yield
    finally:
        _allow(before)


def _allow(these: set[int]) -> None:
    for thread in os.listdir("/proc/self/task"):
        with suppress(ProcessLookupError):  # it may have ended
            os.sched_setaffinity(int(thread), these)


def study(members: int) -> list[dict[str, Any]]:
    """Print and return how much quicker two threads are."""
    available = len(os.sched_getaffinity(0))
    if available < 2:
        print("one core only: nothing to compare")
        return []
    n = 10 * members
    text, end, varies, _ = ENSEMBLES["lorenz"](n)
    run = PEER.ensemble(Problem("lorenz", text, end, None, varies=varies), "auto", TOLERANCE)
    times: dict[int, list[float]] = {1: [], 2: []}
    run()
    for _ in range(ROUNDS):
        for count, found in times.items():
            with cores(count):
                run()  # threads move to the cores there are now
                for _ in range(RUNS):
                    begin = time.perf_counter()
                    run()
                    found.append(time.perf_counter() - begin)
    one, two = (statistics.median(found) for found in times.values())
    idle = "" if load() < 0.5 else f"; the machine is not idle (load {load():.1f})"
    print(f"lorenz, {n} members at {TOLERANCE:g}: {one * 1e3:.2f} ms on one core, {two * 1e3:.2f} "
          f"on two: {one / two:.2f}x{idle}")  # fmt: skip
    return [{"members": n, "one": one, "two": two, "load": load()}]


def table(rows: list[dict[str, Any]]) -> str:
    """Return the figures as a table."""
    cells = [
        [
            r["members"],
            f"{r['one'] * 1e3:.3g}",
            f"{r['two'] * 1e3:.3g}",
            f"{r['one'] / r['two']:.2f}x",
        ]
        for r in rows
    ]
    return grid(("Lorenz, members", "ms on one core", "ms on two", "Gain"), cells)
