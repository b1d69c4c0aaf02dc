"""The reference backend: one-step methods in numpy, a batch at a time, written to be read.

Every trajectory has its own time, step and status. The loop holds no formula: the step, its control
and its dense output are tapes composed from the method's tableau.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import BatchTime, Bool, Float, Int, StateBatch
from ..backend import Progress, not_on, stepping_methods, stepping_refusal
from ..compose.control import first_memory
from ..compose.hidden import SHORTER, hidden
from ..compose.program import Program
from ..control import CLOSE
from ..divisors import at_poles, look
from ..evaluate import rows_function
from ..events.encounters import correct, culprit, cut, write
from ..events.happenings import Happenings
from ..events.watch import Watch
from ..hybrid import from_jump_to_jump
from ..integrator import compose
from ..method import Method
from ..methods import SHELF
from ..problem import InitialValueProblem
from ..status import Status
from ..steps import Kernels, Step, kernels_of, take
from ..stiffness import suspicion
from ..trajectories import Trajectories

CHUNK = 4096  # trajectories at a time: their arrays stay in the processor's cache


@dataclass(frozen=True)
class Reference:
    """Batched Runge-Kutta and Rosenbrock methods, adaptive unless a fixed step is given."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the methods whose steps are composed, tsit5 first."""
        return stepping_methods()

    def refusal(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot solve this problem, or None if it can."""
        return stepping_refusal("reference", problem, method) or not_on(problem)

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem."""
        return from_jump_to_jump(problem, lambda some: _in_chunks(some, method, progress))


def _in_chunks(
    problem: InitialValueProblem, method: str, progress: Progress | None
) -> Trajectories:
    chosen = SHELF[method].adaptive if problem.step is None else SHELF[method]
    kernels = kernels_of(compose(problem.system, chosen))
    fixed = problem.step is not None
    pulses = None if fixed else hidden(problem.system, chosen, problem.n_controlled)
    looks = pulses, None if fixed else look(problem)
    parts: list[Trajectories] = []
    for begin in range(0, problem.batch, CHUNK):
        part = problem.members(slice(begin, begin + CHUNK))
        parts.append(_Loop(part, chosen, kernels, looks).run())
        if progress:
            progress(min(1.0, (begin + CHUNK) / problem.batch))
    return Trajectories.join(parts)


BACKEND = Reference()


class _Loop:
    """One batch on its way. Arrays are indexed by trajectory; `running` lists those not ended."""

    def __init__(
        self, problem: InitialValueProblem, method: Method, kernels: Kernels,
        looks: tuple[Program | None, Program | None],
    ) -> None:  # fmt: skip
        n_batch, n_times = problem.batch, len(problem.t_eval)
        self.problem, self.method, self.kernels = problem, method, kernels
        self.t: BatchTime = np.full(n_batch, problem.t0)
        self.y: StateBatch = problem.y0.copy()
        self.atol: StateBatch = np.broadcast_to(problem.atol, self.y.shape)
        self.before: BatchTime = np.full(n_batch, first_memory(method))  # of the last good step
        self.written: Int = np.zeros(n_batch, dtype=np.int64)  # outputs already written
        self.out: Float = np.full((len(self.y), n_batch, n_times), np.nan)
        self.status: Int = np.full(n_batch, Status.SUCCESS, dtype=np.int64)
        self.state: Int = np.full(n_batch, -1, dtype=np.int64)
        self.n_steps: Int = np.zeros(n_batch, dtype=np.int64)
        self.n_rejected: Int = np.zeros(n_batch, dtype=np.int64)
        self.extra: Int = np.zeros(n_batch, dtype=np.int64)  # evaluations besides steps
        self.messages: dict[int, str] = {}
        self.longest = problem.longest_step if problem.step is None else np.inf
        self.hidden, self.passing = (
            program and rows_function(program.tape, program.name, program.arguments)
            for program in looks
        )
        self.watch = Watch.over(problem)
        self.happenings = Happenings.over(problem)

    def run(self) -> Trajectories:
        """Step every trajectory to its end."""
        self._start()
        while self.running.size:
            self._step(self.running)
        self.messages |= self.happenings.messages if self.happenings else {}
        self.out[~np.isfinite(self.out)] = np.nan  # a fixed step may run into infinity
        return Trajectories(
            self.out, self.status, self.t, self.state, self.n_steps, self.n_rejected,
            (self.n_steps + self.n_rejected) * self.kernels.n_stages + self.extra,
            self.watch.first if self.watch else None, self.messages,
            self.happenings and self.happenings.log,
        )  # fmt: skip

    def _start(self) -> None:
        problem, everyone = self.problem, np.arange(self.problem.batch)
        self.f: StateBatch = np.empty_like(self.y)
        self.h: BatchTime = np.zeros(problem.batch)
        at_start = problem.t_eval == problem.t0
        self.out[:, :, at_start] = self.y[:, :, None]
        self.written[:] = at_start.sum()
        if self.happenings:
            self.messages |= self.happenings.impossible
            self.status[list(self.messages)] = Status.IMPOSSIBLE
            due = self.happenings.due(everyone, self.t) & (self.status == Status.SUCCESS)
            self._happen(everyone[due])
        self._begin(np.flatnonzero((self.h == 0) & (self.status == Status.SUCCESS)))
        self.running: Int = np.flatnonzero(
            (self.status == Status.SUCCESS) & (self.t != problem.t_end)
        )

    def _begin(self, i: Int) -> None:
        """Find slopes and first steps from where trajectories are."""
        problem, t, y = self.problem, self.t[i], take(self.y, i)
        p, atol, limit = take(problem.p, i), take(self.atol, i), self._ahead(i)[1]
        first = self.kernels.begin(t, problem.t_end - t, limit, y, p, atol, problem.rtol)
        self.f[:, i] = first[1:]
        self.extra[i] += 2
        step = first[0] if problem.step is None else problem.step
        self.h[i] = problem.direction * step
        finite = np.isfinite(y) & np.isfinite(first[1:])
        broken = ~finite.all(axis=0)
        values = np.where(finite, first[1:], np.nan)[:, broken]
        self._end(i[broken], Status.NOT_FINITE, values)

    def _ahead(self, i: Int) -> tuple[BatchTime, BatchTime]:
        """Return where the next step must end at the latest, and where rates are last asked for."""
        if self.happenings is None:
            return np.full(len(i), self.problem.t_end), np.full(len(i), self.problem.t_end)
        agenda = self.happenings.agenda
        time = agenda.time[i]
        return np.where(np.isfinite(time), time, self.problem.t_end), agenda.limit[i]

    def _step(self, i: Int) -> None:
        """Attempt one step of the trajectories `i`, each with its own step size."""
        t, h = self.t[i], np.clip(self.h[i], -self.longest, self.longest)
        goal, _ = self._ahead(i)
        last = np.abs(h) >= np.abs(goal - t) * CLOSE
        tried = np.where(last, goal - t, h)
        step, error = self._attempt(i, tried)
        accept, factor = self._judge(step, error)
        # A last step was cut short: it says nothing about the step size that fits.
        following = np.where(last & accept, h, tried * factor)
        good = np.flatnonzero(accept)
        made = step if good.size == i.size else step.some(good)
        t_new = np.where(last, goal, t + tried)[good]
        if self.happenings:
            self._cut(made, t_new)
        self._write(made, t_new)
        done = i[good]
        self.t[done] = t_new
        self.y[:, done], self.f[:, done] = made.z, made.slope
        self.n_steps[done] += 1
        self.n_rejected[i[~accept]] += 1
        self.h[i] = following
        broken = ~(np.isfinite(made.slope) & np.isfinite(made.z)).all(axis=0)
        self._end(done[broken], Status.NOT_FINITE, made.z[:, broken])
        if self.happenings:
            self._happen(done[self.happenings.due(done, t_new) & ~broken])
        self._stop(i, step.z)

    def _attempt(self, i: Int, h: BatchTime) -> tuple[Step, StateBatch]:
        """Return one step of the trajectories `i` from where they are, and its error."""
        n, t, y = len(self.y), self.t[i], take(self.y, i)
        _, limit = self._ahead(i)
        result = self.kernels.attempt(t, h, limit, y, take(self.f, i), take(self.problem.p, i))
        new, error, slope, kept = np.split(result, [n, 2 * n, 3 * n])
        return Step(self.kernels.interpolate, i, t, h, y, new, slope, kept), error

    def _cut(self, step: Step, t_new: BatchTime) -> None:
        """Make those steps again that an event ends early, up to its very time."""
        assert self.happenings is not None

        def attempt(i: Int, h: BatchTime) -> Step:
            self.extra[i] += self.kernels.n_stages
            return self._attempt(i, h)[0]

        cut(self.happenings, step, t_new, attempt)

    def _happen(self, i: Int) -> None:
        """Let what is due happen to trajectories; they begin anew from there."""
        if self.happenings is None or not i.size:
            return
        y, self.status[i] = self.happenings.happen(i, self.t[i], take(self.y, i))
        moved = (y != self.y[:, i]).any(axis=0)
        h = self.h[i]
        self.y[:, i] = y
        correct(self.problem, i, self.t[i], y, self.written, self.out)
        self._end(
            i[self.status[i] == Status.ZENO], Status.ZENO, y[:, self.status[i] == Status.ZENO]
        )
        on = (self.status[i] == Status.SUCCESS) & (self.t[i] != self.problem.t_end)
        self._begin(i[on])
        # Where only a rate has jumped, the step that fitted before is as good a guess as any.
        self.h[i] = np.where(moved | (h == 0), self.h[i], h)

    def _judge(self, step: Step, error: StateBatch) -> tuple[Bool, BatchTime]:
        """Return which steps are accepted, and the factors to the next ones."""
        i = step.i
        if self.problem.step is not None:
            return np.ones(len(i), dtype=np.bool_), np.ones(len(i))
        _, accept, factor, noted = self.kernels.control(
            step.y, step.z, error, take(self.atol, i), self.problem.rtol, step.h, self.before[i]
        )
        accepted = accept > 0
        if self.hidden or self.passing:
            much = self._hides(step) | self._passes(step)
            accepted &= ~much
            factor = np.where(much & (factor > SHORTER), SHORTER, factor)
        self.before[i] = np.where(accepted, noted, self.before[i])
        return accepted, factor

    def _hides(self, step: Step) -> Bool:
        """Tell which steps may hide more than the tolerance of what time alone decides."""
        i, problem = step.i, self.problem
        if self.hidden is None:
            return np.zeros(i.shape, dtype=np.bool_)
        ahead = self.hidden(step.t, step.h, self._ahead(i)[1], step.y, take(self.atol, i),
                            problem.rtol, take(problem.p, i))[0]  # fmt: skip
        return np.broadcast_to(ahead > 1, i.shape)

    def _passes(self, step: Step) -> Bool:
        """Tell which steps passed a pole that states drive."""
        i = step.i
        if self.passing is None:
            return np.zeros(i.shape, dtype=np.bool_)
        passed = self.passing(step.t, step.h, self._ahead(i)[1], step.y, step.z, take(self.f, i),
                              step.slope, take(self.problem.p, i))[1]  # fmt: skip
        return np.broadcast_to(passed > 0, i.shape)

    def _write(self, step: Step, t_new: BatchTime) -> None:
        """Interpolate the outputs that fall into accepted steps, and look for crossings."""
        write(self.problem, step, t_new, self.written, self.out)
        if self.watch and step.i.size:
            self.watch.step(step)

    def _stop(self, i: Int, new: StateBatch) -> None:
        """End the trajectories that arrived or cannot go on."""
        ended = (self.t[i] == self.problem.t_end) | (self.status[i] != Status.SUCCESS)
        t, h = np.abs(self.t[i]), np.abs(self.h[i])
        small = (h <= 16 * np.spacing(np.maximum(t, h))) & ~ended
        small &= h < np.abs(self.problem.t_end - self.t[i])  # a last step may be as short as that
        limit = self.n_steps[i] + self.n_rejected[i] >= self.problem.max_steps
        limit &= ~(ended | small)
        endless = small & (self.happenings.zeno.hastened(i) if self.happenings else False)
        ways = (
            (small & ~endless, Status.STEP_TOO_SMALL), (endless, Status.ZENO),
            (limit, Status.MAX_STEPS),
        )  # fmt: skip
        for which, status in ways:
            if which.any():
                self._end(i[which], status, new[:, which])
        self.running = i[~(ended | small | limit)]

    def _end(self, i: Int, status: Status, values: StateBatch) -> None:
        """Note how trajectories ended, and which state was to blame: the largest or broken one."""
        if not i.size:
            return
        self.status[i] = status
        self.state[i] = culprit(values)
        if status is Status.MAX_STEPS:
            self._suspect(i)
        self.messages |= at_poles(self.problem, i, self.status[i], self.t[i], take(self.y, i))

    def _suspect(self, i: Int) -> None:
        """Tell those that stability held back from those that had a long way."""
        stiff, said = suspicion(self.problem, self.method, i, self.t[i], self.y[:, i], self.h[i])
        self.status[stiff] = Status.STIFF
        self.messages |= said
