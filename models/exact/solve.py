"""Exact solutions: the front door, what is known from before, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite

from ..columns import as_number
from ..errors import InputError
from ..lower import lower, varying
from ..model import Model
from ..specify import model as specify
from ..system import FirstOrderSystem
from .budget.clock import Clock
from .budget.collector import COLLECTOR
from .events.schedule import acts
from .form import ClosedForm as ClosedForm
from .kept import Known, keep, known
from .part import Part
from .search import Search
from .whole import keep_whole, recall

_ELSEWHERE = "the values of this model are outside of that"
_KEEPING = 2e-5  # seconds for each value on a tape that is kept
_BEYOND = 0.03  # of the budget that may be spent beyond it on keeping what was found


def solve_exactly(
    model: Model | FirstOrderSystem | str, *, budget: float = 2.0, seed: int = 0
) -> ClosedForm:
    """Return the exact solution of a model, certified by putting it back into the equations.

    Parameters
    ----------
    model
        A model, its text, or a first-order system. Parameters stay symbols, with values or
        without; the start value T(0) is written T_0.
    budget
        Seconds of processor time after which the search is given up, another process that works
        for it included. What was found by then is returned.
    seed
        Of the random points at which the solution is put back.

    Returns
    -------
    exact
        The solution of all states, or of some: ``exact.remaining`` names those without a closed
        form, ``exact.reason`` says why.

    Raises
    ------
    NoClosedFormError
        If no state has a closed form that is known, which the message explains; if a solution did
        not pass its certificate; if time ran out.
    """
    seconds = as_number("budget", budget)
    if not seconds > 0:
        raise InputError(f"budget: got {budget!r}; expected a positive number of seconds")
    if isinstance(seed, bool) or not isinstance(seed, int):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"seed: got {seed!r:.60}; expected a whole number")
    specification = specify(model) if isinstance(model, str) else model
    clock = Clock(seconds)
    if isinstance(specification, Model):
        system, written = lower(_with_starts(specification)), specification
    elif isinstance(specification, FirstOrderSystem):  # pyright: ignore[reportUnnecessaryIsInstance]
        system, written = specification, None
    else:
        raise InputError(f"model: got {model!r:.60}; expected a model or its text")
    values = _known(written)
    with COLLECTOR.seldom():
        exact = _found(system, seed, clock, values)
    return replace(_told_where(exact, values), model=written)


def _found(
    system: FirstOrderSystem, seed: int, clock: Clock, values: Mapping[str, float]
) -> ClosedForm:
    """Return what is known from before, or found now."""
    exact = None if any(map(acts, system.events)) else recall(system, seed, clock.budget)
    if exact is None:
        search = Search(system, seed, clock, values=values)
        exact = search.told_apart()
        if not search.in_pieces:
            _keep(exact, seed, clock, search.enough)
    return exact


def _keep(exact: ClosedForm, seed: int, clock: Clock, enough: float) -> None:
    """Keep what was found in time; of a search that was cut short only its numbers, if unknown."""
    needed, system = _size(exact) * _KEEPING, exact.system
    if not clock.hurried and needed < clock.left:
        keep_whole(exact, seed, enough)
    elif needed < clock.budget * _BEYOND and known(system) is None:
        keep(Known(exact.states, exact.tape), system)


def _told_where(exact: ClosedForm, values: Mapping[str, float]) -> ClosedForm:
    """Return a closed form that says so where it does not hold for the values of its model."""
    parts = tuple(_part_told(part, exact.system, values) for part in exact.parts)
    return exact if parts == exact.parts else replace(exact, parts=parts)


def _part_told(part: Part, system: FirstOrderSystem, values: Mapping[str, float]) -> Part:
    """Return a part that says whether it is not valid although its equations can be started."""
    if not {*system.parameters} <= values.keys():
        return part
    own = [values[n] for n in system.parameters]
    places = [system.states.index(s) for s in part.states]
    start = system.start(*own)
    rates = system.vector_field.select(places)(system.t0, *start, *own)
    found = part.solved.tape(system.t0, *own)
    if all(map(isfinite, found)) or not all(map(isfinite, (*start, *rates))):
        return part
    domain = f"{part.certificate.domain}; {_ELSEWHERE}"
    return replace(part, certificate=replace(part.certificate, domain=domain))


def _known(model: Model | None) -> Mapping[str, float]:
    """Return the values of parameters that have one."""
    if model is None:
        return {}
    swept = varying(model)
    return {n: v for n, v in model.values.items() if n not in swept}


def _size(exact: ClosedForm) -> int:
    return sum(len(part.solved.tape.nodes) for part in exact.parts)


def _with_starts(model: Model) -> Model:
    """Return the model with some start value for every state; as a number it becomes a symbol."""
    return model({model.start_name(s.name): 1.0 for s in model.states if s.start is None})
