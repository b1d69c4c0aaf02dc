"""From the specification to the first-order normal form: substitution and ordering."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product

from .errors import MissingValueError, UnknownNameError, did_you_mean, listing
from .jumps import jumps
from .lower_events import lower_events
from .model import Model
from .names import call_text
from .once import once
from .partial import on_a_grid
from .system import FirstOrderSystem
from .tape import Builder, Tape, Value
from .tape.operations import CONSTANTS
from .uncollected import uncollected


@once
def lower(model: Model) -> FirstOrderSystem:
    """Return a model's first-order normal form, definitions substituted.

    Raises
    ------
    MissingValueError
        If a state has no start value; the message shows how to give one.
    """
    if model.dimensions:  # their columns may be large: not to be kept for longer than the model
        return _lower(model)
    return _lowered(_Shape(_shape(model), model))


@dataclass(frozen=True)
class _Shape:
    """A model compared without its values: others that differ in those only have its system."""

    key: tuple[object, ...]
    model: Model = field(compare=False)


@lru_cache(maxsize=64)
def _lowered(shape: _Shape) -> FirstOrderSystem:
    return _lower(shape.model)


def _shape(model: Model) -> tuple[object, ...]:
    """Return all of a model without dimensions that its system depends on."""
    names = tuple([p.name for p in model.parameters])
    states = tuple(
        [
            (s.name, s.rate, "number" if s.start is not None and not s.start.inputs else s.start)
            for s in model.states
        ]
    )
    labels = tuple([event.text for event in model.events])  # which no comparison of events sees
    positive = _positive(model)
    return (states, names, positive, model.definitions, model.time, model.t0, model.events, labels)


def _positive(model: Model) -> frozenset[str]:
    """Return the parameters that are declared to be positive, by bounds or as constants."""
    return frozenset(
        [
            p.name
            for p in model.parameters
            if (p.bounds is not None and p.bounds[0] > 0) or (p.fixed and (p.value or 0.0) > 0)
        ]
    )


@uncollected()
def _lower(model: Model) -> FirstOrderSystem:
    states = tuple(s.name for s in model.states)
    parameters = _parameter_names(model)
    builder, start = Builder((model.time, *states, *parameters)), Builder(parameters)
    names = _with_definitions(model, builder)
    rates = [_substitute(builder, s.rate, names) for s in model.states]
    system = FirstOrderSystem(
        states, parameters, builder.finish(rates), start.finish(_starts(model, start)),
        model.time, model.t0, positive=_positive(model),
    )  # fmt: skip
    system = replace(system, events=lower_events(model, states, parameters, _with_definitions))
    return replace(system, events=(*jumps(system), *system.events))


def lower_expression(model: Model, expression: Tape) -> Tape:
    """Return a formula of a model's names as a tape over time, states and parameters.

    Raises
    ------
    UnknownNameError
        If the formula mentions a name the model does not have.
    """
    states = tuple(s.name for s in model.states)
    builder = Builder((model.time, *states, *_parameter_names(model)))
    names = {**_constants(builder), **_with_definitions(model, builder)}
    for name in expression.inputs:
        if name not in names:
            known = [n for n in names if n not in CONSTANTS]
            problem = f"no {name} in this model; it has {listing(known)}."
            raise UnknownNameError(problem + did_you_mean(name, known))
    outputs = builder.inline(expression, [names[n] for n in expression.inputs])
    return builder.finish(outputs)


def _constants(builder: Builder) -> dict[str, Value]:
    return {name: builder.constant(value) for name, value in CONSTANTS.items()}


def varying(model: Model) -> frozenset[str]:
    """Return the settings that differ between members."""
    return frozenset(name for d in model.dimensions for name, _ in d.columns)


def _parameter_names(model: Model) -> tuple[str, ...]:
    """Parameters, then the start values that are numbers: those a fit or a sweep can vary."""
    swept = varying(model)
    numbers = [
        model.start_name(s.name)
        for s in model.states
        if (s.start is not None and not s.start.inputs) or model.start_name(s.name) in swept
    ]
    return (*(p.name for p in model.parameters), *numbers)


def _with_definitions(model: Model, builder: Builder) -> dict[str, Value]:
    names = {name: builder.input(name) for name in builder.names}
    for definition in model.definitions:
        names[definition.name] = _substitute(builder, definition.formula, names)
    return names


def _substitute(builder: Builder, formula: Tape, names: Mapping[str, Value]) -> Value:
    return builder.inline(formula, [names[n] for n in formula.inputs])[0]


def _starts(model: Model, builder: Builder) -> list[Value]:
    known = {name: builder.input(name) for name in builder.names}
    for definition in model.definitions:
        if all(n in known for n in definition.formula.inputs):
            known[definition.name] = _substitute(builder, definition.formula, known)
    return [_start(model, builder, known, i) for i in range(len(model.states))]


def _start(model: Model, builder: Builder, known: Mapping[str, Value], position: int) -> Value:
    state = model.states[position]
    name = model.start_name(state.name)
    if name in known:
        return known[name]
    if state.start is None:
        raise MissingValueError(
            f"{state.name} has no start value; write {name} = … in the model, "
            f"or give one: {call_text(model.title, {name: '1'})}"
        )
    return _substitute(builder, state.start, known)


def require_values(model: Model) -> None:
    """Raise unless every parameter has a value.

    Raises
    ------
    MissingValueError
        Naming the parameters, and showing how to give a value.
    """
    swept = varying(model)
    missing = [p.name for p in model.parameters if p.value is None and p.name not in swept]
    if missing:
        verb = "has no value" if len(missing) == 1 else "have no value"
        example = call_text(model.title, dict.fromkeys(missing, "0.1"))
        _require_no_places(model, missing)
        euler = "; the exponential function is exp(x)" if "e" in missing else ""
        raise MissingValueError(f"{listing(missing)} {verb}; give one: {example}{euler}")


def _require_no_places(model: Model, missing: Sequence[str]) -> None:
    """Raise if names without a value are those of a derivative by place: du/dx, d2u/dx2, u_xx."""
    for state, (above, below) in product(model.states, _quotients(model)):
        order = re.fullmatch(rf"d([2-9]?){re.escape(state.name)}", above)
        if (
            order
            and re.fullmatch(rf"d[^\W\d]\w*?{order[1]}", below)
            and {above, below} <= {*missing}
        ):
            raise MissingValueError(
                f"{above}/{below} is read as {above} divided by {below}, two parameters without a "
                f"value. If a derivative by place is meant: {on_a_grid(state.name)}"
            )
    for state, name in product(model.states, missing):
        if re.fullmatch(rf"{re.escape(state.name)}_([xyzr])\1+", name):
            raise MissingValueError(
                f"{name} is a parameter without a value. If a derivative by place is meant: "
                f"{on_a_grid(state.name)}"
            )


def _quotients(model: Model) -> Iterator[tuple[str, str]]:
    """Yield names that rates divide, as a factor or alone, each with the name it is divided by."""
    for tape in (state.rate for state in model.states):
        for node in tape.nodes:
            if node.op == "div" and tape.nodes[node.args[1]].op == "input":
                for factor in _factors(tape, node.args[0]):
                    yield factor, tape.inputs[node.args[1]]


def _factors(tape: Tape, number: int) -> Iterator[str]:
    node = tape.nodes[number]
    if node.op == "input":
        yield tape.inputs[number]
    elif node.op in ("mul", "neg"):
        for a in node.args:
            yield from _factors(tape, a)
