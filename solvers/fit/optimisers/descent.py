"""Plain gradient descent, for seeing what it does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...arrays import Float, ParameterBatch
from ..objective import Objective
from ..optimise import Report, Search
from ..walk import Walk


@dataclass(frozen=True)
class Descent:
    """Steps along the negative gradient, in proportion to it.

    In the inner coordinates of the space the first step is as long as `rate`, a fraction of the
    box; later ones shrink with the gradient. A step that leads uphill is taken back and the rate
    of that start halved, since one that suits the first steps may be too large for a valley.

    Parameters
    ----------
    rate
        Length of the first step.
    steps
        How many.
    """

    rate: float = 0.1
    steps: int = 200

    def search(
        self,
        objective: Objective,
        begin: ParameterBatch,
        max_iterations: int | None,
        report: Report,
    ) -> Search:
        """Return how the searches ended; see `Optimiser.search`."""
        walk = Walk(objective, begin)
        first = walk.here
        length = np.sqrt((first.gradient**2).sum(axis=0))
        rate = np.full(begin.shape[1], self.rate)
        for _ in walk.steps(self.steps if max_iterations is None else max_iterations, report):
            i = walk.running
            step = -rate[i] * walk.here.gradient[:, i] / np.where(length[i] > 0, length[i], 1.0)
            there = walk.look(i, step)
            better = there.value < walk.here.value[i]
            rate[i] *= np.where(better, 1.0, 0.5)
            walk.go(i, there, better)
        return walk.search()

    def refine(self, objective: Objective, point: Float) -> Search:
        """Return a search of no step: where it ended is what is to be seen."""
        return Walk(objective, point[:, None]).search()


OPTIMISER = Descent()
