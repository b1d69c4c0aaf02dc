"""What a processor need not do twice."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.tape import Builder, Node, Tape, Value


def alike(tape: Tape) -> Tape:
    """Return a tape on which even powers of a difference do not depend on which way it is taken.

    A difference the other way round has the same digits. Of the distances between bodies, and of
    all that follows from them, half is left.
    """
    places = {node.args: i for i, node in enumerate(tape.nodes) if node.op == "sub"}
    first = {places[a]: min(places[a], places[a[::-1]]) for a in places if a[::-1] in places}
    if not first:
        return tape
    builder, values = Builder(tape.inputs), list[Value]()
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            values.append(builder.inputs[number])
        elif node.op == "const":
            values.append(builder.constant(node.value))
        else:
            even = _is_even(tape.nodes, node)
            args = [first.get(a, a) for a in node.args] if even else node.args
            values.append(builder.apply(node.op, *(values[a] for a in args)))
    return builder.finish(values[o] for o in tape.outputs)


def _is_even(nodes: Sequence[Node], node: Node) -> bool:
    """Tell whether a node takes an even power, or a size, of a difference."""
    if nodes[node.args[0]].op != "sub":
        return False
    if node.op == "pow":
        exponent = nodes[node.args[1]]
        return exponent.op == "const" and exponent.value % 2 == 0
    return node.op == "abs" or (node.op == "mul" and node.args[0] == node.args[1])
