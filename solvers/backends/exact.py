"""The exact backend: a certified closed form, evaluated like any other tape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...models.errors import NoClosedFormError
from ...models.exact import ClosedForm, solve_exactly
from ...models.system import FirstOrderSystem
from ..backend import Progress, not_on
from ..evaluate import rows_function
from ..problem import InitialValueProblem
from ..status import Status
from ..trajectories import Trajectories


@dataclass(frozen=True)
class Exact:
    """Closed forms, where there is one for the whole system."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The only method."""
        return ("closed_form",)

    def refusal(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot solve this problem, or None if it can."""
        del method
        if problem.conditions is not None:
            return "a closed form does not watch conditions; reference does"
        found = _closed_form(problem.system)
        return found if isinstance(found, str) else not_on(problem)

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem."""
        del method, progress
        found = _closed_form(problem.system)
        if isinstance(found, str):
            raise NoClosedFormError(found)
        function = rows_function(
            found.tape, "exact", (("t", None), ("p", problem.system.n_parameters))
        )
        n_batch, n_time = problem.batch, len(problem.t_eval)
        rows = function(np.tile(problem.t_eval, n_batch), np.repeat(problem.p, n_time, axis=1))
        y = rows.reshape(-1, n_batch, n_time)
        finite = np.isfinite(y).all(axis=(0, 2))
        none = np.zeros(n_batch, dtype=np.int64)
        return Trajectories(
            y, np.where(finite, Status.SUCCESS, Status.NOT_FINITE).astype(np.int64),
            np.full(n_batch, problem.t_end), none - 1, none, none, none,
        )  # fmt: skip


BACKEND = Exact()


@lru_cache(maxsize=64)
def _closed_form(system: FirstOrderSystem) -> ClosedForm | str:
    """Return a system's closed form, or why it has none."""
    try:
        return solve_exactly(system)
    except NoClosedFormError as none:
        return str(none)
