"""Where a formula itself ends: a nonlinear solution is not carried past a pole of its own.

Beyond the time at which a solution is infinite, or its slope is, its formula may well be a number
again: a denominator that has been zero and comes back, a root whose argument has been negative.
Nothing leads there from the start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...errors import listing
from ...notation import Notation, telling
from ...structure.dependencies import is_autonomous, state_jacobian
from ...system import FirstOrderSystem
from ...tape import Builder, Node, Tape, Value
from ...tape.composed.special import uncomposed
from ..solvable import Solved
from .on_the_way import always, changes_sign, turns_nowhere
from .regular import factors, reached

_ONWARD = frozenset("add sub mul neg exp abs sign".split())
_BREAKING = frozenset("select floor sign lambertw lambertwm1".split())
_LONGEST = 400  # values on the tape of a formula that is looked at
_SHORT = 150  # values on the tape of a condition that is looked at on the way
_SAID = "valid until ", "valid while ", "as long as "


def within_own_poles(system: FirstOrderSystem, solved: Solved, notation: Notation) -> Solved:
    """Return a solution that holds only as far as its formula does not break.

    Parameters
    ----------
    system
        The equation, with what is known of other states put in.
    solved
        Its solution. One of a linear equation has no poles of its own.
    notation
        How names are written.
    """
    formula = solved.formula
    if not isinstance(formula, Tape) or len(formula.nodes) > _LONGEST or not _is_nonlinear(system):
        return solved
    told = any(phrase.startswith(_SAID[0]) for phrase in solved.domain)
    if told and uncomposed(formula):  # its class has looked, and a second look takes longest
        return solved
    ends = dict.fromkeys(_ends(formula))
    if is_autonomous(system):
        ends = [] if told else [e for e in ends if _is_looked_at(system, e)]
    builder = Builder(solved.tape.inputs)
    holds = builder.constant(1.0)
    if solved.holds is not None:
        (holds,) = builder.inline(solved.holds, builder.inputs)
        if not is_autonomous(system) and len(solved.holds.nodes) <= _SHORT:
            holds = holds & always(builder, solved.holds, system.t0)
    elif not ends:
        return solved
    for end in ends:
        passed = end.passed(builder, system.t0)
        holds = passed.apply("select", 0.0, holds)  # nan, in a case that is not taken, counts as no
    domain = solved.domain
    if not any(phrase.startswith(_SAID) for phrase in domain):
        domain = (*domain, *dict.fromkeys(_told(system, end, notation) for end in ends))
    return replace(solved, holds=builder.finish([holds]), domain=domain)


def _is_looked_at(system: FirstOrderSystem, end: _End) -> bool:
    """Tell whether an end is looked for where rates do not change with time.

    A state alone goes one way there, and with it what tells its end; several may turn.
    """
    if turns_nowhere(end.zero, system.t0):
        return True
    return system.n_states > 1 and len(end.zero.nodes) <= _SHORT and not uncomposed(end.zero)


def _told(system: FirstOrderSystem, end: _End, notation: Notation) -> str:
    if end.divides:
        names = [notation.name(system.states[i]).text for i in telling(system.states)]
        becomes, it = ("becomes", "it") if len(names) == 1 else ("become", "they")
        do = "does" if len(names) == 1 else "do"
        return f"valid until {listing(names)} {becomes} infinite, if {it} {do}"
    return f"valid until {notation.answer(end.zero).text} = 0, if it is passed"


def _is_nonlinear(system: FirstOrderSystem) -> bool:
    return not state_jacobian(system).tape.used().isdisjoint(system.states)


@dataclass(frozen=True)
class _End:
    """What must not pass zero: a denominator, or what a root or a logarithm is taken of.

    Parameters
    ----------
    zero
        From time and parameters.
    divides
        Whether it is a denominator.
    breaks
        Where these are zero it may change its sign by being infinite, which is no end.
    """

    zero: Tape
    divides: bool
    breaks: tuple[Tape, ...]

    def passed(self, builder: Builder, t0: float) -> Value:
        """Return whether it is passed on the way to a time."""
        passed = changes_sign(builder, self.zero, t0)
        for other in self.breaks:
            passed = passed & (1.0 - changes_sign(builder, other, t0))
        return passed


def _ends(formula: Tape) -> Iterator[_End]:
    """Yield what must not pass zero, as far as it does not jump."""
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
            divides = node.op == "div"
            inner = factors(formula, node.args[1]) if divides else node.args[:1]
            for below in moving.intersection(() if _is_whole(formula, node) else inner):
                yield from _end(formula, below, divides=divides)
        elif node.op == "asin":
            yield from _end(*_within_one(formula, node.args[0]), divides=False)


def _within_one(formula: Tape, place: int) -> tuple[Tape, int]:
    """Return what is zero where a value is one or minus one, and its place."""
    builder = Builder(formula.inputs)
    (value,) = builder.inline(replace(formula, outputs=(place,)), builder.inputs)
    tape = builder.finish([1.0 - value * value])
    return tape, tape.outputs[0]


def _is_whole(formula: Tape, node: Node) -> bool:
    """Tell whether something is a whole power, not below zero."""
    power = formula.nodes[node.args[1]] if node.op == "pow" else Node("input")
    return power.op == "const" and power.value >= 0 and power.value.is_integer()


def _end(formula: Tape, place: int, *, divides: bool) -> Iterator[_End]:
    """Yield a place as an end, or nothing if it may jump."""
    while formula.nodes[place].op == "abs":
        (place,) = formula.nodes[place].args
    zero = replace(formula, outputs=(place,)).select([0])
    moving = reached(zero, {zero.inputs[0]})
    if any(zero.nodes[number].op in _BREAKING for number in moving):
        return
    breaks = (_infinite(zero, number) for number in sorted(moving))
    yield _End(zero, divides, tuple(b for b in breaks if b and zero.inputs[0] in b.used()))


def _infinite(tape: Tape, place: int) -> Tape | None:
    """Return what is zero where a value on a tape is infinite, None if nothing is."""
    node = tape.nodes[place]
    if node.op == "div":
        return replace(tape, outputs=(node.args[1],)).select([0])
    if node.op == "tan":
        builder = Builder(tape.inputs)
        (angle,) = builder.inline(replace(tape, outputs=node.args), builder.inputs)
        return builder.finish([angle.apply("cos")])
    if node.op == "pow" and not _is_whole(tape, node):
        return replace(tape, outputs=(node.args[0],)).select([0])
    return None
