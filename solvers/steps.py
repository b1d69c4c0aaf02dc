"""Steps of a batch: the compiled functions that make them, and what one step leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .arrays import BatchTime, Bool, Float, Int, StateBatch
from .evaluate import RowsFunction, rows_function
from .integrator import Integrator, Program


@dataclass(frozen=True, eq=False)
class Kernels:
    """The functions of an integrator."""

    begin: RowsFunction
    attempt: RowsFunction
    control: RowsFunction
    interpolate: RowsFunction
    n_stages: int


@lru_cache(maxsize=64)
def kernels_of(integrator: Integrator) -> Kernels:
    """Return an integrator's functions, compiled once."""

    def function(program: Program) -> RowsFunction:
        return rows_function(program.tape, program.name, program.arguments)

    return Kernels(
        function(integrator.begin),
        function(integrator.attempt),
        function(integrator.control),
        function(integrator.interpolate),
        integrator.n_stages,
    )


@dataclass(frozen=True, eq=False)
class Step:
    """One step of the trajectories `i` from t to t + h.

    States y and z at its ends, the slope at the latter, and those that dense output needs.
    """

    interpolate: RowsFunction
    i: Int
    t: BatchTime
    h: BatchTime
    y: StateBatch
    z: StateBatch
    slope: StateBatch
    kept: Float

    def some(self, which: Bool | Int) -> Step:
        """Return the step of some of the trajectories."""
        chosen: Int = np.flatnonzero(which) if which.dtype == np.bool_ else which.astype(np.int64)
        return Step(
            self.interpolate, self.i[chosen], self.t[chosen], self.h[chosen],
            take(self.y, chosen), take(self.z, chosen), take(self.slope, chosen),
            take(self.kept, chosen),
        )  # fmt: skip

    def put(self, chosen: Int, other: Step) -> None:
        """Take over the step of another for some of the trajectories."""
        self.h[chosen], self.z[:, chosen] = other.h, other.z
        self.slope[:, chosen], self.kept[:, chosen] = other.slope, other.kept

    def at(self, theta: BatchTime) -> StateBatch:
        """Return the states at a fraction of each step."""
        return self.interpolate(theta, self.h, self.y, self.z, self.kept)


def take(rows: Float, chosen: Int) -> Float:
    """Return columns of an array, each row in one piece of memory as emitted code reads it."""
    return np.take(rows, chosen, axis=1)
