"""Which divisors are watched on the way of a problem, and which one it ended at, in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ..models.errors import listing
from ..models.once import once
from ..models.structure.divisors import Divisor, divides, divisors
from ..models.structure.kept_signs import Signs
from ..models.system import FirstOrderSystem
from .arrays import BatchTime, Bool, Float, Int, StateBatch
from .compose.program import Program
from .evaluate import RowsFunction, rows_function, system_arguments
from .problem import InitialValueProblem
from .status import Status

_SINGULAR = (Status.STEP_TOO_SMALL, Status.NOT_FINITE)
SOON = 1e-6  # of the whole way, in which a divisor would be zero where it ended something
LONGEST = 60  # characters of one that is written out
MANY = 4  # states whose rates are named


def own(problem: InitialValueProblem) -> FirstOrderSystem:
    """Return the system as it was written: without sensitivities, and without modes."""
    return problem.modes.plain if problem.modes else problem.base or problem.system


def watched(problem: InitialValueProblem) -> tuple[Divisor, ...]:
    """Return the divisors whose zeros may be poles, for the numbers of a problem."""
    system = own(problem)
    if not divides(system):
        return ()
    return divisors(system, signs(system, problem.y0, problem.p, forward=problem.direction > 0))


def signs(system: FirstOrderSystem, y0: Float, p: Float, *, forward: bool) -> Signs:
    """Return the signs of start values and parameters, (row, batch), of those that rates read."""
    rows = np.concatenate([y0[: system.n_states], p])
    low = (rows.min(axis=1) >= 0.0) & _read(system)
    high = (rows.max(axis=1) <= 0.0) & _read(system) & ~low
    return Signs(low.tobytes(), high.tobytes(), forward)


@once
def _read(system: FirstOrderSystem) -> Bool:
    """Tell of states, then of parameters, whether anything is done with them or set to them."""
    tapes = [system.vector_field, *(e.reset for e in system.events if e.reset is not None)]
    used = frozenset[str]().union(*(tape.used() for tape in tapes))
    return np.array([name in used for name in system.vector_field.inputs[1:]], dtype=np.bool_)


def as_before(problem: InitialValueProblem) -> Callable[[Float, Float], bool] | None:
    """Return whether with other numbers no more is to be watched, from (state,) and (parameter,).

    None where that is so with all numbers.
    """
    system = own(problem)
    if not divides(system):
        return None
    n, forward = system.n_states, problem.direction > 0
    known = signs(system, problem.y0, problem.p, forward=forward)
    nothing = Signs(bytes(len(known.low)), bytes(len(known.high)), forward)
    if divisors(system, known) == divisors(system, nothing):
        return None
    low, high = ([i for i, told in enumerate(x) if told] for x in (known.low, known.high))

    def holds(y0: Float, p: Float) -> bool:
        values: list[float] = [*y0.tolist()[:n], *p.tolist()]
        return all(values[i] >= 0.0 for i in low) and all(values[i] <= 0.0 for i in high)

    return holds


def look(problem: InitialValueProblem) -> Program | None:
    """Return the look for poles in each step of a problem; None where nothing is watched."""
    found = watched(problem)
    if not found:
        return None
    from .compose.passing import passing  # not loaded where nothing is watched

    return passing(own(problem), problem.system.n_states, found)


def at_poles(
    problem: InitialValueProblem, i: Int, status: Int, t: BatchTime, y: StateBatch
) -> dict[int, str]:
    """Return in words the divisors that are about to be zero where trajectories ended.

    Parameters
    ----------
    problem
        The problem.
    i, status, t, y
        Trajectories, how they ended, and where they are.
    """
    ended = np.isin(status, _SINGULAR)
    found, system, said = watched(problem), own(problem), dict[int, str]()
    i, t, y = i[ended], t[ended], y[:, ended]
    for divisor in found if i.size else ():
        value, speed = _approach(system, divisor)(t, y[: system.n_states], problem.p[:, i])
        with np.errstate(all="ignore"):
            near = np.abs(value) <= SOON * abs(problem.t_end - problem.t0) * np.abs(speed)
        near |= value == 0.0
        said |= {int(k): _words(system, divisor) for k in i[near] if int(k) not in said}
    return said


@lru_cache(maxsize=64)
def _approach(system: FirstOrderSystem, divisor: Divisor) -> RowsFunction:
    from .compose.passing import approach

    arguments = system_arguments(system.n_states, system.n_parameters)
    return rows_function(approach(divisor, system.vector_field), "approach", arguments)


def _words(system: FirstOrderSystem, divisor: Divisor) -> str:
    from ..models.tape.writing.expression import to_text

    (text,), names = to_text(divisor.root), listing(system.states[i] for i in divisor.rates[:MANY])
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return f"{text} passes zero there, by which the rate of {names} is divided"
