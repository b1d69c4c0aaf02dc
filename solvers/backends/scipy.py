"""The scipy backend: one trajectory at a time by scipy's integrators, their Jacobian exact.

From one event to the next a solver of its own goes; see `by_scipy`.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock

import numpy as np

from ..backend import Progress, not_on
from ..by_scipy.walk import Walk
from ..hybrid import from_jump_to_jump
from ..problem import InitialValueProblem
from ..trajectories import Trajectories

METHODS = ("LSODA", "RK45", "DOP853", "BDF", "Radau", "RK23")


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
            parts.append(Walk(alone, method).run())
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
