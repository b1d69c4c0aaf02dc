"""What the rates divide by that time alone decides: where it passes zero they have a pole.

States may stay finite there, as those of ``x' = -x/(1 - t) + 1``, and steps go over it without any
sign; but every solution on the one side meets every one on the other, and none goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..once import once
from ..system import FirstOrderSystem
from ..tape import Node, Tape
from .narrow import can_be_followed, clocks, reached

# What is infinite with its argument; a sum, a product and a quotient's numerator besides.
_UNBOUNDED = frozenset("neg abs exp expm1 sinh cosh".split())


class Pole(NamedTuple):
    """A quotient of the rates whose divisor time alone moves."""

    divisor: int  # node, or that to whose `wave` it is proportional
    factors: tuple[int, ...]  # nodes of time alone that it is multiplied by: they may vanish too
    wave: str | None = None  # the cosine that a tangent divides by, the sine where it divides


@once
def poles(system: FirstOrderSystem) -> tuple[Pole, ...]:
    """Return the quotients, tangents and odd negative powers that may make rates infinite."""
    tape, n = system.vector_field, system.n_states
    running = {0, *(1 + i for i in clocks(system))}
    if running.isdisjoint(tape.read):
        return ()
    timed, moved = reached(tape, running), reached(tape, set(range(1, 1 + n)) - running)
    alone = [a and not b for a, b in zip(timed, moved, strict=True)]
    own = {
        number: pole for number, node in enumerate(tape.nodes)
        if (pole := _pole(tape, node, alone)) and can_be_followed(tape, pole.divisor)
    }  # fmt: skip
    carried = {number: _carried(tape, number, pole, alone) for number, pole in own.items()}
    endless = {value for values in carried.values() for value in values}
    found: dict[Pole, None] = {}
    for number, pole in own.items():
        ends = [carried[number][o] for o in tape.outputs if o in carried[number]]
        # A divisor that is infinite somewhere changes its sign there too, and divides to zero.
        if ends and pole.divisor not in endless:
            factors = sorted(_common(ends))
            if all(can_be_followed(tape, factor) for factor in factors):
                found[pole._replace(factors=tuple(factors))] = None
    return tuple(found)


def _pole(tape: Tape, node: Node, alone: list[bool]) -> Pole | None:
    """Return the pole that an operation may have, None if it has none of time alone."""
    if node.op == "tan" and alone[node.args[0]]:
        return Pole(node.args[0], (), "cos")
    if node.op == "div" and alone[node.args[1]]:
        factors, below = _factors(tape, node.args[0], alone), tape.nodes[node.args[1]]
        if below.op == "tan":
            return Pole(below.args[0], factors, "sin")
        return Pole(node.args[1], factors)
    if node.op == "pow" and alone[node.args[0]]:
        power = tape.nodes[node.args[1]]
        if power.op == "const" and power.value < 0 and power.value % 2 == 1:
            return Pole(node.args[0], ())
    return None


def _carried(tape: Tape, begin: int, pole: Pole, alone: list[bool]) -> dict[int, frozenset[int]]:
    """Return which values are infinite with one, and the factors of time alone that each has."""
    found = {begin: frozenset(pole.factors)}
    for number in range(begin + 1, len(tape.nodes)):
        node = tape.nodes[number]
        with_it = [a for a in node.args if a in found]
        if not with_it:
            continue
        factors = _common([found[a] for a in with_it])
        if node.op in ("add", "sub") or node.op in _UNBOUNDED:
            found[number] = factors
        elif node.op == "mul":
            others = [a for a in node.args if a not in found]
            found[number] = factors.union(*(_factors(tape, a, alone) for a in others))
        elif node.op == "div" and node.args[1] not in found:
            found[number] = factors
        elif node.op == "select" and node.args[0] not in found:
            found[number] = factors
        elif node.op == "pow" and node.args[1] not in found:
            power = tape.nodes[node.args[1]]
            if power.op != "const" or power.value > 0:
                found[number] = factors
    return found


def _common(factors: Sequence[frozenset[int]]) -> frozenset[int]:
    return factors[0].intersection(*factors[1:])


def _factors(tape: Tape, number: int, alone: list[bool]) -> tuple[int, ...]:
    """Return the factors of a product that time alone moves."""
    node = tape.nodes[number]
    if alone[number]:
        return (number,)
    if node.op in ("mul", "neg"):
        return tuple(f for a in node.args for f in _factors(tape, a, alone))
    return ()
