"""What the command writes: the library as a list, and all there is to say about one model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import fill
from typing import NamedTuple

from ...models.errors import (
    NoClosedFormError,
    RatelawError,
    UnknownNameError,
    did_you_mean,
    listing,
)
from ...models.exact.solve import solve_exactly
from ...models.library import LIBRARY
from ...models.lower import lower
from ...models.model import Model
from ...models.published import FIELDS
from ...models.structure.equilibria import symbolic_equilibria
from ...models.tape.writing.expression import to_text
from ..analysis import equilibria
from ..backends import SHELF as BACKENDS
from ..datasets import DATASETS

_EQUATION = re.compile(r"(?:d\S+/d\w+|\S+'+) = ")
_KINDS = {"observe": "observable", "input": "input", "table": "reading", "": "formula"}

_PARAMETER = {False: "parameter", True: "constant"}


class Part(NamedTuple):
    """A heading and the lines under it."""

    title: str
    text: str


def overview(width: int) -> Iterator[Part]:
    """Yield the models of every field, then data sets, backends and their methods.

    Parameters
    ----------
    width
        Columns of the screen; equations that are longer end in dots.
    """
    for field in FIELDS:
        yield field_of_models(field, width)
    data = [(name, d.header["title"]) for name, d in DATASETS.items()]
    yield Part("Data sets", _named(data, width))
    methods = [(name, ", ".join(b.methods)) for name, b in BACKENDS.items()]
    yield Part("Backends", _named(methods, width))


def field_of_models(field: str, width: int) -> Part:
    """Return the models of a field: name, title and equations.

    Raises
    ------
    UnknownNameError
        If there is no such field; the message lists those there are.
    """
    wanted = field.strip().lower()
    if wanted not in FIELDS:
        raise UnknownNameError(
            f"no field is called {field!r}; the library has models of {listing(FIELDS)}."
            f"{did_you_mean(wanted, FIELDS)}"
        )
    names = [name for name in LIBRARY if LIBRARY.entry(name).field == wanted]
    indent = max(map(len, LIBRARY)) + 2
    rows = (
        f"{name:{indent}}{LIBRARY.entry(name).title}\n"
        f"{'':{indent}}{_shortened('; '.join(_equations(LIBRARY[name])), width - indent)}"
        for name in names
    )
    return Part(wanted.capitalize(), "\n".join(rows))


def _equations(model: Model) -> list[str]:
    return [row.partition(" [")[0] for row in model.text.splitlines() if _EQUATION.match(row)]


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rpartition(' ')[0]} …"


def _named(rows: Sequence[tuple[str, str]], width: int) -> str:
    """Return names with what is said of each, in lines of a width."""
    indent = max(len(name) for name, _ in rows) + 2
    return "\n".join(
        fill(said, width, initial_indent=f"{name:{indent}}", subsequent_indent=" " * indent)
        for name, said in rows
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def account(model: Model, width: int, look: str = "") -> Iterator[Part]:
    """Yield what there is to say about a model, the quick first.

    Parameters
    ----------
    width
        Columns of the screen; a table of equilibria that is wider becomes sentences.
    look
        What to look at, where somebody says so.
    """
    yield Part(model.title, str(model))
    yield Part("Names", _names(model))
    yield Part("Facts", str(model.facts()))
    yield Part("Equilibria", "\n".join(_equilibria(model, width)))
    yield Part("Closed form", _closed_form(model))
    if look:
        yield Part("Look at", look)
    if model.source:
        yield Part("Source", model.source)


def _names(model: Model) -> str:
    rows = [
        *((s.name, "state", s.unit, s.note) for s in model.states),
        *((d.name, _KINDS[d.role], d.unit, d.note) for d in model.definitions),
        *((p.name, _PARAMETER[p.fixed], p.unit, p.note) for p in model.parameters),
        *((t.name, "measured", t.unit, t.note) for t in model.tables),
        (model.time, "time", model.time_unit, ""),
    ]
    return _table([("name", "kind", "unit", "note"), *((n, k, u or "-", m) for n, k, u, m in rows)])


def _equilibria(model: Model, width: int) -> Iterator[str]:
    """Yield where all rests: as formulas where that is easy, and with the model's numbers."""
    try:
        places = symbolic_equilibria(lower(model))
    except RatelawError:  # none by hand; the search below says what is the matter
        places = ()
    for place in places:
        at = " and ".join(f"{state} = {to_text(f)[0]}" for state, f in place.items())
        yield f"where {at}" if at else "everywhere"
    try:
        found = equilibria(model)
    except RatelawError as none:  # depends on time, lacks a value, is swept
        yield str(none)
    else:
        if places and len(found):
            yield "with these values:"
        fits = max(map(len, str(found).splitlines())) <= width
        yield str(found) if fits else "\n".join(map(str, found))


def _closed_form(model: Model) -> str:
    try:
        exact = solve_exactly(model)
    except NoClosedFormError as none:
        return str(none)
    return f"{exact}\n\n{exact.derivation}\n\n{exact.certificate}"
