"""Simplification by sympy: a tape goes there and comes back in the order a person writes.

Nothing rests on it: derivatives are taken on the tape, and a result that sympy rewrote is compared
with numbers like any other. What it cannot rewrite stays as it was.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from ..errors import SpecificationError
from ..lazy import load
from ..symbolic.bridge import from_sympy, to_sympy
from ..tape import Builder, Tape, Value

_LARGEST = 24  # operations; above this a simplification takes longer than it is worth
_LARGEST_FUNCTION = 12  # where there are roots or functions, which sympy rewrites in many ways


@cache
def tidy(tape: Tape) -> Tape:
    """Return a formula in its shortest form that sympy finds; the formula itself if it cannot."""
    operations = sum(node.op not in {"input", "const"} for node in tape.nodes)
    if operations > 10 * _LARGEST or not operations:
        return tape
    if any(node.op == "const" and not math.isfinite(node.value) for node in tape.nodes):
        return tape
    expression = to_sympy(_unguarded(tape))[0]
    shortest = min(_forms(expression), key=lambda e: e.count_ops())
    try:
        return _only_used(from_sympy([shortest]))
    except SpecificationError:
        return tape


def _only_used(tape: Tape) -> Tape:
    builder = Builder(tape.inputs)
    return builder.formula(builder.inline(tape, builder.inputs)[0])


def _forms(expression: Any) -> list[Any]:
    sp = load("sympy")
    forms = [expression, sp.factor_terms(expression)]
    rational = expression.is_rational_function()
    if expression.count_ops() <= (_LARGEST if rational else _LARGEST_FUNCTION):
        above, below = sp.fraction(sp.together(expression))
        forms += [sp.simplify(expression), sp.expand(above) / sp.factor(below)]
    return forms


def _unguarded(tape: Tape) -> Tape:
    """Return a tape without the choices that only keep 0^y from being nan, see `differentiate`."""
    builder = Builder(tape.inputs)
    values: list[Value] = []
    for place, node in enumerate(tape.nodes):
        args = [values[a] for a in node.args]
        if node.op == "input":
            values.append(builder.inputs[place])
        elif node.op == "const":
            values.append(builder.constant(node.value))
        elif node.op == "select" and _guards_logarithm(tape, place):
            values.append(args[2])
        else:
            values.append(builder.apply(node.op, *args))
    return builder.finish(values[o] for o in tape.outputs)


def _guards_logarithm(tape: Tape, place: int) -> bool:
    condition, _, other = (tape.nodes[a] for a in tape.nodes[place].args)
    return condition.op == "eq" and other.op == "log" and condition.args[0] == other.args[0]
