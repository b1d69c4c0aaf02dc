"""A step in two halves, each short enough for a processor to begin the next before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from ...models.tape import Builder, Node, Tape, Value
from .program import Program

MIDDLE = (0.4, 0.6)  # of the operations: between, the cut is where least is handed on
_GIVEN = ("input", "const")


def halves(step: Program, outputs: Sequence[int]) -> tuple[Program, Program]:
    """Return two programs for some outputs of one; the second takes as well what the first returns.

    No product is handed on, but its factors: it may become one operation with a sum, and the
    digits must not depend on the cut.
    """
    tape = step.tape.select(outputs)
    cut = _cut(tape)
    handed = _handed_on(tape, cut)
    names = [f"between[{i}]" for i in range(len(handed))]
    first = Tape(tape.inputs, tape.nodes[:cut], tuple(handed))
    builder = Builder((*tape.inputs, *names))
    known = dict(zip(handed, builder.inputs[len(tape.inputs) :], strict=True))
    rest = _rest(tape, builder, known)
    arguments = (*step.arguments, ("between", len(handed)))
    return (
        Program("first half", first, step.arguments),
        Program("second half", builder.finish(rest), arguments),
    )


def _cut(tape: Tape) -> int:
    """Return the number of the node before which the tape is cut."""
    count = len(tape.nodes)
    change = [0] * (count + 1)  # of how many values are handed on, from node to node
    for number, last in _last_uses(tape).items():
        if tape.nodes[number].op not in _GIVEN:
            change[number + 1] += 1
            change[min(last, count - 1) + 1] -= 1
    handed = list(accumulate(change))
    done = list(accumulate(node.op not in _GIVEN for node in tape.nodes))
    low, high = (share * done[-1] for share in MIDDLE)
    middle = [i for i in range(1, count) if low <= done[i - 1] <= high]
    return min(middle, key=lambda i: handed[i], default=count)


def _last_uses(tape: Tape) -> dict[int, int]:
    """Return the last node that uses each value; an output is used after all."""
    found = {a: number for number, node in enumerate(tape.nodes) for a in node.args}
    return found | {o: len(tape.nodes) for o in tape.outputs}


def _handed_on(tape: Tape, cut: int) -> list[int]:
    """Return the values from before the cut that are needed after it, or to make products again."""
    wanted = {a for node in tape.nodes[cut:] for a in node.args} | set(tape.outputs)
    left, found = [a for a in wanted if a < cut], set[int]()
    seen = set(left)
    while left:
        number = left.pop()
        node: Node = tape.nodes[number]
        if node.op == "mul":
            left += [a for a in node.args if a not in seen]
            seen.update(node.args)
        elif node.op not in _GIVEN:
            found.add(number)
    return sorted(found)


def _rest(tape: Tape, builder: Builder, known: dict[int, Value]) -> list[Value]:
    """Return the outputs, recorded anew from what is known."""
    needed = set(tape.outputs)
    for number in range(len(tape.nodes) - 1, -1, -1):
        if number in needed and number not in known:
            needed.update(tape.nodes[number].args)
    values = dict(known)
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            values[number] = builder.inputs[number]
        elif number in needed and number not in values:
            values[number] = (
                builder.constant(node.value)
                if node.op == "const"
                else builder.apply(node.op, *(values[a] for a in node.args))
            )
    return [values[o] for o in tape.outputs]
