"""Sums of products of powers, with exact numbers before them; no atom is looked into."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import gcd, isqrt, lcm
from typing import NamedTuple

ONE, HALF = Fraction(1), Fraction(1, 2)
_DIGITS = 9  # of a number that was written as a decimal
_LARGEST_ROOTED = 1 << 20  # number of which squares are taken out of a root

Powers = tuple[tuple[int, Fraction], ...]  # atoms, each with its exponent, in order of writing


class Term(NamedTuple):
    """A number times powers of atoms."""

    number: Fraction
    powers: Powers


Sum = tuple[Term, ...]


def exactly(number: float) -> Fraction | None:
    """Return a number that was written with few digits, or is a simple part of two, as it is."""
    if not math.isfinite(number):
        return None
    exact = Fraction(number)
    if exact.denominator <= 1024:
        return exact
    written = Decimal(repr(number))
    return Fraction(written) if len(written.as_tuple().digits) <= _DIGITS else None


def constant(number: Fraction) -> Sum:
    """Return a number as a sum."""
    return (Term(number, ()),) if number else ()


def added(terms: Iterable[Term]) -> Sum:
    """Return terms as a sum, like ones as one."""
    found: dict[frozenset[tuple[int, Fraction]], Term] = {}
    for term in terms:
        key = frozenset(term.powers)
        known = found.get(key)
        found[key] = Term(known.number + term.number, known.powers) if known else term
    return tuple(t for t in found.values() if t.number)


def scaled(terms: Sum, number: Fraction) -> Sum:
    """Return a number times a sum, term by term."""
    return terms if number == 1 else tuple(Term(t.number * number, t.powers) for t in terms)


def content(terms: Sum) -> Fraction:
    """Return the largest positive number of which every number in a sum is a whole multiple."""
    above = reduce(gcd, (t.number.numerator for t in terms), 0)
    return Fraction(above, reduce(lcm, (t.number.denominator for t in terms)))


def rooted(number: Fraction, exponent: Fraction) -> tuple[Fraction, Fraction]:
    """Return what of a number comes out of a power that is no whole one, and what stays in it."""
    if exponent.denominator != 2 or not 0 < abs(number) < _LARGEST_ROOTED:
        return ONE, number
    above, below = abs(number.numerator), number.denominator
    if below >= _LARGEST_ROOTED:
        return ONE, number
    squares = Fraction(_square(above), _square(below))
    return squares ** int(2 * exponent), number / squares**2


def _square(number: int) -> int:
    """Return the largest number whose square divides another."""
    root = isqrt(number)
    if root * root == number:
        return root
    return next((k for k in _downward(root) if number % (k * k) == 0), 1)


def _downward(root: int) -> Sequence[int]:
    return range(min(root, 100), 1, -1)
