"""A formula as a textbook would have it: what is written twice once, what cancels cancelled.

Like terms are added and equal factors cancelled, a sign is taken up by what stands in brackets, what
all terms have is written before them, and numbers are fractions where they are. Nothing is
multiplied out. Where all that makes a formula longer, it stays as it was.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .expression import is_condition, is_pulse
from .grouped import grouped
from .operations import Node
from .program import Builder, Tape, Value
from .terms import HALF, ONE, Sum, Term, Terms, added, constant, scaled

_DIGITS = 9  # of a number that was written as a decimal
_MANY = 400  # nodes of a formula that nobody reads
_LARGEST = 2**53  # whole number up to which all are doubles
_ODD = frozenset("sin tan sinh tanh asin atan erf".split())
_EVEN = frozenset({"cos", "cosh", "abs"})


class Neat(NamedTuple):
    """A formula, and whether the numbers in it are fractions rather than decimals."""

    tape: Tape
    fractions: bool


def neat(tape: Tape, varying: str = "") -> Neat:
    """Return formulas in their neatest form.

    Parameters
    ----------
    tape
        The formulas.
    varying
        The input that what does not depend on it is written before.
    """
    fractions = not any(n.op == "const" and _is_decimal(n.value) for n in tape.nodes)
    if len(tape.nodes) > _MANY:
        return Neat(tape, fractions)
    terms = Terms()
    sums = _read(tape, varying, terms)
    writer = _Writer(terms, tape, fractions)
    try:
        found = writer.builder.finish([writer.sum(sums[o]) for o in tape.outputs], tape.inputs)
    except OverflowError:  # a number in it is no double
        found = tape
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


def _exactly(number: float) -> Fraction | None:
    """Return a number that was written with few digits, or is a simple part of two, as it is."""
    if not math.isfinite(number):
        return None
    exact = Fraction(number)
    if exact.denominator <= 1024:
        return exact
    written = Decimal(repr(number))
    return Fraction(written) if len(written.as_tuple().digits) <= _DIGITS else None


def _is_decimal(number: float) -> bool:
    exact = _exactly(number)
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
            exact = _exactly(node.value)
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
        return terms.product(first, terms.opened(terms.power(terms.whole(last), -ONE)))
    exponent = HALF if op == "sqrt" else _number(last) if op == "pow" else None
    if exponent is not None and first:
        return terms.opened(terms.power(terms.whole(first), exponent))
    if op == "exp":
        return terms.opened(terms.grown(first))
    if op in _ODD | _EVEN and first and all(t.number < 0 for t in first):
        return scaled(terms.single(op, (scaled(first, -ONE),)), -ONE if op in _ODD else ONE)
    return terms.single(op, args)


def _number(terms: Sum) -> Fraction | None:
    """Return the number a sum is, if it is a modest one."""
    if len(terms) == 1 and not terms[0].powers and abs(terms[0].number) <= 64:
        return terms[0].number
    return None


class _Writer:
    """Writes sums on a new tape."""

    def __init__(self, terms: Terms, tape: Tape, fractions: bool) -> None:
        self.terms, self.tape, self.fractions = terms, tape, fractions
        self.builder = Builder(tape.inputs)
        self.copies = self.builder.inline(
            Tape(tape.inputs, tape.nodes, tuple(range(len(tape.nodes)))), self.builder.inputs
        )
        self.written: dict[int, Value] = {}

    def sum(self, terms: Sum) -> Value:
        """Return a sum, a positive term first."""
        shown = grouped(terms, self.terms)
        if not shown:
            return self.builder.constant(0.0)
        if len(shown) == 1 and shown[0].number < 0:
            shown = (self._turned(shown[0]),)
        if all(t.number < 0 for t in shown):
            return -self._joined(scaled(shown, -ONE))
        return self._joined(shown)

    def _joined(self, terms: Sum) -> Value:
        lead = next(i for i, t in enumerate(terms) if t.number > 0)
        total = self.product(terms[lead])
        for i, term in enumerate(terms):
            if i != lead:
                value = self.product(term._replace(number=abs(term.number)))
                total = total + value if term.number > 0 else total - value
        return total

    def _turned(self, term: Term) -> Term:
        """Return a negative product with its sign in brackets, where that is shorter."""
        for position, (a, e) in enumerate(term.powers):
            atom = self.terms.atoms[a]
            still = atom.op == "sum" and e == 1 and not atom.moves
            alone = len(term.powers) == 1 and abs(term.number) == 1
            if (still or (alone and atom.op == "sum")) and any(t.number < 0 for t in atom.args[0]):
                turned = self.terms.atom("sum", (scaled(atom.args[0], -ONE),))
                before, after = term.powers[:position], term.powers[position + 1 :]
                return Term(-term.number, (*before, (turned, e), *after))
        return term

    def product(self, term: Term) -> Value:
        """Return a product: what does not move over what it is divided by, times the rest."""
        still = [p for p in term.powers if not self._follows(p)]
        moving = sorted(filter(self._follows, term.powers), key=self._late)
        above, below = self._split(still)
        times, by = self._split(moving)
        before, after = self._numbers(term.number)
        above, below = [*before, *above], [*after, *below]
        if below and not above and times:
            above, times = times[:1], times[1:]
        if times or by:
            own = [self._fraction(above, below)] if above or below else []
            return self._fraction([*own, *times], by)
        return self._fraction(above, below)

    def _follows(self, power: tuple[int, Fraction]) -> bool:
        """Tell whether a factor moves and is more than a name and its powers."""
        atom = self.terms.atoms[power[0]]
        return atom.moves and atom.op != "copy"

    def _late(self, power: tuple[int, Fraction]) -> bool:
        return self.terms.atoms[power[0]].op != "sum"

    def _split(self, powers: list[tuple[int, Fraction]]) -> tuple[list[Value], list[Value]]:
        above = [self.power(a, e) for a, e in powers if e > 0]
        return above, [self.power(a, -e) for a, e in powers if e < 0]

    def _numbers(self, number: Fraction) -> tuple[list[Value], list[Value]]:
        """Return a number as it stands over and under a fraction."""
        above, below = abs(number.numerator), number.denominator
        if max(above, below) >= _LARGEST:
            raise OverflowError
        decimal = not self.fractions and below != 1 and (above != 1 or below > 64)
        if decimal and _exactly(above / below) == abs(number):
            return [self.builder.constant(above / below)], []
        constant = self.builder.constant
        return [constant(above)] * (above != 1), [constant(below)] * (below != 1)

    def _fraction(self, above: list[Value], below: list[Value]) -> Value:
        top = self._times(above)
        return top / self._times(below) if below else top

    def _times(self, factors: list[Value]) -> Value:
        if not factors:
            return self.builder.constant(1.0)
        total = factors[0]
        for factor in factors[1:]:
            total = total * factor
        return total

    def power(self, a: int, exponent: Fraction) -> Value:
        """Return a power of an atom; the exponent is positive."""
        base = self.atom(a)
        if exponent == 1:
            return base
        if exponent == HALF:
            return base.apply("sqrt")
        if exponent.denominator == 2 and exponent > 1:
            return self.power(a, exponent - HALF) * base.apply("sqrt")
        constant = self.builder.constant
        return base ** (constant(exponent.numerator) / constant(exponent.denominator))

    def atom(self, a: int) -> Value:
        """Return what stands for itself."""
        if a not in self.written:
            self.written[a] = self._atom(a)
        return self.written[a]

    def _atom(self, a: int) -> Value:
        atom = self.terms.atoms[a]
        if atom.op == "copy":
            return self.copies[atom.place]
        args = [self.sum(arg) for arg in atom.args]
        return args[0] if atom.op == "sum" else self.builder.apply(atom.op, *args)
