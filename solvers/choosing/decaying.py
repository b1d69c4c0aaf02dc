"""Whether decay, not accuracy, bounds explicit steps: a stabilised method then takes longer ones.

Rates with diffusion along a line have modes that decay at very different speeds and hardly turn.
The fastest bounds the steps of an explicit method, long after it has died out. A stabilised method
spends its stages on a long interval of the negative real axis; where accuracy bounds steps it takes
about the work of the usual one, so that a wrong guess costs little.
"""

from __future__ import annotations

from functools import lru_cache, reduce

import numpy as np

from ...models.once import once
from ...models.structure.dependencies import state_jacobian
from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Tape, Value
from ...models.tape.differentiate import SparseJacobian
from ..arrays import Float, Int
from ..kernels.listing import is_long
from ..problem import InitialValueProblem
from ..row_bounds import RowBound, row_bounds

STABILISED = "rkc5"
LONGEST = {"tsit5": 3.5, "dop853": 6.3, STABILISED: 13.2}  # stable on the negative real axis
STAGES = {"tsit5": 6, "dop853": 12, STABILISED: 8}  # evaluations per step
FINEST = 1e-8  # rtol down to which it was measured
# Steps of the stabilised method that accuracy asks for: of the Brusselator, the heat equation,
# Allen's and Cahn's and Gray's and Scott's, about as many each, and their growth with 1 / rtol.
USUAL, GROWTH = 36.0, 0.16
GAIN = 1.2  # less work than this is not worth a guess
# How fast modes may turn, of the fastest decay: stable steps are then two thirds of the longest.
# At a wall that reflects, or in a weak current, it is an eighth or a sixth.
MOST_TURN = 0.2


def stabilised(problem: InitialValueProblem, usual: str) -> bool:
    """Tell whether the stabilised method takes less work than the usual one that evaluates."""
    system = problem.base or problem.system
    if problem.rtol < FINEST or is_long(system.vector_field):
        return False
    span = abs(problem.t_end - problem.t0)
    fastest = span * _typical(row_bounds(problem))
    work = GAIN * _work(problem, STABILISED, fastest, _steps(problem.rtol))
    if not work < _work(problem, usual, fastest, 0.0):
        return False
    return _turns(problem) * span < MOST_TURN * fastest


def _steps(rtol: float) -> float:
    return USUAL * (1e-6 / rtol) ** GROWTH


def _work(problem: InitialValueProblem, name: str, fastest: float, least: float) -> float:
    """Return about how many evaluations a method takes, if decay bounds its steps."""
    looks = abs(problem.t_end - problem.t0) / problem.longest_step
    return STAGES[name] * max(fastest / LONGEST[name], looks, least)


def _turns(problem: InitialValueProblem) -> float:
    """Return what no mode of a typical trajectory turns faster than, at the start.

    No eigenvalue's imaginary part is larger than the largest row sum of absolute values in the
    antisymmetric part of the Jacobian (Bendixson 1902, Acta Mathematica 25:359-365,
    doi:10.1007/BF02419030).
    """
    return _typical(_turning(problem.base or problem.system).at_start(problem))


def _typical(values: Float) -> float:
    return float(values[0] if len(values) == 1 else np.median(values))


@once
def _turning(system: FirstOrderSystem) -> RowBound:
    return RowBound(system, _largest_antisymmetric, _antisymmetric)


def _largest_antisymmetric(pattern: SparseJacobian, entries: Float) -> Float:
    """Return the largest row sum of absolute values in (J - J^T) / 2 of each Jacobian, (batch,)."""
    begins, places, across = _across(pattern.rows, pattern.columns)
    whole = np.vstack([entries, np.zeros_like(entries[:1])])
    sums: Float = np.add.reduceat(np.abs(whole[places] - whole[across]), begins)
    return 0.5 * np.asarray(sums.max(axis=0))


@lru_cache(maxsize=64)
def _across(rows: tuple[int, ...], columns: tuple[int, ...]) -> tuple[Int, Int, Int]:
    """Return where rows begin in J and J^T together, and places in J of both; last that of none."""
    known = {place: k for k, place in enumerate(zip(rows, columns, strict=True))}
    both, none = sorted({*known, *((j, i) for i, j in known)}), len(known)
    places = np.array([known.get((i, j), none) for i, j in both])
    across = np.array([known.get((j, i), none) for i, j in both])
    return np.flatnonzero(np.diff([i for i, _ in both], prepend=-1)), places, across


def _antisymmetric(system: FirstOrderSystem) -> Tape:
    """Return (t, y, p) to the largest row sum of (J - J^T) / 2, J = df/dy."""
    found = state_jacobian(system)
    builder = Builder(system.vector_field.inputs)
    values = builder.inline(found.tape, builder.inputs)
    entries = dict(zip(zip(found.rows, found.columns, strict=True), values, strict=True))
    zero, sums = builder.constant(0.0), dict[int, Value]()
    for i, j in sorted({*entries, *((j, i) for i, j in entries)}):
        across = entries.get((i, j), zero) - entries.get((j, i), zero)
        sums[i] = sums.get(i, zero) + abs(across)
    largest = reduce(lambda a, b: a.apply("max", b), sums.values(), zero)
    return builder.finish([0.5 * largest])
