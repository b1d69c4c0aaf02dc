"""Work during which nobody looks for garbage: formulas are many small values, none in a circle."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

# Values that take long to be looked through at once. Fewer are: whatever garbage there is grows old
# with them, and a million of old ones are a second of waiting for whoever comes last.
_MANY = 250_000


@contextmanager
def uncollected() -> Generator[None]:
    """Leave Python's search for circles of garbage until something is done.

    It begins again whenever so many values have been made, and goes through those made before: a
    quarter of the time in which a long text is read. What is in no circle is freed as always. Also
    for functions, as ``@uncollected()``.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            _aged()
            gc.enable()


def _aged() -> None:
    """Let many values made meanwhile be looked through with the old ones, not all of them at once.

    To be frozen and unfrozen moves everything to the oldest generation without a look at it; what
    others have frozen would be unfrozen too.
    """
    if gc.get_count()[0] > _MANY and not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
