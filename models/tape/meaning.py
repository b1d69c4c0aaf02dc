"""What a double on a tape means: the shortest decimal that gives it, or a simple multiple of pi.

0.07 is seven hundredths although no double is. Multiples of pi fold on a tape where no digit of the
double is lost, so 2*pi and pi/4 have to be known again as what they are.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

_SIMPLE = 64  # largest numerator and denominator of a multiple of pi


class Meaning(NamedTuple):
    """An exact number: a fraction, of pi if so said."""

    fraction: Fraction
    of_pi: bool


def meaning(value: float) -> Meaning:
    """Return what a finite double means."""
    multiple = Fraction(value) / Fraction(math.pi)
    if value and max(abs(multiple.numerator), multiple.denominator) <= _SIMPLE:
        return Meaning(multiple, True)
    return Meaning(Fraction(repr(value)), False)


def as_double(exact: Fraction) -> float | None:
    """Return the double that means a fraction, None if there is none."""
    try:
        value = float(exact)
    except OverflowError:
        return None
    return value if Fraction(repr(value)) == exact else None
