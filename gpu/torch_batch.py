"""The torchdiffeq backend: batches on any device of torch, with gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..models.errors import RefusalError, SolveError
from ..models.lazy import load
from ..models.structure.narrow import narrow
from ..models.structure.poles import poles
from ..solvers.arrays import Float
from ..solvers.backend import Progress, parameter_rows, without_events, without_jumps
from ..solvers.divisors import watched
from ..solvers.kernels.special import lacking
from ..solvers.problem import InitialValueProblem
from ..solvers.status import Status
from ..solvers.trajectories import Trajectories
from .autograd import ADJOINT, course, start_values
from .device import find_device
from .effort import PAIRS
from .grid import METHODS

_IMPLICIT = "its iteration ends after four rounds whether it has converged or not"
_HISTORY = "its formulas are for equal steps, and it uses them for a shorter last step too"
_REASONS = {
    "explicit_adams": _HISTORY,
    "implicit_adams": _IMPLICIT,
    "fixed_adams": _IMPLICIT,
    "scipy_solver": "it solves a batch as one large system; scipy:LSODA solves each member alone",
}

# On the CPU torch spreads an operation on more numbers than this over several threads, and where
# another process is busy each waits for the slowest: measured, ten times longer. The largest tensor
# has the stages of all states of all members of a part.
ALONE = 32_768


@dataclass(frozen=True)
class TorchBatch:
    """torchdiffeq's explicit methods. A batch shares its step size, but no member another's error.

    The numbers of a member in a batch and alone agree within the tolerance, not to the last bit.
    """

    @property
    def methods(self) -> tuple[str, ...]:
        """Adaptive methods, the same with gradients by the adjoint, and those with fixed steps."""
        return (*PAIRS, *(f"{name}{ADJOINT}" for name in PAIRS), *METHODS)

    def refusal(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot solve this problem, or None if it can.

        Raises
        ------
        InputError, DeviceError, MissingExtraError
            If the problem's device, or torch, is not there.
        """
        if method not in self.methods:
            return _REASONS.get(method)
        if problem.conditions is not None:
            return "torchdiffeq does not watch conditions; reference does"
        if reason := without_events(problem):
            return reason
        if (problem.step is None) == (method in METHODS):
            return _about_steps(method)
        if method.endswith(ADJOINT) and _hides(problem):
            plain = method.removesuffix(ADJOINT)
            return f"on its way back it may pass over a pulse or pole unnoticed; {plain} does not"
        load("torchdiffeq")
        find_device(problem.device)
        return lacking("torch", problem.system.vector_field)

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem."""
        device = find_device(problem.device)
        size = problem.batch if device.name != "cpu" else ALONE // (8 * problem.system.n_states)
        places = [slice(i, i + max(size, 1)) for i in range(0, problem.batch, max(size, 1))]
        parts: list[Trajectories] = []
        for done, place in enumerate(places):
            part = problem.members(place)
            with load("torch").no_grad():
                batch = course(part, method, device.tensor(part.p), device.tensor(part.y0))
                y = batch.run(_share(progress, done, len(places)))
            parts.append(batch.ends.trajectories(y))
        return Trajectories.join(parts)

    def value_and_gradient(
        self,
        problem: InitialValueProblem,
        method: str,
        by: Sequence[str],
        loss: Callable[[Float], tuple[Float, Float]],
    ) -> tuple[Float, Float, Trajectories]:
        """Return a loss of the trajectories and its gradient; see `DifferentiableBackend`.

        The gradient is that of the discrete steps, or with a method such as ``dopri5-adjoint`` that
        of the continuous adjoint. Failed trajectories have nan.

        Raises
        ------
        RefusalError
            If a rate jumps with a state, which gradients of the steps know nothing of.
        SolveError
            If the adjoint cannot be integrated backwards.
        """
        if reason := without_jumps(problem):
            raise RefusalError(f"torchdiffeq: {reason}")
        rows = parameter_rows(problem.system, by)
        device = find_device(problem.device)
        p = device.tensor(problem.p).requires_grad_()
        batch = course(problem, method, p, start_values(problem, p))
        y = batch.run()
        found = batch.ends.trajectories(y)
        values, slopes = loss(found.y)
        failed = found.status != Status.SUCCESS
        _backward(y, device.tensor(np.where(failed[:, None], 0.0, slopes)), method)
        gradients = p.grad.cpu().numpy()[rows]
        return np.where(failed, np.nan, values), np.where(failed, np.nan, gradients), found


BACKEND = TorchBatch()


def _share(progress: Progress | None, done: int, total: int) -> Progress | None:
    """Return the progress of one part of several."""
    return progress and (lambda fraction: progress((done + fraction) / total))


def _hides(problem: InitialValueProblem) -> bool:
    """Tell whether steps may pass over something that they have no sign of."""
    system = problem.system
    return bool(narrow(system) or poles(system) or watched(problem))


def _about_steps(method: str) -> str:
    if method in METHODS:
        return f"{method} has a fixed step; give one, solve(…, step=0.1)"
    return f"{method} chooses its own steps; with step= there are {', '.join(METHODS)}"


def _backward(y: object, slopes: object, method: str) -> None:
    try:
        load("torch").autograd.backward([y], [slopes])
    except AssertionError as stop:  # of torchdiffeq, about its step
        raise SolveError(
            f"torchdiffeq:{method} could not be integrated backwards ({stop}); use "
            f'"{method.removesuffix(ADJOINT)}", whose gradient goes through its steps'
        ) from stop
