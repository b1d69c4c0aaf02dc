"""Threads for compiled work: one for each processor, kept from one solve to the next."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache


def processors() -> int:
    """Return how many processors this process may use."""
    return len(_allowed())


def alongside(work: Callable[[], None], stop: Callable[[], None], count: int) -> None:
    """Do the same work in `count` threads at once, this one among them, and return when all have.

    To wake a thread takes a twentieth of a millisecond, to start one several times as long: so they
    are kept, and this one does not wait for them. The work is such that whoever comes takes a part
    of what is left; what other solves kept them from beginning is not begun.

    Parameters
    ----------
    work
        What each does.
    stop
        Has all leave their work soon: called where one fails, or this one is interrupted.
    count
        How many.

    Raises
    ------
    BaseException
        What was raised in this thread, else what was in another.
    """

    def watched() -> None:
        try:
            work()
        except BaseException:
            stop()
            raise

    pool = _pool(os.getpid(), _allowed())
    others = [pool.submit(watched) for _ in range(count - 1)]
    try:
        work()
        failed = _failures(others)
    except BaseException:
        stop()
        _failures(others)
        raise
    if failed:
        raise failed[0]


def _failures(others: Sequence[Future[None]]) -> list[BaseException]:
    """Return what those raised that had begun, once they have ended; the rest does not begin."""
    begun = [other for other in others if not other.cancel()]
    return [error for other in begun if (error := other.exception()) is not None]


@lru_cache(maxsize=4)
def _pool(process: int, allowed: frozenset[int]) -> ThreadPoolExecutor:
    """Return the threads of a process: a fork has none of its parent's, and no use for them.

    Threads stay on the processors that were allowed when they began.
    """
    del process
    return ThreadPoolExecutor(len(allowed), thread_name_prefix="ratelaw")


def _allowed() -> frozenset[int]:
    """Return the processors that this thread may use."""
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(os.cpu_count() or 1))
