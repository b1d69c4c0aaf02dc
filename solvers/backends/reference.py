"""The reference backend: explicit Runge-Kutta in numpy, a batch at a time, written to be read.

Every trajectory has its own time, step and status. The loop holds no formula: the step, its control
and its dense output are tapes composed from the method's tableau.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..arrays import BatchTime, Bool, Float, Int, StateBatch
from ..backend import Progress, not_on
from ..evaluate import RowsFunction, rows_function
from ..events import Watch
from ..integrator import Integrator, Program, compose
from ..methods import SHELF
from ..problem import InitialValueProblem
from ..status import Status
from ..stiffness import decay_rates, held_back
from ..trajectories import Trajectories

CHUNK = 4096  # trajectories at a time: their arrays stay in the processor's cache
CLOSE = 1 - 1e-9  # a step that leaves less than this of itself to the end is made to reach it
FINEST_FIRST_ORDER = 1e-3  # finer, the errors of ever more steps outgrow what control promises
FIRST_NORM = 1e-4  # the error norm that the controller takes for the one before the first


@dataclass(frozen=True)
class Reference:
    """Batched explicit Runge-Kutta methods, adaptive unless a fixed step is given."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the explicit methods on the shelf, tsit5 first."""
        explicit = [name for name in SHELF.names() if SHELF[name].tableau.is_explicit]
        return tuple(sorted(explicit, key=lambda name: name != "tsit5"))

    def refusal(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot solve this problem, or None if it can."""
        if method in SHELF and not SHELF[method].tableau.is_explicit:
            return f"{method} is implicit; the reference backend has explicit methods only"
        if method in SHELF and SHELF[method].order == 1 and _too_fine(problem):
            return (
                f"{method} is of order 1, whose error cannot be kept to rtol {problem.rtol:g}; "
                f"give a fixed step (step=…), or rtol={FINEST_FIRST_ORDER:g}"
            )
        return not_on(problem)

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem."""
        chosen = SHELF[method].adaptive if problem.step is None else SHELF[method]
        kernels = _kernels(compose(problem.system, chosen))
        parts: list[Trajectories] = []
        for begin in range(0, problem.batch, CHUNK):
            part = problem.members(slice(begin, begin + CHUNK))
            parts.append(_Loop(part, kernels).run())
            if progress:
                progress(min(1.0, (begin + CHUNK) / problem.batch))
        return Trajectories.join(parts)


def _too_fine(problem: InitialValueProblem) -> bool:
    return problem.step is None and problem.rtol < FINEST_FIRST_ORDER


BACKEND = Reference()


@dataclass(frozen=True, eq=False)
class _Kernels:
    """The functions of an integrator."""

    begin: RowsFunction
    attempt: RowsFunction
    control: RowsFunction
    interpolate: RowsFunction
    n_stages: int


@lru_cache(maxsize=64)
def _kernels(integrator: Integrator) -> _Kernels:
    def function(program: Program) -> RowsFunction:
        return rows_function(program.tape, program.name, program.arguments)

    return _Kernels(
        function(integrator.begin),
        function(integrator.attempt),
        function(integrator.control),
        function(integrator.interpolate),
        integrator.n_stages,
    )


@dataclass(frozen=True, eq=False)
class _Step:
    """One step of the trajectories `i` from t to t + h: states y and z at its ends, kept slopes."""

    interpolate: RowsFunction
    i: Int
    t: BatchTime
    h: BatchTime
    y: StateBatch
    z: StateBatch
    kept: Float

    def some(self, which: Bool | Int) -> _Step:
        """Return the step of some of the trajectories."""
        chosen: Int = np.flatnonzero(which) if which.dtype == np.bool_ else which.astype(np.int64)
        return _Step(
            self.interpolate, self.i[chosen], self.t[chosen], self.h[chosen],
            _take(self.y, chosen), _take(self.z, chosen), _take(self.kept, chosen),
        )  # fmt: skip

    def at(self, theta: BatchTime) -> StateBatch:
        """Return the states at a fraction of each step."""
        return self.interpolate(theta, self.h, self.y, self.z, self.kept)


class _Loop:
    """One batch on its way. Arrays are indexed by trajectory; `running` lists those not ended."""

    def __init__(self, problem: InitialValueProblem, kernels: _Kernels) -> None:
        n_batch, n_times = problem.batch, len(problem.t_eval)
        self.problem, self.kernels = problem, kernels
        self.t: BatchTime = np.full(n_batch, problem.t0)
        self.y: StateBatch = problem.y0.copy()
        self.atol: StateBatch = np.broadcast_to(problem.atol, self.y.shape)
        self.before: BatchTime = np.full(n_batch, FIRST_NORM)  # error norm of the last good step
        self.written: Int = np.zeros(n_batch, dtype=np.int64)  # outputs already written
        self.due: Float = problem.direction * problem.t_eval  # output times, ascending
        self.out: Float = np.full((len(self.y), n_batch, n_times), np.nan)
        self.status: Int = np.full(n_batch, Status.SUCCESS, dtype=np.int64)
        self.state: Int = np.full(n_batch, -1, dtype=np.int64)
        self.n_steps: Int = np.zeros(n_batch, dtype=np.int64)
        self.n_rejected: Int = np.zeros(n_batch, dtype=np.int64)
        self.messages: dict[int, str] = {}
        self.longest = problem.longest_step if problem.step is None else np.inf
        self.watch = Watch.over(problem)

    def run(self) -> Trajectories:
        """Step every trajectory to its end."""
        self._start()
        while self.running.size:
            self._step(self.running)
        self.out[~np.isfinite(self.out)] = np.nan  # a fixed step may run into infinity
        return Trajectories(
            self.out, self.status, self.t, self.state, self.n_steps, self.n_rejected,
            (self.n_steps + self.n_rejected) * self.kernels.n_stages + 2,
            self.watch.first if self.watch else None, self.messages,
        )  # fmt: skip

    def _start(self) -> None:
        problem = self.problem
        span = problem.t_end - problem.t0
        first = self.kernels.begin(problem.t0, span, self.y, problem.p, self.atol, problem.rtol)
        self.f: StateBatch = first[1:]
        step = first[0] if problem.step is None else np.full(problem.batch, problem.step)
        self.h: BatchTime = problem.direction * step
        at_start = problem.t_eval == problem.t0
        self.out[:, :, at_start] = self.y[:, :, None]
        self.written[:] = at_start.sum()
        finite = np.isfinite(self.y) & np.isfinite(self.f)
        broken = ~finite.all(axis=0)
        self._end(
            np.flatnonzero(broken), Status.NOT_FINITE, np.where(finite, self.f, np.nan)[:, broken]
        )
        self.running: Int = np.flatnonzero(~broken & (span != 0))

    def _step(self, i: Int) -> None:
        """Attempt one step of the trajectories `i`, each with its own step size."""
        problem, n = self.problem, len(self.y)
        t, y = self.t[i], _take(self.y, i)
        h = np.clip(self.h[i], -self.longest, self.longest)
        left = problem.t_end - t
        last = np.abs(h) >= np.abs(left) * CLOSE
        tried = np.where(last, left, h)
        result = self.kernels.attempt(t, tried, y, _take(self.f, i), _take(problem.p, i))
        new, error, slope, kept = (
            result[:n],
            result[n : 2 * n],
            result[2 * n : 3 * n],
            result[3 * n :],
        )
        accept, factor = self._judge(i, y, new, error)
        step = _Step(self.kernels.interpolate, i, t, tried, y, new, kept)
        t_new = np.where(last, problem.t_end, t + tried)
        good = np.flatnonzero(accept)
        self._write(step if good.size == i.size else step.some(good), t_new[good])
        done = i[good]
        self.t[done] = t_new[good]
        self.y[:, done], self.f[:, done] = _take(new, good), _take(slope, good)
        self.n_steps[done] += 1
        self.n_rejected[i[~accept]] += 1
        # A last step was cut short: it says nothing about the step size that fits.
        self.h[i] = np.where(last & accept, h, tried * factor)
        self._stop(i, accept, last, new, slope)

    def _judge(
        self, i: Int, y: StateBatch, new: StateBatch, error: StateBatch
    ) -> tuple[Bool, BatchTime]:
        """Return which steps are accepted, and the factors to the next ones."""
        if self.problem.step is not None:
            return np.ones(len(i), dtype=np.bool_), np.ones(len(i))
        norm, accept, factor = self.kernels.control(
            y, new, error, _take(self.atol, i), self.problem.rtol, self.before[i]
        )
        accepted = accept > 0
        self.before[i] = np.where(accepted, np.maximum(norm, FIRST_NORM), self.before[i])
        return accepted, factor

    def _write(self, step: _Step, t_new: BatchTime) -> None:
        """Interpolate the outputs that fall into accepted steps, and look for crossings."""
        upto = np.searchsorted(self.due, self.problem.direction * t_new, side="right")
        counts: Int = upto - self.written[step.i]
        which = np.repeat(np.arange(len(counts)), counts)
        if which.size:
            ends = np.cumsum(counts)
            place = np.arange(which.size) - np.repeat(ends - upto, counts)
            at = step.some(which)
            self.out[:, at.i, place] = at.at((self.problem.t_eval[place] - at.t) / at.h)
        self.written[step.i] = upto
        if self.watch and step.i.size:
            self.watch.step(step)

    def _stop(self, i: Int, accept: Bool, last: Bool, new: StateBatch, slope: StateBatch) -> None:
        """End the trajectories that arrived or cannot go on."""
        broken = accept & ~np.isfinite(slope + new).all(axis=0)
        arrived = accept & last & ~broken
        t, h = np.abs(self.t[i]), np.abs(self.h[i])
        small = (h <= 16 * np.spacing(np.maximum(t, h))) & ~arrived & ~broken
        limit = self.n_steps[i] + self.n_rejected[i] >= self.problem.max_steps
        limit &= ~(arrived | small | broken)
        for which, status in (
            (broken, Status.NOT_FINITE),
            (small, Status.STEP_TOO_SMALL),
            (limit, Status.MAX_STEPS),
        ):
            if which.any():
                self._end(i[which], status, new[:, which])
        self.running = i[~(arrived | small | broken | limit)]

    def _end(self, i: Int, status: Status, values: StateBatch) -> None:
        """Note how trajectories ended, and which state was to blame: the largest or broken one."""
        if not i.size:
            return
        self.status[i] = status
        size = np.where(np.isfinite(values), np.abs(values), np.inf)
        self.state[i] = np.argmax(size, axis=0)
        if status is Status.MAX_STEPS:
            self._suspect(i)

    def _suspect(self, i: Int) -> None:
        """Tell those that stability held back from those that had a long way."""
        stiff = i[held_back(self.problem, i, self.t[i], self.y[:, i], self.h[i])]
        self.status[stiff] = Status.STIFF
        rates = decay_rates(self.problem, stiff, self.t[stiff], self.y[:, stiff])
        span = abs(self.problem.t_end - self.problem.t0)
        self.messages |= {
            int(k): f"ratio {r:.0e}" for k, r in zip(stiff, rates * span, strict=True)
        }


def _take(rows: Float, chosen: Int) -> Float:
    """Return columns of an array, each row in one piece of memory as emitted code reads it."""
    return np.take(rows, chosen, axis=1)
