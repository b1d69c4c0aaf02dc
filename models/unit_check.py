"""Do the units of a model agree? Every tape is evaluated over units instead of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from .errors import UnitError
from .expression import to_text
from .model import Definition, Model, Place, State
from .operations import evaluate
from .tape import Tape
from .unit_algebra import PLAIN, Unit
from .units import read_unit

_SAME = frozenset({"add", "sub", "min", "max"})
_COMPARING = frozenset({"lt", "le", "eq"})
_KEEPING = frozenset({"neg", "abs"})
_USUAL_TIMES = ("s", "min", "h", "day", "year")


class _Measured(NamedTuple):
    """What is known of a value: its unit (None agrees with all), its number, if it is a symbol."""

    unit: Unit | None
    number: float | None = None
    symbol: bool = False


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
    if not any(_written(model)):
        return model
    declared = {name: _read(unit, name, text, place) for name, unit, place in _written(model)}
    checks = [_Check(model, declared, time) for time in _times(declared.values())]
    best = min(checks, key=lambda check: len(check.failures))  # the first of equals
    if best.failures:
        problem, place = best.failures[0]
        raise UnitError(problem, text, place.line or None, place.column or None)
    return replace(model, time_unit=_shown(best.time), definitions=best.definitions)


def unit_of(model: Model, expression: Tape) -> str:
    """Return the unit of a formula of a model's names, empty for a plain number.

    Raises
    ------
    UnitError
        If units inside the formula disagree.
    """
    declared = {name: read_unit(unit) for name, unit, _ in _written(model)}
    check = _Check(model, declared, read_unit(model.time_unit))
    return _shown(_walk(expression, check.names).unit or PLAIN)


def _shown(unit: Unit) -> str:
    return "" if unit.agrees(PLAIN) else str(unit)


def _written(model: Model) -> Iterator[tuple[str, str, Place]]:
    """Yield every symbol that has a unit, its unit, and where that was written."""
    for state in model.states:
        yield from [(state.name, state.unit, state.start_place)] if state.unit else []
    for item in (*model.parameters, *model.definitions):
        yield from [(item.name, item.unit, item.place)] if item.unit else []


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
        self.model, self.declared, self.time = model, declared, time
        self.failures: list[tuple[str, Place]] = []
        self.names = {
            s.name: _Measured(declared.get(s.name, PLAIN), symbol=True)
            for s in (*model.states, *model.parameters)
        }
        self.names[model.time] = _Measured(time, symbol=True)
        self.definitions = tuple(self._define(d) for d in model.definitions)
        for state in model.states:
            self._compare_start(state)
            self._compare_rate(state)

    def _define(self, item: Definition) -> Definition:
        """Note the unit of a definition, that of its formula where none was given."""
        given = self.declared.get(item.name)
        found = self._unit(item.formula, item.name, item.place)
        if given and found:
            self._agree(item.name, _Measured(given), found, item.place)
        unit = given or (found and found.unit)
        self.names[item.name] = _Measured(unit)
        return item if item.unit or not unit else replace(item, unit=_shown(unit))

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
            self._agree(name, _Measured(own / self.time), found, state.place, hint)

    def _unit(self, tape: Tape, name: str, place: Place) -> _Measured | None:
        """Return the unit of a formula; None, and a failure noted, if it has none."""
        try:
            return _walk(tape, self.names)
        except UnitError as error:
            self.failures.append((f"{name}, {error.problem}", place))
            return None

    def _agree(
        self, name: str, left: _Measured, right: _Measured, place: Place, hint: str = ""
    ) -> None:
        try:
            _common(left, right)
        except UnitError as error:
            self.failures.append((f"{name}: {error.problem}{hint}", place))


def _walk(tape: Tape, names: Mapping[str, _Measured]) -> _Measured:
    """Evaluate a tape of one output over units."""
    found: list[_Measured] = []
    for place, node in enumerate(tape.nodes):
        if node.op == "input":
            found.append(names[tape.inputs[place]])
        elif node.op == "const":
            found.append(_Measured(PLAIN if node.value else None, node.value))
        else:
            try:
                found.append(_apply(node.op, [found[a] for a in node.args]))
            except UnitError as error:
                (shown,) = to_text(replace(tape, outputs=(place,)))
                raise UnitError(f"in {shown}: {error.problem}") from None
    return found[tape.outputs[0]]


def _apply(op: str, args: Sequence[_Measured]) -> _Measured:
    number = _number(op, args)
    if op in _SAME:
        return _Measured(_common(*args), number)
    if op in _COMPARING:
        _common(*args)
        return _Measured(PLAIN, number)
    if op == "select":
        return _Measured(_common(*args[1:]))
    if op in _KEEPING:
        return _Measured(args[0].unit, number)
    if op == "sign":
        return _Measured(PLAIN, number)
    if op in {"mul", "div"}:
        return _Measured(_product(op, args[0].unit, args[1].unit), number)
    if op == "sqrt":
        return _Measured(args[0].unit and args[0].unit ** Fraction(1, 2), number)
    if op == "pow":
        return _Measured(_power(*args), number)
    _require_plain(args[0], "the argument")
    return _Measured(PLAIN, number)


def _number(op: str, args: Sequence[_Measured]) -> float | None:
    numbers = [a.number for a in args if a.number is not None]
    return evaluate(op, *numbers) if len(numbers) == len(args) else None


def _common(left: _Measured, right: _Measured) -> Unit | None:
    """Return the unit two values share; the number 0 shares any."""
    a, b = left.unit, right.unit
    if a is None or b is None:
        return b if a is None else a
    if not a.agrees(b):
        raise UnitError(f"left is {_named(a)}, right is {_named(b)}{_factor_between(a, b)}")
    if left.symbol and right.symbol and a.scale != b.scale:
        raise UnitError(f"left is {a}, right is {b}: their zeros differ; use one scale for both")
    return a


def _factor_between(a: Unit, b: Unit) -> str:
    ratio = a.ratio(b)
    return f": they differ by a factor of {max(ratio, 1 / ratio):.6g}" if ratio else ""


def _named(unit: Unit) -> str:
    return _shown(unit) or "a plain number"


def _product(op: str, a: Unit | None, b: Unit | None) -> Unit | None:
    if a is None or b is None:
        return None
    return a * b if op == "mul" else a / b


def _power(base: _Measured, exponent: _Measured) -> Unit | None:
    _require_plain(exponent, "the exponent")
    if base.unit is None or base.unit.agrees(PLAIN):
        return base.unit
    if exponent.number is None:
        raise UnitError(f"the base is in {base.unit}, so the exponent must be a number")
    return base.unit ** Fraction(exponent.number).limit_denominator(1000)


def _require_plain(value: _Measured, what: str) -> None:
    if value.unit is not None and not value.unit.agrees(PLAIN):
        factor = _factor_between(value.unit, PLAIN)
        raise UnitError(f"{what} must be a plain number, got {_named(value.unit)}{factor}")
