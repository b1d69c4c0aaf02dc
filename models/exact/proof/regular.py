"""Where the equation itself ends: a solution is not carried past a pole of its coefficients.

Beyond it a formula may well fulfil the equation, but nothing leads there from the start; unless it
is the only one that goes on analytically, as an entire function of time does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from ...notation import Notation
from ...system import FirstOrderSystem
from ...tape import Builder, Node, Tape, Value
from ..solvable import Solved
from .on_the_way import changes_sign

_ENTIRE = frozenset("input add sub mul div neg exp sin cos sinh cosh".split())
_NEVER_ZERO = frozenset({"exp", "cosh"})
_WAVES = {"cos": 0.5, "sin": 0.0}  # zeros are where angle/pi and this are whole numbers together


def within_poles(system: FirstOrderSystem, solved: Solved, notation: Notation) -> Solved:
    """Return a solution that holds only as far as no coefficient passes a pole.

    Parameters
    ----------
    system
        The equation, with what is known of other states put in.
    solved
        Its solution.
    notation
        How names are written.
    """
    goes_on = isinstance(solved.formula, Tape) and is_entire(solved.formula, system.time)
    poles = [] if solved.knows_poles or goes_on else [_alone(system, p) for p in _poles(system)]
    if not poles:
        return solved
    builder = Builder(solved.tape.inputs)
    holds = builder.constant(1.0) if solved.holds is None else builder.inline(
        solved.holds, builder.inputs)[0]  # fmt: skip
    for pole in poles:
        passed = _passed(builder, pole, system.t0)
        holds = passed.apply("select", 0.0, holds)  # nan, in a case that is not taken, counts as no
    texts = dict.fromkeys(notation.formula(pole).text for pole in poles)
    said = "" if solved.holds is None else "; ".join(solved.domain)
    ends = (f"valid until {text} = 0, if it is passed" for text in texts if text not in said)
    return replace(solved, holds=builder.finish([holds]), domain=(*solved.domain, *ends))


def _passed(builder: Builder, pole: Tape, t0: float) -> Value:
    """Return whether a pole is passed between the start and a time.

    Waves have many zeros, which are counted by their angle, as if that only grew or only fell.
    """
    time, *parameters = builder.inputs
    end = pole.nodes[pole.outputs[0]]
    if end.op in _WAVES:
        angle = replace(pole, outputs=(end.args[0],))
        ends = (builder.inline(angle, [at, *parameters])[0] for at in (time, builder.value(t0)))
        here, begun = ((x / math.pi + _WAVES[end.op]).apply("floor") for x in ends)
        return 1.0 - here.apply("eq", begun)
    return changes_sign(builder, pole, t0)


def is_entire(formula: Tape, time: str) -> bool:
    """Tell whether a formula is an entire function of time, as it is written."""
    moving = reached(formula, {time})
    for place in moving:
        node = formula.nodes[place]
        if node.op == "div" and node.args[1] in moving:
            return False
        if node.op == "pow":
            power = formula.nodes[node.args[1]]
            if power.op != "const" or not power.value.is_integer() or power.value < 0:
                return False
        elif node.op not in _ENTIRE:
            return False
    return True


def _poles(system: FirstOrderSystem) -> Iterator[Tape]:
    """Yield what is zero at a pole of a coefficient: functions of time, no states in them."""
    field = system.vector_field
    moving, depending = reached(field, {system.time}), reached(field, set(system.states))
    seen: set[int] = set()
    for i, node in enumerate(field.nodes):
        place = None if _divides_only(field, i) else zero_at_pole(field, node)
        angle = place is not None and node.op == "tan"  # no factor of it makes a pole
        for below in (place,) if angle else factors(field, place):
            if below is None or below not in moving - depending - seen:
                continue
            if angle or field.nodes[below].op not in _NEVER_ZERO:
                seen.add(below)
                yield _zero(field, below, "cos" if angle else None)


def factors(tape: Tape, place: int | None) -> Iterator[int]:
    """Yield the places of what a product is zero with, powers left out."""
    if place is None:
        return
    node = tape.nodes[place]
    if node.op == "mul":
        for factor in dict.fromkeys(node.args):
            yield from factors(tape, factor)
    elif node.op == "neg" or (node.op == "pow" and tape.nodes[node.args[1]].op == "const"):
        yield from factors(tape, node.args[0])
    else:
        yield place


def _divides_only(tape: Tape, place: int) -> bool:
    """Tell whether nothing is done with a tangent but to divide by it: its pole is a zero then."""
    uses = [n for n in tape.nodes if place in n.args]
    below = all(n.op == "div" and n.args[0] != place for n in uses)
    return tape.nodes[place].op == "tan" and below and place not in tape.outputs


def zero_at_pole(tape: Tape, node: Node) -> int | None:
    """Return the place of what a node divides by, or of the angle of a tangent."""
    if node.op == "div":
        return node.args[1]
    if node.op == "pow":
        power = tape.nodes[node.args[1]]
        return node.args[0] if power.op == "const" and power.value < 0 else None
    return node.args[0] if node.op == "tan" else None


def _zero(tape: Tape, place: int, wave: str | None) -> Tape:
    """Return what is zero at a pole: a place on a tape, or a wave of it; of a tangent its sine."""
    node = tape.nodes[place]
    if wave is None and node.op == "tan":
        place, wave = node.args[0], "sin"
    whole = replace(tape, outputs=(place,))
    if wave is None:
        return whole
    builder = Builder(tape.inputs)
    (angle,) = builder.inline(whole, builder.inputs)
    return builder.finish([angle.apply(wave)])


def reached(tape: Tape, names: set[str]) -> set[int]:
    """Return the places that depend on some inputs."""
    reached: set[int] = set()
    for place, node in enumerate(tape.nodes):
        given = node.op == "input" and tape.inputs[place] in names
        if given or not reached.isdisjoint(node.args):
            reached.add(place)
    return reached


def _alone(system: FirstOrderSystem, tape: Tape) -> Tape:
    """Return a tape of time and parameters alone."""
    builder = Builder((system.time, *system.parameters))
    known = dict(zip(builder.names, builder.inputs, strict=True))
    zero = builder.constant(0.0)
    return builder.finish(builder.inline(tape, [known.get(n, zero) for n in tape.inputs]))
