"""Adam: gradient descent in which every coordinate has a step of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...arrays import Float, ParameterBatch
from ..objective import Objective
from ..optimise import Report, Search
from ..walk import Walk


@dataclass(frozen=True)
class Adam:
    """Steps along a running mean of the gradient, divided by a running mean of its size.

    D. P. Kingma, J. Ba (2015), Adam: a method for stochastic optimization, algorithm 1,
    arXiv:1412.6980; in the inner coordinates of the space. It may go uphill; the best point it has
    seen is where a search ends.

    Parameters
    ----------
    rate
        Length of a step in each coordinate, a fraction of the box.
    steps
        How many.
    memory, memory_of_squares
        Decay of the two means.
    """

    rate: float = 0.02
    steps: int = 400
    memory: float = 0.9
    memory_of_squares: float = 0.999

    def search(
        self,
        objective: Objective,
        begin: ParameterBatch,
        max_iterations: int | None,
        report: Report,
    ) -> Search:
        """Return how the searches ended; see `Optimiser.search`."""
        walk = Walk(objective, begin)
        mean, square = np.zeros_like(begin), np.zeros_like(begin)
        for number in walk.steps(self.steps if max_iterations is None else max_iterations, report):
            i = walk.running
            gradient = walk.here.gradient[:, i]
            mean[:, i] = self.memory * mean[:, i] + (1 - self.memory) * gradient
            square[:, i] = (
                self.memory_of_squares * square[:, i] + (1 - self.memory_of_squares) * gradient**2
            )
            m = mean[:, i] / (1 - self.memory**number)
            v = square[:, i] / (1 - self.memory_of_squares**number)
            size = np.sqrt(v)
            step = -self.rate * m / np.where(size > 0, size, 1.0)
            there = walk.look(i, step)
            walk.go(i, there, np.isfinite(there.value))
        return walk.search()

    def refine(self, objective: Objective, point: Float) -> Search:
        """Return a search of no step: where it ended is what is to be seen."""
        return Walk(objective, point[:, None]).search()


OPTIMISER = Adam()
