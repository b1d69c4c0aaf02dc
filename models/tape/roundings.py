"""How far roundings may take the outputs of a tape from what exact arithmetic gives.

A running error bound (Higham 2002, *Accuracy and Stability of Numerical Algorithms*, section 3.3,
doi:10.1137/1.9780898718027), recorded as operations: each operation rounds its own result once, and
hands on what its arguments bring, by its slopes. Inputs count as exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .differentiate import outer
from .program import Builder, Tape, Value

UNIT = 2.0**-53  # of a result, by which an operation rounds it
LOOSE = 4.0  # of those, of a function that is not rounded to the nearest number
_EXACT = frozenset("neg abs min max select floor sign lt le eq".split())
_ONCE = frozenset("add sub mul div sqrt".split())


def roundings(builder: Builder, tape: Tape, bindings: Sequence[Value]) -> list[tuple[Value, Value]]:
    """Return the outputs of a tape, each with a bound of its rounding error, to first order."""
    nothing = builder.constant(0.0)
    found: list[tuple[Value, Value]] = []
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            found.append((bindings[number], nothing))
        elif node.op == "const":
            found.append((builder.constant(node.value), nothing))
        else:
            args = [found[a] for a in node.args]
            result = builder.apply(node.op, *(value for value, _ in args))
            found.append((result, _bound(builder, node.op, args, result)))
    return [found[output] for output in tape.outputs]


def _bound(builder: Builder, op: str, args: Sequence[tuple[Value, Value]], result: Value) -> Value:
    """Return the bound of one result: its own rounding, and what its arguments bring."""
    if op == "select":
        return args[0][0].apply("select", args[1][1], args[2][1])
    bound = builder.constant(0.0)
    if op not in _EXACT and not _shifts(op, args):
        bound = abs(result) * (UNIT if op in _ONCE else LOOSE * UNIT)
    for position, (_, brought) in enumerate(args):
        slope = outer(op, position, [value for value, _ in args], result)
        if slope is not None and brought.constant != 0:
            bound += abs(slope) * brought
    return bound


def _shifts(op: str, args: Sequence[tuple[Value, Value]]) -> bool:
    """Tell whether an operation is a product with a power of two, which is exact."""
    factors = [value.constant for value, _ in args] if op == "mul" else []
    return any(c is not None and abs(math.frexp(c)[0]) == 0.5 for c in factors)
