"""The scipy backend: one trajectory at a time by `scipy.integrate.solve_ivp`, Jacobian exact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...models.lazy import load
from ...models.tape import Tape
from ..arrays import Float
from ..backend import Progress, not_on
from ..evaluate import rows_function, system_arguments
from ..kernels.python import SCALAR, compiled
from ..problem import InitialValueProblem
from ..solution import Trajectories
from ..status import Status
from ..stiffness import jacobian_function

IMPLICIT = ("LSODA", "BDF", "Radau")
SPARSE_FROM = 50  # states from which a sparse Jacobian pays; below, dense algebra is faster
DENSEST = 0.2  # and no more than this fraction of its entries present

# solve_ivp's status codes; anything else it may invent is a failure too.
_REACHED_END, _EVENT = 0, 1


@dataclass(frozen=True)
class Scipy:
    """scipy's integrators, with the exact Jacobian, sparse when it is sparse."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Names as scipy spells them."""
        return ("LSODA", "RK45", "DOP853", "BDF", "Radau", "RK23")

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
        parts: list[Trajectories] = []
        for member in range(problem.batch):
            parts.append(_solve_one(problem.members(slice(member, member + 1)), method))
            if progress:
                progress((member + 1) / problem.batch)
        return Trajectories.join(parts)


BACKEND = Scipy()


def _solve_one(problem: InitialValueProblem, method: str) -> Trajectories:
    p = problem.p[:, 0]
    calls = _Limited(_scalar_function(problem, problem.system.vector_field), problem, method)
    options: dict[str, Any] = {"jac": _jacobian(problem, method)} if method in IMPLICIT else {}
    events = _events(problem)
    try:
        found = load("scipy.integrate").solve_ivp(
            lambda t, y: calls(t, y, p),
            (problem.t0, problem.t_end), problem.y0[:, 0], method=method, t_eval=problem.t_eval,
            rtol=max(problem.rtol, 2.5e-14),  # scipy refuses less than 100 units of rounding
            atol=np.broadcast_to(problem.atol[:, 0], problem.y0[:, 0].shape), events=events or None,
            **options,
        )  # fmt: skip
    except _TooManyError as stop:
        return _ended(problem, stop.t, Status.MAX_STEPS, calls.count, stop.message)
    except (ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
        # A Jacobian or state that is not finite surfaces from scipy's algebra as one of these.
        return _ended(problem, calls.t, Status.NOT_FINITE, calls.count, str(error))
    y = np.full((len(problem.y0), 1, len(problem.t_eval)), np.nan)
    y[:, 0, : len(found.t)] = found.y
    finite = bool(np.isfinite(found.y).all())
    good = found.status in {_REACHED_END, _EVENT} and finite
    if not good:
        return _ended(problem, calls.t, _failure(found.y, calls), calls.count, found.message, y)
    crossings = _crossings(problem, found.t_events) if events else None
    return _result(y, Status.SUCCESS, problem.t_end, -1, calls.count, len(found.t), crossings)


def _failure(y: Float, calls: _Limited) -> Status:
    broken = not np.isfinite(y).all() or not np.isfinite(calls.last).all()
    return Status.NOT_FINITE if broken and y.shape[1] <= 1 else Status.STEP_TOO_SMALL


class _TooManyError(Exception):
    """The right-hand side was evaluated too often."""

    def __init__(self, t: float, message: str) -> None:
        super().__init__(message)
        self.t, self.message = t, message


class _Limited:
    """A right-hand side that counts, and stops an integrator that has no step limit of its own."""

    PER_STEP = 12  # evaluations of the most expensive method, DOP853

    def __init__(self, function: Callable[..., Float], problem: InitialValueProblem, method: str) -> None:
        self.function, self.count, self.t = function, 0, problem.t0
        self.limit = problem.max_steps * self.PER_STEP
        self.last: Float = problem.y0[:, 0]
        self.method = method

    def __call__(self, t: float, y: Float, p: Float) -> Float:
        self.count += 1
        self.t, self.last = t, y
        if self.count > self.limit:
            raise _TooManyError(t, f"{self.method} evaluated the right-hand side {self.count - 1} times")
        return self.function(t, y, p)


def _scalar_function(problem: InitialValueProblem, tape: Tape) -> Callable[..., Float]:
    """Return a tape as a function of plain floats, falling back on numpy outside its domain."""
    system = problem.system
    arguments = system_arguments(system.n_states, system.n_parameters)
    quick = compiled(tape, "rates", arguments, SCALAR)
    careful = rows_function(tape, "rates", arguments)

    def rates(t: float, y: Float, p: Float) -> Float:
        try:
            return np.array(quick(t, y.tolist(), p.tolist()))
        except (ValueError, OverflowError, ZeroDivisionError, TypeError):
            return careful(np.full(1, t), y[:, None], p[:, None])[:, 0]  # nan or inf, as numpy has it

    return rates


def _jacobian(problem: InitialValueProblem, method: str) -> Callable[..., Any]:
    pattern, _ = jacobian_function(problem.system)
    entries = _scalar_function(problem, pattern.tape)
    p = problem.p[:, 0]
    places = (np.array(pattern.rows, dtype=int), np.array(pattern.columns, dtype=int))
    rows, columns = pattern.shape
    sparse = rows >= SPARSE_FROM and len(pattern.rows) <= DENSEST * rows * columns
    if sparse and method != "LSODA":  # LSODA takes dense or banded matrices only
        csc = load("scipy.sparse").csc_matrix
        return lambda t, y: csc((entries(t, y, p), places), shape=pattern.shape)

    def dense(t: float, y: Float) -> Float:
        full = np.zeros(pattern.shape)
        if pattern.rows:
            full[places] = entries(t, y, p)
        return full

    return dense


def _events(problem: InitialValueProblem) -> list[Callable[..., float]]:
    tape = problem.conditions
    if tape is None:
        return []
    p = problem.p[:, 0]
    function = _scalar_function(problem, tape)

    def event(position: int) -> Callable[..., float]:
        def condition(t: float, y: Float) -> float:
            return float(function(t, y, p)[position])

        condition.direction = 1.0  # pyright: ignore[reportFunctionMemberAccess]
        return condition

    return [event(c) for c in range(len(tape.outputs))]


def _crossings(problem: InitialValueProblem, t_events: list[Float]) -> Float:
    assert problem.conditions is not None
    at_start = _scalar_function(problem, problem.conditions)(problem.t0, problem.y0[:, 0], problem.p[:, 0])
    firsts = [problem.t0 if holds > 0 else (t[0] if len(t) else np.nan)
              for holds, t in zip(at_start, t_events, strict=True)]  # fmt: skip
    return np.array(firsts)[:, None]


def _ended(
    problem: InitialValueProblem, t: float, status: Status, count: int, message: str,
    y: Float | None = None,
) -> Trajectories:  # fmt: skip
    shape = (len(problem.y0), 1, len(problem.t_eval))
    values = np.full(shape, np.nan) if y is None else y
    reached = values[:, 0, np.isfinite(values[:, 0]).all(axis=0)]
    blamed = int(np.argmax(np.abs(reached[:, -1]))) if reached.size else 0
    n_conditions = len(problem.conditions.outputs) if problem.conditions else 0
    crossings = np.full((n_conditions, 1), np.nan) if n_conditions else None
    return _result(values, status, t, blamed, count, 0, crossings, message)


def _result(
    y: Float, status: Status, t: float, state: int, count: int, steps: int,
    crossings: Float | None, message: str = "",
) -> Trajectories:  # fmt: skip
    return Trajectories(
        y, np.array([int(status)]), np.array([t]), np.array([state]), np.array([steps]),
        np.array([0]), np.array([count]), crossings, message,
    )  # fmt: skip
