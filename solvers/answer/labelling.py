"""Plain arrays made into labelled ones (xarray), with the names and units of a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
    return frame.filled(name, values, _units(unit))


@dataclass(frozen=True)
class _Frame:
    """The axes of an array without its values: to make them takes longer than many a solve.

    Parameters
    ----------
    dims, shape
        Of the array.
    coordinates
        Variable of each.
    indexes
        By which xarray looks a value up.
    """

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    coordinates: Mapping[str, Any]
    indexes: Mapping[str, Any]

    def filled(self, name: str, values: Float, attributes: Mapping[str, str]) -> Any:
        """Return an array of values over these axes, whose attributes are nobody else's."""
        xarray = load("xarray")
        return xarray.DataArray(
            xarray.Variable(self.dims, values.reshape(self.shape), attributes, fastpath=True),
            {k: variable.copy(deep=False) for k, variable in self.coordinates.items()},
            name=name, indexes=dict(self.indexes), fastpath=True,
        )  # fmt: skip


@once
def _own_frame(problem: InitialValueProblem) -> _Frame:
    """Return the axes of a problem's results."""
    labels, t = problem.labels, problem.t_eval
    if labels.dimensions or t.nbytes > LARGEST:
        return _frame(labels, t)
    return _alone(t.tobytes(), labels.time_unit)


@lru_cache(maxsize=16)
def _alone(times: bytes, unit: str) -> _Frame:
    return _frame(Labels(time_unit=unit), np.frombuffer(times))


def _frame(labels: Labels, t: Float) -> _Frame:
    along = ("time",) if t.ndim else ()
    time = load("xarray").Variable(along, t, _units(labels.time_unit))
    array = load("xarray").DataArray(
        np.broadcast_to(np.nan, (*labels.shape, *t.shape)),
        dims=(*labels.names, *along),
        coords={**_coordinates(labels), "time": time},
    )
    made = {name: array.coords[name].variable for name in array.coords}
    return _Frame(array.dims, array.shape, made, dict(array.xindexes))


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
