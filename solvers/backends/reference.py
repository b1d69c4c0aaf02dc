"""The reference backend: explicit Runge-Kutta in numpy, a batch at a time, written to be read.

Every trajectory has its own time, step and status. The loop holds no formula: the step, its control
and its dense output are tapes composed from the method's tableau.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import BatchTime, Bool, Float, Int, StateBatch
from ..backend import Progress, not_on
from ..evaluate import RowsFunction, rows_function
from ..events import Watch
from ..integrator import Integrator, Program, compose
from ..methods import SHELF
from ..problem import InitialValueProblem
from ..solution import Trajectories
from ..status import Status
from ..stiffness import held_back

CHUNK = 4096  # trajectories at a time: their arrays stay in the processor's cache


@dataclass(frozen=True)
class Reference:
    """Batched explicit Runge-Kutta methods, adaptive unless a fixed step is given."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the explicit methods on the shelf."""
        return tuple(n for n in ("tsit5", *SHELF.names()) if SHELF[n].tableau.is_explicit)

    def refusal(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot solve this problem, or None if it can."""
        if method in SHELF and not SHELF[method].tableau.is_explicit:
            return f"{method} is implicit; the reference backend has explicit methods only"
        return not_on(problem)

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem."""
        chosen = SHELF[method].adaptive if problem.step is None else SHELF[method]
        integrator = compose(problem.system, chosen)
        parts: list[Trajectories] = []
        for begin in range(0, problem.batch, CHUNK):
            part = problem.members(slice(begin, begin + CHUNK))
            parts.append(_Loop(part, integrator).run())
            if progress:
                progress(min(1.0, (begin + CHUNK) / problem.batch))
        return Trajectories.join(parts)


BACKEND = Reference()


class _Loop:
    """One batch on its way. Arrays are indexed by trajectory; `running` lists those not ended."""

    def __init__(self, problem: InitialValueProblem, integrator: Integrator) -> None:
        n_batch, n_times = problem.batch, len(problem.t_eval)
        self.problem, self.n_kept = problem, integrator.n_kept
        self.n_stages = integrator.n_stages
        self.begin, self.attempt = _function(integrator.begin), _function(integrator.attempt)
        self.control = _function(integrator.control)
        self.interpolate = _function(integrator.interpolate)
        self.t: BatchTime = np.full(n_batch, problem.t0)
        self.y: StateBatch = problem.y0.copy()
        self.atol = np.broadcast_to(problem.atol, self.y.shape)
        self.before: BatchTime = np.full(n_batch, 1e-4)  # error norm of the step before
        self.written = np.zeros(n_batch, dtype=np.int64)  # outputs already written
        self.out: Float = np.full((len(self.y), n_batch, n_times), np.nan)
        self.status = np.full(n_batch, Status.SUCCESS, dtype=np.int64)
        self.state = np.full(n_batch, -1, dtype=np.int64)
        self.n_steps = np.zeros(n_batch, dtype=np.int64)
        self.n_rejected = np.zeros(n_batch, dtype=np.int64)
        self.watch = Watch.over(problem)

    def run(self) -> Trajectories:
        """Step every trajectory to its end."""
        self._start()
        while self.running.size:
            self._step(self.running)
        return Trajectories(
            self.out, self.status, self.t, self.state, self.n_steps, self.n_rejected,
            (self.n_steps + self.n_rejected) * self.n_stages + 2, self.watch.first,
        )  # fmt: skip

    def _start(self) -> None:
        problem = self.problem
        span = problem.t_end - problem.t0
        first = self.begin(problem.t0, span, self.y, problem.p, self.atol, problem.rtol)
        self.f: StateBatch = first[1:]
        self.h: BatchTime = (problem.direction * first[0]) if problem.step is None else np.full(
            problem.batch, problem.direction * problem.step
        )
        at_start = problem.t_eval == problem.t0
        self.out[:, :, at_start] = self.y[:, :, None]
        self.written[:] = int(at_start.sum())
        self.watch.begin(self.y)
        broken = ~np.isfinite(self.f).all(axis=0)
        self._end(np.flatnonzero(broken), Status.NOT_FINITE, self.f)
        self.running: Int = np.flatnonzero(~broken & (span != 0))

    def _step(self, i: Int) -> None:
        """Attempt one step of the trajectories `i`, each with its own step size."""
        problem, n = self.problem, len(self.y)
        left = problem.t_end - self.t[i]
        last = np.abs(self.h[i]) >= np.abs(left) * (1 - 1e-12)
        h = np.where(last, left, self.h[i])
        result = self.attempt(self.t[i], h, self.y[:, i], self.f[:, i], problem.p[:, i])
        new, error, slope, kept = np.split(result, [n, 2 * n, 3 * n])
        accept, factor = self._judge(i, new, error)
        t_new = np.where(last, problem.t_end, self.t[i] + h)
        self._write(i[accept], h[accept], t_new[accept], new[:, accept], kept[:, accept])
        done = i[accept]
        self.t[done], self.y[:, done], self.f[:, done] = t_new[accept], new[:, accept], slope[:, accept]
        self.n_steps[done] += 1
        self.n_rejected[i[~accept]] += 1
        # A last step was cut short: it says nothing about the step size that fits.
        self.h[i] = np.where(last & accept, self.h[i], h * factor)
        self._stop(i, accept, last, new, slope)

    def _judge(self, i: Int, new: StateBatch, error: StateBatch) -> tuple[Bool, BatchTime]:
        if self.problem.step is not None:
            return np.ones(len(i), dtype=np.bool_), np.ones(len(i))
        norm, accept, factor = self.control(
            self.y[:, i], new, error, self.atol[:, i], self.problem.rtol, self.before[i]
        )
        accepted = accept.astype(np.bool_)
        self.before[i[accepted]] = np.maximum(norm[accepted], 1e-4)
        return accepted, factor

    def _write(self, i: Int, h: BatchTime, t_new: BatchTime, new: StateBatch, kept: Float) -> None:
        """Interpolate the outputs that fall into the accepted steps, and look for crossings."""
        problem = self.problem
        sign = problem.direction
        upto = np.searchsorted(sign * problem.t_eval, sign * t_new, side="right")
        counts = upto - self.written[i]
        which = np.repeat(np.arange(len(i)), counts)
        if which.size:
            ends = np.cumsum(counts)
            place = np.arange(ends[-1]) - np.repeat(ends - counts - self.written[i], counts)
            theta = (problem.t_eval[place] - self.t[i][which]) / h[which]
            self.out[:, i[which], place] = self.interpolate(
                theta, h[which], self.y[:, i[which]], new[:, which], kept[:, which]
            )
        self.written[i] = upto
        if self.watch.conditions:
            self.watch.step(i, self.t[i], h, self.y[:, i], new, kept, self.interpolate)

    def _stop(self, i: Int, accept: Bool, last: Bool, new: StateBatch, slope: StateBatch) -> None:
        """End the trajectories that arrived or cannot go on."""
        arrived = accept & last
        limit = self.n_steps[i] + self.n_rejected[i] >= self.problem.max_steps
        small = np.abs(self.h[i]) <= 16 * np.spacing(np.maximum(np.abs(self.t[i]), np.abs(self.h[i])))
        broken = accept & ~np.isfinite(slope).all(axis=0) & ~arrived
        for which, status in (
            (small & ~arrived, Status.STEP_TOO_SMALL),
            (broken & ~small, Status.NOT_FINITE),
            (limit & ~arrived & ~small & ~broken, Status.MAX_STEPS),
        ):
            if which.any():
                self._end(i[which], status, new[:, which])
        self.running = i[~(arrived | small | broken | limit)]

    def _end(self, i: Int, status: Status, values: StateBatch) -> None:
        """Note how trajectories ended, and which state was to blame."""
        if not i.size:
            return
        self.status[i] = status
        size = np.where(np.isfinite(values), np.abs(values), np.inf)
        self.state[i] = np.argmax(size, axis=0)
        if status is Status.MAX_STEPS:
            stiff = held_back(self.problem, i, self.t[i], self.y[:, i], self.h[i])
            self.status[i[stiff]] = Status.STIFF


def _function(program: Program) -> RowsFunction:
    return rows_function(program.tape, program.name, program.arguments)
