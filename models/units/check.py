"""Whether the units of a model agree, and the unit of time that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from ..errors import UnitError
from ..event_text import event_text
from ..model import Model
from ..symbols import Definition, Event, Place, State
from ..tape import Tape
from .algebra import PLAIN, Unit
from .read import read_unit
from .rules import Measured, common, measure, name_the_number, shown

_USUAL_TIMES = ("s", "min", "h", "day", "year")


def checked(model: Model, text: str) -> Model:
    """Return the model with the unit of time its other units imply, once all of them agree.

    A model without any unit is returned as it is. Otherwise a symbol without one is a plain number,
    a definition without one has that of its formula, and the unit of time is whichever unit of time
    in the model makes every equation agree. Units agree when they are equal, size included: nothing
    is converted inside a model, and a temperature counts in degrees wherever its scale starts.

    Parameters
    ----------
    model
        As read or recorded.
    text
        Its source, which errors point into.

    Raises
    ------
    UnitError
        If a unit is unknown or two of them disagree.
    """
    written = _written(model)
    if not written:
        return model
    declared = {name: _read(unit, name, text, place) for name, unit, place in written}
    checks = [_Check(model, declared, time) for time in _times(declared.values())]
    best = min(checks, key=lambda check: len(check.failures))  # the first of equals
    if best.failures:
        problem, place = best.failures[0]
        raise UnitError(problem, text, place.line or None, place.column or None)
    states = tuple(_measured(s, best.declared) for s in model.states)
    time = shown(best.time)
    return replace(model, time_unit=time, definitions=best.definitions, states=states)


def _measured(state: State, units: Mapping[str, Unit]) -> State:
    """Return a state with its unit, that of a derivative where none was written."""
    known = state.unit or not state.name.endswith("'")
    return state if known else replace(state, unit=shown(units[state.name]))


def unit_of(model: Model, expression: Tape) -> str:
    """Return the unit of a formula of a model's names, empty for a plain number.

    Raises
    ------
    UnitError
        If units inside the formula disagree.
    """
    declared = {name: read_unit(unit) for name, unit, _ in _written(model)}
    check = _Check(model, declared, read_unit(model.time_unit))
    return shown(measure(expression, check.names).unit or PLAIN)


def check_sides(model: Model, left: Tape, right: Tape, condition: str) -> None:
    """Raise unless both sides of a condition have one unit.

    A plain number stands for what it is compared with, or added to, so a condition that has one is
    not checked: T < 60 and T < T_s + 30 need no unit of their own.

    Raises
    ------
    UnitError
        Naming the condition and its two units.
    """
    plain = any(node.op == "const" for node in (*left.nodes, *right.nodes))
    if plain or not _written(model):
        return
    units = unit_of(model, left), unit_of(model, right)
    if not read_unit(units[0]).agrees(read_unit(units[1])):
        a, b = (unit or "a plain number" for unit in units)
        raise UnitError(f"{condition}: left is {a}, right is {b}; compare like with like")


def _written(model: Model) -> list[tuple[str, str, Place]]:
    """Return every symbol that has a unit, its unit, and where that was written."""
    states = [(s.name, s.unit, s.start_place) for s in model.states]
    others = [(x.name, x.unit, x.place) for x in (*model.parameters, *model.definitions)]
    return [item for item in (*states, *others) if item[1]]


def _read(unit: str, name: str, text: str, place: Place) -> Unit:
    try:
        return read_unit(unit)
    except UnitError as error:
        if not place.line:
            raise UnitError(f"unit of {name}: {error.problem}") from None
        line, column = _inside_bracket(text, place)
        raise UnitError(error.problem, text, line, column + (error.column or 1) - 1) from None


def _inside_bracket(text: str, place: Place) -> tuple[int, int]:
    """Return line and column of what follows the next [, where the unit of a statement stands."""
    lines = text.split("\n")
    before = sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1
    inside = text.index("[", before) + 1
    inside += len(text[inside:]) - len(text[inside:].lstrip())
    return text.count("\n", 0, inside) + 1, inside - text.rfind("\n", 0, inside)


def _with_rates(model: Model, declared: Mapping[str, Unit], time: Unit) -> dict[str, Unit]:
    """Return the units with those of derivatives: x' is in that of x by time."""
    units = dict(declared)
    for state in model.states:
        if state.name.endswith("'") and state.name not in units:
            units[state.name] = units.get(state.name[:-1], PLAIN) / time
    return units


def _times(units: Iterable[Unit]) -> list[Unit]:
    """Return the units of time a model mentions; where one hides in another, the usual ones too."""
    atoms = [atom for unit in units for atom, _ in unit.atoms if "s" in dict(atom.powers)]
    pure = [atom for atom in atoms if atom.powers == (("s", Fraction(1)),)]
    found = [Unit(atoms=((atom, Fraction(1)),)) for atom in dict.fromkeys(pure)]
    hidden = len(pure) < len(atoms)
    return [*found, *(read_unit(name) for name in _USUAL_TIMES if hidden)] or [PLAIN]


class _Check:
    """One look at all equations, with time counted in a given unit."""

    def __init__(self, model: Model, declared: Mapping[str, Unit], time: Unit) -> None:
        declared = _with_rates(model, declared, time)
        self.model, self.declared, self.time = model, declared, time
        self.failures: list[tuple[str, Place]] = []
        self.names = {
            s.name: Measured(declared.get(s.name, PLAIN), symbol=True)
            for s in (*model.states, *model.parameters)
        }
        self.names[model.time] = Measured(time, symbol=True)
        self.definitions = tuple(self._define(d) for d in model.definitions)
        for state in model.states:
            self._compare_start(state)
            self._compare_rate(state)
        for event in model.events:
            self._compare_event(event)

    def _define(self, item: Definition) -> Definition:
        """Note the unit of a definition, that of its formula where none was given."""
        given = self.declared.get(item.name)
        if item.role == "table" or (item.role == "input" and given and self._is_bare(item)):
            self.names[item.name] = Measured(given or PLAIN)
            return item
        found = self._unit(item.formula, item.name, item.place)
        if given and found:
            self._agree(item.name, Measured(given), found, item.place)
        unit = given or (found and found.unit)
        self.names[item.name] = Measured(unit)
        return item if item.unit or not unit else replace(item, unit=shown(unit))

    def _is_bare(self, item: Definition) -> bool:
        """Tell whether an input is given by numbers and time: they count in its own unit then."""
        return item.formula.used() <= {self.model.time}

    def _compare_start(self, state: State) -> None:
        if state.start and state.start.inputs:  # a number has the unit beside it
            name, place = self.model.start_name(state.name), state.start_place
            found = self._unit(state.start, name, place)
            if found:
                self._agree(name, self.names[state.name], found, place)

    def _compare_rate(self, state: State) -> None:
        name = f"d{state.name}/d{self.model.time}"
        own = self.names[state.name].unit or PLAIN
        found = self._unit(state.rate, name, state.place)
        if found:
            forgotten = found.unit is not None and found.unit.agrees(own) and own / self.time != own
            hint = ": is a rate constant missing?" if forgotten else ""
            self._agree(name, Measured(own / self.time), found, state.place, hint)

    def _compare_event(self, event: Event) -> None:
        """Compare what is set with its state, times with the time, the sides of a condition."""
        name = event_text(event, self.model.time)
        if event.condition is not None:
            self._unit(event.condition, name, event.place, lenient=True)
        time = Measured(self.time)
        for tape in (*event.times, event.every, event.first, event.last):
            found = tape and self._unit(tape, name, event.place, lenient=True)
            if found:
                self._agree(name, time, found, event.place)
        for action in event.actions:
            found = self._unit(action.formula, action.state, action.place, lenient=True)
            if found:
                own = self.names[action.state]
                self._agree(action.state, own, found, action.place)

    def _unit(
        self, tape: Tape, name: str, place: Place, *, lenient: bool = False
    ) -> Measured | None:
        """Return the unit of a formula; None, and a failure noted, if it has none."""
        try:
            return measure(tape, self.names, lenient=lenient)
        except UnitError as error:
            self.failures.append((f"{name}, {error.problem}", place))
            return None

    def _agree(
        self, name: str, left: Measured, right: Measured, place: Place, hint: str = ""
    ) -> None:
        try:
            common(left, right)
        except UnitError as error:
            hint = hint or name_the_number(left, right, self.names)
            self.failures.append((f"{name}: {error.problem}{hint}", place))
