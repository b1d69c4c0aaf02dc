"""The rates of one trajectory and their Jacobian in plain floats, as scipy's integrators ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..models.lazy import load
from ..models.tape import Tape
from .arrays import Float
from .evaluate import rows_function, system_arguments
from .kernels.python import SCALAR, compiled
from .problem import InitialValueProblem
from .stiffness import jacobian_function

SPARSE_FROM = 50  # states from which a sparse Jacobian pays; below, dense algebra is faster
DENSEST = 0.2  # and no more than this fraction of its entries present
PER_STEP = 200  # evaluations that no sane step takes; scipy's own loops have no limit


class TooManyError(Exception):
    """The right-hand side was evaluated too often within one step."""


class Rates:
    """The vector field of one trajectory, counted."""

    def __init__(self, problem: InitialValueProblem) -> None:
        self.function = scalar_function(problem, problem.system.vector_field)
        self.p: Float = problem.p[:, 0]
        self.count, self.limit = 0, PER_STEP
        self.way, self.latest = problem.direction, np.inf * problem.direction

    def __call__(self, t: float, y: Float) -> Float:
        """Return dy/dt, (state,).

        Raises
        ------
        TooManyError
            If the limit of evaluations is reached.
        """
        self.count += 1
        if self.count > self.limit:
            raise TooManyError
        return self.function(self.within(t), y, self.p)

    def within(self, t: float) -> float:
        """Return a time, or the latest that may be asked for if it is past that."""
        return self.way * min(self.way * t, self.way * self.latest)


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


def jacobian(
    problem: InitialValueProblem, method: str, rates: Rates
) -> Callable[[float, Float], Any]:
    """Return the exact Jacobian of the rates, as a method of scipy's takes it."""
    pattern, _ = jacobian_function(problem.system)
    entries = scalar_function(problem, pattern.tape)
    p = problem.p[:, 0]
    places = (np.array(pattern.rows, np.int64), np.array(pattern.columns, np.int64))
    rows, columns = pattern.shape
    sparse = rows >= SPARSE_FROM and len(pattern.rows) <= DENSEST * rows * columns

    def in_columns(t: float, y: Float) -> Any:
        return load("scipy.sparse").csc_matrix(
            (entries(rates.within(t), y, p), places), shape=pattern.shape
        )

    def dense(t: float, y: Float) -> Float:
        full = np.zeros(pattern.shape)
        full[places] = entries(rates.within(t), y, p)
        return full

    return in_columns if sparse and method != "LSODA" else dense  # LSODA takes no sparse matrices
