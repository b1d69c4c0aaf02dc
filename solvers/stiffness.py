"""Telling whether a model looks stiff: how much faster its fastest mode is than its slowest."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..models.differentiate import SparseJacobian, jacobian
from ..models.system import FirstOrderSystem
from .arrays import BatchTime, Bool, Float, Int, StateBatch
from .evaluate import RowsFunction, rows_function, system_arguments
from .problem import InitialValueProblem

NEAR_LIMIT = 1.0  # explicit methods of order 5 are stable to about 3.4
STIFF_STEPS = 1000.0  # a decaying mode this many times faster than the interval is long


@lru_cache(maxsize=64)
def jacobian_function(system: FirstOrderSystem) -> tuple[SparseJacobian, RowsFunction]:
    """Return df/dy of a system: its pattern, and the function (t, y, p) of its entries."""
    pattern = jacobian(system.vector_field, system.states)
    arguments = system_arguments(system.n_states, system.n_parameters)
    return pattern, rows_function(pattern.tape, "jacobian", arguments)


def dense_jacobians(
    problem: InitialValueProblem, i: Int, t: BatchTime | float, y: StateBatch
) -> Float:
    """Return df/dy of the trajectories `i`, (batch, state, state)."""
    pattern, function = jacobian_function(problem.system)
    full = np.zeros((len(i), *pattern.shape))
    if pattern.rows:
        full[:, pattern.rows, pattern.columns] = function(t, y, problem.p[:, i]).T
    return full


def decay_rates(problem: InitialValueProblem, i: Int, t: BatchTime | float, y: StateBatch) -> Float:
    """Return the fastest decay rate of each trajectory's linearisation, per unit of time, (batch,)."""
    matrices = dense_jacobians(problem, i, t, y)
    finite = np.isfinite(matrices).all(axis=(1, 2))
    rates = np.zeros(len(i))
    if finite.any():
        rates[finite] = -np.linalg.eigvals(matrices[finite]).real.min(axis=1) * problem.direction
    return rates


def stiff_over(problem: InitialValueProblem, i: Int, t: BatchTime | float, y: StateBatch) -> Bool:
    """Tell for each trajectory whether some mode decays very fast compared with the interval."""
    return decay_rates(problem, i, t, y) * abs(problem.t_end - problem.t0) > STIFF_STEPS


def held_back(
    problem: InitialValueProblem, i: Int, t: BatchTime, y: StateBatch, h: BatchTime
) -> Bool:
    """Tell for each trajectory whether stability, not accuracy, limits an explicit step."""
    return decay_rates(problem, i, t, y) * np.abs(h) > NEAR_LIMIT
