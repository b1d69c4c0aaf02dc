"""Plain arrays made into labelled ones (xarray), with the names and units of a problem."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ...models.lazy import load
from ...models.once import once
from ..arrays import BatchTime, Float
from ..labels import Labels
from ..problem import InitialValueProblem

LARGEST = 1 << 16  # bytes of output times up to which their axis is remembered


def over_members(problem: InitialValueProblem, name: str, values: BatchTime, unit: str) -> Any:
    """Return one value per member, (batch,), as an xarray.DataArray over the batch dimensions."""
    labels = problem.labels
    return load("xarray").DataArray(
        values.reshape(labels.shape),
        dims=labels.names,
        coords=_coordinates(labels),
        name=name,
        attrs=_units(unit),
    )


def over_time(
    problem: InitialValueProblem, times: Float | None, name: str, values: Float, unit: str
) -> Any:
    """Return values of each member and time, (batch, time), as an xarray.DataArray, time last.

    Without times they are at the problem's own. One number is no dimension but a coordinate.
    """
    frame = _own_frame(problem) if times is None else _frame(problem.labels, times)
    array = frame.copy(deep=False, data=values.reshape(frame.shape))
    array.name, array.attrs = name, _units(unit)
    return array


@once
def _own_frame(problem: InitialValueProblem) -> Any:
    """Return an array over the axes of a problem, whose coordinates others may share."""
    labels, t = problem.labels, problem.t_eval
    if labels.dimensions or t.nbytes > LARGEST:
        return _frame(labels, t)
    return _alone(t.tobytes(), labels.time_unit)


@lru_cache(maxsize=16)
def _alone(times: bytes, unit: str) -> Any:
    return _frame(Labels(time_unit=unit), np.frombuffer(times))


def _frame(labels: Labels, t: Float) -> Any:
    """Return an array without values: xarray takes longer to make axes than steps take."""
    along = ("time",) if t.ndim else ()
    time = load("xarray").Variable(along, t, _units(labels.time_unit))
    return load("xarray").DataArray(
        np.broadcast_to(np.nan, (*labels.shape, *t.shape)),
        dims=(*labels.names, *along),
        coords={**_coordinates(labels), "time": time},
    )


def _coordinates(labels: Labels) -> dict[str, Any]:
    """Return what varies along each dimension: its own coordinate, and names that vary with it."""
    variable = load("xarray").Variable
    own = [(name, name, values) for name, values in labels.dimensions]
    return {
        name: variable((dimension,), values, _units(labels.units.get(name, "")))
        for name, dimension, values in (*own, *labels.columns)
    }


def _units(unit: str) -> dict[str, str]:
    return {"units": unit} if unit else {}
