"""ratelaw itself, through its front door."""

from __future__ import annotations

import numpy as np
from gradients import Loss
from measure import Run
from problem import Problem

import ratelaw as rl
from ratelaw.solvers.fit.comparison import Comparison
from ratelaw.solvers.fit.experiment import Experiment
from ratelaw.solvers.fit.losses import SHELF as LOSSES
from ratelaw.solvers.fit.objective import Objective
from ratelaw.solvers.fit.parameters import ParameterSpace
from ratelaw.solvers.prepared import prepare


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

        solver = prepare(problem.model, times, method=method, rtol=rtol, atol=atol, max_steps=10**7)
        p = np.array(solver.p)  # start values among them, as others are given theirs at every call
        return lambda: solver(p)[:, -1]

    def ensemble(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of all members."""
        model = problem.model.vary("member", problem.varies)
        times = np.array([problem.end])
        atol = rtol * problem.atol_ratio

        def run() -> np.ndarray:
            sol = rl.solve(model, times, method=method, rtol=rtol, atol=atol, max_steps=10**7)
            return sol.y[..., -1]

        return run

    def gradient_methods(self, problem: Loss) -> tuple[str, ...]:
        """Return the automatic choice, which is what users get."""
        return ("auto",)

    def gradient(self, problem: Loss, method: str, rtol: float) -> Run:
        """Return value and gradient of a fit's objective, of all parameter sets in one call."""
        model = problem.model
        atol = rtol * problem.atol_ratio
        data = {
            "time": problem.times,
            **dict(zip(problem.system.states, problem.readings, strict=True)),
        }
        space = ParameterSpace.of(model, {name: (1e-6, 1e6) for name in problem.by})
        comparison = Comparison(
            model, Experiment.of(data, model), LOSSES["normal"], space.names, method,
            rtol=rtol, atol=atol,
        )  # fmt: skip
        objective = Objective(space, (comparison,))
        points = np.ascontiguousarray(problem.p[problem.rows])
        return lambda: objective.gradient(points)[1]


PEER = Ratelaw()
