"""Models inside a model: names with the name of the part before them, T of mug as mug.T."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from .model import Model
from .symbols import Action, Event
from .tape import Tape

_WORD = re.compile(r"[^\W\d]\w*(?:\[[^\]]*\])?'*")


def as_part(model: Model, part: str, time: str) -> Model:
    """Return a model with its names behind that of a part, ``T`` as ``mug.T``.

    Parameters
    ----------
    model
        Which becomes a part of another.
    part
        Its name there.
    time
        How the independent variable is called there.
    """
    own = [*model.states, *model.parameters, *model.definitions]
    names = {x.name: f"{part}.{x.name}" for x in own}
    inside = {**names, model.time: time}
    tables = {table.name: f"{part}.{table.name}" for table in model.tables}
    words = {**inside, **tables}
    names |= {d.name: _spelled(d.name, words) for d in model.definitions if d.role == "table"}
    inside |= names

    def tape(formula: Tape) -> Tape:
        return formula.rename(inside)

    return replace(
        model,
        states=tuple(
            replace(s, name=names[s.name], rate=tape(s.rate), start=s.start and tape(s.start))
            for s in model.states
        ),
        parameters=tuple(replace(p, name=names[p.name]) for p in model.parameters),
        definitions=tuple(
            replace(d, name=names[d.name], formula=tape(d.formula)) for d in model.definitions
        ),
        events=tuple(_renamed(e, inside) for e in model.events),
        tables=tuple(replace(t, name=tables[t.name]) for t in model.tables),
        time=time,
    )


def _spelled(text: str, names: Mapping[str, str]) -> str:
    """Return a formula as text with its names replaced: that of an input called by its text."""
    return _WORD.sub(lambda found: names.get(found[0], found[0]), text)


def _renamed(event: Event, names: Mapping[str, str]) -> Event:
    def tape(formula: Tape | None) -> Tape | None:
        return formula and formula.rename(names)

    return replace(
        event,
        condition=tape(event.condition),
        times=tuple(t.rename(names) for t in event.times),
        every=tape(event.every),
        first=tape(event.first),
        last=tape(event.last),
        actions=tuple(Action(names[a.state], a.formula.rename(names)) for a in event.actions),
        text="",
    )
