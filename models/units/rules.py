"""What each operation does to units: a tape evaluated over units instead of numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from ..errors import UnitError
from ..names import new_names
from ..tape import Tape
from ..tape.operations import evaluate
from ..tape.writing.expression import to_text
from ..tape.writing.pieces import number
from .algebra import PLAIN, Unit

_LARGE = 1000  # for the power of a unit
_SAME = frozenset({"add", "sub", "min", "max"})
_COMPARING = frozenset({"lt", "le", "eq"})
_KEEPING = frozenset({"neg", "abs"})


class Measured(NamedTuple):
    """What is known of a value.

    Parameters
    ----------
    unit
        None agrees with all, as the number 0 does.
    number
        Its value, where it is a number.
    symbol
        Whether it is a symbol of the model: a temperature then counts from the zero of its scale.
    """

    unit: Unit | None
    number: float | None = None
    symbol: bool = False


def measure(tape: Tape, names: Mapping[str, Measured], *, lenient: bool = False) -> Measured:
    """Return the unit of a tape of one output, given what its inputs are.

    Parameters
    ----------
    tape, names
        The formula and what is known of its inputs.
    lenient
        Whether a number alone takes the unit of what it is compared with or added to, or of the
        whole, as in ``T < 60``.

    Raises
    ------
    UnitError
        Naming the operation whose arguments disagree.
    """
    found: list[Measured] = []
    for place, node in enumerate(tape.nodes):
        if node.op == "input":
            found.append(names[tape.inputs[place]])
        elif node.op == "const":
            found.append(Measured(PLAIN if node.value else None, node.value))
        else:
            args = [found[a] for a in node.args]
            if lenient and node.op in _SAME | _COMPARING:
                args = [_bare(tape, a, found[a]) for a in node.args]
            try:
                found.append(_apply(node.op, args))
            except UnitError as error:
                (shown,) = to_text(replace(tape, outputs=(place,)))
                meant = node.op in _SAME | _COMPARING
                symbols = (tape.inputs[a] for a in node.args if tape.nodes[a].op == "input")
                beside = next(symbols, "")
                hint = name_the_number(args[0], args[1], names, beside) if meant else ""
                raise UnitError(f"in {shown}: {error.problem}{hint}") from None
    end = tape.outputs[0]
    return _bare(tape, end, found[end]) if lenient else found[end]


def _bare(tape: Tape, number: int, value: Measured) -> Measured:
    """Return what is known of a node, a number alone having whatever unit is needed."""
    return value._replace(unit=None) if tape.nodes[number].op == "const" else value


def _apply(op: str, args: Sequence[Measured]) -> Measured:
    number = _number(op, args)
    if op in _SAME:
        return Measured(common(*args), number)
    if op in _COMPARING:
        common(*args)
        return Measured(PLAIN, number)
    if op == "select":
        return Measured(common(*args[1:]))
    if op in _KEEPING:
        return Measured(args[0].unit, number)
    if op == "sign":
        return Measured(PLAIN, number)
    if op in {"mul", "div"}:
        return Measured(_product(op, args[0].unit, args[1].unit), number)
    if op == "sqrt":
        return Measured(args[0].unit and args[0].unit ** Fraction(1, 2), number)
    if op == "pow":
        return Measured(_power(*args), number)
    for each in args:
        _require_plain(each, "the argument")
    return Measured(PLAIN, number)


def _number(op: str, args: Sequence[Measured]) -> float | None:
    numbers = [a.number for a in args if a.number is not None]
    return evaluate(op, *numbers) if len(numbers) == len(args) else None


def common(left: Measured, right: Measured) -> Unit | None:
    """Return the unit two values share.

    Raises
    ------
    UnitError
        If they share none; the message says the factor between them, if there is one.
    """
    a, b = left.unit, right.unit
    if a is None or b is None:
        return b if a is None else a
    if not a.agrees(b):
        raise UnitError(f"left is {_named(a)}, right is {_named(b)}{_factor_between(a, b)}")
    if left.symbol and right.symbol and a.scale != b.scale:
        raise UnitError(f"left is {a}, right is {b}: their zeros differ; use one scale for both")
    return a


def name_the_number(
    left: Measured, right: Measured, taken: Collection[str], beside: str = ""
) -> str:
    """Return how to give a bare number the unit of what it stands beside; empty if none is bare.

    Parameters
    ----------
    left, right
        What should have one unit.
    taken
        Names of the model, which the number is not called by.
    beside
        Name of the other one, if it is a symbol.
    """
    for bare, other in ((left, right), (right, left)):
        is_bare = bare.number is not None and bare.unit is not None and bare.unit.agrees(PLAIN)
        if is_bare and other.unit is not None and not other.unit.agrees(PLAIN):
            name = f"{beside}_s" if beside else ""
            name = name if name and name not in taken else next(new_names(taken, "c"))
            value = number(bare.number or 0.0)
            return f"; give the number a name and a unit: {name} = {value} [{other.unit}]"
    return ""


def _factor_between(a: Unit, b: Unit) -> str:
    ratio = a.ratio(b)
    return f": they differ by a factor of {max(ratio, 1 / ratio):.6g}" if ratio else ""


def _named(unit: Unit) -> str:
    return shown(unit) or "a plain number"


def _product(op: str, a: Unit | None, b: Unit | None) -> Unit | None:
    if a is None or b is None:
        return None
    return a * b if op == "mul" else a / b


def _power(base: Measured, exponent: Measured) -> Unit | None:
    _require_plain(exponent, "the exponent")
    if base.unit is None or base.unit.agrees(PLAIN):
        return base.unit
    if exponent.number is None or not abs(exponent.number) < _LARGE:
        raise UnitError(f"the base is in {base.unit}, so the exponent must be a small number")
    return base.unit ** Fraction(exponent.number).limit_denominator(1000)


def _require_plain(value: Measured, what: str) -> None:
    if value.unit is not None and not value.unit.agrees(PLAIN):
        factor = _factor_between(value.unit, PLAIN)
        raise UnitError(f"{what} must be a plain number, got {_named(value.unit)}{factor}")


def shown(unit: Unit) -> str:
    """Return a unit as text, empty for a plain number."""
    return "" if unit.agrees(PLAIN) else str(unit)
