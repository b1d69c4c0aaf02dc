"""What somebody hands over as an argument: text, names, mappings, one of some words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from .errors import InputError, did_you_mean, listing


def as_text(argument: str, given: Any, example: str) -> str:
    """Return an argument that is text.

    Raises
    ------
    InputError
        If it is something else; the message has the argument's name and the example.
    """
    if not isinstance(given, str):
        raise InputError(f"{argument}: got {_short(given)}; expected text, as in {example!r}")
    return given


def as_names(argument: str, given: Any, example: str = '["k", "T(0)"]') -> tuple[str, ...]:
    """Return one or more names as a tuple.

    Raises
    ------
    InputError
        If they are something else.
    """
    if isinstance(given, str):
        return (given,)
    # Of a mapping the names alone would be taken, and its values passed over in silence.
    several = isinstance(given, Iterable) and not isinstance(given, Mapping)
    found: tuple[Any, ...] = tuple(cast("Iterable[Any]", given)) if several else (None,)
    if not all(isinstance(n, str) for n in found):
        raise InputError(f"{argument}: got {_short(given)}; expected names, as in {example}")
    return found


def as_mapping(argument: str, given: Any, example: str) -> Mapping[str, Any]:
    """Return an argument that tells something by name.

    Raises
    ------
    InputError
        If it is no mapping from names.
    """
    found = cast("Mapping[Any, Any]", given) if isinstance(given, Mapping) else {None: None}
    if not all(isinstance(name, str) for name in found):
        raise InputError(
            f"{argument}: got {_short(given)}; expected something by name, as in {example}"
        )
    return found


def one_of(argument: str, given: Any, known: Collection[str]) -> str:
    """Return an argument that is one of some words.

    Raises
    ------
    InputError
        If it is none of them.
    """
    if not isinstance(given, str) or given not in known:
        guess = did_you_mean(given, known) if isinstance(given, str) else ""
        words = listing([f'"{word}"' for word in known]).replace(" and ", " or ")
        raise InputError(f"{argument}: got {_short(given)}; expected {words}.{guess}")
    return given


def is_number(given: Any) -> bool:
    """Tell whether something is one number that a double can hold, an infinite one perhaps."""
    if isinstance(given, (str, bytes, bytearray, bool)) or not hasattr(given, "__float__"):
        return False
    if str(getattr(given, "mask", "")) == "True":  # numpy would warn, and make it nan
        return False
    try:
        float(given)
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _short(given: Any) -> str:
    return f"{given!r:.60}"
