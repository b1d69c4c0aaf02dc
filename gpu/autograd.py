"""Trajectories as a differentiable function of their parameters, for torch code around a model."""

from __future__ import annotations

from typing import Any

from ..solvers.problem import InitialValueProblem
from .grid import METHODS, Grid
from .march import March
from .torch_target import tensor_function

ADJOINT = "-adjoint"  # ends the name of a method whose derivatives go by the continuous adjoint


def course(problem: InitialValueProblem, method: str, p: Any, y0: Any) -> March | Grid:
    """Return a batch about to run.

    Parameters
    ----------
    problem
        What is solved; its own numbers are not looked at.
    method
        A name of torchdiffeq's, with ``-adjoint`` after it for derivatives by the adjoint.
    p, y0
        Parameters, (parameter, batch), and start values, (state, batch), on a device.
    """
    if method in METHODS:
        return Grid(problem, method, p, y0)
    return March(problem, method.removesuffix(ADJOINT), p, y0, method.endswith(ADJOINT))


def start_values(problem: InitialValueProblem, p: Any) -> Any:
    """Return the start values that parameters give, (state, batch)."""
    system = problem.system
    return tensor_function(system.start, "start", (("p", system.n_parameters),))(p)


def trajectories(problem: InitialValueProblem, p: Any, method: str = "dopri5") -> Any:
    """Return the states of a problem at other parameters, as a tensor that autograd can follow.

    Parameters
    ----------
    problem
        What is solved, at which times, how accurately; from `initial_value_problem`.
    p
        Parameters and start values, a tensor of doubles, (parameter, batch), in the order of
        ``problem.system.parameters``; on the device where the trajectories are to be computed.
    method
        ``"dopri5"`` differentiates through its steps, exactly what it computed, and stores them
        all. ``"dopri5-adjoint"`` stores the states at output times and a few checkpoints, and
        integrates an adjoint system back from each to the one before: less memory and more work.
        Other methods of the backend likewise.

    Returns
    -------
    y
        States, (state, batch, time); nan after a trajectory ended early.

    Examples
    --------
    >>> import torch
    >>> from ratelaw.models.specify import model
    >>> from ratelaw.solvers.problem import initial_value_problem
    >>> decay = initial_value_problem(model("dx/dt = -k*x; x(0) = 1; k = 0.5"), [0.0, 2.0])
    >>> decay.system.parameters
    ('k', 'x(0)')
    >>> p = torch.tensor([[0.5], [1.0]], dtype=torch.float64, requires_grad=True)
    >>> trajectories(decay, p)[0, 0, -1].backward()
    >>> [round(g, 5) for g in p.grad[:, 0].tolist()]  # -2*exp(-1) and exp(-1)
    [-0.73576, 0.36788]
    """
    return course(problem, method, p, start_values(problem, p)).run()
