"""Python's collector of cycles, asked less often during a search.

Tapes are many small tuples without cycles; looking through them again and again took a quarter of
the time of a search.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

_SELDOM = 100_000  # new objects between two looks; Python's own is 700


class Collector:
    """How often it looks, and how many searches are under way."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._searches = 0
        self._before = gc.get_threshold()

    @contextmanager
    def seldom(self) -> Generator[None]:
        """Have it look seldom, until the last search has ended."""
        with self._lock:
            if not self._searches:
                self._before = gc.get_threshold()
                if 0 < self._before[0] < _SELDOM:  # 0 is never, which whoever set it wants to keep
                    gc.set_threshold(_SELDOM, *self._before[1:])
            self._searches += 1
        try:
            yield
        finally:
            with self._lock:
                self._searches -= 1
                if not self._searches:
                    gc.set_threshold(*self._before)


COLLECTOR = Collector()
