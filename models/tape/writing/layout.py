"""Sums of products laid out on a tape: what comes first, what stands under a fraction."""

from __future__ import annotations

from fractions import Fraction

from ..program import Builder, Tape, Value
from .grouped import grouped
from .sums import HALF, ONE, Sum, Term, exactly, scaled
from .terms import Terms

_LARGEST = 2**53  # whole number up to which all are doubles


class Writer:
    """Writes sums on a new tape.

    Parameters
    ----------
    terms
        What their atoms are.
    tape
        What they were read from.
    fractions
        Whether numbers are fractions rather than decimals.

    Raises
    ------
    OverflowError
        If a number is no double.
    """

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
            still = atom.op == "sum" and e == 1 and (not atom.moves or atom.size > 1)
            alone = len(term.powers) == 1 and abs(term.number) == 1
            if (still or (alone and atom.op == "sum")) and any(t.number < 0 for t in atom.args[0]):
                turned = self.terms.atom("sum", (scaled(atom.args[0], -ONE),))
                before, after = term.powers[:position], term.powers[position + 1 :]
                return Term(-term.number, (*before, (turned, e), *after))
        return term

    def product(self, term: Term) -> Value:
        """Return a product: what does not move over what it is divided by, times the rest."""
        still = sorted((p for p in term.powers if not self._follows(p)), key=self._named)
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

    def _named(self, power: tuple[int, Fraction]) -> int:
        """Return the place of a factor: roots of mere numbers come first, names that move last."""
        atom = self.terms.atoms[power[0]]
        if power[1] == HALF and self.terms.is_number(atom):
            return 0
        return 2 if atom.moves else 1

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
        if decimal and exactly(above / below) == abs(number):
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
