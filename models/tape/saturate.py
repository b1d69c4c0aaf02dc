"""Tapes whose derivatives stay numbers where a function on the way grows beyond all of them.

Where exp(u) overflows, 1/(1 + exp(u)) is 0 and so is its slope; but the chain rule multiplies a
slope that vanished by one that is infinite, which is no number. What may overflow there is held
below a bound that no sensible number comes near, and its slope beyond is 0, as is the limit.
"""

from __future__ import annotations

from collections.abc import Sequence

from .operations import OPERATIONS, Node
from .program import Builder, Tape
from .value import Value

LARGEST, FARTHEST = 1e300, 690.0  # of a result, and of what exp and the like are taken
_SQUARE = 4.0  # powers up to this overflow only where their base is no sensible number
_GROWING = frozenset({"exp", "expm1", "cosh", "sinh", "pow"})
_LEVELLING = frozenset({"exp", "expm1", "tanh", "atan", "pow"})  # flat, or zero, far out


def saturated(tape: Tape) -> Tape:
    """Return a tape that is the same but for what overflows below a line, or in an exponent."""
    growing = _to_be_held(tape)
    if not growing:
        return tape
    builder = Builder(tape.inputs)

    def held(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        return _held(node.op, args) if number in growing else None

    return builder.finish(builder.replay(tape, builder.inputs, held))


def _held(op: str, args: Sequence[Value]) -> Value:
    if op == "pow":
        return (args[0] ** args[1]).apply("min", LARGEST)
    within = args[0].apply("min", FARTHEST)
    return (within.apply("max", -FARTHEST) if op in {"sinh", "cosh"} else within).apply(op)


def _to_be_held(tape: Tape) -> set[int]:
    """Return the numbers of what may overflow and goes where slopes then vanish."""
    found: set[int] = set()
    levelled = [False] * len(tape.nodes)
    for number in range(len(tape.nodes) - 1, -1, -1):
        node = tape.nodes[number]
        if levelled[number] and _grows(tape.nodes, node):
            found.add(number)
        for place, argument in enumerate(node.args):
            levelled[argument] |= levelled[number] or _levels(node.op, place)
    return found


def _levels(op: str, place: int) -> bool:
    """Tell whether an operation may become flat where an argument is infinite."""
    return place == 1 if op == "div" else op in _LEVELLING or op not in OPERATIONS


def _grows(nodes: Sequence[Node], node: Node) -> bool:
    if node.op != "pow":
        return node.op in _GROWING
    exponent = nodes[node.args[1]]
    return exponent.op != "const" or not 0.0 < exponent.value <= _SQUARE
