"""Telling whether a model looks stiff: how fast its fastest mode decays."""

from __future__ import annotations

import numpy as np

from ..models.once import once
from ..models.system import FirstOrderSystem
from .arrays import BatchTime, Bool, Float, Int, StateBatch
from .decay import decays_faster, fastest_decay
from .kernels.by_lists import bound_of_rows
from .kernels.listing import is_long
from .method import Method
from .problem import InitialValueProblem
from .row_bounds import MEMBERS, jacobian_function, own_system, row_bounds

NEAR_LIMIT = 1.0  # explicit methods of order 5 are stable to about 3.4
STIFF_STEPS = 1000.0  # a decaying mode this many times faster than the interval is long


def decay_rates(problem: InitialValueProblem, i: Int, t: BatchTime | float, y: StateBatch) -> Float:
    """Return the fastest decay rate of some linearised trajectories, per unit of time, (batch,).

    They are those numbered `i`, at the times `t` and states `y`. The rate is 0 where the Jacobian
    is not finite.
    """
    system = own_system(problem)
    pattern, function = jacobian_function(system)
    if not pattern.rows:
        return np.zeros(len(i))
    entries = function(t, y[: system.n_states], problem.p[:, i])
    return fastest_decay(pattern, problem.direction * entries)


@once
def stiff_at_start(problem: InitialValueProblem) -> Bool:
    """Tell for each trajectory whether some mode decays very fast compared with the interval."""
    system = own_system(problem)
    if is_long(system.vector_field) and _far_from_stiff(problem, system):
        return np.zeros(problem.batch, dtype=np.bool_)
    bounds, span = row_bounds(problem), problem.t_end - problem.t0
    stiff: Bool = np.zeros(problem.batch, dtype=np.bool_)
    doubtful = np.flatnonzero(~(abs(span) * bounds <= STIFF_STEPS))
    for begin in range(0, doubtful.size, MEMBERS):
        some = doubtful[begin : begin + MEMBERS]
        pattern, function = jacobian_function(system)
        y, p = problem.y0[: system.n_states, some], problem.p[:, some]
        stiff[some] = decays_faster(pattern, span * function(problem.t0, y, p), STIFF_STEPS)
    return stiff


def _far_from_stiff(problem: InitialValueProblem, system: FirstOrderSystem) -> bool:
    """Tell whether bounds say that no mode is fast: a long Jacobian takes seconds to write down."""
    n, span = system.n_states, problem.t_end - problem.t0
    for begin in range(0, problem.batch, MEMBERS):
        some = slice(begin, begin + MEMBERS)
        y, p = problem.y0[:n, some], problem.p[:, some]
        inputs = np.vstack([np.full((1, y.shape[1]), problem.t0), y, p])
        bound = bound_of_rows(system.vector_field, inputs, range(1, 1 + n))
        if not np.all(abs(span) * bound <= STIFF_STEPS):
            return False
    return True


def held_back(
    problem: InitialValueProblem, i: Int, t: BatchTime, y: StateBatch, h: BatchTime
) -> Bool:
    """Tell for each trajectory whether stability, not accuracy, limits an explicit step."""
    return decay_rates(problem, i, t, y) * np.abs(h) > NEAR_LIMIT


def suspicion(
    problem: InitialValueProblem, method: Method, i: Int, t: BatchTime, y: StateBatch, h: BatchTime
) -> tuple[Int, dict[int, str]]:
    """Return which trajectories stability held back, and how stiff each looks, in words.

    Parameters
    ----------
    problem, method
        The problem, and what stepped: methods for stiff models are not held back.
    i
        Trajectories that took all steps allowed.
    t, y, h
        Where they are, and their next steps.
    """
    if not method.tableau.is_explicit:
        return i[:0], {}
    held = held_back(problem, i, t, y, h)
    stiff = i[held]
    rates = decay_rates(problem, stiff, t[held], y[:, held])
    ratios = rates * abs(problem.t_end - problem.t0)
    return stiff, {int(k): f"ratio {r:.0e}" for k, r in zip(stiff, ratios, strict=True)}
