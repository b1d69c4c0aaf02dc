"""Tapes without what only refines their digits."""

from __future__ import annotations

from collections.abc import Sequence

from .operations import Node
from .program import Builder, Tape
from .value import Value


def unrefined(tape: Tape) -> Tape:
    """Return a tape with every refined value as it was: the same function in exact arithmetic."""
    if "refined" not in tape.operations:
        return tape
    builder = Builder(tape.inputs)

    def plain(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        return args[0] if node.op == "refined" else None

    return builder.finish(builder.replay(tape, builder.inputs, plain))
