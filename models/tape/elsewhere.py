"""What numpy and Python's math call by name, composed of the operations of a tape."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .operations import FUNCTIONS, arity, evaluate

Function = Callable[..., Any]


def applied(op: str, *args: Any) -> Any:
    """Return an operation on values of a tape, recorded, or on mere numbers, done."""
    builder = next((a.builder for a in args if hasattr(a, "builder")), None)
    return builder.apply(op, *args) if builder else evaluate(op, *args)


def elementwise(name: str) -> Function | None:
    """Return numpy's or math's function of that name on values, None if a tape has none."""
    name = _ALIASES.get(name, name)
    return _OF_ONE.get(name) or _OF_TWO.get(name) or _OF_MORE.get(name)


def of_one(name: str) -> Callable[[Any], Any] | None:
    """Return the function of that name if it takes one argument."""
    return _OF_ONE.get(_ALIASES.get(name, name))


def _log(x: Any, base: float | None = None) -> Any:
    log = applied("log", x)
    return log if base is None else log / _recorded(x, "log", base)


def _recorded(beside: Any, op: str, number: float) -> Any:
    """Return an operation on a number, kept as it is written where `beside` is a value."""
    builder = getattr(beside, "builder", None)
    return builder.apply(op, number) if builder else evaluate(op, number)


def _area_sine(x: Any) -> Any:
    size = applied("abs", x)  # with its sign aside, no digits cancel
    root = applied("sqrt", 1 + x * x)
    return applied("sign", x) * applied("log1p", size + x * x / (1 + root))


def _area_tangent(x: Any) -> Any:
    return (applied("log1p", x) - applied("log1p", -x)) / 2


def _clip(x: Any, low: Any = None, high: Any = None) -> Any:
    above = x if low is None else applied("max", x, low)
    return above if high is None else applied("min", above, high)


def _heaviside(x: Any, at_zero: Any) -> Any:
    beside = applied("select", applied("lt", x, 0), 0, 1)
    return applied("select", applied("eq", x, 0), at_zero, beside)


_OPERATIONS: Mapping[str, str] = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "div", "power": "pow",
    "minimum": "min", "maximum": "max", "less": "lt", "less_equal": "le", "equal": "eq",
    "logical_and": "min", "logical_or": "max",
}  # fmt: skip
_ALIASES: Mapping[str, str] = {
    "true_divide": "divide", "float_power": "power", "pow": "power", "fmin": "minimum",
    "fmax": "maximum", "bitwise_and": "logical_and", "bitwise_or": "logical_or",
    "invert": "logical_not", "absolute": "abs", "fabs": "abs", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "deg2rad": "radians", "rad2deg": "degrees", "mod": "remainder",
}  # fmt: skip
_OF_ONE: Mapping[str, Callable[[Any], Any]] = {
    **{op: partial(applied, op) for op in (*FUNCTIONS, "neg") if arity(op) == 1},
    "negative": partial(applied, "neg"),
    "positive": lambda x: x,
    "log": _log,
    "log2": lambda x: _log(x, 2),
    "log10": lambda x: _log(x, 10),
    "exp2": lambda x: applied("pow", 2, x),
    "square": lambda x: x**2,
    "reciprocal": lambda x: 1 / x,
    "cbrt": lambda x: applied("sign", x) * applied("abs", x) ** (1 / 3),
    "ceil": lambda x: -applied("floor", -x),
    "trunc": lambda x: applied("sign", x) * applied("floor", applied("abs", x)),
    "radians": lambda x: x * math.pi / 180,
    "degrees": lambda x: x * 180 / math.pi,
    "asinh": _area_sine,
    "acosh": lambda x: applied("log", x + applied("sqrt", x**2 - 1)),
    "atanh": _area_tangent,
    "logical_not": lambda x: 1 - x,
}
_OF_TWO: Mapping[str, Callable[[Any, Any], Any]] = {
    **{name: partial(applied, op) for name, op in _OPERATIONS.items()},
    "greater": lambda x, y: applied("lt", y, x),
    "greater_equal": lambda x, y: applied("le", y, x),
    "not_equal": lambda x, y: 1 - applied("eq", x, y),
    "heaviside": _heaviside,
    "hypot": lambda x, y: applied("sqrt", x**2 + y**2),
    "remainder": lambda x, y: x - y * applied("floor", x / y),
    "floor_divide": lambda x, y: applied("floor", x / y),
}
_OF_MORE: Mapping[str, Function] = {"where": partial(applied, "select"), "clip": _clip}
