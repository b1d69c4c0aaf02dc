"""The scipy backend: one trajectory at a time by scipy's integrators, their Jacobian exact.

The steps are driven one by one, so that they can be counted and limited, outputs come from the
dense output of each step, and conditions are watched as in the reference backend.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import Any

import numpy as np

from ...models.lazy import load
from ...models.tape import Tape
from ..arrays import BatchTime, Bool, Float, Int, StateBatch
from ..backend import Progress, not_on, without_events
from ..evaluate import rows_function, system_arguments
from ..events import Watch
from ..kernels.python import SCALAR, compiled
from ..problem import InitialValueProblem
from ..status import Status
from ..stiffness import jacobian_function
from ..trajectories import Trajectories

METHODS = ("LSODA", "RK45", "DOP853", "BDF", "Radau", "RK23")
IMPLICIT = ("LSODA", "BDF", "Radau")
SPARSE_FROM = 50  # states from which a sparse Jacobian pays; below, dense algebra is faster
DENSEST = 0.2  # and no more than this fraction of its entries present
PER_STEP = 200  # evaluations that no sane step takes; scipy's own loops have no limit


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
        return without_events(problem) or not_on(problem)

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem, one after another."""
        parts: list[Trajectories] = []
        with _quiet(), np.errstate(all="ignore"):
            for member in range(problem.batch):
                alone = problem.members(slice(member, member + 1))
                parts.append(_Walk(alone, method).run())
                if progress:
                    progress((member + 1) / problem.batch)
        return Trajectories.join(parts)


BACKEND = Scipy()
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


class _TooManyError(Exception):
    """The right-hand side was evaluated too often within one step."""


class _Rates:
    """The vector field of one trajectory, counted."""

    def __init__(self, problem: InitialValueProblem) -> None:
        self.function = scalar_function(problem, problem.system.vector_field)
        self.p: Float = problem.p[:, 0]
        self.count, self.limit = 0, PER_STEP

    def __call__(self, t: float, y: Float) -> Float:
        self.count += 1
        if self.count > self.limit:
            raise _TooManyError
        return self.function(t, y, self.p)


@dataclass(frozen=True, eq=False)
class _Step:
    """One accepted step: scipy's dense output from t to t + h."""

    dense: Callable[[Float], Float]
    i: Int
    t: BatchTime
    h: BatchTime

    def some(self, which: Bool) -> _Step:
        """Return the step itself: there is one trajectory."""
        del which
        return self

    def at(self, theta: BatchTime) -> StateBatch:
        """Return the states at a fraction of the step."""
        return self.dense(self.t + theta * self.h)


class _Walk:
    """One trajectory on its way."""

    def __init__(self, problem: InitialValueProblem, method: str) -> None:
        self.problem, self.method = problem, method
        self.rates = _Rates(problem)
        self.out: Float = np.full((len(problem.y0), 1, len(problem.t_eval)), np.nan)
        self.due: Float = problem.direction * problem.t_eval
        self.written = int((problem.t_eval == problem.t0).sum())
        self.out[:, 0, : self.written] = problem.y0
        self.t, self.y = problem.t0, problem.y0[:, 0]
        self.n_steps = 0
        self.message = ""
        self.watch = Watch.over(problem)

    def run(self) -> Trajectories:
        """Step to the end."""
        try:
            status = self._walk()
        except _TooManyError:
            status = self._failure(f"{PER_STEP} evaluations were not enough for one step")
        except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
            # A Jacobian or state that is not finite surfaces from scipy's algebra as one of these.
            status = self._failure(str(error))
        return self._result(status)

    def _walk(self) -> Status:
        problem, rates = self.problem, self.rates
        if not np.isfinite(self.y).all() or not np.isfinite(rates(self.t, self.y)).all():
            return Status.NOT_FINITE
        if problem.t_end == problem.t0:
            return Status.SUCCESS
        solver = self._solver()
        while solver.status == "running":
            if self.n_steps >= problem.max_steps:
                return Status.MAX_STEPS
            rates.limit = rates.count + PER_STEP
            solver.step()
            if solver.t == self.t or not np.isfinite(solver.y).all():
                return self._failure()
            self._advance(solver)
        return Status.SUCCESS

    def _solver(self) -> Any:
        problem = self.problem
        implicit = self.method in IMPLICIT
        options = {"jac": _jacobian(problem, self.method)} if implicit else {}
        return getattr(load("scipy.integrate"), self.method)(
            self.rates, problem.t0, problem.y0[:, 0], problem.t_end, rtol=problem.rtol,
            atol=np.broadcast_to(problem.atol[:, 0], self.y.shape),
            max_step=problem.longest_step, **options,
        )  # fmt: skip

    def _advance(self, solver: Any) -> None:
        """Take over a step: its outputs, its crossings, its end."""
        t = float(solver.t)
        upto = int(np.searchsorted(self.due, self.problem.direction * t, side="right"))
        new = slice(self.written, upto)
        if upto > self.written or self.watch:
            dense = solver.dense_output()
            self.out[:, 0, new] = dense(self.problem.t_eval[new]) if upto > self.written else 0.0
            if self.watch:
                begin, length = np.full(1, self.t), np.full(1, t - self.t)
                self.watch.step(_Step(dense, np.zeros(1, np.int64), begin, length))
        self.written, self.n_steps = upto, self.n_steps + 1
        self.t, self.y = t, solver.y

    def _failure(self, message: str = "") -> Status:
        """Return why no step could be made, judged by the rate and not by what was said."""
        self.message = f"{self.method}: {message}" if message else ""
        self.rates.limit = self.rates.count + 1
        finite = np.isfinite(self.y).all() and np.isfinite(self.rates(self.t, self.y)).all()
        return Status.STEP_TOO_SMALL if finite else Status.NOT_FINITE

    def _result(self, status: Status) -> Trajectories:
        good = status is Status.SUCCESS
        size = np.where(np.isfinite(self.y), np.abs(self.y), np.inf)
        return Trajectories(
            self.out, np.array([int(status)]), np.array([self.t]),
            np.array([-1 if good else int(np.argmax(size))]), np.array([self.n_steps]),
            np.array([0]), np.array([self.rates.count]), self.watch.first if self.watch else None,
            {0: self.message} if self.message else {},
        )  # fmt: skip


def scalar_function(problem: InitialValueProblem, tape: Tape) -> Callable[..., Float]:
    """Return a tape as a function of plain floats (t, y, p); numpy steps in off its domain."""
    system = problem.system
    arguments = system_arguments(system.n_states, system.n_parameters)
    quick = compiled(tape, "rates", arguments, SCALAR)
    careful = rows_function(tape, "rates", arguments)

    def rates(t: float, y: Float, p: Float) -> Float:
        try:
            return np.array(quick(t, y.tolist(), p.tolist()))
        except (ValueError, ArithmeticError):
            return careful(np.full(1, t), y[:, None], p[:, None])[
                :, 0
            ]  # nan or inf, as numpy has it

    return rates


def _jacobian(problem: InitialValueProblem, method: str) -> Callable[[float, Float], Any]:
    pattern, _ = jacobian_function(problem.system)
    entries = scalar_function(problem, pattern.tape)
    p = problem.p[:, 0]
    places = (np.array(pattern.rows, np.int64), np.array(pattern.columns, np.int64))
    rows, columns = pattern.shape
    sparse = rows >= SPARSE_FROM and len(pattern.rows) <= DENSEST * rows * columns

    def in_columns(t: float, y: Float) -> Any:
        return load("scipy.sparse").csc_matrix((entries(t, y, p), places), shape=pattern.shape)

    def dense(t: float, y: Float) -> Float:
        full = np.zeros(pattern.shape)
        full[places] = entries(t, y, p)
        return full

    return in_columns if sparse and method != "LSODA" else dense  # LSODA takes no sparse matrices
