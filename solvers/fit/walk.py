"""Walking downhill by gradients, every start for itself: what the plain optimisers share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..arrays import Bool, Float, Int, ParameterBatch
from .objective import Objective
from .optimise import Ending, Report, Search, Trail, blocked

COARSE = 1e-5  # relative tolerance of the solutions
FLAT = 1e-10  # a gradient this small relative to the first one is none


@dataclass(eq=False)
class Slope:
    """The objective at inner coordinates, (parameter, start): its value and its gradient there."""

    inner: ParameterBatch
    value: Float
    gradient: ParameterBatch


class Walk:
    """All starts of a gradient method on their way; `running` lists those not ended.

    The gradient is that of the logarithm of the objective, so that neither the unit of the readings
    nor their number matters. Coordinates that press against a bound are held.
    """

    def __init__(self, objective: Objective, begin: ParameterBatch) -> None:
        # Plain descent gains nothing from sharp solutions, which cost several times as much.
        self.objective = objective.at(max(objective.rtol, COARSE))
        space = objective.space
        self.here = self._slope(np.clip(space.inner(begin), *space.box))
        self.best = Slope(self.here.inner.copy(), self.here.value.copy(), self.here.gradient.copy())
        self.trail = Trail(begin, self.here.value)
        good = np.isfinite(self.here.value)
        self.status = np.where(good, Ending.MAX_ITERATIONS, Ending.FAILED).astype(np.int64)
        self.iterations = np.zeros(begin.shape[1], dtype=np.int64)
        self.steepest = np.sqrt((self.here.gradient**2).sum(axis=0))
        self.running: Int = np.flatnonzero(good)

    def _slope(self, inner: ParameterBatch) -> Slope:
        space = self.objective.space
        natural = space.natural(inner)
        value, gradient = self.objective.gradient(natural)
        with np.errstate(all="ignore"):
            gradient = gradient * space.slope(natural) / value
        gradient = np.where(np.isfinite(gradient), gradient, 0.0)
        gradient = np.where(blocked(inner, gradient, space.box), 0.0, gradient)
        return Slope(inner, value, gradient)

    def steps(self, limit: int, report: Report) -> Iterator[int]:
        """Yield the numbers of the steps, from one on, while a search is on its way."""
        for number in range(1, limit + 1):
            if not self.running.size:
                break
            yield number
            report(number / limit)

    def look(self, i: Int, step: ParameterBatch) -> Slope:
        """Return the slope one step further, within the box, for the searches `i`."""
        return self._slope(np.clip(self.here.inner[:, i] + step, *self.objective.space.box))

    def go(self, i: Int, there: Slope, which: Bool) -> None:
        """Move those of the searches `i` that `which` tells, and end those that are level."""
        self.iterations[i] += 1
        _put(self.here, i[which], there, which)
        self.trail.add(
            i[which], self.objective.space.natural(there.inner[:, which]), there.value[which]
        )
        lower = which & (there.value < self.best.value[i])
        _put(self.best, i[lower], there, lower)
        size = np.sqrt((self.here.gradient[:, i] ** 2).sum(axis=0))
        level = size <= FLAT * self.steepest[i]
        self.status[i[level]] = Ending.CONVERGED
        self.running = i[~level]

    def search(self) -> Search:
        """Return the finished searches, each at the best point it saw."""
        end = self.objective.space.natural(self.best.inner)
        return self.trail.search(end, self.best.value, self.status, self.iterations)


def _put(into: Slope, which: Int, other: Slope, rows: Bool) -> None:
    into.inner[:, which] = other.inner[:, rows]
    into.value[which] = other.value[rows]
    into.gradient[:, which] = other.gradient[:, rows]
