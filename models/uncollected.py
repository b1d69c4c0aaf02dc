"""Work during which nobody looks for garbage: formulas are many small values, none in a circle."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager


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
            gc.enable()
