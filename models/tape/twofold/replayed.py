"""Formulas replayed in numbers of twice the digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..operations import Node
from ..program import Tape
from ..value import Recorder
from .functions import exponential, waves
from .number import Twofold, of_number


def _sine(x: Twofold) -> Twofold:
    return waves(x)[1]


def _cosine(x: Twofold) -> Twofold:
    return waves(x)[0]


_RULES: Mapping[str, Callable[..., Twofold]] = {
    "add": Twofold.__add__,
    "sub": Twofold.__sub__,
    "mul": Twofold.__mul__,
    "div": Twofold.__truediv__,
    "neg": Twofold.__neg__,
    "sqrt": Twofold.root,
    "exp": exponential,
    "cos": _cosine,
    "sin": _sine,
}
_LARGEST_POWER = 8


def replayed(builder: Recorder, tape: Tape, bindings: Sequence[Twofold]) -> list[Twofold] | None:
    """Return all values on a tape in numbers of twice the digits.

    Returns
    -------
    values
        By their numbers; None if some operation on the tape is known in doubles only.
    """
    found: list[Twofold] = []
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            found.append(bindings[number])
        elif node.op == "const":
            found.append(of_number(builder, node.value))
        else:
            result = _applied(tape, node, [found[a] for a in node.args])
            if result is None:
                return None
            found.append(result)
    return found


def outputs(builder: Recorder, tape: Tape, bindings: Sequence[Twofold]) -> list[Twofold] | None:
    """Return the outputs among them."""
    found = replayed(builder, tape, bindings)
    return None if found is None else [found[o] for o in tape.outputs]


def _applied(tape: Tape, node: Node, args: Sequence[Twofold]) -> Twofold | None:
    if node.op == "pow":
        exponent = tape.nodes[node.args[1]]
        whole = int(exponent.value) if exponent.op == "const" else 0
        return _power(args[0], whole) if 0 < whole == exponent.value <= _LARGEST_POWER else None
    rule = _RULES.get(node.op)
    return rule(*args) if rule else None


def _power(x: Twofold, whole: int) -> Twofold:
    result = x
    for _ in range(whole - 1):
        result = result * x
    return result
