"""Telling whether a model looks stiff: how fast its fastest mode decays."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..models.once import once
from ..models.system import FirstOrderSystem
from ..models.tape.differentiate import SparseJacobian, jacobian
from .arrays import BatchTime, Bool, Float, Int, StateBatch
from .evaluate import RowsFunction, rows_function, system_arguments
from .problem import InitialValueProblem

NEAR_LIMIT = 1.0  # explicit methods of order 5 are stable to about 3.4
STIFF_STEPS = 1000.0  # a decaying mode this many times faster than the interval is long
LARGEST_DENSE = 500  # states up to which all eigenvalues of a Jacobian cost little
POWERS = 30  # of a larger Jacobian: its fastest mode is then known to some tenths, which is enough
TINY = 1e-300
MOST_GROWTH = 0.1  # of the decay: with faster growth, accuracy and not stability limits steps
MEMBERS = 1 << 11  # trajectories looked at together: more would leave the processor's cache
AT_ONCE = 1 << 20  # entries of the dense Jacobians that are held together


@once
def jacobian_function(system: FirstOrderSystem) -> tuple[SparseJacobian, RowsFunction]:
    """Return df/dy of a system: its pattern, and the function (t, y, p) of its entries."""
    pattern = jacobian(system.vector_field, system.states)
    arguments = system_arguments(system.n_states, system.n_parameters)
    return pattern, rows_function(pattern.tape, "jacobian", arguments)


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
    return _fastest(pattern, problem.direction * entries, 0.0)


@once
def stiff_at_start(problem: InitialValueProblem) -> Bool:
    """Tell for each trajectory whether some mode decays very fast compared with the interval."""
    system = _own(problem)
    pattern, function = jacobian_function(system)
    stiff: Bool = np.zeros(problem.batch, dtype=np.bool_)
    if not pattern.rows:
        return stiff
    span = problem.t_end - problem.t0
    for begin in range(0, problem.batch, MEMBERS):
        some = slice(begin, begin + MEMBERS)
        entries = function(problem.t0, problem.y0[: system.n_states, some], problem.p[:, some])
        # Where the largest entries of all together are small none is, which one look tells.
        if not abs(span) * _bound(pattern, np.abs(entries).max(axis=1)) <= STIFF_STEPS:
            stiff[some] = _fastest(pattern, span * entries, STIFF_STEPS) > STIFF_STEPS
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


def _fastest(pattern: SparseJacobian, entries: Float, enough: float) -> Float:
    """Return minus the smallest real part of each Jacobian's eigenvalues, (batch,).

    It is 0 where another mode grows about as fast, as beside a saddle or in a close encounter of
    bodies: to follow that one a step must be short whatever the method.

    No eigenvalue is larger than the largest row sum of absolute values, which costs next to
    nothing: where that is not above `enough`, it is returned in place of the rate.
    """
    n, bound = pattern.shape[0], _bound(pattern, np.abs(entries))
    rates = np.where(np.isfinite(bound), np.minimum(bound, enough), 0.0)
    doubtful = np.flatnonzero(np.isfinite(bound) & (bound > enough))
    of_some = _of_all_modes if n <= LARGEST_DENSE else _of_largest_mode
    size = max(1, AT_ONCE // min(n**2, LARGEST_DENSE**2))
    for begin in range(0, doubtful.size, size):
        some = doubtful[begin : begin + size]
        rates[some] = of_some(pattern, entries[:, some])
    return rates


def _bound(pattern: SparseJacobian, sizes: Float) -> Float:
    """Return the largest row sum; `sizes` are absolute values of entries, (entry, …)."""
    sums: Float = np.add.reduceat(sizes, _begins(pattern.rows))
    return np.asarray(sums.max(axis=0))


@lru_cache(maxsize=64)
def _begins(rows: tuple[int, ...]) -> Int:
    """Return where each row begins: entries are in their order, (row,)."""
    return np.flatnonzero(np.diff(rows, prepend=-1))


def _of_all_modes(pattern: SparseJacobian, entries: Float) -> Float:
    n = pattern.shape[0]
    full = np.zeros((entries.shape[1], n, n))
    full[:, np.array(pattern.rows), np.array(pattern.columns)] = entries.T
    real = np.linalg.eigvals(full).real
    decay, growth = -real.min(axis=1), real.max(axis=1)
    return np.where(growth > MOST_GROWTH * decay, 0.0, decay)


def _of_largest_mode(pattern: SparseJacobian, entries: Float) -> Float:
    """Return how fast the mode decays that powers of the Jacobian single out.

    The Rayleigh quotient is about zero if that mode turns, and negative if it decays.
    """
    n, count = pattern.shape[0], entries.shape[1]
    rows, columns = np.array(pattern.rows), np.array(pattern.columns)
    places: Int = np.add.outer(count * rows, np.arange(count, dtype=np.int64)).ravel()
    start = np.random.default_rng(0).standard_normal((n, 1))  # in every mode; the same every time
    v, quotient = np.repeat(start, count, axis=1), np.zeros(count)
    for _ in range(POWERS):
        v = v / np.maximum(np.linalg.norm(v, axis=0), TINY)
        turned = np.bincount(places, (entries * v[columns]).ravel(), n * count).reshape(n, count)
        quotient = (v * turned).sum(axis=0)
        v = turned
    return np.maximum(-quotient, 0.0)
