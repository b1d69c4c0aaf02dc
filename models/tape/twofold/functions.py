"""Exponentials and waves of twice the digits, of argument reduced and a short series.

Only the first terms of a series need all digits: of those that are a 2^-37 of the whole, doubles
give as many as there are at the end, about 27.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from math import factorial

from .number import PI, Twofold, of_fraction

_HALVINGS = 16
_LARGEST = 745.0  # of exponents, beyond which an exponential is zero or no double
_EXP_TERMS, _EXP_EXACT = 12, 6  # of the series, and those with all digits
_FARTHEST = 2.0**30  # angle up to which enough digits are left
_WAVE_TERMS, _WAVE_EXACT = 14, 7


def exponential(x: Twofold) -> Twofold:
    """Return exp(x), as exp(x/2^16) squared sixteen times; nan where it is no double."""
    builder = x.high.builder
    possible = abs(x.high) < _LARGEST
    share = of_fraction(builder, Fraction(1, 2**_HALVINGS))
    zero = Twofold(builder.constant(0.0))
    terms = [Fraction(1, factorial(n)) for n in range(_EXP_TERMS)]
    found = _series(x.chosen(possible, zero) * share, terms, _EXP_EXACT)
    for _ in range(_HALVINGS):
        found = found * found
    below = Twofold((x.high < 0.0).apply("select", 0.0, math.nan))
    return found.chosen(possible, below)


def waves(x: Twofold) -> tuple[Twofold, Twofold]:
    """Return cos(x) and sin(x), nan beyond angles of a thousand million."""
    builder = x.high.builder
    possible = abs(x.high) < _FARTHEST
    quarters = (possible.apply("select", x.high, 0.0) * (2.0 / math.pi) + 0.5).apply("floor")
    rest = x - Twofold(quarters) * of_fraction(builder, PI / 2)
    square = rest * rest
    signs = [Fraction((-1) ** n) for n in range(_WAVE_TERMS)]
    even = [s / factorial(2 * n) for n, s in enumerate(signs)]
    odd = [s / factorial(2 * n + 1) for n, s in enumerate(signs)]
    cosine = _series(square, even, _WAVE_EXACT)
    sine = rest * _series(square, odd, _WAVE_EXACT)
    turned = quarters - 2.0 * (0.5 * quarters).apply("floor")  # one quarter, or none, and halves
    half = (0.5 * (quarters - turned)) - 2.0 * (0.25 * (quarters - turned)).apply("floor")
    sign = Twofold(possible.apply("select", 1.0 - 2.0 * half, math.nan))
    across = turned.apply("eq", 1.0)
    return (-sine).chosen(across, cosine) * sign, cosine.chosen(across, sine) * sign


def _series(x: Twofold, terms: Sequence[Fraction], exact: int) -> Twofold:
    """Return a polynomial by Horner's rule, its first terms with all digits."""
    builder = x.high.builder
    rest = builder.constant(float(terms[-1]))
    for term in reversed(terms[exact:-1]):
        rest = rest * x.high + float(term)
    found = Twofold(rest)
    for term in reversed(terms[:exact]):
        found = found * x + of_fraction(builder, term)
    return found
