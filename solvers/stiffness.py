"""Telling whether a model looks stiff: how fast its fastest mode decays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..models.once import once
from ..models.structure.dependencies import state_jacobian
from ..models.system import FirstOrderSystem
from ..models.tape.differentiate import SparseJacobian
from .arrays import BatchTime, Bool, Float, Int, StateBatch
from .decay import decays_faster, fastest_decay, row_bound
from .evaluate import RowsFunction, rows_function, system_arguments
from .kernels.compile import unsupported
from .kernels.rows import compiled_rows
from .problem import InitialValueProblem

NEAR_LIMIT = 1.0  # explicit methods of order 5 are stable to about 3.4
STIFF_STEPS = 1000.0  # a decaying mode this many times faster than the interval is long
MEMBERS = 1 << 11  # trajectories looked at together: more would leave the processor's cache
PATIENCE = 10_000_000  # operations on rows, one number each, that take as long as to compile them


@once
def jacobian_function(system: FirstOrderSystem) -> tuple[SparseJacobian, RowsFunction]:
    """Return df/dy of a system: its pattern, and the function (t, y, p) of its entries."""
    pattern = state_jacobian(system)
    arguments = system_arguments(system.n_states, system.n_parameters)
    return pattern, rows_function(pattern.tape, "jacobian", arguments)


@once
def _entries(system: FirstOrderSystem) -> Callable[[float, Float, Float], Float]:
    """Return df/dy of a batch, compiled when that would have taken no longer than it took so far.

    Such functions are of (t, y, p), with one time for all; rows must be whole pieces of memory.
    """
    pattern, plain = jacobian_function(system)
    arguments = system_arguments(system.n_states, system.n_parameters)
    taken, quick = 0, None

    def entries(t: float, y: Float, p: Float) -> Float:
        nonlocal taken, quick
        taken += len(pattern.tape.nodes) * y.shape[1]
        if quick is None and taken > PATIENCE and not unsupported():
            quick = compiled_rows(pattern.tape, "jacobian", arguments)
        return quick(np.full(y.shape[1], t), y, p) if quick else plain(t, y, p)

    return entries


def decay_rates(problem: InitialValueProblem, i: Int, t: BatchTime | float, y: StateBatch) -> Float:
    """Return the fastest decay rate of some linearised trajectories, per unit of time, (batch,).

    They are those numbered `i`, at the times `t` and states `y`. The rate is 0 where the Jacobian
    is not finite.
    """
    system = _own(problem)
    pattern, function = jacobian_function(system)
    if not pattern.rows:
        return np.zeros(len(i))
    entries = function(t, y[: system.n_states], problem.p[:, i])
    return fastest_decay(pattern, problem.direction * entries)


@once
def stiff_at_start(problem: InitialValueProblem) -> Bool:
    """Tell for each trajectory whether some mode decays very fast compared with the interval."""
    system = _own(problem)
    pattern, function = jacobian_function(system)[0], _entries(system)
    stiff: Bool = np.zeros(problem.batch, dtype=np.bool_)
    if not pattern.rows:
        return stiff
    span = problem.t_end - problem.t0
    for begin in range(0, problem.batch, MEMBERS):
        some = slice(begin, begin + MEMBERS)
        entries = function(problem.t0, problem.y0[: system.n_states, some], problem.p[:, some])
        # Where the largest entries of all together are small none is, which one look tells.
        if not abs(span) * row_bound(pattern, np.abs(entries).max(axis=1)) <= STIFF_STEPS:
            stiff[some] = decays_faster(pattern, span * entries, STIFF_STEPS)
    return stiff


def held_back(
    problem: InitialValueProblem, i: Int, t: BatchTime, y: StateBatch, h: BatchTime
) -> Bool:
    """Tell for each trajectory whether stability, not accuracy, limits an explicit step."""
    return decay_rates(problem, i, t, y) * np.abs(h) > NEAR_LIMIT


def suspicion(
    problem: InitialValueProblem, i: Int, t: BatchTime, y: StateBatch, h: BatchTime
) -> tuple[Int, dict[int, str]]:
    """Return which trajectories stability held back, and how stiff each looks, in words.

    Parameters
    ----------
    problem
        The problem.
    i
        Trajectories that took all steps allowed.
    t, y, h
        Where they are, and their next steps.
    """
    held = held_back(problem, i, t, y, h)
    stiff = i[held]
    rates = decay_rates(problem, stiff, t[held], y[:, held])
    ratios = rates * abs(problem.t_end - problem.t0)
    return stiff, {int(k): f"ratio {r:.0e}" for k, r in zip(stiff, ratios, strict=True)}


def _own(problem: InitialValueProblem) -> FirstOrderSystem:
    """Return the system without sensitivities: these have its eigenvalues again, and no others."""
    return problem.base or problem.system
