"""The exact backend: a certified closed form, evaluated like any other tape."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ...models.errors import NoClosedFormError, listing
from ...models.exact.kept import known
from ...models.exact.pieces import piece, with_derivatives
from ...models.once import once
from ...models.system import FirstOrderSystem, SystemEvent
from ...models.tape import Builder, Tape
from ...models.tape.differentiate import accumulate
from ..arrays import Bool, StateBatchTime
from ..backend import Progress, not_on
from ..evaluate import RowsFunction, rows_function
from ..events.foresight import foreseen
from ..problem import InitialValueProblem
from ..status import Status
from ..trajectories import Trajectories

_FEW = 2e7  # operations of numpy that take some hundredths of a second
_STEPS = 300  # evaluations of the rates that a trajectory takes at least, as measured


@dataclass(frozen=True)
class Exact:
    """Closed forms, where there is one for the whole system; of pieces between events too."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The only method."""
        return ("closed_form",)

    def refusal(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot solve this problem, or None if it can."""
        del method
        if problem.step is not None:
            return "a closed form makes no steps; leave step out, or give a method that makes them"
        if problem.conditions is not None:
            return "a closed form does not watch conditions; lanes and reference do"
        unknown = _unforeseen(problem.system)
        if unknown is not None:
            return (
                f"when the event {unknown.label!r} happens depends on the states, and a closed "
                "form is followed only between times that are known ahead; lanes, reference and "
                "scipy find such times"
            )
        found = _way(problem)
        return found if isinstance(found, str) else not_on(problem) or _beyond(problem, found)

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem."""
        found = _way(problem)
        if isinstance(found, str):
            raise NoClosedFormError(found)
        if progress:
            progress(1.0)
        return (
            _in_pieces(problem, found) if isinstance(found, _Piecewise) else _whole(problem, found)
        )


BACKEND = Exact()


@dataclass(frozen=True)
class _Piecewise:
    """The closed form of every piece, and what its switches are."""

    flow: Tape
    switches: Tape


def is_known(problem: InitialValueProblem) -> str:
    """Return why a closed form that is known from before is the best way; empty if it is not.

    It has no error of steps. It is left aside where its formula is so long that the many outputs of
    a batch would take longer than steps do.
    """
    system = problem.base or problem.system
    form = known(asked(system)) if problem.conditions is None else None
    if form is None or form.states != system.states:
        return ""
    outputs = len(form.tape.nodes) * len(problem.t_eval) * (1 + len(problem.by))
    if outputs > max(_FEW / problem.batch, _STEPS * len(system.vector_field.nodes)):
        return ""
    if not _reaches(problem) or BACKEND.refusal(problem, "closed_form"):
        return ""
    return "its closed form is known, which has no error of steps"


@once
def asked(system: FirstOrderSystem) -> FirstOrderSystem:
    """Return what a closed form is known of: a system without events, or one of its pieces."""
    in_pieces = any(event.label for event in system.events)
    return piece(system).system if in_pieces else replace(system, events=())


def _unforeseen(system: FirstOrderSystem) -> SystemEvent | None:
    """Return an event whose time depends on the states."""
    waiting = (e for e in system.events if e.occasion is None and not foreseen(system, e))
    return next(waiting, None)


def _way(problem: InitialValueProblem) -> Tape | _Piecewise | str:
    """Return the closed form of a system as a whole, or else of its pieces, or why there is none.

    With derivatives by parameters after the states, as in `models.sensitivity.augment`.
    """
    system = problem.base or problem.system
    whole = "" if any(event.label for event in system.events) else _tape(system, problem.by)
    if isinstance(whole, Tape) or not system.events:
        return whole
    return _pieces(system, problem.by)


def _pieces(system: FirstOrderSystem, by: tuple[str, ...]) -> _Piecewise | str:
    found = _found(piece(system).system)
    return found if isinstance(found, str) else _piecewise(found, system, by)


@lru_cache(maxsize=64)
def _piecewise(tape: Tape, system: FirstOrderSystem, by: tuple[str, ...]) -> _Piecewise:
    return _Piecewise(with_derivatives(tape, system, by), piece(system).switches)


def _tape(system: FirstOrderSystem, by: tuple[str, ...]) -> Tape | str:
    found = _found(replace(system, events=()))
    return found if isinstance(found, str) else augmented(found, by)


@lru_cache(maxsize=64)
def augmented(tape: Tape, by: tuple[str, ...]) -> Tape:
    """Return the states followed by their derivatives by some parameters."""
    builder = Builder(tape.inputs)
    seeds = {tape.inputs.index(name): {j: builder.constant(1.0)} for j, name in enumerate(by)}
    values, partials = accumulate(builder, tape, builder.inputs, seeds)
    columns = [p.get(j, 0.0) for j in range(len(by)) for p in partials]
    return builder.finish([*values, *columns])


def _found(system: FirstOrderSystem) -> Tape | str:
    """Return the closed form of a system, or why there is none.

    What was not found in time may have been found since, by whoever gave more.
    """
    found = _searched(system)
    return (_known(system) or found) if isinstance(found, str) else found


def _known(system: FirstOrderSystem) -> Tape | None:
    form = known(system)
    return form.tape if form is not None and form.states == system.states else None


@lru_cache(maxsize=64)
def _searched(system: FirstOrderSystem) -> Tape | str:
    """Return the closed form of a system, known from before or found now, or why there is none."""
    tape = _known(system)
    if tape is not None:
        return tape
    from ...models.exact.solve import solve_exactly  # takes long to load; a known form needs it not

    try:
        exact = solve_exactly(system)
    except NoClosedFormError as none:
        return str(none)
    if not exact.remaining:
        return exact.tape
    return (
        f'{exact.reason}. There is one for {listing(exact.states)}: method="partial" puts it in '
        f"and integrates {listing(exact.remaining)}"
    )


# ---- numbers ---------------------------------------------------------------------------------


def _whole(problem: InitialValueProblem, tape: Tape) -> Trajectories:
    y = _values(tape, problem)
    finite = np.isfinite(y).all(axis=0)
    through = np.logical_and.reduce(finite, axis=1)
    last = np.logical_and.accumulate(finite, axis=1).sum(axis=1)  # times before one is missing
    came = np.concatenate(([problem.t0], problem.t_eval))[last]
    none = np.zeros(problem.batch, dtype=np.int64)
    return Trajectories(
        np.where(np.isfinite(y), y, np.nan),
        np.where(through, Status.SUCCESS, Status.NOT_FINITE).astype(np.int64),
        np.where(through, problem.t_end, came), none - 1, none, none, none,
    )  # fmt: skip


def _in_pieces(problem: InitialValueProblem, pieces: _Piecewise) -> Trajectories:
    from ..events.pieces import Pieces  # what events need, which most have none of

    return Pieces(problem, *_functions(problem, pieces)).run()


def _functions(
    problem: InitialValueProblem, pieces: _Piecewise
) -> tuple[RowsFunction, RowsFunction]:
    n_parameters, n_switches = problem.system.n_parameters, len(pieces.switches.outputs)
    arguments = (
        ("t", None), ("p", n_parameters), ("switch", n_switches), ("begun", None),
        ("y", problem.system.n_states),
    )  # fmt: skip
    flow = rows_function(pieces.flow, "piece", arguments)
    return flow, rows_function(pieces.switches, "switches", (("t", None), ("p", n_parameters)))


def _values(tape: Tape, problem: InitialValueProblem) -> StateBatchTime:
    """Return the states at all times, shape (state, trajectory, time)."""
    arguments = (("t", None), ("p", problem.system.n_parameters))
    function = rows_function(tape, "closed_form", arguments)
    n_batch, n_time = problem.batch, len(problem.t_eval)
    rows = function(np.tile(problem.t_eval, n_batch), np.repeat(problem.p, n_time, axis=1))
    return rows.reshape(-1, n_batch, n_time)


def _beyond(problem: InitialValueProblem, found: Tape | _Piecewise) -> str | None:
    """Return the first time to which a closed form does not reach, for no member of a batch.

    Where it reaches for others, who is left behind is told in the outcome.
    """
    if isinstance(found, _Piecewise):
        return None
    y = _values(found, problem)
    slopeless = _without_slope(problem, y)
    if slopeless:
        return (
            f"the closed form that is known has no derivative by {slopeless} at these values; "
            'method="auto" integrates it'
        )
    missing = _missing(problem, y)
    if not missing.any(axis=1).all():
        return None
    time = problem.t_eval[int(np.argmax(missing.any(axis=0)))]
    where = _domain(problem.base or problem.system)
    return f"the closed form that is known does not reach t = {time:.6g}{where}"


@lru_cache(maxsize=64)
def _domain(system: FirstOrderSystem) -> str:
    """Return in words where the closed form of a system holds; found anew if it is not kept."""
    from ...models.exact.solve import (
        solve_exactly,
    )  # takes long to load, and is asked where it fails

    try:
        return f": it is {solve_exactly(replace(system, events=())).certificate.domain}"
    except NoClosedFormError:
        return ""


def _missing(problem: InitialValueProblem, y: StateBatchTime) -> Bool:
    """Return where there is no value although the parameters are numbers, (trajectory, time)."""
    given = np.isfinite(problem.p).all(axis=0, keepdims=True).T
    missing: Bool = np.logical_and(np.any(np.isnan(y), axis=0), given)
    return missing


def _reaches(problem: InitialValueProblem) -> bool:
    """Tell whether the closed form of a whole system has a value for everyone at every time."""
    found = _way(problem)
    return not isinstance(found, Tape) or not _missing(problem, _values(found, problem)).any()


def _without_slope(problem: InitialValueProblem, y: StateBatchTime) -> str:
    """Return a parameter by which finite states have no derivative; empty if there is none."""
    states, *slopes = np.split(y, 1 + len(problem.by))
    lacking = [n for n, s in zip(problem.by, slopes, strict=True) if np.isnan(s).any()]
    return lacking[0] if lacking and np.isfinite(states).all() else ""
