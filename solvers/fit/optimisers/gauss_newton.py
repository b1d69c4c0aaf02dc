"""Gauss-Newton steps with Levenberg-Marquardt damping and geodesic acceleration."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ...arrays import Bool, Float, Int, ParameterBatch
from ..objective import Objective
from ..optimise import Ending, Report, Search, Trail, blocked

FIRST_DAMPING = 0.1  # of columns of length one
NEARLY_NONE = 1e-16  # least damping; that of a search that goes on from its end
REFINEMENTS = 50  # points tried there
LEAST_EASE = 0.1  # of the damping after a step that was as good as promised
MOST_DAMPING = 1e12  # beyond it a step changes nothing
NEGLIGIBLE = 0.1  # singular values below this part of the solutions' tolerance tell nothing
GOOD_ENOUGH = 1e-4  # least ratio of actual to predicted reduction
REACH = 0.25  # longest step in a coordinate, of the box: a plateau is easily jumped onto
PATIENCE = 10  # points before the way is taken to be long, and worth a look at its curvature
PROBE = 0.1  # of a step, at which curvature is measured
MOST_BEND = 0.75  # twice the acceleration over the step, beyond which it is not used


@dataclass(frozen=True)
class GaussNewton:
    """Levenberg-Marquardt with exact Jacobians, within bounds, every start with its own damping.

    The step is that of Levenberg (1944) and Marquardt (1963, doi:10.1137/0111030) with each column
    scaled by its largest length so far (Moré 1978, doi:10.1007/BFb0067700), taken by singular
    values; the damping follows the gain as Nielsen has it (1999, IMM-REP-1999-05). Where the way is
    long, steps are bent along the curvature of the residuals: geodesic acceleration shortens the
    way through narrow valleys several times (Transtrum, Machta and Sethna 2011,
    doi:10.1103/PhysRevE.83.036701). Coordinates that press against a bound are held, and a step is
    projected onto the box (Kanzow, Yamashita and Fukushima 2004, doi:10.1016/j.cam.2004.02.013).

    A search ends when a full Gauss-Newton step would change the sum of squares by a fraction below
    the tolerance, which is the relative offset of Bates and Watts (1981,
    doi:10.1080/00401706.1981.10486268) squared, or when only errors of the solutions are left.

    Parameters
    ----------
    tolerance
        See above; None for that of the solutions, and in a refinement for its power 3/2.
    iterations
        Limit on the points tried by each start.
    """

    tolerance: float | None = None
    iterations: int = 400

    def search(
        self,
        objective: Objective,
        begin: ParameterBatch,
        max_iterations: int | None,
        report: Report,
    ) -> Search:
        """Return how the searches ended; see `Optimiser.search`."""
        limit = self.iterations if max_iterations is None else max_iterations
        tolerance = objective.rtol if self.tolerance is None else self.tolerance
        return _Loop(objective, begin, limit, tolerance).run(report)

    def refine(self, objective: Objective, point: Float) -> Search:
        """Return the search that goes on from one point; see `Optimiser.refine`."""
        loop = _Loop(objective, point[:, None], REFINEMENTS, objective.rtol**1.5)
        loop.damping[:] = NEARLY_NONE
        return loop.run(lambda _: None)


OPTIMISER = GaussNewton()


@dataclass(eq=False)
class _Point:
    """Where some searches stand, in inner coordinates, and what the Jacobian says there.

    The scaled Jacobian is basis * singular * directions, with blocked columns zero. Start first.
    """

    inner: Float  # (start, parameter)
    value: Float  # (start,)
    residuals: Float  # (start, reading)
    weights: Float  # (start, reading)
    scale: Float  # (start, parameter)
    basis: Float  # (start, reading, direction)
    singular: Float  # (start, direction)
    directions: Float  # (start, direction, parameter)
    along: Float  # (start, direction): the residuals in the basis
    offset: Float  # (start,): relative reduction that a full step promises

    def put(self, which: Int, other: _Point, rows: Int) -> None:
        """Replace the searches `which` by `rows` of another."""
        for field in fields(self):
            getattr(self, field.name)[which] = getattr(other, field.name)[rows]

    def take(self, which: Int) -> _Point:
        """Return some of the searches."""
        return _Point(*(getattr(self, field.name)[which] for field in fields(self)))

    def step(self, along: Float, damping: Float) -> Float:
        """Return the step that makes |along + J step|^2 + damping |scale step|^2 least.

        It is cut to `REACH`.
        """
        filtered = self.singular / (self.singular**2 + damping[:, None]) * along
        step = -_times(filtered, self.directions) / self.scale
        longest = np.abs(step).max(axis=1, keepdims=True)
        return step * (REACH / np.maximum(longest, REACH))

    def moved(self, step: Float) -> Float:
        """Return by how much a step moves linear residuals in the basis, (start, direction)."""
        return self.singular * _times(self.scale * step, self.directions.transpose(0, 2, 1))

    def promised(self, step: Float) -> Float:
        """Return by how much a step lowers the sum of squares of linear residuals, (start,)."""
        moved = self.moved(step)
        return -(moved * (2.0 * self.along + moved)).sum(axis=1)


def _times(row: Float, matrix: Float) -> Float:
    """Return a row times a matrix for each start."""
    return np.matmul(row[:, None, :], matrix)[:, 0, :]


def _point(
    objective: Objective, inner: Float, scale: Float | None, *, whole: bool = False
) -> _Point:
    """Return the objective around inner coordinates, (start, parameter).

    It has all residuals if it is `whole`; else it may have fewer that come to the same.
    """
    space = objective.space
    natural = space.natural(inner.T)
    at = objective.linearise(natural) if whole else objective.around(natural)
    jacobian = at.jacobian * space.slope(natural).T[:, None, :]
    gradient = _times(at.residuals, jacobian)
    held = blocked(inner.T, gradient.T, space.box).T
    jacobian = np.where(held[:, None, :], 0.0, jacobian)
    length = np.sqrt((jacobian**2).sum(axis=1))
    longest = length if scale is None else np.maximum(length, scale)
    scale = np.where(longest > 0, longest, 1.0)
    basis, singular, directions = np.linalg.svd(jacobian / scale[:, None, :], full_matrices=False)
    along = _times(at.residuals, basis)
    tells = singular > NEGLIGIBLE * objective.rtol * singular[:, :1]
    size = np.where((at.value > 0) & np.isfinite(at.value), at.value, 1.0)
    offset = (along**2 * tells).sum(axis=1) / size
    return _Point(
        inner, at.value, at.residuals, at.weights, scale, basis, singular, directions, along, offset
    )


class _Loop:
    """All searches on their way; `running` lists those not ended."""

    def __init__(
        self, objective: Objective, begin: ParameterBatch, limit: int, tolerance: float
    ) -> None:
        self.objective, self.limit, self.tolerance = objective, limit, tolerance
        low, high = objective.space.box
        self.low, self.high = low.T, high.T
        inner = np.clip(objective.space.inner(begin).T, self.low, self.high)
        self.at = _point(objective, inner, None)
        count = begin.shape[1]
        self.damping, self.growth = np.full(count, FIRST_DAMPING), np.full(count, 2.0)
        self.iterations = np.zeros(count, dtype=np.int64)
        solved = np.isfinite(self.at.value)
        self.status = np.where(solved, Ending.MAX_ITERATIONS, Ending.FAILED).astype(np.int64)
        self.trail = Trail(begin, self.at.value)
        self.running: Int = np.flatnonzero(solved)

    def run(self, report: Report) -> Search:
        """Step every search to its end."""
        self._retire()
        while self.running.size:
            self._step(self.running)
            self._retire()
            report(1.0 - self.running.size / len(self.status))
        end = self.objective.space.natural(self.at.inner.T)
        return self.trail.search(end, self.at.value, self.status, self.iterations)

    def _step(self, i: Int) -> None:
        """Try one step of the searches `i`."""
        here = self.at.take(i)
        straight = here.step(here.along, self.damping[i])
        trial = np.clip(here.inner + straight + self._bend(i, here, straight), self.low, self.high)
        there = _point(self.objective, trial, here.scale)
        promised = here.promised(np.clip(here.inner + straight, self.low, self.high) - here.inner)
        lower = here.value - there.value
        gain = np.where(promised > 0, lower / np.where(promised > 0, promised, 1.0), -np.inf)
        # Near the end a real improvement drowns in the errors of the solutions: there the offset,
        # which needs no difference of sums, decides.
        level = np.abs(lower) <= 10.0 * np.sqrt(here.value * self.objective.floor)
        gain = np.where(level & (there.offset < 0.5 * here.offset), 1.0, gain)
        better = gain > GOOD_ENOUGH
        self._damp(i, better, gain)
        self.iterations[i] += 1
        rows = np.flatnonzero(better)
        self.at.put(i[rows], there, rows)
        self.trail.add(i[rows], self.objective.space.natural(trial[rows].T), there.value[rows])

    def _bend(self, i: Int, here: _Point, straight: Float) -> Float:
        """Return half the acceleration along a step; zero where it is not wanted or too large.

        The second derivative of the residuals along the step is a difference quotient, which
        needs no sensitivities. Where the probe leaves the box or fails there is none.
        """
        bend = np.zeros_like(straight)
        probe = here.inner + PROBE * straight
        inside = ((probe >= self.low) & (probe <= self.high)).all(axis=1)
        far = np.flatnonzero(inside & (self.iterations[i] >= PATIENCE))
        if not far.size:
            return bend
        some, natural = here.take(far), self.objective.space.natural(probe[far].T)
        if self.objective.adds_up:
            some = _point(self.objective, some.inner, some.scale, whole=True)
        change = (self.objective.whitened(natural, some.weights) - some.residuals) / PROBE
        change = np.where(np.isfinite(change).all(axis=1, keepdims=True), change, 0.0)
        curvature = 2.0 / PROBE * (_times(change, some.basis) - some.moved(straight[far]))
        found = some.step(curvature, self.damping[i[far]])
        bent, length = _length(some.scale * found), _length(some.scale * straight[far])
        small = np.flatnonzero(2.0 * bent <= MOST_BEND * length)
        bend[far[small]] = 0.5 * found[small]
        return bend

    def _damp(self, i: Int, better: Bool, gain: Float) -> None:
        """Change the damping: smoothly after a good step, ever faster after bad ones."""
        ease = np.maximum(LEAST_EASE, 1.0 - (2.0 * np.clip(gain, 0.0, 1.0) - 1.0) ** 3)
        changed = self.damping[i] * np.where(better, ease, self.growth[i])
        self.damping[i] = np.maximum(changed, NEARLY_NONE)
        self.growth[i] = np.where(better, 2.0, 2.0 * self.growth[i])

    def _retire(self) -> None:
        """End the searches that arrived or cannot go on."""
        i = self.running
        value, offset, floor = self.at.value[i], self.at.offset[i], self.objective.floor
        stuck = self.damping[i] > MOST_DAMPING
        drowned = stuck & (offset * value <= 10.0 * np.sqrt(value * floor))
        converged = (offset <= self.tolerance) | (value <= floor) | drowned
        over = (self.iterations[i] >= self.limit) & ~converged & ~stuck
        self.status[i[converged]] = Ending.CONVERGED
        self.status[i[stuck & ~converged]] = Ending.STALLED
        self.running = i[~(converged | stuck | over)]


def _length(rows: Float) -> Float:
    return np.sqrt((rows**2).sum(axis=1))
