"""How the trajectories of a batch on a device ended, kept on the host."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..solvers.arrays import BatchTime, Float, Int
from ..solvers.problem import InitialValueProblem
from ..solvers.status import Status
from ..solvers.trajectories import Trajectories


class Ends:
    """One entry per trajectory: at first, that it reached the end.

    Parameters
    ----------
    problem
        Whose trajectories they are.
    """

    def __init__(self, problem: InitialValueProblem) -> None:
        batch = problem.batch
        self.status: Int = np.full(batch, Status.SUCCESS, dtype=np.int64)
        self.t: BatchTime = np.full(batch, problem.t_end)
        self.state: Int = np.full(batch, -1, dtype=np.int64)
        self.counts: Int = np.zeros((3, batch), dtype=np.int64)
        self.messages: dict[int, str] = {}

    def end(self, i: Int, status: Status | Int, t: BatchTime | float, blame: Float) -> None:
        """Note that the trajectories `i` ended early.

        Parameters
        ----------
        i
            Their numbers, (chosen,).
        status, t
            How and when.
        blame
            How much each state is to blame, (state, chosen); not finite is most.
        """
        self.status[i], self.t[i] = status, t
        size = np.where(np.isfinite(blame), np.abs(blame), np.inf)
        self.state[i] = np.argmax(size, axis=0)

    def count(self, i: Int, n_steps: int, n_rejected: int, n_evaluations: int) -> None:
        """Note what the trajectories `i` took."""
        self.counts[:, i] = np.array([n_steps, n_rejected, n_evaluations])[:, None]

    def trajectories(self, y: Any) -> Trajectories:
        """Return these with the states, a tensor (state, batch, time)."""
        values = y.detach().cpu().numpy()
        return Trajectories(
            values, self.status, self.t, self.state, *self.counts, messages=self.messages
        )
