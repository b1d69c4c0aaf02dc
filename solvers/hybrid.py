"""Problems whose rates jump with states, stepped from one jump to the next.

A backend that knows events integrates the modal system (see `models.modes`), whose modes are states
of their own behind all others; what it finds is returned without them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..models.errors import RefusalError, grouped
from ..models.modes import MOST, Modes, modal, modes, with_sensitivities
from ..models.once import once
from ..models.system import FirstOrderSystem
from ..models.tape import Builder, Tape
from .evaluate import rows_function, system_arguments
from .event_log import EventLog
from .problem import InitialValueProblem
from .status import Status
from .trajectories import Trajectories

Solve = Callable[[InitialValueProblem], Trajectories]
# Ends that a mode may be to blame for: formulas guarded by a condition may be none beyond it.
_BEYOND = (Status.STEP_TOO_SMALL, Status.NOT_FINITE, Status.FAILED)


def from_jump_to_jump(problem: InitialValueProblem, solve: Solve) -> Trajectories:
    """Return the trajectories of a problem, each step of which keeps its modes.

    Where rates are no numbers a little beyond their condition, trajectories without sensitivities
    are solved as the rates are written, by short steps over the jump.
    """
    larger = with_modes(problem)
    if larger is problem:
        return solve(problem)
    found = _without(problem, solve(larger))
    lost = np.flatnonzero(np.isin(found.status, _BEYOND))
    if problem.by or not lost.size:
        return found
    return found.put(lost, solve(replace(problem, tally=None).members(lost)))


def with_modes(problem: InitialValueProblem) -> InitialValueProblem:
    """Return the problem of the modal system, or the same where nothing jumps with states.

    Backward in time, and where modes are too many, steps go over jumps; with sensitivities that is
    refused by `require_modes`.
    """
    # Only another problem is remembered: one that were its own value would never be let go.
    return problem if followed(problem) is None else _larger(problem)


@once
def _larger(problem: InitialValueProblem) -> InitialValueProblem:
    found = followed(problem)
    assert found is not None
    system = with_sensitivities(found, problem.by) if problem.by else modal(found)
    arguments = system_arguments(found.plain.n_states, found.plain.n_parameters)
    y0, t0 = problem.y0[: found.plain.n_states], np.full(problem.batch, problem.t0)
    sides = rows_function(found.values, "modes", arguments)(t0, y0, problem.p)
    sides = np.broadcast_to(sides, (len(found.names), problem.batch))
    free = np.full((len(found.names), problem.atol.shape[1]), np.inf)
    atol = np.broadcast_to(problem.atol, (len(problem.y0), problem.atol.shape[1]))
    return replace(
        problem, system=system, y0=np.concatenate([problem.y0, sides]),
        atol=np.concatenate([atol, free]), tally=None, modes=found,
        conditions=problem.conditions and _widened(problem.conditions, system),
    )  # fmt: skip


def followed(problem: InitialValueProblem) -> Modes | None:
    """Return the modes that are followed on the way of a problem, if any."""
    found = modes(problem.base or problem.system)
    return None if found is None or found.too_many or problem.direction < 0 else found


def require_modes(problem: InitialValueProblem) -> None:
    """Raise where sensitivities would have to go over jumps of rates with states.

    Raises
    ------
    RefusalError
        Saying where rates jump, and what to write.
    """
    found = modes(problem.base or problem.system)
    if found is None or followed(problem):
        return
    missing, remedy = (
        (f"at more than {grouped(MOST)} places", "Make rates smooth, as tanh(x/w) for sign(x)")
        if found.too_many
        else ("backward in time", "Solve forward")
    )
    raise RefusalError(
        f"sensitivities: rates jump where {found.where(0)}, and derivatives jump there too, which "
        f"is not followed {missing}. {remedy}, or leave the sensitivities out"
    )


def _widened(tape: Tape, system: FirstOrderSystem) -> Tape:
    builder = Builder(system.vector_field.inputs)
    return builder.finish(builder.inline(tape, [builder.input(name) for name in tape.inputs]))


def _without(problem: InitialValueProblem, found: Trajectories) -> Trajectories:
    """Return trajectories without their modes; those that a mode stopped slide, as they tell."""
    n = len(problem.y0)
    log, own = found.log, found.state < n
    if log is not None:
        log = EventLog(log.member, log.event, log.time, log.before[:n], log.after[:n])
    slides = [i for i in found.messages if found.status[i] == Status.ZENO]
    status = found.status.copy()
    status[slides] = Status.SLIDING
    state = np.where(own, found.state, -1)
    return replace(found, y=found.y[:n], log=log, state=state, status=status)
