"""What a processor need not do twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...models.tape import Builder, Node, Tape, Value

FEWEST = 3  # quotients with one denominator that are products with its reciprocal
_SMOOTH = frozenset({"add", "sub", "mul", "div", "neg"})


def thrifty(tape: Tape) -> Tape:
    """Return a tape of the same values, but for roundings, in less time."""
    return divided_once(alike(tape))


def divided_once(tape: Tape) -> Tape:
    """Return a tape on which what many are divided by is divided by once.

    A division takes a processor as long as a dozen products. What comes of it is rounded twice, and
    a/a may miss one: what decides something, as below a root, and what there is little to gain of
    are left as they are.
    """
    nodes, free = tape.nodes, _deciding_nothing(tape.nodes)
    over = Counter(nodes[i].args[1] for i in free if nodes[i].op == "div")
    shared = {a for a, count in over.items() if count >= FEWEST and nodes[a].op != "const"}
    if not shared:
        return tape
    builder, values, inverse = Builder(tape.inputs), list[Value](), dict[int, Value]()
    for number, node in enumerate(nodes):
        if node.op == "input":
            values.append(builder.inputs[number])
        elif node.op == "const":
            values.append(builder.constant(node.value))
        elif node.op == "div" and node.args[1] in shared and number in free:
            a, below = node.args
            if below not in inverse:
                inverse[below] = builder.constant(1.0) / values[below]
            values.append(values[a] * inverse[below])
        else:
            values.append(builder.apply(node.op, *(values[a] for a in node.args)))
    return builder.finish(values[o] for o in tape.outputs)


def _deciding_nothing(nodes: Sequence[Node]) -> set[int]:
    """Return the values that outputs are made of by sums, products and numerators alone."""
    free = set(range(len(nodes)))
    for number in range(len(nodes) - 1, -1, -1):
        node = nodes[number]
        if number not in free or node.op not in _SMOOTH:
            free.difference_update(node.args)
        elif node.op == "div":
            free.discard(node.args[1])
    return free


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
