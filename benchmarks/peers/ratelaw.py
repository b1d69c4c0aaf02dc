"""ratelaw itself, through its front door."""

from __future__ import annotations

import numpy as np
from measure import Run
from problem import Problem

import ratelaw as rl


class Ratelaw:
    """The automatic choice of method."""

    name = "ratelaw"

    def methods(self, problem: Problem) -> tuple[str, ...]:
        """Return the automatic choice, which is what users get."""
        return ("auto",)

    def single(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of one trajectory."""
        times = np.array([problem.end])
        atol = rtol * problem.atol_ratio

        def run() -> np.ndarray:
            sol = rl.solve(
                problem.model, times, method=method, rtol=rtol, atol=atol, max_steps=10**7
            )
            return sol.y[:, -1]

        return run

    def ensemble(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of all members."""
        model = problem.model.vary("member", problem.varies)
        times = np.array([problem.end])
        atol = rtol * problem.atol_ratio

        def run() -> np.ndarray:
            sol = rl.solve(model, times, method=method, rtol=rtol, atol=atol, max_steps=10**7)
            return sol.y[..., -1]

        return run


PEER = Ratelaw()
