"""What bends, written by conditions: the smaller, the larger, the amount, on either side smooth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..system import FirstOrderSystem
from ..tape import Builder, Node, Value

BENDING = frozenset({"min", "max", "abs"})


def by_conditions(system: FirstOrderSystem, bending: Sequence[bool]) -> FirstOrderSystem:
    """Return a system with some of what bends in its rates written by conditions.

    Parameters
    ----------
    system
        Its rates are rewritten.
    bending
        Of each node of the rates, whether it is to be.
    """
    tape = system.vector_field
    if not any(node.op in BENDING for node in tape.nodes):
        return system
    builder = Builder(tape.inputs)

    def bent(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        if node.op not in BENDING or not bending[number]:
            return None
        if node.op == "abs":
            return (args[0] < 0.0).apply("select", -args[0], args[0])
        first, second = args if node.op == "min" else reversed(args)
        return (args[0] < args[1]).apply("select", first, second)

    return replace(system, vector_field=builder.finish(builder.replay(tape, builder.inputs, bent)))
