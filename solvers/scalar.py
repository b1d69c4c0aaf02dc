"""The rates of one trajectory in plain floats, as scipy's integrators ask for them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..models.tape import Tape
from .arrays import Float
from .evaluate import rows_function, system_arguments
from .kernels.listing import is_long
from .kernels.python import SCALAR, compiled
from .problem import InitialValueProblem

PER_STEP = 1_000  # evaluations that no sane step takes; scipy's own loops have no limit


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
    careful = rows_function(tape, "rates", arguments)

    def of_rows(t: float, y: Float, p: Float) -> Float:
        return careful(np.full(1, t), y[:, None], p[:, None])[:, 0]

    if is_long(tape):  # numpy takes its lists in less time than it takes to compile it
        return of_rows
    quick = compiled(tape, "rates", arguments, SCALAR)

    def rates(t: float, y: Float, p: Float) -> Float:
        try:
            return np.array(quick(t, y.tolist(), p.tolist()))
        except (ValueError, ArithmeticError):
            return of_rows(t, y, p)  # nan or inf, as numpy has it

    return rates
