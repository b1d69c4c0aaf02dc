"""Between which numbers the values of a tape lie, whatever its inputs are within their own ranges.

Interval arithmetic as in `tape.bounds`, on numbers: ends may be infinite, and stand for what is
never quite reached, so that zero times infinity is zero. A range may be wider than need be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from ..tape import Node, Tape
from ..tape.operations import evaluate

Range = tuple[float, float]

ANY: Range = (-math.inf, math.inf)
NOT_NEGATIVE: Range = (0.0, math.inf)
NOT_POSITIVE: Range = (-math.inf, 0.0)
ZERO: Range = (0.0, 0.0)
_UNIT: Range = (-1.0, 1.0)
_RISING = frozenset("sign floor exp expm1 atan sinh tanh".split())
_ROOTS = {"sqrt": 0.0, "log": 0.0, "log1p": -1.0}  # which rise, from there on


def keeps_sign(x: Range) -> bool:
    """Tell whether what lies in a range never changes its sign."""
    return x[0] >= 0.0 or x[1] <= 0.0


def ranges(
    tape: Tape, given: Sequence[Range], numbers: Iterable[int] | None = None
) -> dict[int, Range]:
    """Return the ranges of nodes from those of the inputs.

    Parameters
    ----------
    tape, given
        The program, and the range of each of its inputs.
    numbers
        Of the nodes to look at, arguments first; all when not given.
    """
    found: dict[int, Range] = {}
    for number in range(len(tape.nodes)) if numbers is None else numbers:
        found[number] = _of_node(tape.nodes[number], number, given, found)
    return found


def _of_node(
    node: Node, number: int, given: Sequence[Range], found: Mapping[int, Range]
) -> Range:  # fmt: skip
    if node.op == "input":
        return given[number]
    if node.op == "const":
        return node.value, node.value
    args = [found[a] for a in node.args]
    if node.op == "mul" and node.args[0] == node.args[1]:
        return _square(args[0])
    if node.op in _RISING:
        low, high = (evaluate(node.op, x) for x in args[0])
    elif node.op in _ROOTS:
        low, high = (evaluate(node.op, max(x, _ROOTS[node.op])) for x in args[0])
    elif node.op in _RULES:
        low, high = _RULES[node.op](*args)
    else:
        return _WITHIN.get(node.op, ANY)
    return (low, high) if low <= high else ANY  # nan is neither


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0.0 or y == 0.0 else x * y


def _product(x: Range, y: Range) -> Range:
    ends = [_times(a, b) for a in x for b in y]
    return min(ends), max(ends)


def _quotient(x: Range, y: Range) -> Range:
    if not keeps_sign(y):
        return ANY
    if y[0] >= 0.0:
        return _product(x, (_inverse(y[1], 1.0), _inverse(y[0], 1.0)))
    return _product(x, (_inverse(y[1], -1.0), _inverse(y[0], -1.0)))


def _inverse(x: float, side: float) -> float:
    return 1.0 / x if x else side * math.inf


def _size(x: Range) -> Range:
    return max(x[0], -x[1], 0.0), max(abs(x[0]), abs(x[1]))


def _square(x: Range) -> Range:
    low, high = _size(x)
    return low * low, high * high


def _power(x: Range, y: Range) -> Range:
    n = y[0]
    if n != y[1] or n % 1:
        # Where it is a number: a negative base has none but with a whole exponent.
        return NOT_NEGATIVE if x[0] >= 0.0 or (n == y[1] and n % 1) else ANY
    if n < 0:
        return _quotient((1.0, 1.0), _power(x, (-n, -n)))
    low, high = x if n % 2 else _size(x)
    return evaluate("pow", low, n), evaluate("pow", high, n)


def _hyperbolic(x: Range) -> Range:
    low, high = _size(x)
    return evaluate("cosh", low), evaluate("cosh", high)


def _hull(x: Range, y: Range) -> Range:
    return min(x[0], y[0]), max(x[1], y[1])


def _sum(x: Range, y: Range) -> Range:
    return x[0] + y[0], x[1] + y[1]


def _difference(x: Range, y: Range) -> Range:
    return x[0] - y[1], x[1] - y[0]


def _smaller(x: Range, y: Range) -> Range:
    return min(x[0], y[0]), min(x[1], y[1])


def _larger(x: Range, y: Range) -> Range:
    return max(x[0], y[0]), max(x[1], y[1])


def _negative(x: Range) -> Range:
    return -x[1], -x[0]


def _choice(_: Range, x: Range, y: Range) -> Range:
    return _hull(x, y)


def _first(x: Range, _: Range) -> Range:
    return x


_RULES: Mapping[str, Callable[..., Range]] = {
    "neg": _negative, "add": _sum, "sub": _difference, "mul": _product, "div": _quotient,
    "pow": _power, "abs": _size, "cosh": _hyperbolic, "min": _smaller, "max": _larger,
    "select": _choice, "refined": _first,
}  # fmt: skip
_WITHIN: Mapping[str, Range] = {
    "sin": _UNIT, "cos": _UNIT, "acos": (0.0, math.pi), "asin": (-0.5 * math.pi, 0.5 * math.pi),
    **dict.fromkeys(("lt", "le", "eq"), (0.0, 1.0)),
}  # fmt: skip
