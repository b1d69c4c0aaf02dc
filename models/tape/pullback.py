"""Reverse accumulation: how one sum of outputs changes with every input, in one way back.

Griewank and Walther 2008, *Evaluating Derivatives*, section 3.2: the work is a small multiple of
the program's own, however many inputs there are.
"""

from __future__ import annotations

from collections.abc import Sequence

from .differentiate import outer, times
from .program import Builder, Tape, Value

_LEAPING = frozenset({"floor", "sign", "lt", "le", "eq"})


def pull_back(
    builder: Builder,
    tape: Tape,
    bindings: Sequence[Value],
    weights: Sequence[Value],
) -> tuple[list[Value], list[Value]]:
    """Replay a tape, then go back through it.

    Parameters
    ----------
    builder
        Where both are recorded.
    tape, bindings
        The program and the values of its inputs.
    weights
        Of each output, in the sum that is differentiated.

    Returns
    -------
    outputs, slopes
        Values of the outputs, and the derivative of their weighted sum by each input.
    """
    values: list[Value] = []
    exact = any(node.op in _LEAPING for node in tape.nodes)
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            values.append(bindings[number])
        elif node.op == "const":
            values.append(builder.constant(node.value))
        else:
            args = [values[a] for a in node.args]
            values.append(builder.apply(node.op, *args) if exact else _replayed(node.op, args))
    slopes: dict[int, Value] = {}
    for output, weight in zip(tape.outputs, weights, strict=True):
        _add(slopes, output, weight)
    for number in range(len(tape.nodes) - 1, len(tape.inputs) - 1, -1):
        node, slope = tape.nodes[number], slopes.get(number)
        if slope is not None and node.op != "const":
            args = [values[a] for a in node.args]
            for argument, term in _terms(builder, node.op, args, values[number], slope):
                _add(slopes, node.args[argument], term)
    zero = builder.constant(0.0)
    given = [slopes.get(i, zero) for i in range(len(tape.inputs))]
    return [values[o] for o in tape.outputs], given


def _replayed(op: str, args: Sequence[Value]) -> Value:
    """Return an operation; a division by what its slopes are divided by too is one reciprocal.

    Its last digit may differ, so it is not for what leaps: floor(t/T) must do so at the same time.
    """
    if op == "div" and args[1].constant is None:
        return args[0] * (1.0 / args[1])
    return args[0].builder.apply(op, *args)


def _terms(
    builder: Builder, op: str, args: Sequence[Value], result: Value, slope: Value
) -> list[tuple[int, Value]]:
    """Return for each argument that matters its position, and its part in the slope."""
    if op == "select":
        condition = args[0]
        return [
            (1, builder.apply("select", condition, slope, 0.0)),
            (2, builder.apply("select", condition, 0.0, slope)),
        ]
    if op == "div" and args[1].constant is None:
        part = slope * (1.0 / args[1])
        return [(0, part), (1, -(result * part))]
    found: list[tuple[int, Value]] = []
    for position in range(len(args)):
        factor = outer(op, position, args, result)
        if factor is not None:
            found.append((position, times(factor, slope)))
    return found


def _add(slopes: dict[int, Value], number: int, term: Value) -> None:
    if term.constant != 0:
        slopes[number] = slopes[number] + term if number in slopes else term
