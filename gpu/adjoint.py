"""Derivatives by the continuous adjoint of torchdiffeq, which stores no steps.

The state is integrated backwards together with the adjoint (Chen et al. 2018, Neural ordinary
differential equations, arXiv:1806.07366). What decays forward grows backward: the state is
therefore taken from the way forward at each output time, and between outputs at checkpoints so
close that its error cannot grow much.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..models.lazy import load
from ..solvers.arrays import Int
from ..solvers.problem import InitialValueProblem
from ..solvers.stiffness import decay_rates
from ..solvers.tolerances import ATOL_RATIO

REACH = 3.0  # an error in the state grows backwards by no more than about e to this


class Adjoint:
    """The way back over the intervals between outputs.

    Its tolerances are known only when the gradient arrives. With L the loss, an error of dL/dy
    counts by the change of L that it makes when y changes by its own size, and one of dL/dp
    likewise; the absolute tolerance is `ATOL_RATIO` times rtol of the largest such change.

    Parameters
    ----------
    rtol
        Relative tolerance.
    y
        Start values, (state, batch).
    """

    def __init__(self, rtol: float, y: Any) -> None:
        self.rtol = rtol
        self.size = y.detach().abs()  # largest so far, (state, batch)

    def members(self, chosen: Any) -> None:
        """Go on with some members."""
        self.size = self.size[:, chosen]

    def integrate(
        self, function: Any, y: Any, p: Any, times: Any, atol: Any, method: str,
        options: dict[str, Any],
    ) -> Any:  # fmt: skip
        """Return the states at both ends of an interval, (time, state, batch), differentiable.

        Parameters
        ----------
        function, y, times, atol, method, options
            As for `torchdiffeq.odeint`.
        p
            Parameters, (parameter, batch).
        """
        finest_y, finest_p = y.new_ones(y.numel()), p.new_ones(p.numel())
        back = {"norm": _norm, "first_step": options["first_step"], "step_t": times[:1]}
        states = load("torchdiffeq").odeint_adjoint(
            function, y, times, rtol=self.rtol, atol=atol, method=method, options=options,
            adjoint_rtol=self.rtol, adjoint_options=back, adjoint_params=(p,),
            adjoint_atol=(y.new_ones(()), atol.expand(y.shape).reshape(-1), finest_y, finest_p),
        )  # fmt: skip
        self.size = self.size.maximum(states[1].detach().abs())
        sizes = self.size.maximum(atol), p.detach().abs()
        sizes = sizes[0], sizes[1].where(sizes[1] > 0, sizes[1].new_ones(()))

        def arrive(gradient: Any) -> None:
            change = ATOL_RATIO * self.rtol * (gradient[1].abs() * sizes[0]).amax(dim=0)
            for finest, size in zip((finest_y, finest_p), sizes, strict=True):
                finest.copy_((change / size).clamp(min=np.finfo(np.float64).tiny).reshape(-1))

        states.register_hook(arrive)
        return states


def reach(problem: InitialValueProblem, i: Int, t: float, y: Any) -> float:
    """Return the length of time over which states can be integrated backwards.

    Parameters
    ----------
    problem, i
        Whose trajectories, and their numbers.
    t, y
        Where, and their states there, (state, batch).
    """
    rates = decay_rates(problem, i, np.full(len(i), t), y.detach().cpu().numpy())
    fastest = float(rates.max())
    return REACH / fastest if fastest > 0 else np.inf


def _norm(errors: Any) -> Any:
    """Return the largest error of any member in its state, the adjoint or the gradient."""
    torch = load("torch")
    worst = torch.stack([e.abs().amax() for e in errors[1:]]).amax()
    return torch.nan_to_num(worst, nan=np.inf, posinf=np.inf)
