"""A model written in its own language: what is printed reads back to an equal model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..event_text import event_text
from ..model import Model
from ..names import new_names
from ..symbols import Definition, Parameter, State, Table
from ..tape import Builder, Tape
from ..tape.writing.expression import to_text
from ..tape.writing.pieces import number
from ..tape.writing.sharing import share


class Equation(NamedTuple):
    """An equation of a model as it was written: the rate of its highest derivative.

    Parameters
    ----------
    name, order
        Of the state, and of the equation.
    rate
        Its right side.
    """

    name: str
    order: int
    rate: Tape


def equations(model: Model) -> Iterator[Equation]:
    """Yield the equations of a model; x' = v, where v is called x', is part of that of x."""
    states = model.states
    position = 0
    while position < len(states):
        first = last = states[position]
        while _is_rate(last, states[position + 1 : position + 2]):
            position += 1
            last = states[position]
        position += 1
        yield Equation(first.name, len(last.name) - len(first.name) + 1, last.rate)


def _is_rate(state: State, following: tuple[State, ...]) -> bool:
    """Tell whether the next state is the derivative of this one."""
    derivative = f"{state.name}'"
    rate = state.rate
    alone = rate.inputs == (derivative,) and len(rate.nodes) == 1
    return alone and bool(following) and following[0].name == derivative


def rate_name(name: str, order: int, time: str) -> str:
    """Return the left side of an equation: ``dx/dt``, ``x''``, ``d2y/dx2``."""
    if time == "t" and (order > 1 or "." in name):
        return name + "'" * order
    times = str(order) if order > 1 else ""
    return f"d{times}{name}/d{time}{times}"


def to_source(model: Model) -> str:
    """Return the text of a model; long formulas are cut into pieces with names of their own."""
    own = {model.time, *model.units}
    names = new_names(own)
    rows: list[str] = []

    def write(head: str, formula: Tape, unit: str = "", comment: str = "") -> None:
        pieces, rest = share(formula, names)
        rows.extend(f"{name} = {to_text(piece, own)[0]}" for name, piece in pieces)
        rows.append(f"{head} = {to_text(rest, own)[0]}{f' [{unit}]' if unit else ''}{comment}")

    for name, order, rate in equations(model):
        write(rate_name(name, order, model.time), rate)
    for d in model.definitions:
        if d.role == "table":  # its name is what the formulas around it say
            continue
        write(_definition(d), d.formula, d.unit)
    rows += [event_text(e, model.time) for e in model.events]
    for s in model.states:
        if s.start is not None:
            start = model.start_name(s.name)
            write(start, s.start, s.unit, _varying(model, start) or s.changed)
    for p in model.parameters:
        if p.value is not None:
            comment = bounds_text(p) + (_varying(model, p.name) or p.changed)
            head = f"const {p.name}" if p.fixed else p.name
            write(head, Builder().finish([p.value]), p.unit, comment)
    return "\n".join([*rows, *map(_table, model.tables)])


def _table(table: Table) -> str:
    points = zip(table.times, table.values, strict=True)
    written = ", ".join(f"({number(t)}, {number(y)})" for t, y in points)
    return f"{table.name} = [{written}]{f' [{table.unit}]' if table.unit else ''}"


def _definition(item: Definition) -> str:
    return f"{item.role}: {item.name}" if item.role else item.name


def bounds_text(parameter: Parameter) -> str:
    """Return `` in [0, 1]``, empty for a parameter without bounds."""
    if parameter.bounds is None:
        return ""
    low, high = (number(b) if abs(b) < float("inf") else _infinite(b) for b in parameter.bounds)
    return f" in [{low}, {high}]"


def _infinite(bound: float) -> str:
    return "inf" if bound > 0 else "-inf"


def _varying(model: Model, name: str) -> str:
    found = [d for d in model.dimensions if name in dict(d.columns)]
    return f"    # {found[0].size} values along {found[0].name}" if found else ""
