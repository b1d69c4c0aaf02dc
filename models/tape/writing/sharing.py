"""Names for the shared pieces of a formula that would be endless when written out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..program import Builder, Tape, Value

_LONG = 1000  # operations in one written formula
_PIECE = _LONG // 4  # so that no operation on three pieces is long again
_SHORT = 5  # operations not worth a name


def share(tape: Tape, names: Iterator[str]) -> tuple[list[tuple[str, Tape]], Tape]:
    """Return a formula as named pieces and the rest that uses them.

    A tape holds a shared subexpression once, its text each time it is used: sixty squarings of a
    squaring are sixty operations and 2^60 letters. A formula of reasonable length stays whole.

    Parameters
    ----------
    tape
        One output.
    names
        Where new names come from.
    """
    if _written_size(tape) <= _LONG:
        return [], tape
    uses = Counter(a for node in tape.nodes for a in node.args)
    builder = Builder()
    pieces: list[tuple[str, Tape]] = []
    values: list[Value] = []
    sizes: list[int] = []
    varies: list[bool] = []  # a piece of mere numbers gets no name: it would become a parameter
    for number, node in enumerate(tape.nodes):
        value, size = _replayed(builder, tape, number, values), 1 + sum(sizes[a] for a in node.args)
        varies.append(node.op == "input" or any(varies[a] for a in node.args))
        if varies[number] and (size > _PIECE or (size > _SHORT and uses[number] > 1)):
            name = next(names)
            pieces.append((name, builder.formula(value)))
            value, size = builder.input(name), 1
        values.append(value)
        sizes.append(size)
    return pieces, builder.formula(values[tape.outputs[0]])


def _replayed(builder: Builder, tape: Tape, number: int, values: list[Value]) -> Value:
    node = tape.nodes[number]
    if node.op == "input":
        return builder.input(tape.inputs[number])
    if node.op == "const":
        return builder.constant(node.value)
    return builder.apply(node.op, *(values[a] for a in node.args))


def _written_size(tape: Tape) -> int:
    sizes: list[int] = []
    for node in tape.nodes:
        sizes.append(min(1 + sum(sizes[a] for a in node.args), _LONG + 1))
    return sizes[tape.outputs[0]]
