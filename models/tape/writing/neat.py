"""A formula as a textbook would have it: what is written twice once, what cancels cancelled.

Like terms are added and equal factors cancelled, a sign is taken up by what stands in brackets,
what all terms have is written before them, and numbers are fractions where they are. Nothing is
multiplied out. Where all that makes a formula longer, it stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from math import gcd
from typing import NamedTuple

from ..operations import Node
from ..program import Builder, Tape
from .layout import Writer
from .sums import HALF, ONE, Powers, Sum, Term, added, constant, content, exactly, scaled
from .terms import Terms
from .words import is_condition, is_pulse

_MANY = 400  # nodes of a formula that nobody reads
_ODD = frozenset("sin tan sinh tanh asin atan erf".split())
_EVEN = frozenset({"cos", "cosh", "abs"})


class Neat(NamedTuple):
    """A formula, and whether the numbers in it are fractions rather than decimals."""

    tape: Tape
    fractions: bool


def neat(tape: Tape, varying: str = "", kept: Collection[str] = ()) -> Neat:
    """Return formulas in their neatest form.

    Parameters
    ----------
    tape
        The formulas.
    varying
        The input that what does not depend on it is written before.
    kept
        Inputs that are not taken out of a sum: y^2 - 2*y stays as it is.
    """
    fractions = not any(n.op == "const" and _is_decimal(n.value) for n in tape.nodes)
    if len(tape.nodes) > _MANY:
        return Neat(tape, fractions)
    ways: list[Neat] = []
    for turns in (False, True):
        terms = Terms(turns=turns, kept={i for i, n in enumerate(tape.inputs) if n in kept})
        sums = _read(tape, varying, terms)
        ways.append(_shorter(tape, terms, [sums[o] for o in tape.outputs], fractions))
        if not terms.turned:
            break
    return min(ways, key=lambda way: operations(way.tape, fractions))


def balanced(left: Tape, right: Tape, state: str, varying: str) -> Neat:
    """Return an equation with what does not depend on a state on its right, both sides neat.

    Parameters
    ----------
    left, right
        Its sides, of one output each; the inputs of the left are all there are.
    state, varying
        Inputs of the left.
    """
    builder = Builder(left.inputs)
    own = dict(zip(left.inputs, builder.inputs, strict=True))
    tape = builder.finish(
        [
            *builder.inline(left, builder.inputs),
            *builder.inline(right, [own[n] for n in right.inputs]),
        ]
    )
    fractions = not any(n.op == "const" and _is_decimal(n.value) for n in tape.nodes)
    if len(tape.nodes) > _MANY:
        return Neat(tape, fractions)
    terms = Terms()
    before, after = (_read(tape, varying, terms)[o] for o in tape.outputs)
    place = left.inputs.index(state)
    kept = tuple(t for t in before if place in _inputs(terms, (t,)))
    if not kept:
        return Neat(tape, fractions)
    moved = added((*after, *(t._replace(number=-t.number) for t in before if t not in kept)))
    sign = -ONE if all(t.number < 0 for t in kept) else ONE
    number = sign * content(kept)
    still = tuple(p for p in terms.common(kept) if _is_still(terms, p, place))
    units = Term(sign, ()), Term(number, ()), Term(number, still)
    ways = [
        _shorter(tape, terms, [_divided(side, unit, terms) for side in (kept, moved)], fractions)
        for unit in dict.fromkeys(units)
    ]
    return min(ways, key=lambda way: operations(way.tape, fractions))


def _is_still(terms: Terms, power: tuple[int, Fraction], place: int) -> bool:
    """Tell whether a factor depends neither on the state, an input, nor on what varies."""
    return not terms.atoms[power[0]].moves and place not in _inputs(terms, (Term(ONE, (power,)),))


def _divided(side: Sum, unit: Term, terms: Terms) -> Sum:
    return _times(side, terms.power(unit, -ONE), terms)


def _inputs(terms: Terms, sums: Sum) -> set[int]:
    """Return the places of the inputs in a sum."""
    found: set[int] = set()
    for term in sums:
        for a, _ in term.powers:
            atom = terms.atoms[a]
            found |= {atom.place} if atom.op == "copy" else set[int]()
            found = found.union(*(_inputs(terms, arg) for arg in atom.args))
    return found


def _shorter(tape: Tape, terms: Terms, sums: list[Sum], fractions: bool) -> Neat:
    """Return sums on a tape, or, if that is no shorter, the tape they were read from."""
    writer = Writer(terms, tape, fractions)
    try:
        found = writer.builder.finish(map(writer.sum, sums), tape.inputs)
    except OverflowError:  # a number in it is no double
        return Neat(tape, fractions)
    shorter = operations(found, fractions) <= operations(tape, fractions)
    return Neat(found if shorter else tape, fractions)


def operations(tape: Tape, fractions: bool = True) -> int:
    """Return how many operations there are in formulas as they are written."""
    sizes: list[int] = []
    for node in tape.nodes:
        own = bool(node.args) and not (node.op == "neg" and tape.nodes[node.args[0]].op == "const")
        broken = node.op == "const" and fractions and not node.value.is_integer()
        sizes.append(own + broken + sum(sizes[a] for a in node.args))
    return sum(sizes[o] for o in tape.outputs)


def _is_decimal(number: float) -> bool:
    exact = exactly(number)
    return exact is not None and exact.denominator not in {1, 2, 4, 8, 16, 32, 64}


def _read(tape: Tape, varying: str, terms: Terms) -> list[Sum]:
    """Return each node of a tape as a sum."""
    sums: list[Sum] = []
    holds: list[bool] = []
    for place, node in enumerate(tape.nodes):
        holds.append(is_condition(tape, node, holds))
        if node.op == "input":
            moves = tape.inputs[place] == varying
            sums.append(terms.single("copy", (), place, moves=moves))
        elif node.op == "const":
            exact = exactly(node.value)
            sums.append(terms.single("copy", (), place) if exact is None else constant(exact))
        elif is_pulse(tape, node):
            moves = any(terms.moves(t) for a in node.args for t in sums[a])
            sums.append(terms.single("copy", (), place, moves=moves))
        else:
            args = tuple(sums[a] for a in node.args)
            sums.append(_composed(node, args, terms))
    return sums


def _composed(node: Node, args: tuple[Sum, ...], terms: Terms) -> Sum:
    op, first, last = node.op, args[0], args[-1]
    if op == "neg":
        return scaled(first, -ONE)
    if op in {"add", "sub"}:
        return added((*first, *(last if op == "add" else scaled(last, -ONE))))
    if op == "mul":
        return terms.product(first, last)
    if op == "div" and last:
        first, last = _without_common_parts(first, last, terms)
        return terms.product(first, terms.opened(terms.power(terms.whole(last), -ONE)))
    exponent = HALF if op == "sqrt" else _number(last) if op == "pow" else None
    if exponent is not None and first:
        return terms.opened(terms.power(terms.whole(first), exponent))
    if op == "exp":
        return terms.opened(terms.grown(first))
    if op in _ODD | _EVEN and first and all(t.number < 0 for t in first):
        return scaled(terms.single(op, (scaled(first, -ONE),)), -ONE if op in _ODD else ONE)
    return terms.single(op, args)


def _without_common_parts(above: Sum, below: Sum, terms: Terms) -> tuple[Sum, Sum]:
    """Return both sides of a fraction without halves, or other parts, that both are counted in."""
    if len(above) == 1:
        rest, bracket = _bracket(above[0], terms)
        shared = _shared_divisors(bracket, below)
        if not shared:
            return above, below
        factor = Term(ONE, shared)
        inner = terms.whole(_times(bracket, factor, terms))
        return terms.opened(terms.times(rest, inner)), _times(below, factor, terms)
    if len(below) < 2:
        return above, below
    parts = gcd(content(above).denominator, content(below).denominator)
    factor = Term(Fraction(parts), _shared_divisors(above, below))
    return _times(above, factor, terms), _times(below, factor, terms)


def _bracket(term: Term, terms: Terms) -> tuple[Term, Sum]:
    """Return a product as a rest times a sum in brackets, an empty one if there is none."""
    for power in term.powers:
        if power[1] == 1 and terms.atoms[power[0]].op == "sum":
            rest = tuple(p for p in term.powers if p != power)
            return Term(term.number, rest), terms.atoms[power[0]].args[0]
    return term, ()


def _shared_divisors(above: Sum, below: Sum) -> Powers:
    """Return the powers that some terms of either side of a fraction are divided by."""
    if len(above) < 2 or len(below) < 2:
        return ()
    atoms = dict.fromkeys(a for t in above for a, e in t.powers if e < 0)
    lowest = {a: max(_lowest(above, a), _lowest(below, a)) for a in atoms}
    return tuple((a, -e) for a, e in lowest.items() if e < 0)


def _lowest(side: Sum, atom: int) -> Fraction:
    """Return the lowest power of an atom in the terms of a sum, zero where a term is free of it."""
    return min(dict(t.powers).get(atom, Fraction(0)) for t in side)


def _times(side: Sum, factor: Term, terms: Terms) -> Sum:
    if not factor.powers:
        return scaled(side, factor.number)
    return added(each for t in side for each in terms.opened(terms.times(t, factor)))


def _number(terms: Sum) -> Fraction | None:
    """Return the number a sum is, if it is a modest one."""
    if len(terms) == 1 and not terms[0].powers and abs(terms[0].number) <= 64:
        return terms[0].number
    return None
