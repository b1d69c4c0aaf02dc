"""What an operation comes to without doing it: exact sums of numbers, neutral numbers, signs.

Nothing here rounds: 8/3 stays a quotient, so that it prints as one, and 0.7 - 1 is -0.3, though the
difference of the doubles is another. A sign leaves a product and is
taken up by the sum around it, and its number comes first: a product has one form however it was
written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from .meaning import as_double, meaning
from .operations import Node, evaluate


class Call(NamedTuple):
    """An operation yet to be recorded."""

    op: str
    args: tuple[Folded, ...]


# An int is the place of a node that has the value already, a float a number.
Folded = Call | int | float

_EXACT: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
}


_SHORT = 1024  # denominators up to which a double is the decimal that it means

# Functions where their value is a whole number without rounding.
_KNOWN: Mapping[tuple[str, float], float] = {
    **{(op, 0.0): 0.0 for op in "sin tan sinh tanh asin atan expm1 log1p sqrt".split()},
    **{(op, 0.0): 0.0 for op in "erf erfi dawson lambertw sinint fresnels fresnelc".split()},
    **{(op, 0.0): 1.0 for op in "erfc erfcx".split()},
    **{(op, 0.0): 1.0 for op in "exp cos cosh".split()},
    ("log", 1.0): 0.0,
    ("sqrt", 1.0): 1.0,
}


_ONE_AT_ZERO = frozenset({"hyp0f1", "hyp1f1", "hyp2f1", "hyp2f1s"})  # of the last argument


def fold(nodes: Sequence[Node], op: str, args: tuple[int, ...]) -> Folded | None:
    """Return what an operation on the nodes numbered `args` comes to; None if it must be done."""
    first = _number(nodes[args[0]])
    rule = _RULES.get(op)
    if rule:
        x, y = args
        second = _number(nodes[y])
        exact = None
        if first is not None and second is not None and op in _EXACT:
            exact = _of_numbers(op, first, second)
        return rule(nodes, x, y, first, second) if exact is None else exact
    if op == "select":
        return _choice(args, first)
    if op == "neg":
        return _opposite(nodes, args[0])
    if op in _ONE_AT_ZERO and _number(nodes[args[-1]]) == 0:
        return 1.0
    return None if first is None else _KNOWN.get((op, first))


def _number(node: Node) -> float | None:
    """Return the number that a node is, None if it is none."""
    return node.value if node.op == "const" else None


def _of_numbers(op: str, a: float, b: float) -> float | None:
    """Fold numbers where no digit is lost."""
    if not (math.isfinite(a) and math.isfinite(b)) or (op == "div" and b == 0):
        return None
    if op != "div" and a.is_integer() and b.is_integer() and max(abs(a), abs(b)) < 2**26:
        return evaluate(op, a, b)
    result = _EXACT[op](Fraction(a), Fraction(b))
    exact = abs(result) < 2**1000 and Fraction(float(result)) == result
    return _as_meant(op, a, b, float(result)) if exact else None


def _as_meant(op: str, a: float, b: float, result: float) -> float | None:
    """Return what an operation on the numbers comes to that doubles mean; None if no double is.

    That of the doubles is given, which is the same where these are short in binary too.
    """
    if all(x.as_integer_ratio()[1] <= _SHORT for x in (a, b)):
        return result
    left, right = meaning(a), meaning(b)
    if left.of_pi or right.of_pi:
        return result
    exact = _EXACT[op](left.fraction, right.fraction)
    return result if meaning(result).fraction == exact else as_double(exact)


def _choice(args: tuple[int, ...], condition: float | None) -> int | None:
    _, yes, no = args
    if condition is not None:
        return yes if condition else no
    return yes if yes == no else None


def _opposite(nodes: Sequence[Node], x: int) -> Folded | None:
    """Return what -x is, if that is known already: x itself a number or a negative."""
    if nodes[x].op == "const":
        return -nodes[x].value
    return nodes[x].args[0] if nodes[x].op == "neg" else None


def _positive(nodes: Sequence[Node], x: int) -> Folded | None:
    """Return -x if x is a negative number, or the negative of something."""
    negative = nodes[x].op == "neg" or (nodes[x].op == "const" and nodes[x].value < 0)
    return _opposite(nodes, x) if negative else None


Rule = Callable[[Sequence[Node], int, int, float | None, float | None], Folded | None]


def _sum(nodes: Sequence[Node], x: int, y: int, a: float | None, b: float | None) -> Folded | None:
    if a == 0 or b == 0:
        return y if a == 0 else x
    positive = _positive(nodes, y)
    return None if positive is None else Call("sub", (x, positive))


def _difference(
    nodes: Sequence[Node], x: int, y: int, a: float | None, b: float | None
) -> Folded | None:
    if x == y:
        return 0.0
    if a == 0 or b == 0:
        return Call("neg", (y,)) if a == 0 else x
    positive = _positive(nodes, y)
    return None if positive is None else Call("add", (x, positive))


def _product(
    nodes: Sequence[Node], x: int, y: int, a: float | None, b: float | None
) -> Folded | None:
    if a == 0 or b == 0:
        return 0.0
    if a == 1 or b == 1:
        return y if a == 1 else x
    if a is None and b is not None:
        return Call("mul", (y, x))  # numbers come first
    return _sign_outside("mul", nodes, x, y)


def _quotient(
    nodes: Sequence[Node], x: int, y: int, a: float | None, b: float | None
) -> Folded | None:
    if b == 1:
        return x
    return 0.0 if a == 0 and b != 0 else _sign_outside("div", nodes, x, y)


def _sign_outside(op: str, nodes: Sequence[Node], x: int, y: int) -> Folded | None:
    left, right = _positive(nodes, x), _positive(nodes, y)
    if left is None and right is None:
        return None
    inner = Call(op, (x if left is None else left, y if right is None else right))
    return inner if left is not None and right is not None else Call("neg", (inner,))


def _power(_: Sequence[Node], x: int, _y: int, a: float | None, b: float | None) -> Folded | None:
    if a == 0 and b is not None and b > 0:
        return 0.0
    return x if b == 1 else 1.0 if b == 0 or a == 1 else None


_RULES: Mapping[str, Rule] = {
    "add": _sum, "sub": _difference, "mul": _product, "div": _quotient, "pow": _power,
}  # fmt: skip
