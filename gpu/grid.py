"""Fixed steps by torchdiffeq, for teaching: one grid for every trajectory, no error control."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..models.lazy import load
from ..solvers.arrays import Float
from ..solvers.backend import Progress
from ..solvers.evaluate import system_arguments
from ..solvers.problem import InitialValueProblem
from ..solvers.status import Status
from .ends import Ends
from .torch_target import tensor_function

METHODS = ("rk4", "heun3", "heun2", "midpoint", "euler")


class Grid:
    """A batch on a grid; torchdiffeq calls it as its right-hand side, and before each step.

    Outputs between the steps are those of a cubic with the slopes of both ends.

    Parameters
    ----------
    problem
        With a step.
    method
        One of `METHODS`. Note that torchdiffeq's rk4 is Kutta's three-eighths rule.
    p, y0
        Parameters, (parameter, batch), and start values, (state, batch), on a device.
    """

    def __init__(self, problem: InitialValueProblem, method: str, p: Any, y0: Any) -> None:
        system = problem.system
        self.problem, self.method, self.p, self.y0 = problem, method, p, y0
        self.rates = tensor_function(
            system.vector_field, "rates", system_arguments(system.n_states, system.n_parameters)
        )
        self.ends = Ends(problem)
        self.finite = load("torch").isfinite(y0).all(dim=0)  # so far, (batch,)
        self.n_finite = self.finite.long() * 0  # steps begun by then
        self.n_evaluations = 0

    def __call__(self, t: Any, y: Any) -> Any:
        """Return dy/dt, (state, batch)."""
        self.n_evaluations += 1
        return self.rates(t, y, self.p)

    def callback_step(self, t: Any, y: Any, h: Any) -> None:
        """Look at a state before a step is made from it."""
        del t, h
        self.finite = self.finite & load("torch").isfinite(y.detach()).all(dim=0)
        self.n_finite = self.n_finite + self.finite

    def run(self, progress: Progress | None = None) -> Any:
        """Return the states at the output times, (state, batch, time); nan after an early end."""
        torch, problem = load("torch"), self.problem
        grid = _grid(problem)
        steps = self.p.new_tensor(grid[: problem.max_steps + 1])
        sign, last = problem.direction, float(steps[-1])
        reached = int(np.searchsorted(sign * problem.t_eval, sign * last, side="right"))
        times = np.unique([problem.t0, *problem.t_eval[:reached], last])[:: int(sign)].copy()
        y = self.y0[None]
        if len(times) > 1:
            options = {"grid_constructor": _always(steps), "interp": "cubic"}
            at = self.p.new_tensor(times)
            y = load("torchdiffeq").odeint(self, self.y0, at, method=self.method, options=options)
        self._judge(y[-1], grid[: len(steps)], cut=len(steps) < len(grid))
        if progress:
            progress(1.0)
        wanted = np.flatnonzero(np.isin(times, problem.t_eval))
        found = y[torch.as_tensor(wanted, device=y.device)].movedim(0, -1)
        rest = found.new_full((*self.y0.shape, len(problem.t_eval) - reached), np.nan)
        whole = torch.isfinite(found).all(dim=0)
        return torch.cat([torch.where(whole, found, np.nan), rest], dim=-1)

    def _judge(self, y: Any, grid: Float, cut: bool) -> None:
        """Note who was cut off at the limit of steps, and who left the finite numbers."""
        everyone = np.arange(self.problem.batch)
        states = y.detach().cpu().numpy()
        self.ends.count(everyone, len(grid) - 1, 0, self.n_evaluations)
        if cut:
            self.ends.end(everyone, Status.MAX_STEPS, float(grid[-1]), states)
        broken = np.flatnonzero(~np.isfinite(states).all(axis=0))
        if broken.size:
            taken = np.maximum(self.n_finite.cpu().numpy()[broken] - 1, 0)
            self.ends.end(broken, Status.NOT_FINITE, grid[taken], states[:, broken])
            self.ends.counts[0, broken] = taken


def _always(steps: Any) -> Callable[..., Any]:
    return lambda *_: steps


def _grid(problem: InitialValueProblem) -> Float:
    """Return t0, t0 + h, … and the end, the last step shorter, as the reference has it, (time,)."""
    assert problem.step is not None  # whoever has none is refused
    n_steps = int(np.ceil(abs(problem.t_end - problem.t0) / problem.step * (1 - 1e-12)))
    grid: Float = problem.t0 + problem.direction * problem.step * np.arange(n_steps + 1.0)
    grid[-1] = problem.t_end
    return grid
