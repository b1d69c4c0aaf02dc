"""The exact backend: a certified closed form, evaluated like any other tape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...models.errors import NoClosedFormError
from ...models.exact.kept import known
from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Tape
from ...models.tape.differentiate import accumulate
from ..arrays import StateBatchTime
from ..backend import Progress, not_on, without_events
from ..evaluate import rows_function
from ..problem import InitialValueProblem
from ..status import Status
from ..trajectories import Trajectories

_FEW = 2e7  # operations of numpy that take some hundredths of a second
_STEPS = 300  # evaluations of the rates that a trajectory takes at least, as measured


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
        if any(event.label for event in problem.system.events):
            return without_events(problem)
        found = _tape(problem.base or problem.system, problem.by)
        if isinstance(found, str):
            return found
        return not_on(problem) or _beyond(problem, _values(found, problem))

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem."""
        found = _tape(problem.base or problem.system, problem.by)
        if isinstance(found, str):
            raise NoClosedFormError(found)
        n_batch = problem.batch
        y = _values(found, problem)
        finite = np.isfinite(y).all(axis=(0, 2))
        none = np.zeros(n_batch, dtype=np.int64)
        if progress:
            progress(1.0)
        return Trajectories(
            np.where(np.isfinite(y), y, np.nan),
            np.where(finite, Status.SUCCESS, Status.NOT_FINITE).astype(np.int64),
            np.full(n_batch, problem.t_end), none - 1, none, none, none,
        )  # fmt: skip


BACKEND = Exact()


def is_known(problem: InitialValueProblem) -> str:
    """Return why a closed form that is known from before is the best way; empty if it is not.

    It has no error of steps. It is left aside where its formula is so long that the many outputs of
    a batch would take longer than steps do.
    """
    system = problem.base or problem.system
    form = known(system) if problem.conditions is None else None
    if form is None or form.states != system.states:
        return ""
    outputs = len(form.tape.nodes) * len(problem.t_eval) * (1 + len(problem.by))
    if outputs > max(_FEW / problem.batch, _STEPS * len(system.vector_field.nodes)):
        return ""
    if BACKEND.refusal(problem, "closed_form"):
        return ""
    return "its closed form is known, which has no error of steps"


def _values(tape: Tape, problem: InitialValueProblem) -> StateBatchTime:
    """Return the states at all times, shape (state, trajectory, time)."""
    arguments = (("t", None), ("p", problem.system.n_parameters))
    function = rows_function(tape, "closed_form", arguments)
    n_batch, n_time = problem.batch, len(problem.t_eval)
    rows = function(np.tile(problem.t_eval, n_batch), np.repeat(problem.p, n_time, axis=1))
    return rows.reshape(-1, n_batch, n_time)


def _beyond(problem: InitialValueProblem, y: StateBatchTime) -> str | None:
    """Return the first time to which a closed form does not reach; numerical methods may."""
    missing = np.isnan(y).any(axis=(0, 1)) & np.isfinite(problem.p).all()
    if not missing.any():
        return None
    time = problem.t_eval[int(np.argmax(missing))]
    return f"the closed form that is known does not reach t = {time:.6g}"


@lru_cache(maxsize=64)
def _tape(system: FirstOrderSystem, by: tuple[str, ...]) -> Tape | str:
    """Return a system's closed form and its derivatives by parameters, or why it has none.

    As in `models.sensitivity.augment`, the derivatives of all states by the first parameter come
    after the states, then those by the next.
    """
    form = known(system)
    tape = form.tape if form and form.states == system.states else _found(system)
    if isinstance(tape, str):
        return tape
    builder = Builder(tape.inputs)
    seeds = {tape.inputs.index(name): {j: builder.constant(1.0)} for j, name in enumerate(by)}
    values, partials = accumulate(builder, tape, builder.inputs, seeds)
    columns = [p.get(j, 0.0) for j in range(len(by)) for p in partials]
    return builder.finish([*values, *columns])


def _found(system: FirstOrderSystem) -> Tape | str:
    from ...models.exact.solve import solve_exactly  # takes long to load; a known form needs it not

    try:
        exact = solve_exactly(system)
    except NoClosedFormError as none:
        return str(none)
    return exact.reason if exact.remaining else exact.tape
