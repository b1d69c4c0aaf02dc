"""What is composed on a tape and has a word of its own in writing: steps, pulses, conditions."""

from __future__ import annotations

from collections.abc import Sequence

from ..operations import Node
from ..program import Tape
from .pieces import JOINED

WORDS = frozenset({"step", "pulse"})
_ZERO, _ONE = Node("const"), Node("const", (), 1.0)


def is_condition(tape: Tape, node: Node, holds: Sequence[bool]) -> bool:
    """Tell whether a node is a comparison, or conditions joined or turned around."""
    if node.op in {"lt", "le", "eq"}:
        return True
    if node.op in JOINED:
        return all(holds[a] for a in node.args)
    return node.op == "sub" and tape.nodes[node.args[0]] == _ONE and holds[node.args[1]]


def is_pulse(tape: Tape, node: Node) -> bool:
    """Tell whether a node is written as a pulse."""
    return pulse_of(tape, node) is not None


def stepped(tape: Tape, node: Node) -> int | None:
    """Return what a node is the step of: x, if it is 0 where x < 0 and 1 elsewhere."""
    if node.op != "select":
        return None
    condition, before, after = (tape.nodes[a] for a in node.args)
    if (before, after) != (_ZERO, _ONE) or condition.op != "lt":
        return None
    return condition.args[0] if tape.nodes[condition.args[1]] == _ZERO else None


def pulse_of(tape: Tape, node: Node) -> tuple[int, int | float, int | float] | None:
    """Return clock, start and width of a pulse, if a node is one: a step up, then a step down.

    Each is a node of the tape, or a number where the tape has none for it.
    """
    if node.op != "sub":
        return None
    up, down = (stepped(tape, tape.nodes[a]) for a in node.args)
    if up is None or down is None or tape.nodes[down].op != "sub":
        return None
    clock, end = tape.nodes[down].args
    if clock == up:
        width = tape.nodes[end]
        return (clock, 0.0, end) if width.op != "const" or width.value > 0 else None
    if tape.nodes[up].op != "sub" or tape.nodes[up].args[0] != clock:
        return None
    start = tape.nodes[up].args[1]
    first, last = tape.nodes[start], tape.nodes[end]
    if last.op == "add" and last.args[0] == start:
        return clock, start, last.args[1]
    if first.op == last.op == "const":
        width = float(f"{last.value - first.value:.12g}")
        return (clock, start, width) if width > 0 and first.value + width == last.value else None
    return None
