"""Sums over output times of formulas of the states: a fit's objective, without trajectories.

A batch that is tallied returns a few numbers per trajectory, however many output times there are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..models.tape import Builder, Tape
from ..models.tape.pullback import pull_back
from .arrays import Float, Int, address, own_address
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
    by
        Parameters by which the weighted sum of all sums is differentiated, by going back over the
        steps taken: the derivatives follow the sums. For backends that keep a record of steps.
    weights
        Of each sum of each trajectory in that, (term, batch); ones if not given.
    """

    tape: Tape
    places: Int
    readings: Float
    by: tuple[str, ...] = ()
    weights: Float | None = None

    def members(self, chosen: slice | Int) -> Tally:
        """Return the tally of some trajectories only."""
        if self.weights is None:
            return self
        return replace(self, weights=self.weights[:, chosen])

    def padded(self, width: int) -> Float:
        """Return the readings with `width` ones before and after, for looking at many together."""
        whole = np.ones((len(self.readings), len(self.places) + 2 * width))
        whole[:, width:-width] = self.readings
        return whole

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
        given = (t, y, p[:, :, None], self.readings[:, which])
        return _evaluated(self.tape, arguments, given, y.shape[1:])

    def each_weight(self, batch: int) -> Float:
        """Return the weight of each sum of each trajectory, (term, batch)."""
        shape = len(self.tape.outputs), batch
        return np.ones(shape) if self.weights is None else np.broadcast_to(self.weights, shape)

    def slopes_at_start(self, problem: InitialValueProblem) -> Float:
        """Return how the weighted terms of rows at the start change, (state + parameter, batch).

        First with the start values, then with the parameters at fixed start values.
        """
        times = problem.t_eval[self.places]
        first = np.flatnonzero(times == problem.t0)
        (n, batch), m = problem.y0.shape, len(problem.p)
        if not first.size:
            return np.zeros((n + m, batch))
        start = np.repeat(problem.y0[:, :, None], len(first), axis=2)
        arguments = (("t", None), ("y", n), ("p", m), ("reading", len(self.readings)),
                     ("weight", len(self.tape.outputs)))  # fmt: skip
        given = (times[first], start, problem.p[:, :, None], self.readings[:, first],
                 self.each_weight(batch)[:, :, None])  # fmt: skip
        return _evaluated(_slopes(self.tape, n + m), arguments, given, start.shape[1:]).sum(axis=2)


@lru_cache(maxsize=64)
def _slopes(tape: Tape, count: int) -> Tape:
    """Return the derivatives of weighted terms by the inputs after the time, `count` of them."""
    names = [f"weight[{i}]" for i in range(len(tape.outputs))]
    builder = Builder((*tape.inputs, *names))
    weights = [builder.input(name) for name in names]
    slopes = pull_back(builder, tape, builder.inputs[: len(tape.inputs)], weights)[1]
    return builder.finish(slopes[1 : 1 + count])


def _evaluated(
    tape: Tape, arguments: tuple[tuple[str, int | None], ...], given: tuple[Float, ...],
    shape: tuple[int, ...],
) -> Float:  # fmt: skip
    function = compiled(tape, "terms", arguments, NUMPY)
    with np.errstate(all="ignore"):
        outputs = function(*given)
    result = np.empty((len(tape.outputs), *shape))
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
        self.readings = tally.padded(width)[:, width:]
        self.values: Float = np.zeros((problem.batch, len(tally.tape.outputs)))
        first = np.flatnonzero(self.times == problem.t0)
        if first.size:
            start = np.repeat(problem.y0[:, :, None], len(first), axis=2)
            terms = tally.rows(self.times[first], start, problem.p, first)
            self.values[:] = terms.sum(axis=2).T

    @property
    def head(self) -> tuple[int, int, int]:
        """Address and row length of the readings, and address of the sums."""
        row = self.readings.strides[0] // self.readings.itemsize
        return address(self.readings), row, own_address(self.values)


def tallied(problem: InitialValueProblem, found: Trajectories) -> Trajectories:
    """Return trajectories with their sums in place of their values, which are left out."""
    tally = problem.tally
    if tally is None or found.sums is not None:
        return found
    at = tally.places
    terms = tally.rows(problem.t_eval[at], found.y[:, :, at], problem.p, slice(None))
    sums = np.where(found.status == Status.SUCCESS, terms.sum(axis=2), np.nan)
    return replace(found, y=found.y[:, :, :0], sums=sums)
