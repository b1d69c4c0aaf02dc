"""Formulas as they are seen on paper: the atoms that sums of products are made of.

What is no sum, product or power, such as exp(-k*t), is one atom, and so is a sum within a product.
Equal atoms are one, whatever the order or the sign their terms were written with: so they cancel.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import NamedTuple

from .sums import HALF, ONE, Powers, Sum, Term, added, content, rooted, scaled


class Atom(NamedTuple):
    """What has no parts in a product.

    Parameters
    ----------
    op
        An operation, or "sum" for a sum in brackets.
    args
        What it is done to.
    place
        Number of its node, where it is copied from a tape as it stands.
    moves
        Whether it depends on the varying input.
    size
        Operations in it, about, as it is written.
    """

    op: str
    args: tuple[Sum, ...]
    place: int
    moves: bool
    size: int


class Terms:
    """The atoms of one formula, and the algebra of sums and products of them.

    Parameters
    ----------
    turns
        Whether b - a is -(a - b) wherever that came first.
    kept
        Places of inputs that are not taken out of a sum.

    Attributes
    ----------
    turned
        Whether there were sums that are the same but for their sign.
    """

    def __init__(self, *, turns: bool = True, kept: Collection[int] = ()) -> None:
        self._kept, self._turns, self.turned = kept, turns, False
        self.atoms: list[Atom] = []
        self._known: dict[object, int] = {}
        self._sums: dict[object, Term] = {}  # what a sum free of common numbers is, by its terms

    def atom(self, op: str, args: tuple[Sum, ...], place: int = -1, *, moves: bool = False) -> int:
        """Return the number of an atom, new if there was none."""
        key = op, tuple(frozenset((n, frozenset(p)) for n, p in arg) for arg in args), place
        number = self._known.setdefault(key, len(self.atoms))
        if number == len(self.atoms):
            moves = moves or any(self.moves(t) for arg in args for t in arg)
            size = sum(map(self.size, args)) + (op not in {"sum", "copy"})
            self.atoms.append(Atom(op, args, place, moves, size))
        return number

    def moves(self, term: Term) -> bool:
        """Tell whether a term depends on the varying input."""
        return any(self.atoms[a].moves for a, _ in term.powers)

    def single(
        self, op: str, args: tuple[Sum, ...], place: int = -1, *, moves: bool = False
    ) -> Sum:
        """Return an atom as a sum."""
        return (Term(ONE, ((self.atom(op, args, place, moves=moves), ONE),)),)

    def size(self, terms: Sum) -> int:
        """Return the operations in a sum, about, as it is written."""
        if not terms:
            return 0
        return sum(map(self.size_of, terms)) + len(terms) - any(t.number > 0 for t in terms)

    def size_of(self, term: Term) -> int:
        """Return the operations in a product, about, as it is written, its sign aside."""
        above = abs(term.number.numerator) != 1
        below = term.number.denominator != 1
        inside = 0
        for a, e in term.powers:
            below, above = (below + 1, above) if e < 0 else (below, above + 1)
            inside += self.atoms[a].size + (abs(e) != 1) + (abs(e).denominator > 2)
        return inside + max(above - 1, 0) + below

    def product(self, one: Sum, other: Sum) -> Sum:
        """Return the product of two sums, not multiplied out."""
        if not one or not other:
            return ()
        return self.opened(self.times(self.whole(one), self.whole(other)))

    def opened(self, term: Term) -> Sum:
        """Return a term as a sum; a sum in brackets and nothing else comes out of them."""
        if len(term.powers) == 1 and abs(term.number) == 1:
            ((a, e),) = term.powers
            if e == 1 and self.atoms[a].op == "sum":
                return scaled(self.atoms[a].args[0], term.number)
        return (term,) if term.number else ()

    def times(self, *terms: Term) -> Term:
        """Return a product of products, powers of one atom as one."""
        number, found = ONE, dict[int, Fraction]()
        for term in terms:
            number *= term.number
            for a, e in term.powers:
                found[a] = found.get(a, Fraction(0)) + e
        return self._settled(Term(number, tuple((a, e) for a, e in found.items() if e)))

    def _settled(self, term: Term) -> Term:
        """Return a product with whole roots taken, exponentials as one as far as they meet."""
        for a, e in term.powers:
            atom = self.atoms[a]
            if atom.op == "sum" and len(atom.args[0]) == 1 and e.denominator == 1:
                rest = Term(term.number, tuple(p for p in term.powers if p[0] != a))
                return self.times(rest, self.power(atom.args[0][0], e))
            if e == -HALF and self.is_number(atom):
                root = atom.args[0][0].number
                if term.number.numerator % root == 0:  # 3/sqrt(3) is sqrt(3)
                    rest = tuple((b, HALF if b == a else f) for b, f in term.powers)
                    return self._settled(Term(term.number / root, rest))
        grown = [a for a, _ in term.powers if self.atoms[a].op == "exp"]
        for i, a in enumerate(grown):
            for b in grown[i + 1 :]:
                one, other = (self.atoms[x].args[0] for x in (a, b))
                both = added((*one, *other))
                if len(both) < len(one) + len(other):
                    rest = tuple(p for p in term.powers if p[0] not in {a, b})
                    return self.times(Term(term.number, rest), self.grown(both))
        return term

    def is_number(self, atom: Atom) -> bool:
        """Tell whether an atom is a whole number, as there may be under a root."""
        terms = atom.args[0] if atom.op == "sum" else ()
        return len(terms) == 1 and not terms[0].powers and terms[0].number.denominator == 1

    def grown(self, exponent: Sum) -> Term:
        """Return the exponential of a sum; that of a logarithm is what it is taken of."""
        logarithms = [t for t in exponent if self._is_logarithm(t)]
        rest = tuple(t for t in exponent if t not in logarithms)
        grown = self.single("exp", (rest,))[0] if rest else Term(ONE, ())
        if not logarithms:
            return grown
        inner = ((self.atoms[t.powers[0][0]].args[0], t.number) for t in logarithms)
        return self.times(grown, *(self.power(self.whole(arg), e) for arg, e in inner))

    def _is_logarithm(self, term: Term) -> bool:
        """Tell whether a term is a logarithm, or the negative of one."""
        powers = term.powers
        single = abs(term.number) == 1 and len(powers) == 1 and powers[0][1] == 1
        return single and self.atoms[powers[0][0]].op == "log"

    def power(self, term: Term, exponent: Fraction) -> Term:
        """Return a power of a product; of a number only what is exact comes out of a root."""
        if exponent.denominator == 1:
            exps = [(a, e) for a, e in term.powers if self.atoms[a].op == "exp"]
            rest = tuple((a, e * exponent) for a, e in term.powers if (a, e) not in exps)
            grown = [self.grown(scaled(self.atoms[a].args[0], e * exponent)) for a, e in exps]
            number = term.number ** int(exponent)
            if not grown:
                return Term(number, rest)
            return self.times(Term(number, rest), *grown)
        out, inside = rooted(term.number, exponent)
        left = Term(inside, term.powers)
        if inside == 1 and len(left.powers) == 1 and left.powers[0][1] == 1:
            return Term(out, ((left.powers[0][0], exponent),))
        if inside == 1 and not left.powers:
            return Term(out, ())
        return Term(out, ((self.atom("sum", ((left,),)), exponent),))

    def whole(self, terms: Sum) -> Term:
        """Return a sum as a product: its common number and powers, and the rest in brackets."""
        if len(terms) < 2:
            return terms[0] if terms else Term(Fraction(0), ())
        common = self.common(terms)
        if common:
            inverse = Term(ONE, tuple((a, -e) for a, e in common))
            rest = [self.opened(self.times(t, inverse)) for t in terms]
            terms = added(term for each in rest for term in each)
            if len(terms) < 2:
                return self.times(Term(ONE, common), self.whole(terms))
        found = self._bracketed(terms)
        return self.times(Term(found.number, common), Term(ONE, found.powers))

    def common(self, terms: Sum) -> Powers:
        """Return the powers that all terms of a sum have, those of a varying or kept name aside."""
        first, *others = terms
        common = {a: e for a, e in first.powers if not self._bare(a)}
        for term in others:
            if not common:
                return ()
            powers = dict(term.powers)
            common = {
                a: min(e, powers[a], key=abs)
                for a, e in common.items()
                if a in powers and e * powers[a] > 0
            }
        return tuple(common.items())

    def _bare(self, a: int) -> bool:
        atom = self.atoms[a]
        return atom.op == "copy" and (atom.moves or atom.place in self._kept)

    def _bracketed(self, terms: Sum) -> Term:
        """Return a sum in brackets, up to a number the one that was there already."""
        number = content(terms)
        bare = scaled(terms, 1 / number)
        if (known := self._sums.get(_key(bare, 1))) is not None:
            return Term(number * known.number, known.powers)
        opposite = self._sums.get(_key(bare, -1))
        self.turned |= opposite is not None
        if self._turns and opposite is not None:
            return Term(-number * opposite.number, opposite.powers)
        side = -1 if all(t.number < 0 for t in terms) else 1
        shown = scaled(bare, Fraction(side))
        taken = number * side
        if number != 1 and self.size(shown) + self.size_of(Term(number, ())) + 1 > self.size(terms):
            shown, taken = scaled(terms, Fraction(side)), Fraction(side)
        powers = ((self.atom("sum", (shown,)), ONE),)
        self._sums[_key(bare, 1)] = Term(taken / number, powers)
        return Term(taken, powers)


def _key(terms: Sum, sign: int) -> object:
    return frozenset((sign * t.number, frozenset(t.powers)) for t in terms)
