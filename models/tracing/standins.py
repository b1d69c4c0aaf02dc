"""A user's function with recording stand-ins for math, numpy, min and max; nothing is mutated."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial, reduce
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, cast

from ..errors import SpecificationError
from ..lazy import load
from ..tape import Value
from ..tape.elsewhere import applied, elementwise
from ..tape.value import unknown_to_tapes
from .arrays import array_of, array_type, boxed, each, has_values, recorded

_MADE = frozenset({"zeros", "ones", "full", "zeros_like", "ones_like", "full_like"})
_STACKING = frozenset({"stack", "hstack", "vstack", "concatenate", "column_stack"})
_UNSET: Mapping[str, str] = {"empty": "full", "empty_like": "full_like"}


def recording(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that does the same, with what it calls replaced so that it records."""
    return cast("Callable[..., Any]", _StandIns().of(function))


class _StandIns:
    """What replaces what, for one function and all it calls."""

    def __init__(self) -> None:
        self.done: dict[int, tuple[object, object]] = {}  # the original is kept: an id is not

    def of(self, thing: Any) -> Any:
        """Return what stands in for a thing: itself, unless it computes with plain numbers."""
        if id(thing) not in self.done:
            self.done[id(thing)] = (thing, self._new(thing))
        return self.done[id(thing)][1]

    def _new(self, thing: Any) -> Any:
        if isinstance(thing, ModuleType):
            return _MODULES.get(thing.__name__, lambda: thing)()
        if isinstance(thing, FunctionType) and not _is_ours(thing):
            return self._rebuilt(thing)
        if isinstance(thing, MethodType):
            return MethodType(self.of(thing.__func__), thing.__self__)
        if isinstance(thing, partial):
            call = cast("partial[Any]", thing)
            return partial(self.of(call.func), *call.args, **call.keywords)
        return _stand_in(thing)

    def _rebuilt(self, function: FunctionType) -> FunctionType:
        """Return a function with the same code, whose names mean stand-ins."""
        names: dict[str, Any] = {**function.__globals__, "__builtins__": _BUILTINS}
        cells = tuple(CellType() for _ in function.__closure__ or ())
        new = FunctionType(
            function.__code__, names, function.__name__, function.__defaults__, cells
        )
        new.__kwdefaults__ = function.__kwdefaults__
        self.done[id(function)] = (function, new)  # before what it calls, which may be itself
        for name in _names_in(function.__code__):
            if name in names:
                names[name] = self.of(names[name])
        for cell, old in zip(cells, function.__closure__ or (), strict=True):
            with suppress(ValueError):  # a name that has no value yet
                cell.cell_contents = self.of(old.cell_contents)
        return new


def _is_ours(function: FunctionType) -> bool:
    return str(function.__module__).partition(".")[0] in {__name__.partition(".")[0], "numpy"}


def _names_in(code: CodeType) -> set[str]:
    """Return the names a function looks up, those of functions inside it too."""
    inner = [_names_in(c) for c in code.co_consts if isinstance(c, CodeType)]
    return set(code.co_names).union(*inner)


def _stand_in(thing: Any) -> Any:
    module, name = str(getattr(thing, "__module__", "")), str(getattr(thing, "__name__", ""))
    if module == "math" and isinstance(thing, BuiltinFunctionType):
        return partial(_mathematical, thing)
    if module.partition(".")[0] == "numpy" and getattr(load("numpy"), name, None) is thing:
        return _of_numpy(thing)
    return _BUILTINS[name] if module == "builtins" and name in {"min", "max"} else thing


def _mathematical(function: Callable[..., Any], *args: Any) -> Any:
    """Do what a function of math does; record it on values."""
    name = function.__name__
    if name in {"fsum", "prod"}:
        op = "add" if name == "fsum" else "mul"
        return reduce(partial(applied, op), *args)
    if not any(isinstance(a, Value) for a in args):
        return function(*args)
    recorded_function = elementwise(name)
    if recorded_function is None:
        raise SpecificationError(unknown_to_tapes(f"math.{name}"))
    return recorded_function(*args)


def _of_numpy(thing: Any) -> Any:
    """Return what stands in for one of numpy's functions; types and constants stay."""
    is_function = callable(thing) and not isinstance(thing, type) and not hasattr(thing, "nin")
    return partial(_numerical, thing) if is_function else thing


def _numerical(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Do what a function of numpy does; record it on values, alone, in lists and in arrays."""
    name = function.__name__
    if name in _UNSET:  # what is never set must not become a rate
        return _numerical(getattr(load("numpy"), _UNSET[name]), *args[:1], math.nan)
    if name in _STACKING and has_values(args[0]):
        return recorded(function([boxed(item) for item in args[0]], *args[1:], **options))
    if name in _MADE:  # a place for values
        return function(*args, **{**options, "dtype": object}).view(array_type())
    given = [array_of(a) if has_values(a) else a for a in args]
    if name in {"where", "clip"} and any(_holds_values(a) for a in given):
        return each(name, *given, **options)
    return recorded(function(*given, **options))


def _holds_values(x: Any) -> bool:
    return isinstance(x, (Value, array_type()))


class _Numpy:
    """Stands in for the module numpy."""

    def __getattr__(self, name: str) -> Any:
        return _of_numpy(getattr(load("numpy"), name))


class _Math:
    """Stands in for the module math."""

    def __getattr__(self, name: str) -> Any:
        return _stand_in(getattr(math, name))


def _extreme(op: str, plain: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Do what min and max do; record it on values."""
    items = list(args[0]) if len(args) == 1 else list(args)
    if options or not any(isinstance(a, Value) for a in items):
        return plain(items, **options)
    return reduce(partial(applied, op), items)


def _import(name: str, *args: Any, **options: Any) -> Any:
    """Do what an import inside a function does, then give the stand-in."""
    return _StandIns().of(builtins.__import__(name, *args, **options))


_BUILTINS: Mapping[str, Any] = {
    **vars(builtins),
    "min": partial(_extreme, "min", min),
    "max": partial(_extreme, "max", max),
    "__import__": _import,
}
_MODULES: Mapping[str, Callable[[], Any]] = {"math": _Math, "numpy": _Numpy}
