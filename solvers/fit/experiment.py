"""Measurements: named columns with their times, checked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, cast
from warnings import catch_warnings, simplefilter

import numpy as np

from ...models.errors import InputError, UnknownNameError, did_you_mean, listing
from ...models.lazy import load
from ...models.model import Model
from ..arrays import Float

TIME = "time"  # what a column of times may always be called, whatever the model calls time
SEMICOLONS = 'sep=";", decimal=","'  # for pandas, where decimals have a comma


@dataclass(frozen=True, eq=False)
class Readings:
    """What was read of one observable.

    Parameters
    ----------
    observable
        A state or definition of the model.
    times
        In the model's unit of time, ascending, (reading,); equal times are replicates.
    values
        In the observable's unit, finite, (reading,).
    """

    observable: str
    times: Float
    values: Float


@dataclass(frozen=True, eq=False)
class Experiment:
    """Readings of one or more observables under one condition, each at its own times."""

    readings: tuple[Readings, ...]

    @classmethod
    def of(cls, data: object, model: Model) -> Experiment:
        """Return the measurements in a table, every column checked against the model.

        Parameters
        ----------
        data
            A pandas.DataFrame, a mapping from names to arrays, an xarray.Dataset, or the path of
            a CSV file. One column is the time, called ``time`` or as the model calls it; each of
            the others is named after a state or definition. A reading that is nan is left out.
        model
            Says what can be observed.

        Raises
        ------
        InputError, UnknownNameError
            Naming the column, what was got and what was expected.
        """
        table = _table(data)
        if not table:
            raise InputError("data: got a table without columns")
        time = _time_column(table, model)
        _check_names([n for n in table if n != time], model)
        columns = {name: _numbers(name, column) for name, column in table.items()}
        _check_lengths(columns, time)
        t = columns.pop(time)
        if not np.isfinite(t).all():
            raise InputError(
                f"data: column {time} has {t[~np.isfinite(t)][0]}; times must be finite"
            )
        found = [_readings(name, t, values) for name, values in columns.items()]
        readings = tuple(r for r in found if r.values.size)
        if not readings:
            raise InputError("data: there is no reading in it; every value is missing")
        return cls(readings)

    @property
    def n_data(self) -> int:
        """Number of readings."""
        return sum(r.values.size for r in self.readings)

    @property
    def observables(self) -> tuple[str, ...]:
        """Names of what was read."""
        return tuple(r.observable for r in self.readings)

    @cached_property
    def times(self) -> Float:
        """Every time at which something was read, once, ascending."""
        return np.unique(np.concatenate([r.times for r in self.readings]))

    def to_dataframe(self) -> Any:
        """Return the readings as a long pandas.DataFrame: time, observable, observed."""
        pandas = load("pandas")
        parts = [
            pandas.DataFrame({TIME: r.times, "observable": r.observable, "observed": r.values})
            for r in self.readings
        ]
        return pandas.concat(parts, ignore_index=True)


def _table(data: object) -> dict[str, Any]:
    """Return the columns of whatever holds columns."""
    if isinstance(data, (str, PathLike)):
        return _file(Path(cast("str", data)))
    if hasattr(data, "data_vars"):  # an xarray.Dataset
        return _frame(cast("Any", data).to_dataframe())
    if isinstance(data, Mapping):
        return {str(n): c for n, c in cast("Mapping[Any, Any]", data).items()}
    if hasattr(data, "columns") and hasattr(data, "reset_index"):
        return _frame(data)
    raise InputError(
        f"data: got {type(data).__name__}; expected a table with named columns: a DataFrame, a "
        "mapping of arrays, an xarray Dataset or the path of a CSV file"
    )


def _frame(frame: Any) -> dict[str, Any]:
    named = frame.reset_index() if any(n is not None for n in frame.index.names) else frame
    names = [str(n) for n in named.columns]
    twice = [n for n in names if names.count(n) > 1]
    if twice:
        raise InputError(f"data: column {twice[0]} is there twice; keep one")
    return {n: named.iloc[:, i].to_numpy() for i, n in enumerate(names)}


def _file(path: Path) -> dict[str, Any]:
    pandas = load("pandas")
    try:
        with catch_warnings():
            simplefilter("error", pandas.errors.ParserWarning)  # a field too many would be dropped
            frame = pandas.read_csv(path, comment="#", skipinitialspace=True, index_col=False)
    except pandas.errors.ParserWarning:
        raise InputError(
            f"data: {str(path)!r} has rows with more fields than the header names; "
            f"name every column, or remove the extra commas.{_semicolons(path)}"
        ) from None
    except (pandas.errors.ParserError, pandas.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise InputError(
            f"data: {str(path)!r} is not a CSV table: {str(error).strip()}.{_semicolons(path)}"
        ) from None
    except (FileNotFoundError, IsADirectoryError, ValueError):  # a null in a name is the last one
        raise InputError(f"data: there is no file {str(path)!r}") from None
    if len(frame.columns) == 1 and (advice := _semicolons(path)):
        raise InputError(f"data: {str(path)!r} has one column, {frame.columns[0]!r}.{advice}")
    return {name.strip(): column for name, column in _frame(frame).items()}


def _semicolons(path: Path) -> str:
    """Return what to do with a table as spreadsheets write it where decimals have a comma."""
    text = path.read_text(encoding="utf-8", errors="replace")
    header = next((line for line in text.splitlines() if line[:1] != "#"), "")
    if ";" not in header:
        return ""
    return f" Its fields end with semicolons: give pandas.read_csv({path.name!r}, {SEMICOLONS})"


def _time_column(table: Mapping[str, Any], model: Model) -> str:
    wanted = list(dict.fromkeys([model.time, TIME]))
    found = [n for n in wanted if n in table]
    if found:
        return found[0]
    units = any("[" in name or "(" in name for name in table)
    advice = "; a unit does not stand in a name, columns are in the model's units" if units else ""
    raise InputError(
        f"data: no column is the time; got {listing(table)}, expected one called "
        f"{' or '.join(wanted)}{advice}"
    )


def _check_names(names: Sequence[str], model: Model) -> None:
    known = [*(s.name for s in model.states), *(d.name for d in model.definitions)]
    for name in names:
        if name in model.settings:
            raise UnknownNameError(
                f"data: column {name} is a parameter, which is not measured; "
                f"the model predicts {listing(known)}"
            )
        if name not in known:
            raise UnknownNameError(
                f"data: no state or definition is called {name}, which is a column; the model "
                f"predicts {listing(known)}.{did_you_mean(name, known)} "
                "Rename the column, or leave it out"
            )
    if not names:
        raise InputError(f"data: there is only the time; add a column named after {listing(known)}")


def _numbers(name: str, column: object) -> Float:
    values = np.asarray(column)
    try:
        if values.dtype.kind in "mM":
            raise TypeError
        numbers = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(
            f"data: column {name} has {_offender(values)}; expected numbers, in the unit that the "
            "model has for it"
        ) from None
    if numbers.ndim != 1:
        raise InputError(f"data: column {name} has shape {numbers.shape}; expected one dimension")
    return numbers


def _offender(values: Any) -> str:
    for value in np.ravel(values).tolist():
        try:
            float(value)
        except (TypeError, ValueError):
            return repr(value)
    return f"values of type {values.dtype}"


def _check_lengths(columns: Mapping[str, Float], time: str) -> None:
    n_times = len(columns[time])
    for name, column in columns.items():
        if len(column) != n_times:
            raise InputError(
                f"data: column {name} has {len(column)} values and column {time} has {n_times}; "
                "expected one for each time"
            )


def _readings(name: str, times: Float, values: Float) -> Readings:
    if np.isinf(values).any():
        at = float(times[np.isinf(values)][0])
        raise InputError(
            f"data: column {name} is infinite at time {at:g}; a reading is a finite number, or nan "
            "where there is none"
        )
    order = np.argsort(times, kind="stable")
    there = order[np.isfinite(values[order])]
    return Readings(name, times[there], values[there])
