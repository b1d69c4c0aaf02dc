"""Special functions where a target has them itself: numpy and plain floats, by scipy's ufuncs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...models.errors import RefusalError, listing
from ...models.lazy import load
from ...models.special_functions import SHELF
from ...models.tape import Tape
from ...models.tape.special import uncomposed


class ScipySpecial:
    """scipy's module of special functions, imported when the first of them is called."""

    def __getattr__(self, name: str) -> Any:
        return getattr(load("scipy.special"), name)


def of_scipy(name: str) -> str:
    """Return how scipy gives a special function, as a format of its arguments.

    Raises
    ------
    RefusalError
        If it does not have it.
    """
    return SHELF[name].scipy or _refuse("numpy", (name,))


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
