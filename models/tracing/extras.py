"""What is given beside a function: observables, events and bounds."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..columns import as_number
from ..errors import InputError, SpecificationError, UnknownNameError, did_you_mean, listing
from ..language.read import read_model
from ..model import Model
from ..names import normal_name
from ..symbols import Definition, Parameter
from ..tape import Builder
from .arrays import array_of
from .standins import recording
from .trace import closed
from .trouble import located

Observable = str | Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Extras:
    """What is given beside a function or equations.

    Parameters
    ----------
    observe
        For each observable a formula as text, or a function of names of the model.
    events
        Events in the language of models.
    bounds
        For each parameter the least and the largest value that a fit may give it.
    """

    observe: Mapping[str, Observable]
    events: Sequence[str]
    bounds: Mapping[str, Sequence[float]]

    def added_to(self, model: Model) -> Model:
        """Return a model with all of it.

        Raises
        ------
        SpecificationError
            If a formula or an event cannot be read, or sets what it may not.
        UnknownNameError
            For a name that the model does not have.
        """
        model = replace(model, parameters=_bounded(model, self.bounds))
        texts = {n: f for n, f in self.observe.items() if isinstance(f, str)}
        traced = [_traced(model, n, f) for n, f in self.observe.items() if not isinstance(f, str)]
        model = replace(model, definitions=(*model.definitions, *traced))
        events = [self.events] if isinstance(self.events, str) else list(self.events)
        written = [f"observe: {name} = {formula}" for name, formula in texts.items()]
        return _read_beside(model, [*written, *events]) if written or events else model


def _read_beside(model: Model, statements: Sequence[str]) -> Model:
    """Return a model with statements of its own language."""
    before = model.text
    try:
        read = read_model("\n".join([before, *statements]))
    except SpecificationError as error:
        line = (error.line or 1) - before.count("\n") - 2
        statement = statements[max(0, min(line, len(statements) - 1))]
        raise SpecificationError(error.problem, statement, 1, error.column) from None
    known = {p.name for p in model.parameters}
    for parameter in read.parameters:
        if parameter.name not in known:
            raise UnknownNameError(_no_such(model, parameter.name))
    return replace(model, definitions=read.definitions, events=(*model.events, *read.events))


def _no_such(model: Model, name: str) -> str:
    known = [model.time, *(x.name for x in (*model.states, *model.parameters, *model.definitions))]
    return f"no {name} in this model; it has {listing(known)}.{did_you_mean(name, known)}"


def _traced(model: Model, name: str, function: Any) -> Definition:
    """Return an observable that is a function of names of the model."""
    if not callable(function):
        raise InputError(
            f"observe: {name} is {function!r:.40}; give a formula as text or a function"
        )
    builder = Builder()
    arguments = {n: _argument(model, builder, n) for n in inspect.signature(function).parameters}
    try:
        result = recording(function)(**arguments)
    except (SpecificationError, TypeError, AttributeError) as error:
        raise located(function, error) from error
    return Definition(normal_name(name), closed(builder, result, name), role="observe")


def _argument(model: Model, builder: Builder, name: str) -> Any:
    """Return the value that a name of the model stands for, an array for a vector."""
    known = [model.time, *(x.name for x in (*model.states, *model.parameters, *model.definitions))]
    name = normal_name(name)
    if name in known:
        return builder.input(name)
    elements = [n for n in known if n.startswith(f"{name}[")]
    if not elements:
        raise UnknownNameError(_no_such(model, name))
    return array_of([builder.input(n) for n in elements])


def _bounded(model: Model, bounds: Mapping[str, Iterable[float]]) -> tuple[Parameter, ...]:
    given = {normal_name(n): _pair(n, b) for n, b in bounds.items()}
    known = [p.name for p in model.parameters]
    for name in given:
        if name not in known:
            has = listing(known) or "none"
            close = did_you_mean(name, known)
            raise UnknownNameError(f"bounds: no parameter {name}; there is {has}.{close}")
    return tuple(replace(p, bounds=given.get(p.name, p.bounds)) for p in model.parameters)


def _pair(name: str, bounds: Any) -> tuple[float, float]:
    try:
        low, high = (float(b) if b in _INFINITE else as_number(name, b) for b in bounds)
    except (TypeError, ValueError):
        low = high = 0.0
    if not low < high:
        raise InputError(f"bounds of {name}: got {bounds!r:.40}; give the least and the largest")
    return low, high


_INFINITE = (float("-inf"), float("inf"))
