"""What an optimiser is, how a search ended, and all searches of a fit as one batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, runtime_checkable

import numpy as np

from ..arrays import Bool, Float, Int, ParameterBatch
from ..workers import cuts, require_executor, spread
from .objective import Objective

Report = Callable[[float], None]


class Ending(IntEnum):
    """Way in which one search ended."""

    CONVERGED = 0
    STALLED = 1
    MAX_ITERATIONS = 2
    FAILED = 3

    @property
    def cause(self) -> str:
        """What happened, in words."""
        return _CAUSE[self]


_CAUSE = {
    Ending.CONVERGED: "converged",
    Ending.STALLED: "found no step that lowers the sum of squares",
    Ending.MAX_ITERATIONS: "used up the allowed iterations",
    Ending.FAILED: "the model could not be solved where it began",
}


@dataclass(frozen=True, eq=False)
class Search:
    """What became of a batch of starts, in natural units.

    Parameters
    ----------
    begin, end
        (parameter, start).
    value
        The objective at the end, (start,); inf where the model could not be solved.
    status
        `Ending` of each, (start,).
    iterations
        Points tried, (start,).
    paths, path_values
        For each start the points it accepted, (iteration, parameter), and their values.
    """

    begin: ParameterBatch
    end: ParameterBatch
    value: Float
    status: Int
    iterations: Int
    paths: tuple[Float, ...]
    path_values: tuple[Float, ...]

    @classmethod
    def join(cls, parts: Sequence[Search]) -> Search:
        """Return several batches as one."""
        return cls(
            np.concatenate([p.begin for p in parts], axis=1),
            np.concatenate([p.end for p in parts], axis=1),
            np.concatenate([p.value for p in parts]),
            np.concatenate([p.status for p in parts]),
            np.concatenate([p.iterations for p in parts]),
            tuple(path for p in parts for path in p.paths),
            tuple(values for p in parts for values in p.path_values),
        )


@runtime_checkable
class Optimiser(Protocol):
    """Searches for the least value from many starts at once.

    A search depends on its own start alone: a batch changes nothing. A point at which the model
    cannot be solved has the value inf, and is never accepted.
    """

    def search(
        self,
        objective: Objective,
        begin: ParameterBatch,
        max_iterations: int | None,
        report: Report,
    ) -> Search:
        """Return how the searches ended.

        Parameters
        ----------
        objective
            To be made small within its space.
        begin
            Natural values, (parameter, start).
        max_iterations
            Of each start; None for the optimiser's own limit.
        report
            Called with the fraction of starts that have ended.
        """
        ...

    def refine(self, objective: Objective, point: Float) -> Search:
        """Return the search that goes on from the best end with sharper solutions.

        An optimiser that gains nothing by it returns a search of no step.

        Parameters
        ----------
        objective
            With small tolerances.
        point
            Natural values, (parameter,).
        """
        ...


class Trail:
    """Keeps the points that each search accepted."""

    def __init__(self, begin: ParameterBatch, value: Float) -> None:
        self.begin = begin
        self.points: list[list[Float]] = [[begin[:, i].copy()] for i in range(begin.shape[1])]
        self.values: list[list[float]] = [[float(v)] for v in value]

    def add(self, which: Int, natural: ParameterBatch, value: Float) -> None:
        """Note where the searches `which` have gone, (parameter, which)."""
        for column, start in enumerate(map(int, which)):
            self.points[start].append(natural[:, column].copy())
            self.values[start].append(float(value[column]))

    def search(self, end: ParameterBatch, value: Float, status: Int, iterations: Int) -> Search:
        """Return the finished searches."""
        paths = tuple(np.array(p) for p in self.points)
        values = tuple(np.array(v) for v in self.values)
        return Search(self.begin, end, value, status, iterations, paths, values)


@dataclass(frozen=True)
class _Work:
    """Some of the starts, in a form that another process can receive."""

    optimiser: Optimiser
    objective: Objective
    max_iterations: int | None

    def __call__(self, begin: ParameterBatch) -> Search:
        return self.optimiser.search(self.objective, begin, self.max_iterations, lambda _: None)


def search_all(
    objective: Objective,
    optimiser: Optimiser,
    begin: ParameterBatch,
    max_iterations: int | None,
    executor: Executor | None,
    report: Report,
) -> Search:
    """Return all searches: as one batch here, or in pieces over an executor."""
    require_executor(executor)
    count = begin.shape[1]
    if executor is None or count == 1:
        return optimiser.search(objective, begin, max_iterations, report)
    pieces = [begin[:, cut] for cut in cuts(count)]
    work = _Work(optimiser, objective, max_iterations)
    return Search.join(spread(work, pieces, executor, report))


def blocked(inner: ParameterBatch, gradient: Float, box: tuple[Float, Float]) -> Bool:
    """Tell which coordinates, (parameter, start), are on a bound that lies downhill."""
    low, high = box
    return ((inner <= low) & (gradient > 0)) | ((inner >= high) & (gradient < 0))
