"""What the axes of a problem are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..models.model import Model
from ..models.symbols import Dimension
from .arrays import Float, Int


@dataclass(frozen=True)
class Labels:
    """What the axes of a problem are called.

    Parameters
    ----------
    dimensions
        Name and coordinate of each batch dimension; the batch is their product, last fastest.
    columns
        Name, dimension and values of what varies along a dimension that is called otherwise.
    units
        Unit of each name.
    time_unit
        Unit of time.
    """

    dimensions: tuple[tuple[str, Float | Int], ...] = ()
    columns: tuple[tuple[str, str, Float], ...] = ()
    units: Mapping[str, str] = field(default_factory=dict[str, str])
    time_unit: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each batch dimension."""
        return tuple(name for name, _ in self.dimensions)

    @property
    def shape(self) -> tuple[int, ...]:
        """Size of each batch dimension."""
        return tuple(len(c) for _, c in self.dimensions)


def labels_of(model: Model) -> Labels:
    """Return what the dimensions and units of a model are called."""
    return Labels(
        tuple((d.name, _coordinate(d)) for d in model.dimensions),
        tuple(
            (name, d.name, np.frombuffer(packed))
            for d in model.dimensions
            for name, packed in d.columns
            if name != d.name
        ),
        model.units,
        model.time_unit,
    )


def _coordinate(dimension: Dimension) -> Float | Int:
    """Return the values along a dimension that is called like what varies, else numbers from 0."""
    own = dict(dimension.columns).get(dimension.name)
    return np.arange(dimension.size) if own is None else np.frombuffer(own)
