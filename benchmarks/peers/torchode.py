"""torchode: torch, a step size for each member."""

from __future__ import annotations

from typing import Any

import numpy as np
from measure import Run
from problem import Problem, functions_of


class Torchode:
    """Explicit Runge-Kutta methods in parallel."""

    name = "torchode"

    def methods(self, problem: Problem) -> tuple[str, ...]:
        """Return its best; none for stiff problems."""
        return () if problem.stiff else ("Tsit5",)

    def single(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of a batch of one."""
        run = self._run(problem, method, rtol, problem.p[:, :1])
        return lambda: run()[:, 0]

    def ensemble(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of all members."""
        return self._run(problem, method, rtol, problem.p)

    def _run(self, problem: Problem, method: str, rtol: float, p: np.ndarray) -> Run:
        import torch
        import torchode

        torch.set_num_threads(1)
        functions = functions_of(torch)
        rows, n = torch.tensor(p), p.shape[1]
        y0 = torch.tensor(np.repeat(problem.y0[None, :], n, axis=0))
        times = torch.tensor([[0.0, problem.end]], dtype=torch.float64).repeat(n, 1)

        def rates(t: Any, y: Any) -> Any:
            return torch.stack(problem.replay(t, list(y.T), list(rows), functions), 1)

        term = torchode.ODETerm(rates)
        control = torchode.IntegralController(atol=rtol * problem.atol_ratio, rtol=rtol, term=term)
        solver = torchode.AutoDiffAdjoint(getattr(torchode, method)(term=term), control)
        ivp = torchode.InitialValueProblem(y0=y0, t_eval=times)

        def run() -> np.ndarray:
            with torch.no_grad():
                return solver.solve(ivp).ys[:, -1].numpy().T

        return run


PEER = Torchode()
