"""One trajectory on its way, from event to event, with a solver of scipy's for each stretch.

Steps are driven one by one, so that they can be counted and limited; outputs come from the dense
output of each, and conditions are watched as in the reference backend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...models.lazy import load
from ..arrays import BatchTime, Float, Int, StateBatch
from ..compose.hidden import SHORTER, hidden
from ..divisors import at_poles, look
from ..evaluate import rows_function
from ..events.agenda import LEAST
from ..events.encounters import correct
from ..events.happenings import Happenings
from ..events.watch import Watch
from ..methods import SHELF
from ..problem import InitialValueProblem
from ..scalar import PER_STEP, Rates, TooManyError
from ..status import Status
from ..trajectories import Trajectories
from .jacobian import scipy_jacobian
from .step import ScipyStep

IMPLICIT = ("LSODA", "BDF", "Radau")
# Methods that look at the same places of a step; a multistep one looks where steps end.
LOOKS = {"RK45": "dopri5", "DOP853": "dop853", "RK23": "bosh3", "Radau": "radau5"}
ELSE = "euler"
NEAR = 16  # numbers next to one another between which no solver of scipy's goes
STRAIGHT = 1e-3  # of a step, up to which a slope tells the states beside a time well enough
ONE = np.zeros(1, dtype=np.int64)  # the number of the only trajectory


class Walk:
    """One trajectory on its way."""

    def __init__(self, problem: InitialValueProblem, method: str) -> None:
        self.problem, self.method = problem, method
        self.rates = Rates(problem)
        self.out: Float = np.full((len(problem.y0), 1, len(problem.t_eval)), np.nan)
        self.due: Float = problem.direction * problem.t_eval
        self.written = int((problem.t_eval == problem.t0).sum())
        self.out[:, 0, : self.written] = problem.y0
        self.t, self.y = problem.t0, problem.y0[:, 0]
        self.n_steps = self.n_rejected = 0
        self.longest, self.doubtful = problem.longest_step, problem.t0
        self.message = ""
        looks = SHELF[LOOKS.get(method, ELSE)]
        pulses = hidden(problem.system, looks, problem.n_controlled)
        self.hidden = pulses and rows_function(pulses.tape, pulses.name, pulses.arguments)
        poles = look(problem)
        self.passing = poles and rows_function(poles.tape, poles.name, poles.arguments)
        self.watch = Watch.over(problem)
        self.happenings = Happenings.over(problem)

    def run(self) -> Trajectories:
        """Step to the end."""
        if self.happenings and self.happenings.impossible:
            (self.message,) = self.happenings.impossible.values()
            return self._result(Status.IMPOSSIBLE)
        try:
            status = self._walk()
        except TooManyError:
            status = self._failure(f"{PER_STEP} evaluations were not enough for one step")
        except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
            # A Jacobian or state that is not finite surfaces from scipy's algebra as one of these.
            status = self._failure(str(error))
        return self._result(status)

    def _walk(self) -> Status:
        """Go from event to event."""
        status = self._happen()
        while status is Status.SUCCESS and self.t != self.problem.t_end:
            self.rates.limit = self.rates.count + PER_STEP
            if not np.isfinite(self.y).all() or not np.isfinite(self.rates(self.t, self.y)).all():
                return Status.NOT_FINITE
            status = self._stretch(self._goal())
            if status is Status.SUCCESS:
                status = self._happen()
        return status

    def _goal(self) -> float:
        """Return where the next event is due, or the end; rates are not asked for past it."""
        if self.happenings is None:
            return self.problem.t_end
        time = float(self.happenings.agenda.time[0])
        self.rates.latest = float(self.happenings.agenda.limit[0])
        return time if np.isfinite(time) else self.problem.t_end

    def _happen(self) -> Status:
        """Let what is due happen."""
        t = np.full(1, self.t)
        if self.happenings is None or not self.happenings.due(ONE, t)[0]:
            return Status.SUCCESS
        y, status = self.happenings.happen(ONE, t, self.y[:, None])
        self.y = y[:, 0]
        correct(self.problem, ONE, t, y, np.array([self.written]), self.out)
        return Status(int(status[0]))

    def _stretch(self, goal: float) -> Status:
        """Step towards a time, or up to an event before it."""
        if self._is_near(goal):
            self._take_over(goal, self.y + (goal - self.t) * self.rates(self.t, self.y))
            return Status.SUCCESS
        solver = self._solver(goal)
        while solver.status == "running":
            if self.n_steps + self.n_rejected >= self.problem.max_steps:
                return Status.MAX_STEPS
            self.rates.limit = self.rates.count + PER_STEP
            solver.step()
            if solver.t == self.t or not np.isfinite(solver.y).all():
                return self._failure()
            if self._doubts(solver):
                small = self.longest <= NEAR * np.spacing(abs(self.t))
                return self._failure() if small else Status.SUCCESS
            if self._advance(solver) or self._is_free():
                break
        return Status.SUCCESS

    def _doubts(self, solver: Any) -> bool:
        """Tell if a step hides something, or passed a pole; shorter ones go up to its end."""
        t = float(solver.t)
        doubtful = self._hides(t) or self._passes(t, solver.y)
        if doubtful:
            self.longest, self.doubtful = SHORTER * abs(t - self.t), t
            self.n_rejected += 1
        return doubtful

    def _passes(self, t: float, z: Float) -> bool:
        """Tell if a step passed a pole that states drive."""
        if self.passing is None:
            return False
        f, g = self.rates(self.t, self.y), self.rates(t, z)
        found = self.passing(
            np.full(1, self.t), np.full(1, t - self.t), np.full(1, self.rates.latest),
            *(x[:, None] for x in (self.y, z, f, g)), self.problem.p,
        )  # fmt: skip
        return bool(np.all(found[1] > 0))

    def _hides(self, t: float) -> bool:
        """Tell if a step to a time hides what time alone decides."""
        if self.hidden is None:
            return False
        problem, length = self.problem, t - self.t
        (ahead,) = self.hidden(
            np.full(1, self.t), np.full(1, length), np.full(1, self.rates.latest), self.y[:, None],
            problem.atol[:, :1], problem.rtol, problem.p,
        )  # fmt: skip
        return bool(np.all(ahead > 1))

    def _is_free(self) -> bool:
        """Tell if steps need be short no longer."""
        way, whole = self.problem.direction, self.problem.longest_step
        free = self.longest < whole and way * self.t >= way * self.doubtful
        self.longest = whole if free else self.longest
        return free

    def _solver(self, goal: float) -> Any:
        problem = self.problem
        implicit = self.method in IMPLICIT
        options = scipy_jacobian(problem, self.method, self.rates) if implicit else {}
        return getattr(load("scipy.integrate"), self.method)(
            self.rates, self.t, self.y, goal, rtol=problem.rtol,
            atol=np.broadcast_to(problem.atol[:, 0], self.y.shape),
            max_step=self.longest, **options,
        )  # fmt: skip

    def _advance(self, solver: Any) -> bool:
        """Take over a step: its crossings, its outputs, its end; tell if an event is there."""
        t, y, dense, early = float(solver.t), solver.y, None, False
        if self.watch or self.happenings or self._upto(t) > self.written:
            dense = solver.dense_output()
        if dense and self.happenings:
            time, there = self._search(self._step(dense, t, y))
            early = bool(np.isfinite(time))
            t, y = (time, there) if early else (t, y)
        if dense and self.watch:
            self.watch.step(self._step(dense, t, y))
        self._take_over(t, y, dense)
        return early

    def _step(self, dense: Callable[[Float], Float], t: float, y: Float) -> ScipyStep:
        begin, length = np.full(1, self.t), np.full(1, t - self.t)
        return ScipyStep(dense, ONE, begin, length, self.y[:, None], y[:, None])

    def _search(self, step: ScipyStep) -> tuple[float, Float]:
        """Return when a trigger turns in a step, nan if none does, and the states then.

        They are those that steps up to this time give, not what dense output says.
        """
        assert self.happenings is not None
        base, base_y, slope = np.nan, step.z[:, 0], step.z[:, 0]

        def retake(which: Int, time: BatchTime) -> StateBatch:
            nonlocal base, base_y, slope
            del which
            if not abs(time[0] - base) <= STRAIGHT * abs(step.h[0]):
                base, base_y = float(time[0]), self._again(float(time[0]))
                slope = self.rates(base, base_y)
            return (base_y + (time[0] - base) * slope)[:, None]

        time = self.happenings.search(step, retake)
        return float(time[0]), retake(ONE, time)[:, 0] if np.isfinite(time[0]) else step.z[:, 0]

    def _is_near(self, t: float) -> bool:
        """Tell whether a time is so close that a slope tells the states there."""
        least = NEAR * LEAST * abs(self.problem.t_end - self.problem.t0)
        return abs(t - self.t) <= max(NEAR * np.spacing(abs(self.t)), least)

    def _again(self, t: float) -> Float:
        """Return the states at a time within the step that was made last, by new steps."""
        if self._is_near(t):
            return self.y + (t - self.t) * self.rates(self.t, self.y)
        solver = self._solver(t)
        while solver.status == "running":
            self.rates.limit = self.rates.count + PER_STEP
            solver.step()
        self.rates.limit = self.rates.count + PER_STEP
        return solver.y

    def _upto(self, t: float) -> int:
        """Return how many outputs are due up to a time."""
        return int(np.searchsorted(self.due, self.problem.direction * t, side="right"))

    def _take_over(self, t: float, y: Float, dense: Callable[[Float], Float] | None = None) -> None:
        """Write the outputs of a step, and go to its end."""
        new = slice(self.written, self._upto(t))
        if new.stop > new.start:
            self.out[:, 0, new] = dense(self.problem.t_eval[new]) if dense else y[:, None]
        self.written, self.n_steps = new.stop, self.n_steps + 1
        self.t, self.y = t, y

    def _failure(self, message: str = "") -> Status:
        """Return why no step could be made, judged by the rate and not by what was said."""
        self.message = f"{self.method}: {message}" if message else ""
        self.rates.limit = self.rates.count + 1
        finite = np.isfinite(self.y).all() and np.isfinite(self.rates(self.t, self.y)).all()
        return Status.STEP_TOO_SMALL if finite else Status.NOT_FINITE

    def _messages(self) -> Mapping[int, str]:
        """Return what more is known of the end."""
        said = {0: self.message} if self.message else {}
        return {**self.happenings.messages, **said} if self.happenings else said

    def _result(self, status: Status) -> Trajectories:
        size = np.where(np.isfinite(self.y), np.abs(self.y), np.inf)
        near = at_poles(
            self.problem, ONE, np.full(1, int(status)), np.full(1, self.t), self.y[:, None]
        )
        self.message = near.get(0, self.message)
        return Trajectories(
            self.out, np.array([int(status)]), np.array([self.t]),
            np.array([-1 if status.blameless else int(np.argmax(size))]), np.array([self.n_steps]),
            np.array([self.n_rejected]), np.array([self.rates.count]),
            self.watch.first if self.watch else None, self._messages(),
            self.happenings and self.happenings.log,
        )  # fmt: skip
