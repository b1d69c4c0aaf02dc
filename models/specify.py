"""The verb `model`: from text, or a Python function, to a specification."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast, overload

from .errors import SpecificationError, listing
from .model import Model, Parameter, State
from .names import normal_name
from .read import read_model
from .tape import Builder, Tape, Value
from .unit_check import checked

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
        return lambda function: model(
            function, start=start, units=units, title=title, source=source
        )
    if isinstance(specification, str):
        read = read_model(specification)
        return _named(checked(read, specification), title, source)
    if not callable(specification):
        raise SpecificationError(
            f"got {type(specification).__name__}; a model is specified by text or by a function "
            "f(t, states…, *, parameters…) that returns the rates"
        )
    traced = _trace(specification, start or {}, units or {})
    return _named(checked(traced, ""), title or _title(specification), source)


def _named(found: Model, title: str, source: str) -> Model:
    from dataclasses import replace

    return replace(found, title=title, source=source)


def _title(function: Rates) -> str:
    return getattr(function, "__name__", "").replace("_", " ")


def _trace(function: Rates, start: Mapping[str, float], units: Mapping[str, str]) -> Model:
    """Call a function once on recording values; its signature is the declaration."""
    time, states, defaults = _signature(function)
    starts = {name.partition("(")[0]: value for name, value in start.items()}
    if set(starts) != set(states):
        raise SpecificationError(
            f"start: got {listing(starts) or 'nothing'}; expected a start value for each of "
            f"the states {listing(states)}"
        )
    names = (time, *states, *defaults)
    builder = Builder(normal_name(n) for n in names)
    rates = _call(function, builder, len(states), defaults)
    if len(rates) != len(states):
        raise SpecificationError(
            f"the function returns {len(rates)} rate(s) for {len(states)} state(s), "
            f"{listing(states)}; return one rate for each, in this order"
        )
    return Model(
        tuple(
            State(normal_name(n), builder.formula(r), _constant(starts[n]), units.get(n, ""))
            for n, r in zip(states, rates, strict=True)
        ),
        tuple(
            Parameter(normal_name(n), v, units.get(n, ""), declared=v) for n, v in defaults.items()
        ),
        time=normal_name(time),
    )


def _constant(value: float) -> Tape:
    return Builder().finish([float(value)])


def _signature(function: Rates) -> tuple[str, list[str], dict[str, float | None]]:
    kinds = inspect.Parameter
    given = list(inspect.signature(function).parameters.values())
    if any(p.kind in {kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD} for p in given):
        raise SpecificationError(
            "the function takes *args or **kwargs; name every state and parameter"
        )
    positional = [p.name for p in given if p.kind is not kinds.KEYWORD_ONLY]
    if len(positional) < 2:
        raise SpecificationError(
            "the function needs time and at least one state as positional arguments: f(t, x, *, k=1)"
        )
    keyword = {p.name: p.default for p in given if p.kind is kinds.KEYWORD_ONLY}
    defaults = {n: None if d is kinds.empty else float(d) for n, d in keyword.items()}
    return positional[0], positional[1:], defaults


def _call(
    function: Rates, builder: Builder, n_states: int, defaults: Mapping[str, float | None]
) -> Sequence[Value | float]:
    positional = builder.inputs[: 1 + n_states]
    keyword = dict(zip(defaults, builder.inputs[1 + n_states :], strict=True))
    try:
        result = function(*positional, **keyword)
    except SpecificationError as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [f for f in frames if f.filename == inspect.getfile(function)]
        where = f" (line {own[-1].lineno}: {own[-1].line})" if own else ""
        raise SpecificationError(f"{error.problem}{where}") from None
    rates: list[Any] = list(cast("Any", result)) if hasattr(result, "__len__") else [result]
    return [_rate(builder, r) for r in rates]


def _rate(builder: Builder, rate: object) -> Value:
    if isinstance(rate, Value):
        return rate
    try:
        return builder.constant(float(cast("float", rate)))
    except (TypeError, ValueError):
        raise SpecificationError(
            f"the function returned {rate!r} as a rate; return a formula or a number"
        ) from None
