"""Sums over output times of formulas of the states: a fit's objective, without trajectories.

A batch that is tallied returns a few numbers per trajectory, however many output times there are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..models.tape import Tape
from .arrays import Bool, Float, Int, address
from .kernels.python import NUMPY, compiled
from .status import Status
from .trajectories import Trajectories

if TYPE_CHECKING:
    from .problem import InitialValueProblem


@dataclass(frozen=True, eq=False)
class Tally:
    """What is added up, and over which rows.

    Parameters
    ----------
    tape
        Inputs are time, states, parameters and readings; each output is a term of a sum.
    places
        For each row the number of its output time, ascending, (row,); several rows may share one.
    readings
        What the rows have to be compared with, (reading, row); finite.
    """

    tape: Tape
    places: Int
    readings: Float

    def rows(self, t: Float, y: Float, p: Float, which: slice | Int) -> Float:
        """Return the terms of some rows at their states, (term, batch, row).

        Parameters
        ----------
        t, y, p
            Times of these rows, states there, (state, batch, row), and parameters, (parameter,
            batch).
        which
            Their numbers.
        """
        arguments = (("t", None), ("y", len(y)), ("p", len(p)), ("reading", len(self.readings)))
        function = compiled(self.tape, "terms", arguments, NUMPY)
        with np.errstate(all="ignore"):
            outputs = function(t, y, p[:, :, None], self.readings[:, which])
        result = np.empty((len(self.tape.outputs), *y.shape[1:]))
        for i, output in enumerate(outputs):
            result[i] = output
        return result


class Sums:
    """The sums of a batch while code adds to them, and what it needs to know.

    Parameters
    ----------
    problem, tally
        Whose outputs, and what is added up.
    width
        How many rows are looked at together; readings go on so far beyond the last row.
    """

    def __init__(self, problem: InitialValueProblem, tally: Tally, width: int) -> None:
        self.times: Float = problem.t_eval[tally.places]
        self.readings = np.zeros((len(tally.readings), len(tally.places) + width))
        self.readings[:, : len(tally.places)] = tally.readings
        first = np.flatnonzero(self.times == problem.t0)
        start = np.repeat(problem.y0[:, :, None], len(first), axis=2)
        terms = tally.rows(self.times[first], start, problem.p, first)
        self.values: Float = np.ascontiguousarray(terms.sum(axis=2).T)  # (batch, term)

    @property
    def head(self) -> tuple[int, int, int]:
        """Address and row length of the readings, and address of the sums."""
        return address(self.readings), self.readings.shape[1], address(self.values)

    def reached(self, good: Bool) -> Float:
        """Return the sums, (term, batch), of those that reached the end; nan for the others."""
        return np.where(good, self.values.T, np.nan)


def tallied(problem: InitialValueProblem, found: Trajectories) -> Trajectories:
    """Return trajectories with their sums in place of their values, which are left out."""
    tally = problem.tally
    if tally is None or found.sums is not None:
        return found
    at = tally.places
    terms = tally.rows(problem.t_eval[at], found.y[:, :, at], problem.p, slice(None))
    sums = np.where(found.status == Status.SUCCESS, terms.sum(axis=2), np.nan)
    return replace(found, y=found.y[:, :, :0], sums=sums)
