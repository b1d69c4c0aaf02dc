"""The verb `model`: from text, or a Python function, to a specification."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from os import PathLike
from typing import Any, cast, overload

from .errors import SpecificationError
from .language.read import read_model
from .model import Model
from .tracing.declaration import StartValue
from .tracing.trace import trace
from .units.check import checked

Rates = Callable[..., Any]


@overload
def model(specification: str, /, *, title: str = ..., source: str = ...) -> Model: ...
@overload
def model(
    specification: Rates, /, *, start: Mapping[str, StartValue] | None = ...,
    units: Mapping[str, str] | None = ..., title: str = ..., source: str = ...,
) -> Model: ...  # fmt: skip
@overload
def model(
    specification: None = None, /, *, start: Mapping[str, StartValue] | None = ...,
    units: Mapping[str, str] | None = ..., title: str = ..., source: str = ...,
) -> Callable[[Rates], Model]: ...  # fmt: skip
def model(
    specification: str | Rates | None = None,
    /,
    *,
    start: Mapping[str, StartValue] | None = None,
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
        Start value of each state of a function: a number, a formula of parameters as text, or a
        list of these; the state is then an array, its elements are called x[1], x[2] and so on.
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
    traced = trace(specification, start or {}, units or {})
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
