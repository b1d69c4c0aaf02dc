"""Work done once for each value: remembered as long as the value lives."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import TypeVar
from weakref import ref

Given = TypeVar("Given")
Found = TypeVar("Found")


def once(function: Callable[[Given], Found]) -> Callable[[Given], Found]:
    """Return the function, remembering what it gave for each object, which must be immutable.

    Objects are told apart by identity: to compare large values costs more than many a function.
    """
    known: dict[int, tuple[ref[Given], Found]] = {}

    @wraps(function)
    def remembering(given: Given) -> Found:
        number = id(given)
        if (found := known.get(number)) is not None and found[0]() is given:
            return found[1]
        result = function(given)
        # Forgotten by a call without steps of Python, in which no alarm can be raised and be lost.
        known[number] = (ref(given, partial(known.pop, number)), result)
        return result

    return remembering
