"""Numbers and columns of numbers that somebody hands to a model."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, cast

from .errors import InputError


def as_number(name: str, value: object) -> float:
    """Return a value as a float.

    Raises
    ------
    InputError
        If it is not a finite number.
    """
    if isinstance(value, (str, bytes, bytearray, bool)) or not hasattr(value, "__float__"):
        raise InputError(f"{name}: got {value!r:.40}; {_EXPECTED}")
    try:
        number = float(cast("float", value))
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name}: got {value!r:.40}; {_EXPECTED}") from None
    if not math.isfinite(number):
        raise InputError(f"{name}: got {number}; a value must be finite")
    return number


_EXPECTED = "a value is a number or a one-dimensional array of numbers"


def as_column(name: str, value: object) -> float | bytes:
    """Return a value as a float, or as packed doubles when it is an array.

    Raises
    ------
    InputError
        If it is not a finite number or a non-empty one-dimensional array of finite numbers.
    """
    is_column = hasattr(value, "__len__") and getattr(value, "ndim", 1) != 0
    if is_column and not isinstance(value, (str, bytes, bytearray, Mapping, Set)):
        return pack(name, cast("Sequence[float]", value))
    return as_number(name, cast("object", value))


def pack(name: str, values: Sequence[float] | bytes) -> bytes:
    """Return a one-dimensional array as the bytes of its doubles."""
    if isinstance(values, bytes):
        return values
    if isinstance(values, (str, Mapping, Set)) or not isinstance(values, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"{name}: got {values!r:.40}; expected one value per member")
    ndim = getattr(values, "ndim", 1)
    if ndim != 1:
        raise InputError(f"{name}: got an array with {ndim} dimensions; give one dimension a name")
    if hasattr(values, "tolist"):  # numpy's scalars are slow to visit one by one
        values = cast("Any", values).tolist()
    packed = _plain(values) or array("d", (as_number(name, v) for v in values))
    if not packed:
        raise InputError(f"{name}: got an empty array; give at least one value")
    return packed.tobytes()


def _plain(values: Sequence[float]) -> array[float] | None:
    """Return finite numbers of Python's own as doubles; None where one is something else.

    Others are looked at one by one, which takes a microsecond each.
    """
    if not {*map(type, values)} <= {float, int}:
        return None
    try:
        packed = array("d", values)
    except OverflowError:
        return None
    return packed if all(map(math.isfinite, packed)) else None
