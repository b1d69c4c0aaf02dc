"""Where a formula itself ends: a nonlinear solution is not carried past a pole of its own.

Beyond the time at which a solution is infinite, or its slope is, its formula may well be a number
again: a denominator that has been zero and comes back, a root whose argument has been negative.
Nothing leads there from the start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...errors import listing
from ...notation import Notation
from ...structure.dependencies import state_jacobian
from ...system import FirstOrderSystem
from ...tape import Builder, Node, Tape
from ..solvable import Solved
from .on_the_way import changes_sign
from .regular import reached

_ONWARD = frozenset("add sub mul neg exp abs sign".split())
_BREAKING = frozenset("tan select floor sign lambertw lambertwm1".split())
_LONGEST = 400  # values on the tape of a formula that is looked at
_SAID = "valid until ", "valid while ", "as long as "


def within_own_poles(system: FirstOrderSystem, solved: Solved, notation: Notation) -> Solved:
    """Return a solution that holds only as far as its formula does not break.

    Parameters
    ----------
    system
        The equation, with what is known of other states put in.
    solved
        Its solution. One of a linear equation has no poles of its own, one whose rates do not
        change with time cannot come back.
    notation
        How names are written.
    """
    formula = solved.formula
    forced = system.time in system.vector_field.used()
    if not isinstance(formula, Tape) or not forced or not _is_nonlinear(system):
        return solved
    if len(formula.nodes) > _LONGEST:
        return solved
    ends = dict.fromkeys(_ends(formula))
    if not ends:
        return solved
    builder = Builder(solved.tape.inputs)
    holds = builder.constant(1.0) if solved.holds is None else builder.inline(
        solved.holds, builder.inputs)[0]  # fmt: skip
    for end, _ in ends:
        passed = changes_sign(builder, end, system.t0)
        holds = passed.apply("select", 0.0, holds)  # nan, in a case that is not taken, counts as no
    domain = solved.domain
    if not any(phrase.startswith(_SAID) for phrase in domain):
        domain = (*domain, *dict.fromkeys(_told(system, *end, notation) for end in ends))
    return replace(solved, holds=builder.finish([holds]), domain=domain)


def _told(system: FirstOrderSystem, end: Tape, divides: bool, notation: Notation) -> str:
    if divides:
        names = listing(notation.name(state).text for state in system.states)
        return f"valid until {names} becomes infinite, if it does"
    return f"valid until {notation.answer(end).text} = 0, if it is passed"


def _is_nonlinear(system: FirstOrderSystem) -> bool:
    return not state_jacobian(system).tape.used().isdisjoint(system.states)


def _ends(formula: Tape) -> Iterator[tuple[Tape, bool]]:
    """Yield what must not pass zero, and whether it divides; else it is in a root or a logarithm."""
    moving = reached(formula, {formula.inputs[0]})
    waiting, seen = [*formula.outputs], set[int]()
    while waiting:
        place = waiting.pop()
        if place in seen or place not in moving:
            continue
        seen.add(place)
        node = formula.nodes[place]
        if node.op in _ONWARD:
            waiting += node.args
        elif node.op in ("div", "pow", "sqrt", "log"):
            waiting.append(node.args[0])
            below = node.args[1] if node.op == "div" else node.args[0]
            if below in moving and not _is_whole(formula, node):
                yield from ((tape, node.op == "div") for tape in _unbroken(formula, below))


def _is_whole(formula: Tape, node: Node) -> bool:
    """Tell whether something is a whole power, not below zero."""
    power = formula.nodes[node.args[1]] if node.op == "pow" else Node("input")
    return power.op == "const" and power.value >= 0 and power.value.is_integer()


def _unbroken(formula: Tape, place: int) -> Iterator[Tape]:
    """Yield a value, or nothing if it may jump, or pass through infinity, on its way."""
    tape = replace(formula, outputs=(place,)).select([0])
    moving = reached(tape, {tape.inputs[0]})
    for node in (tape.nodes[number] for number in moving):
        divides = node.op == "div" and node.args[1] in moving
        if divides or node.op in _BREAKING or (node.op == "pow" and not _is_whole(tape, node)):
            return
    yield tape
