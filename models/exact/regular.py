"""Where the equation itself ends: a solution is not carried past a pole of its coefficients.

Beyond it a formula may well fulfil the equation, but nothing leads there from the start; unless it
is the only one that goes on analytically, as a quotient of entire functions of time does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..notation import Notation
from ..system import FirstOrderSystem
from ..tape import Builder, Node, Tape
from .solvable import Solved

_RATIONAL = frozenset("input add sub mul neg".split())
_ENTIRE, _OF_POLES = frozenset("exp sin cos sinh cosh".split()), frozenset({"tan", "tanh"})


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
    goes_on = isinstance(solved.formula, Tape) and is_meromorphic(solved.formula, system.time)
    poles = [] if solved.knows_poles or goes_on else [_alone(system, p) for p in _poles(system)]
    if not poles:
        return solved
    builder = Builder(solved.tape.inputs)
    time, *parameters = builder.inputs
    holds = builder.constant(1.0) if solved.holds is None else builder.inline(
        solved.holds, builder.inputs)[0]  # fmt: skip
    for pole in poles:
        here, begun = (
            builder.inline(pole, [at, *parameters])[0].apply("sign") for at in (time, system.t0)
        )
        holds = (here * begun < 0.0).apply("select", 0.0, holds)  # not of one in another case
    texts = dict.fromkeys(notation.formula(pole).text for pole in poles)
    said = "" if solved.holds is None else "; ".join(solved.domain)
    ends = (f"valid until {text} = 0, if it is passed" for text in texts if text not in said)
    return replace(solved, holds=builder.finish([holds]), domain=(*solved.domain, *ends))


def is_meromorphic(formula: Tape, time: str) -> bool:
    """Tell whether a formula is a quotient of entire functions of time, as it is written."""
    moving, with_poles = _reached(formula, {time}), set[int]()
    for place in sorted(moving):
        node = formula.nodes[place]
        has_poles = not with_poles.isdisjoint(node.args)
        if node.op == "div":
            has_poles = has_poles or node.args[1] in moving
        elif node.op == "pow":
            power = formula.nodes[node.args[1]]
            if power.op != "const" or not power.value.is_integer():
                return False
            has_poles = has_poles or power.value < 0
        elif node.op in _ENTIRE | _OF_POLES:
            if has_poles:
                return False
            has_poles = node.op in _OF_POLES
        elif node.op not in _RATIONAL:
            return False
        if has_poles:
            with_poles.add(place)
    return True


def _poles(system: FirstOrderSystem) -> Iterator[Tape]:
    """Yield what is zero at a pole of a coefficient: functions of time, no states in them."""
    field = system.vector_field
    moving, depending = _reached(field, {system.time}), _reached(field, set(system.states))
    seen: set[int] = set()
    for node in field.nodes:
        below = _zero_at_pole(field, node)
        while below is not None and _is_power(field, field.nodes[below]):
            below = field.nodes[below].args[0]
        if below is not None and below in moving - depending - seen:
            seen.add(below)
            tape = replace(field, outputs=(below,))
            yield _cosine(tape) if node.op == "tan" else tape


def _zero_at_pole(tape: Tape, node: Node) -> int | None:
    """Return the place of what a node divides by, or of the angle of a tangent."""
    if node.op == "div":
        return node.args[1]
    if node.op == "pow":
        power = tape.nodes[node.args[1]]
        return node.args[0] if power.op == "const" and power.value < 0 else None
    return node.args[0] if node.op == "tan" else None


def _is_power(tape: Tape, node: Node) -> bool:
    """Tell whether a node is a square or another fixed power, which need not change its sign."""
    if node.op == "pow":
        return tape.nodes[node.args[1]].op == "const"
    return node.op == "mul" and node.args[0] == node.args[1]


def _cosine(angle: Tape) -> Tape:
    builder = Builder(angle.inputs)
    (value,) = builder.inline(angle, builder.inputs)
    return builder.finish([value.apply("cos")])


def _reached(tape: Tape, names: set[str]) -> set[int]:
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
