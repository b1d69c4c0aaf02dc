"""A draft to a model: which names are states, parameters, definitions, and do they fit together."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ..errors import SpecificationError, did_you_mean, listing
from ..model import Model
from ..partial import by_place, on_a_grid
from ..symbols import Definition, Parameter, Place, State
from ..tape import Builder, Tape
from .draft import Draft, Given, place
from .formulas import with_constants
from .parts import inside, no_such
from .vectors import require_elements

_Formulas = dict[str, Tape]


def assemble(draft: Draft) -> Model:
    """Return the model of a draft, once every statement has found its place.

    Raises
    ------
    SpecificationError
        If the statements contradict each other.
    """
    _require_equations(draft)
    _require_one(draft, draft.times, "independent variables")
    _require_one(draft, draft.start_times, "start times")
    _check_names(draft)
    return _Assembly(draft).model()


def _require_equations(draft: Draft) -> None:
    if not draft.rates and not draft.parts:
        _require_no_places(draft)
        problem = "there is no equation; write the rate of change of a state: dx/dt = -k*x"
        raise SpecificationError(problem, draft.formulas.text, 1, 1)


def _require_no_places(draft: Draft) -> None:
    """Raise if what is given is no value but an equation with derivatives by place, u_t = u_xx."""
    rows: list[str] = draft.formulas.text.split("\n")
    for given in draft.assigned.values():
        line, column = int(given.token.line), int(given.token.column)
        name = by_place(re.split("[#;]", rows[line - 1][column - 1 :])[0])
        if name is not None:
            problem = f"derivatives of {name} by time and place: {on_a_grid(name)}"
            raise draft.fail(problem, given.token)


def _require_one(draft: Draft, found: Mapping[Any, Any], what: str) -> None:
    if len(found) > 1:
        shown = listing(f"{x:g}" if isinstance(x, float) else str(x) for x in found)
        raise draft.fail(f"there are two {what}, {shown}; use one", list(found.values())[1])


def _check_names(draft: Draft) -> None:
    for name in draft.formulas.tables:
        if name in draft.assigned or name in draft.rates:
            token = (draft.assigned.get(name) or draft.rates[name]).token
            raise draft.fail(f"{name} is a table of measured values; keep one", token)
    for name, given in (*draft.rates.items(), *draft.assigned.items()):
        if name == draft.time:
            problem = f"{name} is the independent variable; call this something else"
            raise draft.fail(problem, given.token)
        if name in draft.rates and name in draft.assigned:
            problem = f"{name} is a state; its start value is written {name}(0) = …"
            raise draft.fail(problem, draft.assigned[name].token)


class _Assembly:
    """The formulas of a draft, read, and the parts of the model they make."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        formulas = draft.formulas
        formulas.orders, formulas.time = draft.orders, draft.time
        self.inside = inside(draft)
        formulas.own = {*draft.rates, *draft.assigned, draft.time, *self.inside.names}
        self.rates = self._read(draft.rates)
        self.assigned = self._read(draft.assigned)
        self.starts = self._read(draft.starts)
        self.states = {n + "'" * i: n for n, k in draft.orders.items() for i in range(k)}
        self.states |= dict.fromkeys(self.inside.states, "")
        draft.states = tuple(self.states)
        draft.formulas_inside = {d.name: d.formula for d in self.inside.definitions.values()}
        for read in draft.later:
            read(draft)

    def _read(self, table: Mapping[str, Given]) -> _Formulas:
        """Return each formula, with the constants of mathematics that nothing else is called."""
        own, read = self.draft.formulas.own, self.draft.formula
        return {name: with_constants(read(given), own) for name, given in table.items()}

    def model(self) -> Model:
        """Return the model."""
        definitions = tuple(self._definitions())
        require_elements(self.draft, (*self.states, *self.assigned))
        self._check_starts(definitions)
        return Model(
            tuple(self._state(name) for name in self.states),
            (*self._given(), *self._kept(), *self._missing(definitions)),
            definitions,
            self.draft.time,
            self.draft.t0,
            events=(*self.inside.events, *self.draft.events),
            tables=(*self.inside.tables, *self.draft.formulas.tables.values()),
        )

    def _check_starts(self, definitions: tuple[Definition, ...]) -> None:
        moving = {*self.states, self.draft.time}
        for item in definitions:
            moving |= {item.name} if item.formula.used() & moving else set()
        for name, tape in self.starts.items():
            token = self.draft.starts[name].token
            if name not in self.states:
                raise self.draft.fail(self._no_equation(name), token)
            if tape.used() & moving:
                problem = (
                    f"the start value of {name} mentions {listing(sorted(tape.used() & moving))}, "
                    "which changes with time; use numbers and parameters"
                )
                raise self.draft.fail(problem, token)
            if not tape.inputs:
                self._finite(f"the start value of {name}", tape, token)

    def _no_equation(self, name: str) -> str:
        base, t0 = name.rstrip("'"), next(iter(self.draft.start_times))
        order = self.draft.orders.get(base)
        if order:
            starts = listing(f"{base}{chr(39) * i}({t0:g})" for i in range(order))
            return f"the equation of {base} is of order {order}; its start values are {starts}"
        wanted = f"d{name}/d{self.draft.time}" if name == base else f"{name}'"
        problem = f"{name} has a start value but no equation {wanted} = …"
        close = did_you_mean(name, self.states)
        return f"{problem}.{close}" if close else problem

    def _finite(self, name: str, tape: Tape, token: Any) -> float:
        (value,) = tape()
        if not math.isfinite(value):
            raise self.draft.fail(f"{name} is {value}; a value must be finite", token)
        return value

    def _kept(self) -> Iterator[Parameter]:
        """Yield the parameters of parts that are as they were there."""
        for name, parameter in self.inside.parameters.items():
            if name not in self.assigned:
                yield parameter

    def _unit(self, name: str, given: Given | None) -> str:
        """Return the unit of a name: as written, or that of the part's own."""
        own = {**self.inside.states, **self.inside.parameters}.get(name)
        return (given.unit if given else "") or (own.unit if own else "")

    def _state(self, name: str) -> State:
        if name in self.inside.states:
            state, given = self.inside.states[name], self.draft.starts.get(name)
            start, unit = self.starts.get(name, state.start), self._unit(name, given)
            at = place(given.token) if given else state.place
            return replace(state, start=start, unit=unit, start_place=at)
        base = self.states[name]
        last = name == base + "'" * (self.draft.orders[base] - 1)
        head, given = self.draft.rates[base].token, self.draft.starts.get(name)
        builder = Builder()
        rate = self.rates[base] if last else builder.formula(builder.input(f"{name}'"))
        return State(
            name, rate, self.starts.get(name), given.unit if given else "", self.draft.note(head),
            place(head), place(given.token) if given else Place(),
        )  # fmt: skip

    def _given(self) -> Iterator[Parameter]:
        for name, tape in self.assigned.items():
            given = self.draft.assigned[name]
            if tape.inputs or given.role in {"observe", "input"}:
                continue
            value = self._finite(name, tape, given.token)
            note, fixed = self.draft.note(given.token), given.role == "const"
            if given.bounds and not given.bounds[0] <= value <= given.bounds[1]:
                low, high = given.bounds
                problem = f"{name} is {value:g}, outside its bounds {low:g} to {high:g}"
                raise self.draft.fail(problem, given.token)
            yield Parameter(
                name,
                value,
                self._unit(name, given),
                note,
                value,
                place(given.token),
                given.bounds,
                fixed,
            )

    def _missing(self, definitions: Sequence[Definition]) -> Iterator[Parameter]:
        """Yield the names without a value, in the order in which the model is printed."""
        events = self.draft.events
        formulas = [
            *self.rates.values(),
            *(item.formula for item in definitions),
            *self.starts.values(),
            *(tape for event in events for tape in event.formulas),
        ]
        tables = self.draft.formulas.interpolations
        own = [*self.states, *self.assigned, self.draft.time]
        known = dict.fromkeys([*self.inside.names, *own, *tables])
        for name in dict.fromkeys(name for tape in formulas for name in tape.inputs):
            if name not in known:
                self._require_of_part(name, known)
                yield Parameter(name, place=place(self.draft.formulas.mentioned[name]))

    def _require_of_part(self, name: str, known: Collection[str]) -> None:
        """Refuse a name with a dot unless others of its part are there and it is not a part's."""
        part = name.partition(".")[0]
        others = any(n.startswith(f"{part}.") for n in known)
        if "." in name and (part in self.draft.parts or not others):
            token = self.draft.formulas.mentioned[name]
            raise self.draft.fail(no_such(name, known), token)

    def _definitions(self) -> Iterator[Definition]:
        """Yield the definitions, each after those it uses."""
        inner = self.inside.definitions
        given = self.draft.assigned
        formulas = {
            name: tape
            for name, tape in self.assigned.items()
            if tape.inputs or given[name].role in {"observe", "input"}
        }
        tables = self.draft.formulas.interpolations
        formulas |= {name: d.formula for name, d in inner.items()} | self._interpolations()
        for name in _ordered(formulas, self.draft):
            if name in inner:
                yield inner[name]
                continue
            if name in tables:
                yield Definition(name, formulas[name], tables[name][0].unit, role="table")
                continue
            found, tape = given[name], formulas[name]
            self._check_definition(name, tape, found)
            unit = self._unit(name, found)
            yield Definition(
                name, tape, unit, self.draft.note(found.token), place(found.token), found.role
            )

    def _interpolations(self) -> _Formulas:
        """Return the formulas of the tables that some formula reads."""
        events = (tape for event in self.draft.events for tape in event.formulas)
        named = (*self.rates.values(), *self.assigned.values(), *self.starts.values(), *events)
        used = {name for tape in named for name in tape.inputs}
        tables, own = self.draft.formulas.interpolations, self.draft.formulas.own
        waiting = [name for name in tables if name in used]
        found: _Formulas = {}
        while waiting:
            name = waiting.pop()
            found[name] = with_constants(tables[name][1], own)
            waiting += [n for n in found[name].inputs if n in tables and n not in found]
        return {name: found[name] for name in tables if name in found}

    def _check_definition(self, name: str, tape: Tape, given: Given) -> None:
        if given.role == "const":
            problem = (
                f"{name} is a constant, but its formula uses {listing(sorted(tape.used()))}; a "
                f"constant is a number, a formula is written without const: {name} = …"
            )
            raise self.draft.fail(problem, given.token)
        if given.bounds:
            problem = f"{name} is a formula, which has no bounds; bound the parameters it uses"
            raise self.draft.fail(problem, given.token)
        if given.role == "input" and (moving := tape.used() & self.states.keys()):
            problem = (
                f"the input {name} depends on {listing(sorted(moving))}; an input is a formula of "
                f"time and parameters. Without input: it is a definition, {name} = …"
            )
            raise self.draft.fail(problem, given.token)


def _ordered(formulas: _Formulas, draft: Draft) -> list[str]:
    sorter: TopologicalSorter[str] = TopologicalSorter({name: () for name in formulas})
    for name, tape in formulas.items():
        sorter.add(name, *(n for n in tape.inputs if n in formulas))
    try:
        return list(sorter.static_order())
    except CycleError as error:
        name = next(n for n in draft.assigned if n in error.args[1])
        problem = f"{name} is defined by way of itself"
        raise draft.fail(problem, draft.assigned[name].token) from None
