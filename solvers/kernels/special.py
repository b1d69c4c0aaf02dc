"""Special functions where a target has them itself: numpy and plain floats, by scipy's ufuncs.

What scipy lacks, numpy gets value by value, each found with many digits: right, and slow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...models.errors import RefusalError, listing
from ...models.lazy import load
from ...models.special_functions import SHELF
from ...models.tape import Tape
from ...models.tape.composed.special import uncomposed

_OURS = "ours_"  # before the name of what scipy lacks


class ScipySpecial:
    """scipy's module of special functions, imported when the first of them is called."""

    def __getattr__(self, name: str) -> Any:
        one_by_one = name.removeprefix(_OURS)
        return getattr(load("scipy.special"), name) if one_by_one == name else _each(one_by_one)


def of_scipy(name: str) -> str:
    """Return how numpy gives a special function, as a format of its arguments."""
    places = ", ".join(f"{{{i}}}" for i in range(SHELF[name].arity))
    return SHELF[name].scipy or f"special.{_OURS}{name}({places})"


def _each(name: str) -> Callable[..., Any]:
    """Return a special function for arrays, found value by value."""
    each = np.vectorize(SHELF[name].value, otypes=[float])

    def values(*args: Any) -> Any:
        return each(*args)[()]

    return values


def without(target: str) -> Callable[[str], str]:
    """Return what refuses every special function that is not composed, for a target without any."""

    def refuse(name: str) -> str:
        return _refuse(target, (name,))

    return refuse


def lacking(target: str, tape: Tape) -> str | None:
    """Return why a target without special functions of its own cannot do a tape, None if it can."""
    names = uncomposed(tape)
    return _words(target, names) if names else None


def _refuse(target: str, names: tuple[str, ...]) -> str:
    raise RefusalError(_words(target, names))


def _words(target: str, names: tuple[str, ...]) -> str:
    many = "functions" if len(names) > 1 else "function"
    return f"{target} does not have the special {many} {listing(names)}; the reference backend does"
