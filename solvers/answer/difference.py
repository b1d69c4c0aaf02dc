"""How far two solutions are apart: where most, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ...models.errors import InputError, listing
from ...models.notebook import Printed
from ...models.tape import Tape
from ..arrays import Float, StateBatchTime
from ..evaluate import rows_function
from ..problem import InitialValueProblem
from .points import Points


class Exact(Protocol):
    """A closed form, as far as a solution needs to know it."""

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states."""
        ...

    @property
    def tape(self) -> Tape:
        """States from time and parameters."""
        ...


@dataclass(frozen=True)
class Difference(Printed):
    """Largest gap between two solutions: how large, when and in which state.

    ``float(difference)`` is the gap.
    """

    largest: float
    time: float
    state: str
    unit: str = ""
    time_unit: str = ""

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        time = f" {self.time_unit}" if self.time_unit else ""
        return (
            f"largest difference {self.largest:.2g}{unit} in {self.state}, "
            f"at t = {self.time:g}{time}"
        )

    __repr__ = __str__

    def __float__(self) -> float:
        return self.largest


def largest_difference(
    problem: InitialValueProblem,
    t: Float,
    states: tuple[str, ...],
    ours: StateBatchTime,
    theirs: StateBatchTime,
) -> Difference:
    """Return the largest gap between the same states of two solutions of as many members.

    Raises
    ------
    InputError
        If the numbers of members differ, or there is no point that both reached.
    """
    if ours.shape != theirs.shape:
        raise InputError(
            f"difference: got {theirs.shape[1]} trajectories to compare with {ours.shape[1]}"
        )
    gap = np.abs(ours - theirs)
    if np.isnan(gap).all():
        raise InputError("difference: there is no time that both solutions reached")
    state, _, time = np.unravel_index(int(np.nanargmax(gap)), gap.shape)
    name, labels = states[int(state)], problem.labels
    unit = labels.units.get(name, "")
    when = float(t.reshape(-1)[time])
    return Difference(float(np.nanmax(gap)), when, name, unit, labels.time_unit)


def same_states(ours: tuple[str, ...], theirs: tuple[str, ...]) -> list[int]:
    """Return where each of our states is among theirs.

    Raises
    ------
    InputError
        If one is not.
    """
    missing = [name for name in ours if name not in theirs]
    if missing:
        raise InputError(
            f"difference: the other solution has no {listing(missing)}; it has {listing(theirs)}"
        )
    return [theirs.index(name) for name in ours]


def exactly(exact: Exact, points: Points) -> Float:
    """Return the states of a closed form at points of a solution, (state, point).

    Raises
    ------
    InputError
        If the closed form has parameters that the solution has not.
    """
    known, wanted = points.problem.system.parameters, exact.tape.inputs[1:]
    missing = [name for name in wanted if name not in known]
    if missing:
        raise InputError(
            f"difference: the closed form needs {listing(missing)}; got {listing(known)}"
        )
    arguments = (("t", None), ("p", len(wanted)))
    rows = rows_function(exact.tape, "exact", arguments)
    return rows(points.t, points.p[[known.index(name) for name in wanted]])
