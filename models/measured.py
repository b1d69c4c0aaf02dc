"""Measured inputs given as data: two columns, times and values, to a table of the model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from .errors import InputError
from .names import normal_name
from .symbols import Table


def as_tables(data: Mapping[str, Any]) -> tuple[Table, ...]:
    """Return the tables of measured inputs, by name.

    Parameters
    ----------
    data
        For each name a pair (times, values), or a mapping or data frame of two columns, time first.

    Raises
    ------
    InputError
        If they are not two columns of one length with times that grow.
    """
    if not isinstance(data, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(
            f"data: got {data!r:.60}; give measured values by name: data={{'a': (times, values)}}"
        )
    return tuple(_table(normal_name(name), columns) for name, columns in data.items())


def _table(name: str, columns: Any) -> Table:
    times, values = (_numbers(name, column) for column in _two(name, columns))
    if len(times) != len(values) or len(times) < 2:
        raise InputError(
            f"data: {name} has {len(times)} times and {len(values)} values; give two or more of "
            "each, as many of one as of the other"
        )
    for before, after in pairwise(times):
        if not before < after:
            raise InputError(
                f"data: the times of {name} must grow; {after:g} comes after {before:g}"
            )
    return Table(name, times, values)


def _two(name: str, columns: Any) -> tuple[Any, Any]:
    if hasattr(columns, "keys"):  # a mapping or a data frame
        columns = [columns[key] for key in list(columns)]
    try:
        times, values = columns
    except (TypeError, ValueError):
        raise InputError(
            f"data: {name} got {columns!r:.60}; give two columns, times and values: "
            f"data={{'{name}': (times, values)}}"
        ) from None
    return times, values


def _numbers(name: str, column: Any) -> tuple[float, ...]:
    try:
        numbers = tuple(float(x) for x in column)
    except (TypeError, ValueError):
        raise InputError(f"data: {name} got {column!r:.60} as a column of numbers") from None
    if not all(map(math.isfinite, numbers)):
        raise InputError(f"data: {name} has a number that is not finite; leave its row out")
    return numbers
