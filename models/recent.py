"""Results kept in this process: those used last, as many as some bytes hold."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


@dataclass(frozen=True, eq=False)
class Recent(Generic[Kept]):
    """Values by key, each with its size; what was not used for longest goes first.

    Parameters
    ----------
    limit
        Bytes that all of them may take together. The newest is kept however large it is.
    """

    limit: int
    _known: OrderedDict[str, tuple[Kept, int]] = field(
        default_factory=OrderedDict[str, tuple[Kept, int]], init=False
    )
    _lock: Lock = field(default_factory=Lock, init=False)

    def get(self, key: str) -> Kept | None:
        """Return the value kept under a key, or None."""
        with self._lock:
            if key not in self._known:
                return None
            self._known.move_to_end(key)
            return self._known[key][0]

    def put(self, key: str, value: Kept, size: int) -> None:
        """Keep a value of so many bytes under a key."""
        with self._lock:
            self._known[key] = (value, size)
            self._known.move_to_end(key)
            total = sum(size for _, size in self._known.values())
            while total > self.limit and len(self._known) > 1:
                total -= self._known.popitem(last=False)[1][1]
