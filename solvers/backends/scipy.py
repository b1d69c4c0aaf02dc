"""The scipy backend: one trajectory at a time by scipy's integrators, their Jacobian exact.

The steps are driven one by one, so that they can be counted and limited, outputs come from the
dense output of each step, and conditions are watched as in the reference backend. From one event to
the next a solver of its own goes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import Any

import numpy as np

from ...models.lazy import load
from ..arrays import BatchTime, Bool, Float, Int, StateBatch
from ..backend import Progress, not_on
from ..events.encounters import correct
from ..events.foresight import SOONEST
from ..events.happenings import Happenings
from ..events.watch import Watch
from ..hybrid import from_jump_to_jump
from ..problem import InitialValueProblem
from ..scalar import PER_STEP, Rates, TooManyError, scalar_function
from ..status import Status
from ..stiffness import jacobian_function
from ..trajectories import Trajectories

METHODS = ("LSODA", "RK45", "DOP853", "BDF", "Radau", "RK23")
IMPLICIT = ("LSODA", "BDF", "Radau")
SPARSE_FROM = 50  # states from which a sparse Jacobian pays; below, dense algebra is faster
DENSEST = 0.2  # and no more than this fraction of its entries present
BANDED_BELOW = 0.2  # of the states: bands up to this width are stored as such for LSODA
NEAR = 16  # numbers next to one another between which no solver of scipy's goes
STRAIGHT = 1e-3  # of a step, up to which a slope tells the states beside a time well enough


@dataclass(frozen=True)
class Scipy:
    """scipy's integrators, with the exact Jacobian, sparse when it is sparse."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Names as scipy spells them."""
        return METHODS

    def refusal(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot solve this problem, or None if it can."""
        del method
        if problem.step:
            return "scipy chooses its own steps; a fixed step needs reference"
        return not_on(problem)

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem, one after another."""
        return from_jump_to_jump(problem, lambda some: _one_by_one(some, method, progress))


def _one_by_one(
    problem: InitialValueProblem, method: str, progress: Progress | None
) -> Trajectories:
    parts: list[Trajectories] = []
    with _quiet(), np.errstate(all="ignore"):
        for member in range(problem.batch):
            alone = problem.members(slice(member, member + 1))
            parts.append(_Walk(alone, method).run())
            if progress:
                progress((member + 1) / problem.batch)
    return Trajectories.join(parts)


BACKEND = Scipy()
ONE = np.zeros(1, dtype=np.int64)  # the number of the only trajectory
_LOCK = RLock()


@contextmanager
def _quiet() -> Generator[None]:
    """Keep scipy's warnings to ourselves: what they say is in the status.

    Filters belong to the whole process, so threads take turns; the interpreter's lock lets only one
    of them run Python anyway.
    """
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@dataclass(frozen=True, eq=False)
class _Step:
    """One accepted step from t to t + h, states y and z at its ends, and scipy's dense output.

    The latter does not always meet the ends; a straight line is added so that it does.
    """

    dense: Callable[[Float], Float]
    i: Int
    t: BatchTime
    h: BatchTime
    y: StateBatch
    z: StateBatch

    def some(self, which: Bool | Int) -> _Step:
        """Return the step of some of the trajectories; there is one, which may be repeated."""
        return _Step(
            self.dense, self.i[which], self.t[which], self.h[which], self.y[:, which],
            self.z[:, which],
        )  # fmt: skip

    def at(self, theta: BatchTime) -> StateBatch:
        """Return the states at a fraction of the step."""
        gaps = self.y - self.dense(self.t), self.z - self.dense(self.t + self.h)
        return self.dense(self.t + theta * self.h) + (1 - theta) * gaps[0] + theta * gaps[1]


class _Walk:
    """One trajectory on its way."""

    def __init__(self, problem: InitialValueProblem, method: str) -> None:
        self.problem, self.method = problem, method
        self.rates = Rates(problem)
        self.out: Float = np.full((len(problem.y0), 1, len(problem.t_eval)), np.nan)
        self.due: Float = problem.direction * problem.t_eval
        self.written = int((problem.t_eval == problem.t0).sum())
        self.out[:, 0, : self.written] = problem.y0
        self.t, self.y = problem.t0, problem.y0[:, 0]
        self.n_steps = 0
        self.message = ""
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
            if self.n_steps >= self.problem.max_steps:
                return Status.MAX_STEPS
            self.rates.limit = self.rates.count + PER_STEP
            solver.step()
            if solver.t == self.t or not np.isfinite(solver.y).all():
                return self._failure()
            if self._advance(solver):
                break
        return Status.SUCCESS

    def _solver(self, goal: float) -> Any:
        problem = self.problem
        implicit = self.method in IMPLICIT
        options = _algebra(problem, self.method, self.rates) if implicit else {}
        return getattr(load("scipy.integrate"), self.method)(
            self.rates, self.t, self.y, goal, rtol=problem.rtol,
            atol=np.broadcast_to(problem.atol[:, 0], self.y.shape),
            max_step=problem.longest_step, **options,
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

    def _step(self, dense: Callable[[Float], Float], t: float, y: Float) -> _Step:
        begin, length = np.full(1, self.t), np.full(1, t - self.t)
        return _Step(dense, ONE, begin, length, self.y[:, None], y[:, None])

    def _search(self, step: _Step) -> tuple[float, Float]:
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
        least = NEAR * SOONEST * abs(self.problem.t_end - self.problem.t0)
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
        return Trajectories(
            self.out, np.array([int(status)]), np.array([self.t]),
            np.array([-1 if status.blameless else int(np.argmax(size))]), np.array([self.n_steps]),
            np.array([0]), np.array([self.rates.count]), self.watch.first if self.watch else None,
            self._messages(), self.happenings and self.happenings.log,
        )  # fmt: skip


def _algebra(problem: InitialValueProblem, method: str, rates: Rates) -> dict[str, Any]:
    """Return the exact Jacobian of the rates as scipy takes it: banded, sparse or dense."""
    pattern, _ = jacobian_function(problem.system)
    entries = scalar_function(problem, pattern.tape)
    p, n = problem.p[:, 0], pattern.shape[0]
    places = (np.array(pattern.rows, np.int64), np.array(pattern.columns, np.int64))

    def in_columns(t: float, y: Float) -> Any:
        return load("scipy.sparse").csc_matrix(
            (entries(rates.within(t), y, p), places), shape=pattern.shape
        )

    def filled(shape: tuple[int, int], into: tuple[Int, Int]) -> Callable[[float, Float], Float]:
        def function(t: float, y: Float) -> Float:
            matrix = np.zeros(shape)
            matrix[into] = entries(rates.within(t), y, p)
            return matrix

        return function

    offsets = places[0] - places[1]
    below, above = (int(np.max(side, initial=0)) for side in (offsets, -offsets))
    width = below + above + 1
    if method == "LSODA" and n >= SPARSE_FROM and width <= n * BANDED_BELOW:
        packed = filled((width, n), (above + offsets, places[1]))
        return {"jac": packed, "lband": below, "uband": above}
    sparse = n >= SPARSE_FROM and len(pattern.rows) <= DENSEST * n * n
    if sparse and method != "LSODA":  # which takes no sparse matrices
        return {"jac": in_columns}
    return {"jac": filled(pattern.shape, places)}
