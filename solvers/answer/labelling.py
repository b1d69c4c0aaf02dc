"""Plain arrays made into labelled ones (xarray), with the names and units of a problem."""

from __future__ import annotations

from typing import Any

from ...models.lazy import load
from ..arrays import BatchTime, Float
from ..labels import Labels
from ..problem import InitialValueProblem


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


def over_time(problem: InitialValueProblem, t: Float, name: str, values: Float, unit: str) -> Any:
    """Return values of each member and time, (batch, time), as an xarray.DataArray, time last.

    Where `t` is one number, time is no dimension but a coordinate.
    """
    labels = problem.labels
    along = ("time",) if t.ndim else ()
    time = load("xarray").Variable(along, t, _units(labels.time_unit))
    return load("xarray").DataArray(
        values.reshape((*labels.shape, *t.shape)),
        dims=(*labels.names, *along),
        coords={**_coordinates(labels), "time": time},
        name=name,
        attrs=_units(unit),
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
