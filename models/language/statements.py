"""Parsed statements to a model: which is an equation, a start value, a parameter, a definition."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from ..errors import SpecificationError, did_you_mean, listing
from ..model import Model
from ..symbols import Definition, Parameter, Place, State
from ..tape import Tape
from .formulas import Formulas, with_constants


class _Given(NamedTuple):
    """The right side of a statement, the token of its name, and its unit."""

    formula: Tape
    token: Any
    unit: str


_Table = dict[str, _Given]


class Statements:
    """Sorts the statements of one text, and checks that they fit together."""

    def __init__(self, formulas: Formulas, tree: Any) -> None:
        self.formulas = formulas
        self.rates: _Table = {}
        self.starts: _Table = {}
        self.assigned: _Table = {}
        self.times: dict[str, Any] = {}
        self.start_times: dict[float, Any] = {}
        self._lines = formulas.text.split("\n")
        for statement in tree.children:
            getattr(self, f"_{statement.data}")(*statement.children)

    def model(self) -> Model:
        """Return the model, once every statement has found its place."""
        self._require_equations()
        self._require_one(self.times, "independent variables")
        self._require_one(self.start_times, "start times")
        self._close_formulas()
        definitions = tuple(self._definitions())
        self._check_names()
        self._check_rates()
        self._check_starts(definitions)
        return Model(
            tuple(self._state(name) for name in self.rates),
            (*self._given(), *self._missing(definitions)),
            definitions,
            self.time,
            next(iter(self.start_times), 0.0),
        )

    @property
    def time(self) -> str:
        """Name of the independent variable."""
        return next(iter(self.times), "t")

    # ---- one method for each kind of statement -----------------------------------------------

    def _equation(self, head: Any, right: Any, unit: Any = None) -> None:
        top, _, bottom = (part.strip() for part in str(head).partition("/"))
        self.times.setdefault(self.formulas.name(head.update(value=bottom[1:])), head)
        self._store_rate(head.update(value=top[1:]), right, unit)

    def _primed(self, name: Any, _: Any, right: Any, unit: Any = None) -> None:
        self._store_rate(name, right, unit)

    def _start_value(self, name: Any, at: Any, right: Any, unit: Any = None) -> None:
        self.start_times.setdefault(self.formulas.number(*at.children), name)
        self._store(self.starts, name, right, unit)

    def _assignment(self, name: Any, right: Any, unit: Any = None) -> None:
        self._store(self.assigned, name, right, unit)

    def _store_rate(self, token: Any, right: Any, unit: Any) -> None:
        if unit:
            problem = "an equation has no unit of its own; units belong to values"
            raise self.formulas.fail(problem, unit)
        self._store(self.rates, token, right, unit)

    def _store(self, into: _Table, token: Any, right: Any, unit: Any) -> None:
        name = self.formulas.name(token)
        if name in into:
            first = into[name].token.line
            raise self.formulas.fail(f"{name} was already given in line {first}; keep one", token)
        formula = self.formulas.builder.formula(self.formulas.value(right))
        into[name] = _Given(formula, token, str(unit)[1:-1].strip() if unit else "")

    def _close_formulas(self) -> None:
        """Put in the constants of mathematics, unless the model has others of that name."""
        own = {*self.rates, *self.assigned, self.time}
        for table in (self.rates, self.starts, self.assigned):
            for name, given in table.items():
                table[name] = given._replace(formula=with_constants(given.formula, own))

    # ---- do they fit together? ---------------------------------------------------------------

    def _require_equations(self) -> None:
        if not self.rates:
            problem = "there is no equation; write the rate of change of a state: dx/dt = -k*x"
            raise SpecificationError(problem, self.formulas.text, 1, 1)

    def _require_one(self, found: Mapping[Any, Any], what: str) -> None:
        if len(found) > 1:
            shown = listing(f"{x:g}" if isinstance(x, float) else str(x) for x in found)
            problem = f"there are two {what}, {shown}; use one"
            raise self.formulas.fail(problem, list(found.values())[1])

    def _check_names(self) -> None:
        for name, (_, token, _) in (*self.rates.items(), *self.assigned.items()):
            if name == self.time:
                problem = f"{name} is the independent variable; call this something else"
                raise self.formulas.fail(problem, token)
            if name in self.rates and name in self.assigned:
                problem = f"{name} is a state; its start value is written {name}(0) = …"
                raise self.formulas.fail(problem, self.assigned[name].token)

    def _check_rates(self) -> None:
        """Refuse dx/dt in a formula, which would read as a quotient of two parameters."""
        mentioned, own = self.formulas.mentioned, {*self.rates, *self.assigned}
        for name in self.rates:
            if {f"d{name}", f"d{self.time}"} <= mentioned.keys() - own:
                problem = f"d{name}/d{self.time} stands left of an = only; write its formula here"
                raise self.formulas.fail(problem, mentioned[f"d{name}"])

    def _check_starts(self, definitions: tuple[Definition, ...]) -> None:
        moving = {*self.rates, self.time}
        for item in definitions:
            moving |= {item.name} if item.formula.used() & moving else set()
        for name, (tape, token, _) in self.starts.items():
            if name not in self.rates:
                close = did_you_mean(name, self.rates)
                problem = f"{name} has a start value but no equation d{name}/d{self.time} = …"
                raise self.formulas.fail(f"{problem}.{close}" if close else problem, token)
            if tape.used() & moving:
                problem = (
                    f"the start value of {name} mentions {listing(sorted(tape.used() & moving))}, "
                    "which changes with time; use numbers and parameters"
                )
                raise self.formulas.fail(problem, token)
            if not tape.inputs:
                self._finite(f"the start value of {name}", tape, token)

    def _finite(self, name: str, tape: Tape, token: Any) -> float:
        (value,) = tape()
        if not math.isfinite(value):
            raise self.formulas.fail(f"{name} is {value}; a value must be finite", token)
        return value

    # ---- parts of the model ------------------------------------------------------------------

    def _state(self, name: str) -> State:
        rate, token, _ = self.rates[name]
        start, head, unit = self.starts.get(name, _Given(rate, None, ""))
        return State(
            name, rate, start if head else None, unit, self._note(token), _place(token),
            _place(head) if head else Place(),
        )  # fmt: skip

    def _given(self) -> Iterator[Parameter]:
        for name, (tape, token, unit) in self.assigned.items():
            if not tape.inputs:
                value = self._finite(name, tape, token)
                yield Parameter(name, value, unit, self._note(token), value, _place(token))

    def _missing(self, definitions: Sequence[Definition]) -> Iterator[Parameter]:
        """Yield the names without a value, in the order in which the model is printed."""
        formulas = [
            *(given.formula for given in self.rates.values()),
            *(item.formula for item in definitions),
            *(given.formula for given in self.starts.values()),
        ]
        known = {*self.rates, *self.assigned, self.time}
        for name in dict.fromkeys(name for tape in formulas for name in tape.inputs):
            if name not in known:
                yield Parameter(name, place=_place(self.formulas.mentioned[name]))

    def _definitions(self) -> Iterator[Definition]:
        """Yield the definitions, each after those it uses."""
        formulas = {n: given for n, given in self.assigned.items() if given.formula.inputs}
        sorter: TopologicalSorter[str] = TopologicalSorter({name: () for name in formulas})
        for name, (tape, _, _) in formulas.items():
            sorter.add(name, *(n for n in tape.inputs if n in formulas))
        try:
            ordered = list(sorter.static_order())
        except CycleError as error:
            name = next(n for n in formulas if n in error.args[1])
            problem = f"{name} is defined by way of itself"
            raise self.formulas.fail(problem, formulas[name].token) from None
        for name in ordered:
            tape, token, unit = formulas[name]
            yield Definition(name, tape, unit, self._note(token), _place(token))

    def _note(self, token: Any) -> str:
        _, _, note = self._lines[int(token.line) - 1].partition("#")
        return note.strip()


def _place(token: Any) -> Place:
    return Place(token.line, token.column)
