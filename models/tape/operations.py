"""The operations a tape knows, and what each does to plain numbers.

Kept few: whatever can be composed is composed, because a new operation must be taught to every
emitter and to differentiation. What is not in these tables is a special function, called by the
name it has on its shelf.

Three know of rounding: `sum_error` and `product_error` are what a sum and a product have lost to
it, and `refined(x, y)` is x with more of its digits right, which are those of y. With many digits
nothing is lost, and it is x; so are its derivatives.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from ..special_functions import SHELF


class Node(NamedTuple):
    """One numbered value: an operation on earlier nodes, or an input, or a constant."""

    op: str
    args: tuple[int, ...] = ()
    value: float = 0.0


def _power(x: float, y: float) -> float:
    try:
        result: float | complex = x**y
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        if x < 0 and y % 1:
            return math.nan
        return -math.inf if x < 0 and y % 2 == 1 else math.inf
    return result if isinstance(result, float) else math.nan


def _quotient(x: float, y: float) -> float:
    if y != 0:
        return x / y
    return math.nan if x == 0 or math.isnan(x) else math.copysign(math.inf, x) * _side(y)


def _side(x: float) -> float:
    return math.copysign(1.0, x)


def _sign(x: float) -> float:
    return x if x == 0 or math.isnan(x) else _side(x)


def _minimum(x: float, y: float) -> float:
    return x if x <= y or math.isnan(x) else y


def _maximum(x: float, y: float) -> float:
    return x if x >= y or math.isnan(x) else y


def _floor(x: float) -> float:
    return float(math.floor(x)) if math.isfinite(x) else x


def _log(x: float) -> float:
    return math.log(x) if x != 0 else -math.inf


def _log1p(x: float) -> float:
    return math.log1p(x) if x != -1 else -math.inf


def _sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return _side(x) * math.inf


def sum_error(x: Any, y: Any) -> Any:
    """Return what x + y has lost to rounding, exactly (Knuth 1969; Moller 1965), of arrays too."""
    whole = x + y
    other = whole - x
    return (x - (whole - other)) + (y - other)


def product_error(x: Any, y: Any) -> Any:
    """Return what x*y has lost to rounding, exactly (Dekker 1971, doi:10.1007/BF01397083)."""
    (a, b), (c, d), whole = _halves(x), _halves(y), x * y
    return (((a * c - whole) + a * d + b * c) + b * d) + (whole - whole)  # nan of an infinite one


def _halves(x: Any) -> tuple[Any, Any]:
    """Return a number as a sum of two of half as many digits (Veltkamp 1968)."""
    far = x * _HALF
    high = far - (far - x)
    return high, x - high


_HALF = 2.0**27 + 1.0
_One = Callable[[float], float]
_Two = Callable[[float, float], float]
_UNARY: Mapping[str, _One] = {
    "neg": cast("_One", operator.neg),
    "abs": math.fabs,
    "sign": _sign,
    "floor": _floor,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "expm1": math.expm1,
    "log": _log,
    "log1p": _log1p,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "sinh": _sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
}
_BINARY: Mapping[str, _Two] = {
    "add": cast("_Two", operator.add),
    "sub": cast("_Two", operator.sub),
    "mul": cast("_Two", operator.mul),
    "div": _quotient,
    "pow": _power,
    "min": _minimum,
    "max": _maximum,
    "lt": lambda x, y: float(x < y),
    "le": lambda x, y: float(x <= y),
    "eq": lambda x, y: float(x == y),
    "sum_error": sum_error,
    "product_error": product_error,
    "refined": lambda x, y: y,
}
_TERNARY: Mapping[str, Callable[[float, float, float], float]] = {
    "select": lambda condition, yes, no: yes if condition else no,
}
OPERATIONS: Mapping[str, Callable[..., float]] = {**_UNARY, **_BINARY, **_TERNARY}
COMMUTATIVE = frozenset({"add", "mul", "min", "max", "eq"})
# Those called by name in a model text; `if` is how `select` is written there.
FUNCTIONS = frozenset(OPERATIONS) - frozenset(
    "add sub mul div pow neg lt le eq select sum_error product_error refined".split()
)

CONSTANTS: Mapping[str, float] = {"pi": math.pi, "\u03c0": math.pi}


def arity(op: str) -> int:
    """Return how many arguments an operation, or a special function, takes."""
    if op not in OPERATIONS:
        return SHELF[op].arity
    return 3 if op in _TERNARY else 2 if op in _BINARY else 1


def operation(op: str) -> Callable[..., float]:
    """Return an operation or a special function on plain numbers; outside its domain it raises."""
    return OPERATIONS.get(op) or SHELF[op].value


def evaluate(op: str, *args: float) -> float:
    """Return one operation on plain numbers, nan outside its domain, inf on overflow."""
    operation = OPERATIONS.get(op)
    if operation is None:
        return SHELF[op].value(*args)
    try:
        return operation(*args)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan
