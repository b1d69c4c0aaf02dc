"""A partial closed form put in: the states it covers are formulas, the others are integrated.

Exact states enter the rates of the others as formulas of time, and have no error of steps. That is
seldom cheaper: rates that were free of time are not any more, and hold functions in place of
states. With chains, growth, saddles and fast transients before a state without a closed form, an
ensemble of 1000 takes 1.0 to 6 times as long (12 with a long formula), one trajectory 0.8 to 2.2
times, and both ways deliver the tolerance. Where exact states turn very often on the way, steps
follow them either way, in 0.8 to 2.2 of the time, but the errors of following them add up: at rtol
= 1e-6 to 3e-7 of their size after 2000 radians, to 2e-6 after 10 000. There formulas are put in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ...models.errors import NoClosedFormError, RefusalError, listing
from ...models.exact.apart import with_solutions
from ...models.exact.kept import Known, known
from ...models.once import once
from ...models.system import FirstOrderSystem, SystemEvent
from ...models.tape import Builder, Tape
from ...models.tape.refined import unrefined
from ..arrays import Bool, Float, Int
from ..backend import with_slopes
from ..backends.exact import asked, augmented
from ..evaluate import rows_function
from ..event_log import EventLog
from ..problem import InitialValueProblem
from ..row_bounds import jacobian_function
from ..status import Status
from ..trajectories import Trajectories
from .order import operations

TURNS = 1000.0  # radians over the interval from which errors of following exact states add up
DEAREST = 10.0  # times the operations of the rates as they are, which take up to twice the time
MOST = 50  # exact states whose modes are looked at


@dataclass(frozen=True, eq=False)
class Partial:
    """A system of which some states have a closed form and others have none.

    Parameters
    ----------
    system
        The whole, without sensitivities.
    form
        The states that have one, and their values from time and the parameters.
    rest
        The system of the others, the formulas put in.
    """

    system: FirstOrderSystem
    form: Known
    rest: FirstOrderSystem

    @property
    def covered(self) -> Int:
        """Positions of the states that have a closed form."""
        return np.array([self.system.states.index(s) for s in self.form.states])

    @property
    def others(self) -> Int:
        """Positions of the states that have none."""
        return np.array([self.system.states.index(s) for s in self.rest.states])

    @property
    def told(self) -> str:
        """What is done, in words."""
        return (
            f"the closed form of {listing(self.form.states)} is put in, and "
            f"{listing(self.rest.states)} integrated"
        )

    def turns(self, problem: InitialValueProblem) -> Bool:
        """Tell for each trajectory whether its exact states turn very often on the way, (batch,).

        Their fastest mode at the start decides.
        """
        own = self.covered
        if own.size > MOST:
            return np.zeros(problem.batch, dtype=np.bool_)
        pattern, function = jacobian_function(self.system)
        n = self.system.n_states
        full = np.zeros((problem.batch, n, n))
        rows, columns = np.array(pattern.rows, int), np.array(pattern.columns, int)
        full[:, rows, columns] = function(problem.t0, problem.y0[:n], problem.p).T
        matrices = full[:, own[:, None], own]
        finite = np.isfinite(matrices).all(axis=(1, 2))
        matrices[~finite] = 0.0
        fastest = np.abs(np.linalg.eigvals(matrices).imag).max(axis=1)
        return fastest * abs(problem.t_end - problem.t0) > TURNS

    def is_short(self) -> bool:
        """Tell whether the rates with formulas put in cost about as much as those without."""
        return operations(self.rest.vector_field) <= DEAREST * operations(self.system.vector_field)

    def problem(self, whole: InitialValueProblem) -> InitialValueProblem:
        """Return the problem of the states that are integrated, and of their sensitivities."""
        rows = _rows(self.others, self.system.n_states, len(whole.by))
        system = with_slopes(self.rest, whole.by) if whole.by else self.rest
        conditions = whole.conditions and _bound(whole.conditions, system, self._values())
        return replace(
            whole, system=system, y0=whole.y0[rows], conditions=conditions, tally=None,
            atol=whole.atol if len(whole.atol) == 1 else whole.atol[rows],
            base=self.rest if whole.by else None, model=None,
        )  # fmt: skip

    def together(self, whole: InitialValueProblem, found: Trajectories) -> Trajectories:
        """Return the trajectories of all states, from those of the states that are integrated."""
        n, m = self.system.n_states, len(whole.by)
        integrated, exact = _rows(self.others, n, m), _rows(self.covered, n, m)
        of_time = self._numbers(whole)
        y = np.empty((n * (1 + m), *found.y.shape[1:]))
        y[integrated] = found.y
        times = np.tile(whole.t_eval, whole.batch)
        values = of_time(times, np.repeat(whole.p, len(whole.t_eval), axis=1))
        reached = ~np.isnan(found.y).any(axis=0)
        y[exact] = np.where(reached, values.reshape(-1, *reached.shape), np.nan)
        lost = np.any(reached & ~np.isfinite(y[exact]).all(axis=0), axis=-1)
        status = np.where(lost, Status.NOT_FINITE, found.status).astype(np.int64)
        state = np.where(found.state >= 0, integrated[found.state], -1)
        log = found.log and self._log(whole, found.log, integrated, exact)
        return replace(found, y=y, status=status, state=state, log=log)

    def _values(self) -> dict[str, Tape]:
        """Return the formula of each exact state, by its name."""
        return {s: self.form.tape.select([i]) for i, s in enumerate(self.form.states)}

    def _numbers(self, whole: InitialValueProblem) -> Callable[[Float, Float], Float]:
        tape = augmented(self.form.tape, whole.by)
        return rows_function(tape, "closed_form", (("t", None), ("p", len(whole.p))))

    def _log(
        self, whole: InitialValueProblem, log: EventLog, integrated: Int, exact: Int
    ) -> EventLog:
        """Return what happened with the exact states, which no event changes."""
        values = self._numbers(whole)(log.time, whole.p[:, log.member])
        sides: list[Float] = []
        for side in (log.before, log.after):
            full = np.empty((len(integrated) + len(exact), len(log)))
            full[integrated], full[exact] = side, values
            sides.append(full)
        return replace(log, before=sides[0], after=sides[1])


def _rows(positions: Int, n_states: int, n_slopes: int) -> Int:
    """Return the rows of some states, then those of their derivatives by each parameter."""
    return np.concatenate([positions + k * n_states for k in range(1 + n_slopes)])


@lru_cache(maxsize=64)
def partial_of(system: FirstOrderSystem, form: Known) -> Partial | None:
    """Return a system with a partial closed form put in; None if an event has to do with it."""
    plain = unrefined(form.tape)  # of what is integrated beside it few digits are asked
    known = {system.states.index(s): plain.select([i]) for i, s in enumerate(form.states)}
    others = [i for i in range(system.n_states) if i not in known]
    if not others or any(_touches(e, system, form.states) for e in system.events):
        return None
    rest = with_solutions(system, others, known)
    events = tuple(_without(e, others, rest) for e in system.events)
    return Partial(system, form, replace(rest, events=events))


def _touches(event: SystemEvent, system: FirstOrderSystem, exact: tuple[str, ...]) -> bool:
    """Tell whether an event reads or sets a state that has a closed form."""
    read = event.trigger.used() if event.trigger else frozenset[str]()
    if event.reset is None:
        return not read.isdisjoint(exact)
    after = dict(zip(system.states, event.reset.outputs, strict=True))
    names = dict(enumerate(event.reset.inputs))
    sets = any(names.get(after[s]) != s for s in exact)
    others = [i for i, s in enumerate(system.states) if s not in exact]
    return sets or not (read | event.reset.select(others).used()).isdisjoint(exact)


def _without(event: SystemEvent, others: list[int], rest: FirstOrderSystem) -> SystemEvent:
    """Return an event of the states that are integrated."""
    trigger = event.trigger and _bound(event.trigger, rest, {})
    reset = event.reset and _bound(event.reset.select(others), rest, {})
    return replace(event, trigger=trigger, reset=reset)


def _bound(tape: Tape, system: FirstOrderSystem, exact: dict[str, Tape]) -> Tape:
    """Return a tape without the states of which there are formulas, these put in."""
    before = tape.inputs[: tape.inputs.index(system.time)]
    builder = Builder((*before, system.time, *system.states, *system.parameters))
    solution = [builder.input(n) for n in (system.time, *system.parameters)]
    values = {s: builder.inline(t, solution)[0] for s, t in exact.items()}
    bindings = [
        builder.input(n) if n in builder.names else values.get(n, builder.constant(0.0))
        for n in tape.inputs
    ]
    return builder.finish(builder.inline(tape, bindings))


def known_part(system: FirstOrderSystem) -> Partial | None:
    """Return a system with the partial closed form that is known of it, if that is short.

    What is not known may be found later, by whoever asks for it.
    """
    try:
        return _found_again(system)
    except LookupError:
        return None


@lru_cache(maxsize=64)
def _found_again(system: FirstOrderSystem) -> Partial:
    form = known(_without_events(system))
    part = form and partial_of(system, form)
    if part is None or not part.is_short():
        raise LookupError("none that is short is known")
    return part


def part_asked_for(system: FirstOrderSystem) -> Partial:
    """Return a system with its partial closed form, known from before or found now.

    Raises
    ------
    RefusalError
        If no state has one, or all have, or an event has to do with those that do.
    """
    from ...models.exact.solve import solve_exactly  # takes long to load; a known form needs it not

    form = known(_without_events(system))
    try:
        exact = None if form else solve_exactly(_without_events(system))
    except NoClosedFormError as none:
        raise RefusalError(f'method="partial": {none}') from None
    if form is None:
        assert exact is not None
        form = Known(exact.states, exact.tape)
    if form.states == system.states:
        raise RefusalError('method="partial": every state has a closed form; use method="exact"')
    found = partial_of(system, form)
    if found is None:
        raise RefusalError(
            f'method="partial": an event reads or sets {listing(form.states)}, of which the closed '
            'form goes through no events; use method="auto"'
        )
    return found


@once
def _without_events(system: FirstOrderSystem) -> FirstOrderSystem:
    return asked(system) if not any(e.label for e in system.events) else replace(system, events=())
