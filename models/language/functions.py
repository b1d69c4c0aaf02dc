"""Functions of the language: those of tapes by name, and what is composed of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from ..errors import did_you_mean, listing
from ..special_functions import SHELF as SPECIAL
from ..tape import Value
from ..tape.operations import FUNCTIONS, arity

Of = Callable[[Sequence[Value]], Value]


class Function(NamedTuple):
    """A function of a fixed number of arguments, or of at least that many."""

    of: Of
    arity: int
    more: bool = False

    def takes(self, count: int) -> bool:
        """Tell whether it can be called with so many arguments."""
        return count == self.arity or (self.more and count > self.arity)


def joined(op: str, values: Sequence[Value]) -> Value:
    """Return values joined by one operation, from the first on."""
    result = values[0]
    for value in values[1:]:
        result = result.apply(op, value)
    return result


def _operation(op: str) -> Function:
    def of(x: Sequence[Value]) -> Value:
        return x[0].apply(op, *x[1:])

    return Function(of, arity(op))


def _folded(op: str) -> Function:
    return Function(partial(joined, op), arity(op), True)


def _step(x: Value) -> Value:
    """Return 0 before x is zero, 1 from then on."""
    return (x < 0.0).apply("select", 0.0, 1.0)


def _pulse(x: Sequence[Value]) -> Value:
    """Return 1 from a start on, for a width."""
    t, start, width = x
    return _step(t - start) - _step(t - (start + width))


def _piecewise(x: Sequence[Value]) -> Value:
    """Return the value behind the first condition that holds, else the last."""
    result = x[-1]
    for condition, value in reversed(list(zip(x[:-1:2], x[1:-1:2], strict=True))):
        result = condition.apply("select", value, result)
    return result


def _logarithm(x: Value, base: float) -> Value:
    return x.apply("log") / x.builder.constant(base).apply("log")


_COMPOSED: Mapping[str, tuple[int, Of]] = {
    "step": (1, lambda x: _step(x[0])),
    "pulse": (3, _pulse),
    "ceil": (1, lambda x: -(-x[0]).apply("floor")),
    "round": (1, lambda x: (x[0] + 0.5).apply("floor")),
    "mod": (2, lambda x: x[0] % x[1]),
    "hypot": (2, lambda x: (x[0] ** 2 + x[1] ** 2).apply("sqrt")),
    "log10": (1, lambda x: _logarithm(x[0], 10.0)),
    "log2": (1, lambda x: _logarithm(x[0], 2.0)),
}
FUNCTION: Mapping[str, Function] = {
    **{op: _operation(op) for op in sorted(FUNCTIONS)},
    "min": _folded("min"),
    "max": _folded("max"),
    "if": _operation("select"),
    "piecewise": Function(_piecewise, 3, True),
    **{name: Function(of, count) for name, (count, of) in _COMPOSED.items()},
}


def function(name: str) -> Function | None:
    """Return the function of that name, special ones among them, None if there is none."""
    if name in FUNCTION or name not in SPECIAL:
        return FUNCTION.get(name)
    return _operation(name)


SERIES: Mapping[str, str] = {"sum": "add", "prod": "mul", "min": "min", "max": "max"}

_USAGE: Mapping[str, str] = {
    "if": "if(x < 1, a, b)",
    "mod": "mod(x, 24)",
    "piecewise": "piecewise(x < 1, a, b)",
    "pulse": "pulse(t, start, width)",
}


def misuse(name: str, called: Function, count: int) -> str:
    """Return what to say of a function that was called with a wrong number of arguments."""
    least = "at least " if called.more else ""
    written = f"; write {_USAGE[name]}" if name in _USAGE else ""
    return f"{name} takes {least}{called.arity} argument(s), got {count}{written}"


ELSEWHERE: Mapping[str, str] = {  # what functions of other languages are written as
    "where": "if(x < 1, a, b)",
    "ln": "log(x)",
    "heaviside": "step(x)",
    "ceiling": "ceil(x)",
    "arctan": "atan(x)",
    "arcsin": "asin(x)",
    "arccos": "acos(x)",
    "sec": "1/cos(x)",
    "cot": "1/tan(x)",
    "atan2": "atan(y/x)",
    "product": "prod(x[i] for i in 1..3)",
    "interp": "table(data, t)",
}


def no_function(name: str, states: Collection[str]) -> str:
    """Return what to say of a name that is called like a function and is none."""
    if name.lower() in ELSEWHERE:
        return f"{name} is not a function here; write {ELSEWHERE[name.lower()]}"
    if name in SERIES:
        return f"{name} runs over the elements of a vector: {name}(x[i] for i in 1..10)"
    if name in states:
        return (
            f"a state is written without its time, {name}; its past is not available, and a "
            f"product is written {name}*(…)"
        )
    own = name.rpartition(".")[2]
    if own != name and function(own):
        return f"write {own}(…) alone, without the name before the dot"
    known = sorted(FUNCTION)
    return (
        f"{name} is not a function; a product is written {name}*(…), and the functions are "
        f"{listing(known)}.{did_you_mean(name, (*known, *SPECIAL))}"
    )
