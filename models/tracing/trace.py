"""A function called once on values of a tape: what it returns are the rates of a model."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from ..columns import as_number
from ..errors import InputError, SpecificationError, UnknownNameError, did_you_mean, listing
from ..language.read import read_expression
from ..model import Model
from ..symbols import Parameter, State
from ..tape import Builder, Node, Tape, Value
from ..uncollected import uncollected
from .arrays import array_of
from .declaration import Argument, Declaration, StartValue, declare, start_tape, units_by_symbol
from .standins import recording
from .trouble import located, refuse_yields


@uncollected()
def trace(
    function: Callable[..., Any], start: Mapping[str, StartValue], units: Mapping[str, str]
) -> Model:
    """Return the model a function specifies; its signature is the declaration.

    Parameters
    ----------
    function
        Of time, states and keyword-only parameters; returns the rates.
    start
        For each state a number, a formula of parameters as text, or a list of these: the state is
        then an array, whose elements are the states x[1], x[2] and so on.
    units
        Of states and parameters.

    Raises
    ------
    SpecificationError
        If the function cannot be recorded, with the line of its text at which that became clear.
    """
    declared = declare(function, start)
    unit = units_by_symbol(declared, units)
    builder = Builder((declared.time, *declared.symbols))
    rates = _rates(_called(function, builder, declared), declared.states)
    starts = {s: v for a in declared.states for s, v in zip(a.symbols, a.values, strict=True)}
    defaults = {s: v for a in declared.parameters for s, v in zip(a.symbols, a.values, strict=True)}
    return Model(
        tuple(
            State(s, closed(builder, rates[s], s), _start(s, v, defaults), unit.get(s, ""))
            for s, v in starts.items()
        ),
        tuple(Parameter(s, v, unit.get(s, ""), declared=v) for s, v in defaults.items()),
        time=declared.time,
    )


def _start(state: str, value: Any, parameters: Mapping[str, Any]) -> Tape:
    tape = start_tape(state, value, read_expression)
    for name in tape.inputs:
        if name not in parameters:
            raise UnknownNameError(
                f"start value of {state}: {name} is no parameter; there is "
                f"{listing(parameters) or 'none'}.{did_you_mean(name, parameters)}"
            )
    return tape


def _called(function: Callable[..., Any], builder: Builder, declared: Declaration) -> Any:
    """Return what the function returns for values of a tape."""
    refuse_yields(function)

    def value(argument: Argument) -> Any:
        values = [builder.input(s) for s in argument.symbols]
        return array_of(values) if argument.is_array else values[0]

    positional = [builder.input(declared.time), *map(value, declared.states)]
    keyword = {a.name: value(a) for a in declared.parameters}
    try:
        return recording(function)(*positional, **keyword)
    except (SpecificationError, TypeError, AttributeError) as error:
        raise located(function, error) from error


def _rates(result: Any, states: Sequence[Argument]) -> dict[str, Any]:
    """Return the rate of each state, by its name."""
    names = [s for a in states for s in a.symbols]
    if isinstance(result, Mapping):
        return _by_name(cast("Mapping[str, Any]", result), states)
    items = _listed(result)
    if len(items) == len(states) and any(a.is_array for a in states):
        pairs = zip(states, [items] if len(states) == 1 else items, strict=True)
        return _of_arrays(pairs)
    if len(items) != len(names):
        raise SpecificationError(
            f"the function returns {len(items)} rate(s) for {len(names)} state(s), "
            f"{listing(names)}; return one rate for each, in this order"
        )
    return dict(zip(names, items, strict=True))


def _by_name(rates: Mapping[str, Any], states: Sequence[Argument]) -> dict[str, Any]:
    given = [str(name) for name in rates]
    expected = [a.name for a in states]
    if set(given) != set(expected):
        raise SpecificationError(
            f"the function returns rates of {listing(given) or 'nothing'}; "
            f"return one for each state: {listing(expected)}"
        )
    return _of_arrays((a, rates[a.name]) for a in states)


def _of_arrays(pairs: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for argument, rate in pairs:
        items = _listed(rate)
        if len(items) != len(argument.symbols):
            raise SpecificationError(
                f"the function returns {len(items)} rate(s) for {argument.name}, which has "
                f"{len(argument.symbols)} element(s); return one rate for each"
            )
        found.update(zip(argument.symbols, items, strict=True))
    return found


def _listed(result: Any) -> list[Any]:
    if getattr(result, "ndim", 1) == 0:  # an array of one rate, without a dimension
        return [result.item()]
    return list(result) if hasattr(result, "__iter__") else [result]


def closed(builder: Builder, rate: Any, state: str) -> Tape:
    """Return the rate of a state as a tape over the names it uses.

    Raises
    ------
    SpecificationError
        If it is no formula and no finite number, or divides by zero.
    """
    try:
        tape = builder.formula(rate if isinstance(rate, Value) else as_number(state, rate))
    except InputError:
        problem = f"the rate of {state} is {rate!r:.40}; return a formula or a finite number"
        raise SpecificationError(problem) from None
    for node in tape.nodes:
        if not math.isfinite(node.value):
            raise SpecificationError(f"the rate of {state} contains {node.value}")
        if node.op == "div" and tape.nodes[node.args[1]] == Node("const"):
            raise SpecificationError(f"the rate of {state} divides by zero")
    return tape
