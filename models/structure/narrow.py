"""What time alone decides in the rates and may pass in no time: pulses written as formulas.

A sine or an exponential decay is as wide as any step that follows it. A formula such as
``exp(-((t - a)/w)^2)`` may be as narrow as w makes it and nothing everywhere else: a step that
passes over it has no sign of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..once import once
from ..system import FirstOrderSystem
from ..tape import Node, Tape
from ..tape.operations import OPERATIONS

# What rises or falls throughout where time is linear in it: one alone hides nothing, two may make a
# pulse together. Of anything else time may pass in no time through one.
_MONOTONE = frozenset("exp expm1 tanh atan sinh log log1p sqrt div abs min max".split())
_PEAKED = _MONOTONE | frozenset("pow cosh asin acos".split())
_WIDE = (1.0, 2.0, 3.0, 4.0)  # powers of time that are as wide as a polynomial
LONGEST = 400  # operations of what is looked into


@once
def clocks(system: FirstOrderSystem) -> dict[int, float]:
    """Return the states that run evenly, ``c' = 1``, and that no event sets, and how fast."""
    if any(event.reset is not None for event in system.events):
        return {}
    tape = system.vector_field
    ends = [tape.nodes[output] for output in tape.outputs]
    return {i: node.value for i, node in enumerate(ends) if node.op == "const" and node.value != 0}


@once
def narrow(system: FirstOrderSystem) -> tuple[int, ...]:
    """Return the nodes of the rates that time alone moves and that may be narrow, the outermost.

    A state that is a clock counts as time.
    """
    tape, n = system.vector_field, system.n_states
    running = {0, *(1 + i for i in clocks(system))}
    if running.isdisjoint(tape.read):
        return ()  # as of most systems, which may be long
    if _PEAKED.isdisjoint(tape.operations):
        return ()
    timed = reached(tape, running)
    moved = reached(tape, set(range(1, 1 + n)) - running)
    alone = [a and not b for a, b in zip(timed, moved, strict=True)]
    peaked = _peaked(tape, timed, alone)
    outer = set(tape.outputs)
    for node, inside in zip(tape.nodes, alone, strict=True):
        outer |= set() if inside else set(node.args)
    return tuple(i for i in sorted(outer) if alone[i] and peaked[i] and can_be_followed(tape, i))


def reached(tape: Tape, inputs: set[int]) -> list[bool]:
    """Return for each node whether one of some inputs is in it."""
    reached: list[bool] = []
    for number, node in enumerate(tape.nodes):
        reached.append(number in inputs or any(reached[a] for a in node.args))
    return reached


def _peaked(tape: Tape, timed: Sequence[bool], alone: Sequence[bool]) -> list[bool]:
    """Return for each node of time alone whether it may be a pulse."""
    linear: list[bool] = []
    single: list[frozenset[int]] = []  # what rises or falls throughout in it
    strong: list[bool] = []
    for number, node in enumerate(tape.nodes):
        linear.append(_is_linear(node, number, timed, linear))
        own = frozenset[int]().union(*(single[a] for a in node.args))
        inner = any(strong[a] for a in node.args)
        if alone[number] and node.op in _PEAKED:
            plain = all(linear[a] for a in node.args)
            wide = node.op == "pow" and tape.nodes[node.args[1]].value in _WIDE
            falling = plain and (node.op in _MONOTONE or not timed[node.args[0]])
            inner |= not (wide or falling)
            own |= frozenset() if wide else {number}
        single.append(own)
        strong.append(inner)
    return [a or len(b) > 1 for a, b in zip(strong, single, strict=True)]


def _is_linear(node: Node, number: int, timed: Sequence[bool], linear: Sequence[bool]) -> bool:
    """Tell whether time is linear in a node, or not in it at all."""
    if not timed[number] or not node.args:
        return True
    if node.op not in ("add", "sub", "neg", "mul", "div") or not all(linear[a] for a in node.args):
        return False
    if node.op == "mul":
        return not all(timed[a] for a in node.args)
    return node.op != "div" or not timed[node.args[1]]


def can_be_followed(tape: Tape, number: int) -> bool:
    """Tell whether a node is made of few operations, and of none but plain ones."""
    seen, waiting = set[int](), [number]
    while waiting:
        place = waiting.pop()
        if place not in seen:
            seen.add(place)
            waiting += tape.nodes[place].args
    ops = [tape.nodes[place].op for place in seen]
    return len(ops) <= LONGEST and all(op in OPERATIONS or op in ("input", "const") for op in ops)
