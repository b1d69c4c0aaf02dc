"""What the rates divide by that time alone decides: where it passes zero they have a pole.

States may stay finite there, as those of ``x' = -x/(1 - t) + 1``, and steps go over it without any
sign; but every solution on the one side meets every one on the other, and none goes on.
"""

from __future__ import annotations

from typing import NamedTuple

from ..once import once
from ..system import FirstOrderSystem
from ..tape import Node, Tape
from .narrow import can_be_followed, clocks, reached


class Pole(NamedTuple):
    """A quotient of the rates whose divisor time alone moves."""

    divisor: int  # node; of a tangent its argument, whose cosine it is
    factors: tuple[int, ...]  # nodes of time alone that it is multiplied by: they may vanish too
    tangent: bool


@once
def poles(system: FirstOrderSystem) -> tuple[Pole, ...]:
    """Return the quotients, tangents and odd negative powers in the rates that may have a pole."""
    tape, n = system.vector_field, system.n_states
    running = {0, *(1 + i for i in clocks(system))}
    if running.isdisjoint([a for node in tape.nodes for a in node.args]):
        return ()
    timed, moved = reached(tape, running), reached(tape, set(range(1, 1 + n)) - running)
    alone = [a and not b for a, b in zip(timed, moved, strict=True)]
    found = dict.fromkeys(
        pole for node in tape.nodes
        if (pole := _pole(tape, node, alone)) and _can_be_followed(tape, pole)
    )  # fmt: skip
    return tuple(found)


def _pole(tape: Tape, node: Node, alone: list[bool]) -> Pole | None:
    """Return the pole that an operation may have, None if it has none of time alone."""
    if node.op == "tan" and alone[node.args[0]]:
        return Pole(node.args[0], (), tangent=True)
    if node.op == "div" and alone[node.args[1]]:
        return Pole(node.args[1], _factors(tape, node.args[0], alone), tangent=False)
    if node.op == "pow" and alone[node.args[0]]:
        power = tape.nodes[node.args[1]]
        if power.op == "const" and power.value < 0 and power.value % 2 == 1:
            return Pole(node.args[0], (), tangent=False)
    return None


def _factors(tape: Tape, number: int, alone: list[bool]) -> tuple[int, ...]:
    """Return the factors of a product that time alone moves."""
    node = tape.nodes[number]
    if alone[number]:
        return (number,)
    if node.op in ("mul", "neg"):
        return tuple(f for a in node.args for f in _factors(tape, a, alone))
    return ()


def _can_be_followed(tape: Tape, pole: Pole) -> bool:
    places = (pole.divisor, *pole.factors)
    return all(can_be_followed(tape, place) for place in places)
