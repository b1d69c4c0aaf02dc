"""torchdiffeq: torch, all members as one tensor."""

from __future__ import annotations

from typing import Any

import numpy as np
from gradients import Loss
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

    def gradient_methods(self, problem: Loss) -> tuple[str, ...]:
        """Return the usual one, differentiated through its steps."""
        return ("dopri5",)

    def gradient(self, problem: Loss, method: str, rtol: float) -> Run:
        """Return loss and gradient of all parameter sets in one call."""
        import torch
        from torchdiffeq import odeint

        torch.set_num_threads(1)
        functions, n = functions_of(torch), len(problem.y0)
        start = [problem.system.parameters.index(f"{s}(0)") for s in problem.system.states]
        times = torch.tensor(np.concatenate([[0.0], problem.times]))
        readings, rows = torch.tensor(problem.readings.T[:, :, None]), problem.rows

        def run() -> np.ndarray:
            p = torch.tensor(problem.p, requires_grad=True)

            def rates(t: Any, y: Any) -> Any:
                return torch.stack(problem.replay(t, list(y), list(p), functions))

            y = odeint(rates, p[start], times, rtol=rtol, atol=rtol * problem.atol_ratio,
                       method=method)  # fmt: skip
            assert y.shape[1] == n
            ((y[1:] - readings) ** 2).sum().backward()
            return p.grad.numpy()[rows]

        return run


PEER = Torchdiffeq()
