"""The verb `model`: from text, a Python function or sympy's equations to a specification."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any, cast, overload

from .errors import InputError, SpecificationError
from .language.read import read_model
from .measured import as_tables
from .model import Model
from .names import normal_name
from .units.check import checked

if TYPE_CHECKING:
    from .tracing.declaration import StartValue
    from .tracing.extras import Observable

Rates = Callable[..., Any]


@overload
def model(
    specification: str, /, *, parts: Mapping[str, Model] | None = ...,
    data: Mapping[str, Any] | None = ..., title: str = ...,
    source: str = ...,
) -> Model: ...  # fmt: skip
@overload
def model(
    specification: Rates, /, *, start: Mapping[str, StartValue] | None = ...,
    units: Mapping[str, str] | None = ..., observe: Mapping[str, Observable] | None = ...,
    events: Sequence[str] | None = ..., bounds: Mapping[str, Sequence[float]] | None = ...,
    title: str = ..., source: str = ...,
) -> Model: ...  # fmt: skip
@overload
def model(
    specification: Sequence[Any], /, *, start: Mapping[Any, Any] | None = ...,
    values: Mapping[Any, Any] | None = ..., units: Mapping[str, str] | None = ...,
    observe: Mapping[str, Observable] | None = ..., events: Sequence[str] | None = ...,
    bounds: Mapping[str, Sequence[float]] | None = ..., title: str = ..., source: str = ...,
) -> Model: ...  # fmt: skip
@overload
def model(
    specification: None = None, /, *, start: Mapping[str, StartValue] | None = ...,
    units: Mapping[str, str] | None = ..., observe: Mapping[str, Observable] | None = ...,
    events: Sequence[str] | None = ..., bounds: Mapping[str, Sequence[float]] | None = ...,
    title: str = ..., source: str = ...,
) -> Callable[[Rates], Model]: ...  # fmt: skip
def model(
    specification: str | Rates | Sequence[Any] | None = None,
    /,
    *,
    start: Mapping[Any, Any] | None = None,
    values: Mapping[Any, Any] | None = None,
    units: Mapping[str, str] | None = None,
    observe: Mapping[str, Observable] | None = None,
    events: Sequence[str] | None = None,
    bounds: Mapping[str, Sequence[float]] | None = None,
    parts: Mapping[str, Model] | None = None,
    data: Mapping[str, Any] | None = None,
    title: str = "",
    source: str = "",
) -> Model | Callable[[Rates], Model]:
    """Return the model that a text, a Python function or sympy's equations specify.

    Parameters
    ----------
    specification
        Text: equations ``dT/dt = -k*(T - T_s)``, start values ``T(0) = 90 [degC]``, values
        ``k = 0.07 [1/min]``, formulas and comments, one a line. Or a function of time and the
        states, in this order, with keyword-only parameters, that returns the rates; then `start`
        is needed. Or equations of sympy, ``[Eq(T(t).diff(t), -k*(T(t) - T_s))]``. With none of
        them, a decorator for a function.
    start
        Start value of each state of a function: a number, a formula of parameters as text, or a
        list of these; the state is then an array, its elements are called x[1], x[2] and so on.
        For sympy's equations a number or a formula of sympy.
    values
        Value of each parameter of sympy's equations.
    units
        Unit of each state and parameter of a function or of sympy's equations.
    observe
        What is measured, beside a function or equations: for each name a formula as text, or a
        function of names of the model.
    events
        What happens on the way, beside a function or equations: ``["when h < 0: v = -e*v"]``.
    bounds
        Least and largest value of parameters of a function or of equations.
    parts
        Models that a text uses as parts, by name, beside those of the library:
        ``mug = cooling(k = 0.05)``, then ``mug.T``.
    data
        Measured inputs that a text reads by ``table(name, t)``: for each name a pair of times and
        values, or a mapping or data frame of two columns, time first.
    title, source
        What the model is called and where it comes from.

    Raises
    ------
    SpecificationError
        If the text cannot be read or the function or the equations cannot be recorded.
    InputError
        For an option that this kind of specification does not take.
    UnitError
        If units are given and disagree.

    Examples
    --------
    >>> model("dx/dt = -k*x; x(0) = 1; k = 0.5").states[0].name
    'x'
    """
    if specification is None:

        def decorate(function: Rates) -> Model:
            return model(
                function, start=start, units=units, observe=observe, events=events, bounds=bounds,
                title=title, source=source,
            )  # fmt: skip

        return decorate
    beside = {"observe": observe, "events": events, "bounds": bounds}
    if isinstance(specification, str):
        _refuse({"start": start, "values": values, "units": units, **beside}, _IN_TEXT)
        return _named(_from_text(specification, parts or {}, data or {}), title, source)
    _refuse({"parts": parts}, "only a text has parts: mug = cooling(k = 0.05)")
    _refuse({"data": data}, "measured inputs are read by a text: table(name, t)")
    from .symbolic.equations import from_equations  # a text needs neither algebra nor tracing
    from .tracing.extras import Extras
    from .tracing.trace import trace

    extras = Extras(observe or {}, events or (), bounds or {})
    if _is_symbolic(specification):
        several = isinstance(specification, (list, tuple, set))
        equations = cast("list[Any]", [*specification] if several else [specification])
        found = from_equations(equations, start or {}, values or {}, units or {})
        return _named(checked(extras.added_to(found), ""), title, source)
    if not callable(specification):
        raise SpecificationError(_not_a_specification(specification))
    _refuse({"values": values}, "the parameters of a function have defaults: f(t, x, *, k=1)")
    traced = trace(specification, start or {}, units or {})
    return _named(checked(extras.added_to(traced), ""), title or _title(specification), source)


def _refuse(given: Mapping[str, object], instead: str) -> None:
    for option, value in given.items():
        if value is not None:
            raise InputError(f"{option}: {instead}")


def _from_text(text: str, parts: Mapping[str, Model], data: Mapping[str, Any]) -> Model:
    if _FILE_NAME.fullmatch(text.strip()):
        raise SpecificationError(_A_FILE.format(text.strip()))
    read = read_model(text, _Parts(parts), as_tables(data))
    _require_finite(read, text)
    return checked(read, text)


class _Parts:
    """Where the models are that a text may use as parts."""

    def __init__(self, given: Mapping[str, Model]) -> None:
        for name, part in given.items():
            if not isinstance(part, Model):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InputError(f"parts: {name} is {part!r:.40}; give a model: rl.model(…)")
        self.given = {normal_name(name): part for name, part in given.items()}

    def __call__(self, name: str) -> Model | None:
        """Return the model of a name, one that was given before one of the library."""
        if name in self.given:
            return self.given[name]
        from .library import LIBRARY  # the library sits above the verb that specifies its models

        return LIBRARY[name] if name in LIBRARY else None

    def names(self) -> list[str]:
        """Return the names there are."""
        from .library import LIBRARY  # as above

        return [*self.given, *LIBRARY]


def _is_symbolic(specification: object) -> bool:
    """Tell whether something is sympy's or a collection with something of sympy's in it."""
    from .symbolic.sides import is_symbolic

    if isinstance(specification, (list, tuple, set)):
        return any(map(is_symbolic, cast("Collection[object]", specification)))
    return is_symbolic(specification)


def _not_a_specification(thing: object) -> str:
    if isinstance(thing, PathLike):
        return _A_FILE.format(str(cast("object", thing)))
    return (
        f"got {type(thing).__name__}; a model is specified by text, by a function "
        "f(t, states…, *, parameters…) that returns the rates, or by equations of sympy"
    )


_IN_TEXT = "a text has these in it: T(0) = 90 [degC]; k = 0.07 [1/min]"
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
