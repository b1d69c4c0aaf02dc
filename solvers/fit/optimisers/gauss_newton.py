"""Gauss-Newton steps with Levenberg-Marquardt damping, every start with its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...arrays import Float, Int, ParameterBatch
from ..objective import Linearisation, Objective
from ..optimise import Ending, Report, Search, Trail, blocked

FIRST_DAMPING = 1e-2  # of columns of length one
MOST_DAMPING = 1e12  # beyond it a step changes nothing
NEGLIGIBLE = 1e-13  # singular values this much smaller than the largest say nothing
GOOD_ENOUGH = 1e-4  # least ratio of actual to predicted reduction


@dataclass(frozen=True)
class GaussNewton:
    """Levenberg-Marquardt with exact Jacobians, within bounds.

    The step is that of Levenberg (1944) and Marquardt (1963, doi:10.1137/0111030) with each column
    scaled by its largest length so far (Moré 1978, doi:10.1007/BFb0067700), by singular values, and
    the damping follows the gain as Nielsen has it (1999, IMM-REP-1999-05). Coordinates that press
    against a bound are held, and a step is projected onto the box (Kanzow, Yamashita and Fukushima
    2004, doi:10.1016/j.cam.2004.02.013). It ends when a full Gauss-Newton step would change the sum
    of squares by a fraction below the tolerance, which is the relative offset of Bates and Watts
    (1981, doi:10.1080/00401706.1981.10486268) squared, or when only the error of the solutions is left.

    Parameters
    ----------
    tolerance
        See above; None for that of the solutions to the power 3/2.
    iterations
        Limit on the points tried by each start.
    """

    tolerance: float | None = None
    iterations: int = 200
    refines: bool = True

    def search(
        self,
        objective: Objective,
        begin: ParameterBatch,
        max_iterations: int | None,
        report: Report,
    ) -> Search:
        """Return how the searches ended; see `Optimiser.search`."""
        limit = self.iterations if max_iterations is None else max_iterations
        return _Loop(self, objective, begin, limit).run(report)


OPTIMISER = GaussNewton()


@dataclass(eq=False)
class _Point:
    """Where some searches stand, and the singular values of what they see there.

    Coordinates are inner ones over `scale`; `blocked` ones are held. Axes: start first.
    """

    inner: Float  # (start, parameter)
    value: Float  # (start,)
    matrix: Float  # (start, row, parameter): triangular factor of the Jacobian, blocked ones zero
    target: Float  # (start, row): the residuals in the same rows
    scale: Float  # (start, parameter)
    singular: Float  # (start, direction)
    directions: Float  # (start, direction, parameter)
    along: Float  # (start, direction): residuals along each direction
    offset: Float  # (start,): relative reduction that a full step promises

    def put(self, which: Int, other: _Point, rows: Int) -> None:
        """Replace the searches `which` by `rows` of another."""
        for name in self.__dataclass_fields__:
            getattr(self, name)[which] = getattr(other, name)[rows]

    def take(self, which: Int) -> _Point:
        """Return some of the searches."""
        return _Point(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


def _point(objective: Objective, inner: Float, scale: Float | None) -> _Point:
    """Return the objective around inner coordinates, (start, parameter)."""
    space = objective.space
    natural = space.natural(inner.T)
    at = objective.linearise(natural)
    jacobian = at.jacobian * space.slope(natural).T[:, None, :]
    matrix, target = _compressed(at, jacobian)
    gradient = np.matmul(target[:, None, :], matrix)[:, 0, :]
    matrix = np.where(blocked(inner.T, gradient.T, space.box).T[:, None, :], 0.0, matrix)
    length = np.sqrt((matrix**2).sum(axis=1))
    scale = np.maximum(length, 0.0 if scale is None else scale)
    scale = np.where(scale > 0, scale, 1.0)
    left, singular, directions = np.linalg.svd(matrix / scale[:, None, :], full_matrices=False)
    along = np.matmul(target[:, None, :], left)[:, 0, :]
    counts = singular > NEGLIGIBLE * singular[:, :1]
    with np.errstate(invalid="ignore", divide="ignore"):
        offset = (along**2 * counts).sum(axis=1) / at.value
    return _Point(
        inner, at.value, matrix, target, scale, singular, directions, along,
        np.where(at.value > 0, offset, 0.0),
    )  # fmt: skip


def _compressed(at: Linearisation, jacobian: Float) -> tuple[Float, Float]:
    """Return Jacobian and residuals turned into as few rows as there are parameters, and one."""
    both = np.concatenate([jacobian, at.residuals[:, :, None]], axis=2)
    triangle = np.linalg.qr(both, mode="r")
    return triangle[:, :, :-1], triangle[:, :, -1]


class _Loop:
    """All searches on their way; `running` lists those not ended."""

    def __init__(
        self, rule: GaussNewton, objective: Objective, begin: ParameterBatch, limit: int
    ) -> None:
        self.rule, self.objective, self.limit = rule, objective, limit
        space = objective.space
        low, high = space.box
        self.low, self.high = low.T, high.T
        self.at = _point(objective, np.clip(space.inner(begin).T, self.low, self.high), None)
        count = begin.shape[1]
        self.damping = np.full(count, FIRST_DAMPING)
        self.growth = np.full(count, 2.0)
        self.iterations = np.zeros(count, dtype=np.int64)
        self.status = np.full(count, Ending.MAX_ITERATIONS, dtype=np.int64)
        self.trail = Trail(begin, self.at.value)
        self.status[~np.isfinite(self.at.value)] = Ending.FAILED
        self.running: Int = np.flatnonzero(np.isfinite(self.at.value))

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
        """Try one step of the searches `i`, each with its own damping."""
        here = self.at.take(i)
        trial = np.clip(here.inner + _damped(here, self.damping[i]), self.low, self.high)
        there = _point(self.objective, trial, here.scale)
        promised = _promised(here, trial - here.inner)
        with np.errstate(invalid="ignore", divide="ignore"):
            gain = np.where(promised > 0, (here.value - there.value) / promised, -np.inf)
        # Near the end a real improvement drowns in the error of the solutions: there the offset,
        # which needs no difference of sums, decides.
        level = there.value <= here.value * (1.0 + 10.0 * self.objective.rtol)
        better = (gain > GOOD_ENOUGH) | (level & (there.offset < 0.5 * here.offset))
        self._damp(i, better, gain)
        self.iterations[i] += 1
        rows = np.flatnonzero(better)
        self.at.put(i[rows], there, rows)
        self.trail.add(i[rows], self.objective.space.natural(trial[rows].T), there.value[rows])

    def _damp(self, i: Int, better: Float, gain: Float) -> None:
        """Change the damping: smoothly after a good step, ever faster after bad ones."""
        ease = np.maximum(1.0 / 3.0, 1.0 - (2.0 * np.clip(gain, 0.0, 1.0) - 1.0) ** 3)
        self.damping[i] *= np.where(better, ease, self.growth[i])
        self.growth[i] = np.where(better, 2.0, 2.0 * self.growth[i])

    def _retire(self) -> None:
        """End the searches that arrived or cannot go on."""
        i = self.running
        given, rtol = self.rule.tolerance, self.objective.rtol
        tolerance = rtol**1.5 if given is None else given
        converged = (self.at.offset[i] <= tolerance) | (self.at.value[i] <= self.objective.floor)
        stalled = (self.damping[i] > MOST_DAMPING) & ~converged
        over = (self.iterations[i] >= self.limit) & ~converged & ~stalled
        self.status[i[converged]] = Ending.CONVERGED
        self.status[i[stalled]] = Ending.STALLED
        self.running = i[~(converged | stalled | over)]


def _damped(here: _Point, damping: Float) -> Float:
    """Return the step that makes |r + J step|^2 + damping |scale step|^2 least, (start, parameter)."""
    filtered = here.singular / (here.singular**2 + damping[:, None]) * here.along
    return -np.matmul(filtered[:, None, :], here.directions)[:, 0, :] / here.scale


def _promised(here: _Point, step: Float) -> Float:
    """Return by how much a step lowers the sum of squares if the residuals are linear, (start,)."""
    moved = np.matmul(here.matrix, step[:, :, None])[:, :, 0]
    return -(moved * (2.0 * here.target + moved)).sum(axis=1)
