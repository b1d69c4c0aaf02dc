"""Telling whether a model looks stiff: how fast its fastest mode decays."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import numpy as np

from ..models.once import once
from ..models.structure.dependencies import state_jacobian
from ..models.system import FirstOrderSystem
from ..models.tape import Builder, Tape, Value
from ..models.tape.differentiate import SparseJacobian
from .arrays import BatchTime, Bool, Float, Int, StateBatch
from .decay import decays_faster, fastest_decay
from .evaluate import RowsFunction, rows_function, system_arguments
from .kernels.by_lists import bound_of_rows
from .kernels.compile import unsupported
from .kernels.listing import is_long
from .kernels.rows import compiled_rows
from .problem import InitialValueProblem

NEAR_LIMIT = 1.0  # explicit methods of order 5 are stable to about 3.4
STIFF_STEPS = 1000.0  # a decaying mode this many times faster than the interval is long
MEMBERS = 1 << 11  # trajectories looked at together: more would leave the processor's cache
COMPILED = 8  # times as many where rows are compiled, which keep nothing in between
PATIENCE = 1000  # members: to evaluate rows for as many takes about half as long as to compile them
LONGEST = 4096  # operations that are compiled: a long function takes ever longer


@once
def jacobian_function(system: FirstOrderSystem) -> tuple[SparseJacobian, RowsFunction]:
    """Return df/dy of a system: its pattern, and the function (t, y, p) of its entries."""
    pattern = state_jacobian(system)
    arguments = system_arguments(system.n_states, system.n_parameters)
    return pattern, rows_function(pattern.tape, "jacobian", arguments)


@once
def largest_row(system: FirstOrderSystem) -> Tape | None:
    """Return (t, y, p) to the largest row sum of absolute values in df/dy; None where that is 0.

    No eigenvalue is larger.
    """
    pattern = state_jacobian(system)
    if not pattern.rows:
        return None
    builder = Builder(system.vector_field.inputs)
    sums: dict[int, Value] = {}
    entries = builder.inline(pattern.tape, builder.inputs)
    for row, entry in zip(pattern.rows, entries, strict=True):
        sums[row] = sums[row] + abs(entry) if row in sums else abs(entry)
    return builder.finish([reduce(lambda a, b: a.apply("max", b), sums.values())])


@once
def _bound(system: FirstOrderSystem) -> Callable[[float, Float, Float], Float] | None:
    """Return the largest row sums of a batch, compiled when many members were asked for.

    Such functions are of (t, y, p), with one time for all; rows must be whole pieces of memory.
    """
    tape = largest_row(system)
    if tape is None:
        return None
    arguments = system_arguments(system.n_states, system.n_parameters)
    plain, seen, quick = rows_function(tape, "row", arguments), 0, None

    def bound(t: float, y: Float, p: Float) -> Float:
        nonlocal seen, quick
        seen += y.shape[1]
        if quick is None and seen > PATIENCE and len(tape.nodes) <= LONGEST and not unsupported():
            quick = compiled_rows(tape, "row", arguments)
        return quick(np.full(y.shape[1], t), y, p)[0] if quick else plain(t, y, p)[0]

    return bound


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
    if is_long(system.vector_field) and _far_from_stiff(problem, system):
        return np.zeros(problem.batch, dtype=np.bool_)
    bound, span = _bound(system), problem.t_end - problem.t0
    stiff: Bool = np.zeros(problem.batch, dtype=np.bool_)
    if bound is None:
        return stiff
    size = MEMBERS * COMPILED if problem.batch > PATIENCE and not unsupported() else MEMBERS
    for begin in range(0, problem.batch, size):
        some = slice(begin, begin + size)
        y, p = problem.y0[: system.n_states, some], problem.p[:, some]
        doubtful = np.flatnonzero(~(abs(span) * bound(problem.t0, y, p) <= STIFF_STEPS))
        if doubtful.size:
            pattern, function = jacobian_function(system)
            entries = span * function(problem.t0, y[:, doubtful], p[:, doubtful])
            stiff[begin + doubtful] = decays_faster(pattern, entries, STIFF_STEPS)
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
