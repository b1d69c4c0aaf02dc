"""What an operation comes to without doing it: exact sums of numbers, neutral and absorbing ones.

Nothing here rounds: 8/3 stays a quotient, so that it prints as one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from .operations import Node

# A number is the place of a node that has the value already; a node is a constant or an operation
# that is simpler; None means that the operation must be done.
Folded = Node | int | None

_EXACT: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
}
_ZERO = Node("const", (), 0.0)
_ONE = Node("const", (), 1.0)


def fold(nodes: Sequence[Node], op: str, args: tuple[int, ...]) -> Folded:
    """Return what an operation on the nodes numbered `args` comes to."""
    numbers = [_number(nodes, a) for a in args]
    known = [n for n in numbers if n is not None]
    if len(known) == len(numbers):
        return _of_numbers(op, known)
    if op == "select":
        return _choice(args, numbers[0])
    if op == "neg":
        inner = nodes[args[0]]
        return inner.args[0] if inner.op == "neg" else None
    rule = _RULES.get(op)
    return rule(nodes, args, numbers) if rule else None


def _number(nodes: Sequence[Node], place: int) -> float | None:
    node = nodes[place]
    return node.value if node.op == "const" else None


def _of_numbers(op: str, numbers: Sequence[float]) -> Folded:
    """Fold numbers only where no digit is lost."""
    if op == "neg":
        return Node("const", (), -numbers[0])
    exact = _EXACT.get(op)
    if exact is None or not all(map(math.isfinite, numbers)) or (op == "div" and numbers[1] == 0):
        return None
    result = exact(Fraction(numbers[0]), Fraction(numbers[1]))
    if abs(result) > 2**1000 or Fraction(float(result)) != result:
        return None
    return Node("const", (), float(result))


def _choice(args: tuple[int, ...], condition: float | None) -> Folded:
    _, yes, no = args
    if condition is not None:
        return yes if condition else no
    return yes if yes == no else None


def _sum(nodes: Sequence[Node], args: tuple[int, ...], numbers: Sequence[float | None]) -> Folded:
    x, y = args
    if 0 in numbers:
        return y if numbers[0] == 0 else x
    return Node("sub", (x, nodes[y].args[0])) if nodes[y].op == "neg" else None


def _difference(
    _: Sequence[Node], args: tuple[int, ...], numbers: Sequence[float | None]
) -> Folded:
    x, y = args
    if x == y:
        return _ZERO
    return Node("neg", (y,)) if numbers[0] == 0 else x if numbers[1] == 0 else None


def _product(_: Sequence[Node], args: tuple[int, ...], numbers: Sequence[float | None]) -> Folded:
    if 0 in numbers:
        return _ZERO
    for factor, other in zip(numbers, reversed(args), strict=True):
        if factor in (1, -1):
            return other if factor == 1 else Node("neg", (other,))
    return None


def _quotient(_: Sequence[Node], args: tuple[int, ...], numbers: Sequence[float | None]) -> Folded:
    top, bottom = numbers
    if bottom in (1, -1):
        return args[0] if bottom == 1 else Node("neg", (args[0],))
    return _ZERO if top == 0 else None


def _power(_: Sequence[Node], args: tuple[int, ...], numbers: Sequence[float | None]) -> Folded:
    return args[0] if numbers[1] == 1 else _ONE if numbers[1] == 0 else None


_RULES: Mapping[
    str, Callable[[Sequence[Node], tuple[int, ...], Sequence[float | None]], Folded]
] = {"add": _sum, "sub": _difference, "mul": _product, "div": _quotient, "pow": _power}
