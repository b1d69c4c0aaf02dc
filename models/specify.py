"""The verb `model`: from text, or a Python function, to a specification."""

from __future__ import annotations

import inspect
import math
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any, cast, overload

from .columns import as_number
from .errors import InputError, SpecificationError, UnknownNameError, did_you_mean, listing
from .language.read import read_model
from .model import Model
from .names import normal_name
from .symbols import Parameter, State
from .tape import Builder, Tape, Value
from .tape.operations import Node
from .units.check import checked

Rates = Callable[..., Any]


@overload
def model(specification: str, /, *, title: str = ..., source: str = ...) -> Model: ...
@overload
def model(
    specification: Rates, /, *, start: Mapping[str, float] | None = ...,
    units: Mapping[str, str] | None = ..., title: str = ..., source: str = ...,
) -> Model: ...  # fmt: skip
@overload
def model(
    specification: None = None, /, *, start: Mapping[str, float] | None = ...,
    units: Mapping[str, str] | None = ..., title: str = ..., source: str = ...,
) -> Callable[[Rates], Model]: ...  # fmt: skip
def model(
    specification: str | Rates | None = None,
    /,
    *,
    start: Mapping[str, float] | None = None,
    units: Mapping[str, str] | None = None,
    title: str = "",
    source: str = "",
) -> Model | Callable[[Rates], Model]:
    """Return the model a text or a Python function specifies.

    Parameters
    ----------
    specification
        Text: equations ``dT/dt = -k*(T - T_s)``, start values ``T(0) = 90 [degC]``, values
        ``k = 0.07 [1/min]``, formulas and comments, one a line. Or a function of time and the
        states, in this order, with keyword-only parameters, that returns the rates; then `start`
        is needed. With neither, a decorator for such a function.
    start
        Start value of each state of a function.
    units
        Unit of each state and parameter of a function.
    title, source
        What the model is called and where it comes from.

    Raises
    ------
    SpecificationError
        If the text cannot be read or the function cannot be recorded.
    UnitError
        If units are given and disagree.

    Examples
    --------
    >>> model("dx/dt = -k*x; x(0) = 1; k = 0.5").states[0].name
    'x'
    """
    if specification is None:

        def decorate(function: Rates) -> Model:
            return model(function, start=start, units=units, title=title, source=source)

        return decorate
    if isinstance(specification, str):
        if _FILE_NAME.fullmatch(specification.strip()):
            raise SpecificationError(_A_FILE.format(specification.strip()))
        read = read_model(specification)
        _require_finite(read, specification)
        return _named(checked(read, specification), title, source)
    if isinstance(specification, PathLike):
        raise SpecificationError(_A_FILE.format(str(cast("object", specification))))
    if not callable(specification):
        raise SpecificationError(
            f"got {type(specification).__name__}; a model is specified by text or by a function "
            "f(t, states…, *, parameters…) that returns the rates"
        )
    traced = _trace(specification, start or {}, units or {})
    return _named(checked(traced, ""), title or _title(specification), source)


_FILE_NAME = re.compile(r"[^=;\n]{1,200}\.[A-Za-z]\w{0,4}")
_A_FILE = 'got the name of a file, {0}; pass its text: Path("{0}").read_text()'
_NO_NUMBERS = frozenset({"nan", "inf", "infinity"})


def _require_finite(read: Model, text: str) -> None:
    """Refuse nan and inf, which would read as parameters without a value."""
    for p in read.parameters:
        if p.value is None and p.name.lower() in _NO_NUMBERS:
            problem = (
                f"{p.name} is no number here; give a finite one, or leave the value out and set it "
                "later"
            )
            raise SpecificationError(problem, text, p.place.line, p.place.column)


def _named(found: Model, title: str, source: str) -> Model:
    states = tuple(replace(s, declared=s.start) for s in found.states)
    return replace(found, states=states, title=title, source=source)


def _title(function: Rates) -> str:
    return getattr(function, "__name__", "").replace("_", " ").replace("<lambda>", "").strip()


def _trace(function: Rates, start: Mapping[str, float], units: Mapping[str, str]) -> Model:
    """Call a function once on recording values; its signature is the declaration."""
    time, states, defaults = _signature(function)
    starts = _starts(start, states)
    strangers = sorted(units.keys() - {*states, *defaults})
    if strangers:
        raise UnknownNameError(
            f"units: {listing(strangers)} is no argument of the function; it has "
            f"{listing([*states, *defaults])}.{did_you_mean(strangers[0], [*states, *defaults])}"
        )
    builder = Builder((time, *states, *defaults))
    rates = [
        _closed(builder, r, n)
        for r, n in zip(_rates(function, builder, states, defaults), states, strict=True)
    ]
    return Model(
        tuple(
            State(n, rate, Builder().finish([starts[n]]), units.get(n, ""))
            for n, rate in zip(states, rates, strict=True)
        ),
        tuple(Parameter(n, v, units.get(n, ""), declared=v) for n, v in defaults.items()),
        time=time,
    )


def _starts(start: Mapping[str, float], states: Sequence[str]) -> dict[str, float]:
    given = {normal_name(n).replace(" ", "").removesuffix("(0)"): v for n, v in start.items()}
    if given.keys() != set(states):
        raise SpecificationError(
            f"start: got {listing(start) or 'nothing'}; give a start value for each of the states: "
            f"start={{{', '.join(f'{n!r}: 1' for n in states)}}}"
        )
    return {n: as_number(f"start value of {n}", given[n]) for n in states}


def _signature(function: Rates) -> tuple[str, list[str], dict[str, float | None]]:
    try:
        given = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # what is built in may have no signature
        given = []
    if any(p.kind in {p.VAR_POSITIONAL, p.VAR_KEYWORD} for p in given):
        raise SpecificationError(
            "the function takes *args or **kwargs; name every state and parameter"
        )
    positional = [p.name for p in given if p.kind is not p.KEYWORD_ONLY]
    if len(positional) < 2:
        raise SpecificationError(
            "the function needs time and at least one state as positional arguments, and "
            "parameters after a star: f(t, x, *, k=1)"
        )
    keyword = {p.name: p.default for p in given if p.kind is p.KEYWORD_ONLY}
    defaults = {
        n: None if d is inspect.Parameter.empty else as_number(n, d) for n, d in keyword.items()
    }
    return positional[0], positional[1:], defaults


def _rates(
    function: Rates, builder: Builder, states: Sequence[str], defaults: Mapping[str, float | None]
) -> Sequence[Any]:
    """Return what the function returns for recording values, one rate for each state."""
    positional, keyword = builder.inputs[: 1 + len(states)], builder.inputs[1 + len(states) :]
    try:
        result = function(*positional, **dict(zip(defaults, keyword, strict=True)))
    except SpecificationError as error:
        raise SpecificationError(error.problem + _line(function, error)) from None
    except (TypeError, AttributeError) as error:
        problem = f"the function cannot be recorded: {error}"
        raise SpecificationError(problem + _line(function, error)) from error
    rates = _listed(result)
    if len(rates) != len(states):
        raise SpecificationError(
            f"the function returns {len(rates)} rate(s) for {len(states)} state(s), "
            f"{listing(states)}; return one rate for each, in this order"
        )
    return rates


def _listed(result: Any) -> list[Any]:
    if getattr(result, "ndim", 1) == 0:  # an array of one rate, without a dimension
        return [result.item()]
    return list(result) if hasattr(result, "__iter__") else [result]


def _line(function: Rates, error: Exception) -> str:
    """Return the line of the function at which an error came up, in brackets."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    return f" (line {own[-1].lineno}: {(own[-1].line or '')[:80]})" if own else ""


def _closed(builder: Builder, rate: Any, state: str) -> Tape:
    """Return one rate as a tape over the names it uses."""
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
