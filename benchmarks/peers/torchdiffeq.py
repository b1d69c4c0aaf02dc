"""torchdiffeq: torch, all members as one tensor."""

from __future__ import annotations

from typing import Any

import numpy as np
from measure import Run
from problem import Problem, functions_of


class Torchdiffeq:
    """Explicit Runge-Kutta methods with one step size for the whole batch."""

    name = "torchdiffeq"

    def methods(self, problem: Problem) -> tuple[str, ...]:
        """Return the two that its users take; none for stiff problems."""
        return () if problem.stiff else ("dopri5", "dopri8")

    def single(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of a batch of one."""
        run = self._run(problem, method, rtol, problem.p[:, :1])
        return lambda: run()[:, 0]

    def ensemble(self, problem: Problem, method: str, rtol: float) -> Run:
        """Return a solve of all members."""
        return self._run(problem, method, rtol, problem.p)

    def _run(self, problem: Problem, method: str, rtol: float, p: np.ndarray) -> Run:
        import torch
        from torchdiffeq import odeint

        torch.set_num_threads(1)
        functions = functions_of(torch)
        rows = torch.tensor(p)
        y0 = torch.tensor(np.repeat(problem.y0[:, None], p.shape[1], axis=1))
        times = torch.tensor([0.0, problem.end], dtype=torch.float64)

        def rates(t: Any, y: Any) -> Any:
            return torch.stack(problem.replay(t, list(y), list(rows), functions))

        def run() -> np.ndarray:
            with torch.no_grad():
                found = odeint(
                    rates, y0, times, rtol=rtol, atol=rtol * problem.atol_ratio, method=method
                )
            return found[-1].numpy()

        return run


PEER = Torchdiffeq()
