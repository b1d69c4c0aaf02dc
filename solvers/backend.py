"""The protocol of a backend, and the wrapper that gives any backend exact derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol, runtime_checkable

import numpy as np

from ..models.errors import UnknownNameError, did_you_mean, listing
from ..models.modes import modes
from ..models.once import once
from ..models.system import FirstOrderSystem
from .arrays import Float
from .compose.taylor import refusal
from .evaluate import rows_function
from .hybrid import require_modes
from .methods import SHELF
from .problem import InitialValueProblem
from .trajectories import Trajectories

Progress = Callable[[float], None]
RoundTrip = Callable[[Float, Float | None], Float | None]
"""From parameters, (parameter,), and weights of sums to sums and gradient, or None: see `tally`."""
FINEST_FIRST_ORDER = 1e-3  # finer, the errors of ever more steps outgrow what control promises


@runtime_checkable
class Backend(Protocol):
    """Solves initial value problems in its own way.

    A backend says itself what it cannot do (`refusal`), never raises for a trajectory that fails
    (its status says how it ended), never shortens an array (what was not reached is nan), and gives
    each trajectory the numbers it would have alone.
    """

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of its methods, the usual one first."""
        ...

    def refusal(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot solve this problem, or None if it can."""
        ...

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem.

        Parameters
        ----------
        problem
            Not refused.
        method
            One of `methods`.
        progress
            Called with the fraction done, now and then.
        """
        ...


@runtime_checkable
class DifferentiableBackend(Backend, Protocol):
    """A backend that differentiates through its own steps."""

    def value_and_gradient(
        self,
        problem: InitialValueProblem,
        method: str,
        by: Sequence[str],
        loss: Callable[[Float], tuple[Float, Float]],
    ) -> tuple[Float, Float, Trajectories]:
        """Return a loss of the trajectories and its gradient.

        Parameters
        ----------
        problem, method
            As for `solve`.
        by
            Parameters of the system to differentiate by.
        loss
            From y, (state, batch, time), to the loss of each member, (batch,), and its
            derivative by y, in the shape of y.

        Returns
        -------
        values, gradients, trajectories
            (batch,), (len(by), batch), and the solution itself.
        """
        ...


@runtime_checkable
class RecordingBackend(Backend, Protocol):
    """A backend that can keep a record of its steps and go back over them; see `Tally.by`."""

    def irreversible(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot go back over the steps of a problem, or None if it can."""
        ...

    def round_trip(
        self, problem: InitialValueProblem, method: str, *, watchful: bool
    ) -> RoundTrip | None:
        """Return what finds gradients of one parameter set after another; None if it is not ready.

        Parameters
        ----------
        problem, method
            As for `solve`; its tally says by which parameters.
        watchful
            Whether a trajectory that is stiff at its start is left to others.
        """
        ...


class Ready(Protocol):
    """A trajectory whose memory is laid out: it is solved again and again, as often as wanted."""

    def go(self) -> Trajectories | None:
        """Return the trajectory, or None where it fails."""
        ...

    def values(self, y0: Float, p: Float) -> Float | None:
        """Return the states at output times, (state, time), or None where it fails.

        Start values, (state,), and parameters, (parameter,), are other ones this time.
        """
        ...


@runtime_checkable
class Preparing(Protocol):
    """A backend that remembers what it prepared for a problem, and solves it again sooner."""

    def ready(self, problem: InitialValueProblem, method: str, max_steps: int) -> Ready | None:
        """Return the one trajectory of a problem, not refused, made ready; None if it is large.

        The limit on its steps is the one given here.
        """
        ...


@once
def preparing(backend: Backend) -> Preparing | None:
    """Return a backend that can prepare, or None; to look for what it offers takes long."""
    return backend if isinstance(backend, Preparing) else None


@runtime_checkable
class Watching(Protocol):
    """A backend that looks on the way which trajectories stiffness holds back."""

    def watches(self, problem: InitialValueProblem) -> bool:
        """Tell whether it does so for this problem, where it is `watchful`."""
        ...


@once
def watching(backend: Backend) -> Watching | None:
    """Return a backend that looks on the way, or None."""
    return backend if isinstance(backend, Watching) else None


def not_on(problem: InitialValueProblem) -> str | None:
    """Return why a backend that computes on the CPU cannot solve a problem placed elsewhere."""
    if problem.device == "cpu":
        return None
    return f"it computes on the cpu, not on {problem.device}; torchdiffeq computes there"


def without_events(problem: InitialValueProblem) -> str | None:
    """Return why a backend that knows no events cannot solve a problem, naming one; None if so.

    Its steps go over jumps of rates with states, but sensitivities do not.
    """
    for event in problem.system.events:
        what = f"the event {event.label!r}" if event.label else "an input that jumps"
        return f"it knows no events, and the system has {what}; lanes, reference and scipy do"
    return without_jumps(problem) if problem.by else None


def without_jumps(problem: InitialValueProblem) -> str | None:
    """Return why the derivatives of steps over jumps of rates with states are not those wanted."""
    found = modes(problem.base or problem.system)
    if found is None:
        return None
    return (
        f"a rate jumps where {found.where(0)}, and so do derivatives, which it cannot follow; "
        "lanes, reference and scipy do"
    )


@lru_cache(maxsize=1)
def stepping_methods() -> tuple[str, ...]:
    """Return the names of the methods whose steps can be composed on the tape, tsit5 first."""
    own = [name for name in SHELF.names() if SHELF[name].is_composable]
    return tuple(sorted(own, key=lambda name: name != "tsit5"))


def stepping_refusal(backend: str, problem: InitialValueProblem, method: str) -> str | None:
    """Return why a backend that steps by composed programs cannot solve a problem, or None."""
    if method not in SHELF:
        return None
    if not SHELF[method].is_composable:
        return f"{method} is fully implicit; the {backend} backend cannot solve its stages"
    endless = refusal(problem.system, SHELF[method])
    if endless:
        return endless
    too_fine = problem.step is None and problem.rtol < FINEST_FIRST_ORDER
    if SHELF[method].order == 1 and too_fine:
        return (
            f"{method} is of order 1, whose error cannot be kept to rtol {problem.rtol:g}; "
            f"give a fixed step (step=…), or rtol={FINEST_FIRST_ORDER:g}"
        )
    return None


def parameter_rows(system: FirstOrderSystem, by: Sequence[str]) -> list[int]:
    """Return the rows of p that parameters or start values have.

    Raises
    ------
    UnknownNameError
        If a name is neither.
    """
    known = system.parameters
    for name in by:
        if name not in known and name.partition("(")[0] in system.states:
            raise UnknownNameError(
                f"sensitivities: {name} follows from a formula of parameters; to differentiate by "
                f"it, make it a number first: model({{{name!r}: 1.0}})"
            )
        if name not in known:
            raise UnknownNameError(
                f"sensitivities: no {name} in this model; it has {listing(known)}."
                f"{did_you_mean(name, known)}"
            )
    return [known.index(name) for name in by]


def with_sensitivities(
    problem: InitialValueProblem, by: Sequence[str], control: str = "both"
) -> InitialValueProblem:
    """Return the problem of the states and their derivatives by some parameters.

    The absolute tolerance of dy/dp is that of y divided by |p|, so that a relative change of p has
    the same weight whatever its unit (Hindmarsh et al. 2005, doi:10.1145/1089014.1089020).

    Parameters
    ----------
    problem, by
        Without sensitivities, and the parameters.
    control
        Whose errors choose the steps: ``both``, or ``states``, which leaves the tolerance of the
        derivatives infinite.

    Raises
    ------
    UnknownNameError
        If a name in `by` is not a parameter or start value.
    RefusalError
        If rates jump with states in a way that cannot be followed.
    """
    rows = parameter_rows(problem.system, by)
    require_modes(problem)
    system = with_slopes(problem.system, tuple(by))
    y0 = rows_function(system.start, "start", (("p", system.n_parameters),))(problem.p)
    atol = np.broadcast_to(problem.atol, (problem.system.n_states, problem.atol.shape[1]))
    if control == "states":
        extra = [np.full_like(atol, np.inf) for _ in by]
    else:
        extra = [atol / _scale(problem, row, atol) for row in rows]
    full = np.broadcast_to(atol, extra[0].shape) if extra else atol
    return replace(
        problem,
        system=system,
        y0=y0,
        atol=np.concatenate([full, *extra]),
        base=problem.system,
        by=tuple(by),
    )


def _scale(problem: InitialValueProblem, row: int, atol: Float) -> Float:
    """Return the size by which a parameter counts, (batch,).

    A start value counts at least as much as the size at which its state's tolerance turns from
    relative to absolute: near zero its own size says nothing.
    """
    size = np.abs(problem.p[row])
    state = problem.system.parameters[row].partition("(")[0]
    if state in problem.system.states:
        return np.maximum(size, atol[problem.system.states.index(state)] / problem.rtol)
    return np.where(size > 0, size, 1.0)


@lru_cache(maxsize=64)
def with_slopes(system: FirstOrderSystem, by: tuple[str, ...]) -> FirstOrderSystem:
    """Return a system followed by its sensitivities, as `models.sensitivity.augment` has it."""
    from ..models.sensitivity import augment  # not loaded where there are no sensitivities

    return augment(system, by)
