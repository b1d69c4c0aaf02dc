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
# After 200, 632, 2000, … steps: for most a first look comes after their end, and costs nothing.
LOOKS = tuple(int(200 * 10.0 ** (k / 2)) for k in range(12))
MANY = 1000.0  # steps to come from which others are asked


def decay_rates(problem: InitialValueProblem, i: Int, t: BatchTime | float, y: StateBatch) -> Float:
    """Return the fastest decay rate of some linearised trajectories, per unit of time, (batch,).

    They are those numbered `i`, at the times `t` and states `y`. The rate is 0 where the Jacobian
    is not finite.
    """
    return _decay(own_system(problem), problem.direction, t, y, problem.p[:, i])


def _decay(
    system: FirstOrderSystem, direction: float, t: BatchTime | float, y: StateBatch, p: Float
) -> Float:
    pattern, function = jacobian_function(system)
    if not pattern.rows:
        return np.zeros(int(y.shape[1]))
    return fastest_decay(pattern, direction * function(t, y[: system.n_states], p))


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
    return _is_held_back(decay_rates(problem, i, t, y), h)


def looks(problem: InitialValueProblem) -> tuple[int, ...]:
    """Return after how many steps it is looked what holds trajectories back; the last is the end.

    Soon at first, for a trajectory may become stiff at once, and ever more seldom.
    """
    if not problem.watchful:
        return (problem.max_steps,)
    return (*(n for n in LOOKS if n < problem.max_steps), problem.max_steps)


def far(way: tuple[float, float], t: BatchTime | float, h: BatchTime | float, count: int) -> Bool:
    """Tell for each trajectory whether many steps are still to come on the way between two times.

    So it is if they are no longer than the next one, nor than the `count` so far were: where one is
    short, as in a close encounter, others need not be.
    """
    begin, end = way
    pace = np.maximum(np.abs(h), np.abs(t - begin) / count)
    return np.abs(end - t) > MANY * pace


def far_alone(way: tuple[float, float], t: float, h: float, count: int) -> bool:
    """Tell the same of one trajectory, in a tenth of the time that arrays of one take."""
    begin, end = way
    return abs(end - t) > MANY * max(abs(h), abs(t - begin) / count)


def held_back_alone(
    system: FirstOrderSystem, direction: float, t: float, y: Float, p: Float, h: float
) -> bool:
    """Tell whether stability limits the steps of one trajectory, (state,) and (parameter,)."""
    rates = _decay(system, direction, t, y[:, None], p[:, None])
    return bool(_is_held_back(rates, np.array([h]))[0])


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
    if not i.size or not method.tableau.is_explicit:  # of none, too, a long Jacobian takes its time
        return i[:0], {}
    rates = decay_rates(problem, i, t, y)
    held = _is_held_back(rates, h)
    ratios = rates[held] * abs(problem.t_end - problem.t0)
    stiff = i[held]
    return stiff, {int(k): f"ratio {r:.0e}" for k, r in zip(stiff, ratios, strict=True)}


def _is_held_back(rates: Float, h: BatchTime) -> Bool:
    return rates * np.abs(h) > NEAR_LIMIT
