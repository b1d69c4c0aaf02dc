"""Parts: models used inside a model, and what their names mean there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from ..errors import did_you_mean, listing
from ..model import Model
from ..parts import as_part
from ..symbols import Definition, Event, Parameter, Place, State, Table
from .draft import Draft, Given, place


def keep_part(draft: Draft, head: Any, kind: Any, *settings: Any) -> None:
    """Note a part, ``mug = cooling(k = 0.05, T_s = room)``, and what its parameters are."""
    name, token = draft.formulas.quantity(head.children[0])
    if name in draft.parts or name in draft.assigned:
        raise draft.fail(f"{name} was already given; keep one", token)
    model = draft.find(str(kind))
    if model is None:
        raise draft.fail(_no_model(draft, str(kind)), kind)
    draft.parts[name] = model, token
    for setting in settings:
        parameter, formula, *unit = setting.children
        inner = draft.formulas.name(parameter)
        known = [p.name for p in model.parameters]
        if inner not in known:
            problem = f"{kind} has no parameter {inner}; it has {listing(known) or 'none'}."
            if inner in {s.name for s in model.states}:
                problem = f"{inner} is a state of {kind}; its start value is {name}.{inner}(0) = …"
            raise draft.fail(problem + did_you_mean(inner, known), parameter)
        outer = f"{name}.{inner}"
        if outer in draft.assigned:
            raise draft.fail(f"{inner} was already given; keep one", parameter)
        draft.assigned[outer] = Given(
            formula, parameter, str(unit[0])[1:-1].strip() if unit else ""
        )


def _no_model(draft: Draft, kind: str) -> str:
    known = draft.find.names()
    return (
        f"no model is called {kind}: parts are models of the library, or given by name, "
        f"rl.model(text, parts={{'{kind}': …}}).{did_you_mean(kind, known)}"
    )


@dataclass(frozen=True, slots=True)
class Inside:
    """The symbols of all parts, by their names in the whole model."""

    states: dict[str, State]
    parameters: dict[str, Parameter]
    definitions: dict[str, Definition]
    events: tuple[Event, ...]
    tables: tuple[Table, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.states, *self.parameters, *self.definitions)


def inside(draft: Draft) -> Inside:
    """Return the symbols of the parts of a draft.

    Raises
    ------
    SpecificationError
        If something of a part is given that is not its to give.
    """
    t0 = next(iter(draft.start_times), None)
    models: list[Model] = []
    for part, (model, token) in draft.parts.items():
        if t0 is not None and model.t0 != t0:
            problem = f"{part} starts at {model.t0:g}, this model at {t0:g}; use one start"
            raise draft.fail(problem, token)
        models.append(_placed(as_part(model, part, draft.time), place(token)))
    found = Inside(
        {s.name: s for m in models for s in m.states},
        {p.name: p for m in models for p in m.parameters},
        {d.name: d for m in models for d in m.definitions},
        tuple(chain.from_iterable(m.events for m in models)),
        tuple(chain.from_iterable(m.tables for m in models)),
    )
    for name, given in chain(draft.rates.items(), draft.assigned.items()):
        _require_settable(draft, found, name, given)
    return found


def _placed(model: Model, at: Place) -> Model:
    """Return a part whose symbols point at the statement that it is from."""
    return replace(
        model,
        states=tuple(replace(s, place=at, start_place=at) for s in model.states),
        parameters=tuple(replace(p, place=at) for p in model.parameters),
        definitions=tuple(replace(d, place=at) for d in model.definitions),
        events=tuple(replace(e, place=at) for e in model.events),
    )


def refuse_unnamed(draft: Draft, kind: Any) -> None:
    """Refuse the arguments of a part that have no names."""
    model = draft.find(str(kind))
    if model is not None:
        known = listing(p.name for p in model.parameters)
        problem = f"{kind} is a model; what it is given has names: {kind}(… = …), one of {known}"
        raise draft.fail(problem, kind)


def _require_settable(draft: Draft, found: Inside, name: str, given: Given) -> None:
    part, _, inner = name.partition(".")
    if part not in draft.parts:
        return
    if not inner:
        raise draft.fail(f"{part} is a part; call this something else", given.token)
    if name in found.states:
        problem = f"{name} has its equation in {part}; its start value is {name}(0) = …"
    elif name in found.definitions:
        problem = f"{name} has its formula in {part}"
    elif name not in found.parameters:
        problem = no_such(name, found.names)
    else:
        return
    raise draft.fail(problem, given.token)


def no_such(name: str, known: Collection[str]) -> str:
    """Return that a part has no such name, and which it has."""
    part = name.partition(".")[0]
    own = [n for n in known if n.startswith(f"{part}.")]
    if not own:
        return f"{part} is no part of this model: a part is written {part} = cooling(k = 0.07)"
    return f"no {name} in this model; {part} has {listing(own)}.{did_you_mean(name, own)}"
