"""What the signature of a function declares: time, states and parameters, single or in arrays."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from ..columns import as_number
from ..errors import InputError, SpecificationError, UnknownNameError, did_you_mean, listing
from ..names import normal_name
from ..tape import Builder, Tape

StartValue = float | str | Sequence[float | str]


class Argument(NamedTuple):
    """One argument of a function and the symbols it stands for.

    Parameters
    ----------
    name
        Of the argument.
    symbols
        ``("T",)`` for a number, ``("x[1]", "x[2]")`` for an array.
    is_array
        Whether it is one; an array may have a single element.
    values
        Start values or defaults, one for each symbol; None where there is none.
    """

    name: str
    symbols: tuple[str, ...]
    is_array: bool
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a function's signature and start values declare."""

    time: str
    states: tuple[Argument, ...]
    parameters: tuple[Argument, ...]

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every state and parameter."""
        return tuple(s for a in (*self.states, *self.parameters) for s in a.symbols)


def declare(function: Callable[..., Any], start: Mapping[str, StartValue]) -> Declaration:
    """Return what a function declares.

    Raises
    ------
    SpecificationError
        If the signature is not f(t, states…, *, parameters…) or a state has no start value.
    InputError
        If a value is no number.
    """
    time, states, defaults = _signature(function)
    given = {normal_name(n).replace(" ", "").removesuffix("(0)"): v for n, v in start.items()}
    if given.keys() != set(states):
        raise SpecificationError(
            f"start: got {listing(start) or 'nothing'}; give a start value for each of the states: "
            f"start={{{', '.join(f'{n!r}: 1' for n in states)}}}"
        )
    return Declaration(
        time,
        tuple(_argument(n, given[n], f"start value of {n}") for n in states),
        tuple(_parameter(n, value) for n, value in defaults.items()),
    )


def units_by_symbol(declared: Declaration, units: Mapping[str, str]) -> dict[str, str]:
    """Return the unit of each symbol; that of an array is the unit of its elements.

    Raises
    ------
    UnknownNameError
        For a name that is no argument and no element of one.
    """
    arguments = (*declared.states, *declared.parameters)
    symbols = {a.name: a.symbols for a in arguments} | {s: (s,) for s in declared.symbols}
    strangers = sorted(n for n in units if normal_name(n) not in symbols)
    if strangers:
        known = [a.name for a in arguments]
        raise UnknownNameError(
            f"units: {listing(strangers)} is no argument of the function; it has "
            f"{listing(known)}.{did_you_mean(strangers[0], known)}"
        )
    return {s: unit for n, unit in units.items() for s in symbols[normal_name(n)]}


def start_tape(name: str, value: Any, read: Callable[[str], Tape]) -> Tape:
    """Return a start value as a tape: a number, or a formula of parameters as text."""
    if isinstance(value, str):
        return read(value)
    return Builder().finish([as_number(f"start value of {name}", value)])


def _signature(function: Callable[..., Any]) -> tuple[str, list[str], dict[str, Any]]:
    try:
        given = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # what is built in may have no signature
        given = []
    if any(p.kind in {p.VAR_POSITIONAL, p.VAR_KEYWORD} for p in given):
        raise SpecificationError(
            "the function takes *args or **kwargs; name every state and parameter"
        )
    positional = [normal_name(p.name) for p in given if p.kind is not p.KEYWORD_ONLY]
    if len(positional) < 2:
        raise SpecificationError(
            "the function needs time and at least one state as positional arguments, and "
            "parameters after a star: f(t, x, *, k=1)"
        )
    missing = inspect.Parameter.empty
    defaults = {p.name: p.default for p in given if p.kind is p.KEYWORD_ONLY}
    return (
        positional[0],
        positional[1:],
        {n: None if d is missing else d for n, d in defaults.items()},
    )


def _parameter(name: str, default: Any) -> Argument:
    if default is None:
        return Argument(name, (name,), False, (None,))
    argument = _argument(name, default, name)
    values = (as_number(s, v) for s, v in zip(argument.symbols, argument.values, strict=True))
    return argument._replace(values=tuple(values))


def _argument(name: str, value: Any, called: str) -> Argument:
    """Return an argument by the shape of its value."""
    is_array = hasattr(value, "__len__") and not isinstance(value, (str, bytes, bytearray))
    if not is_array or getattr(value, "ndim", 1) == 0:
        return Argument(name, (name,), False, (value,))
    if isinstance(value, Mapping) or getattr(value, "ndim", 1) != 1 or not len(value):
        shape: object = getattr(cast("object", value), "shape", None)
        got = f"an array of shape {shape}" if shape else f"{value!r:.40}"
        raise InputError(f"{called}: got {got}; give a number or a list of numbers")
    items = tuple(cast("Iterable[Any]", value))
    symbols = tuple(f"{name}[{i}]" for i in range(1, len(items) + 1))
    return Argument(name, symbols, True, items)
