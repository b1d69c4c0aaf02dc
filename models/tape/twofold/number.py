"""A number of some thirty digits on a tape: two values, the second what the first has lost.

Dekker 1971, *A floating-point technique for extending the available precision*,
doi:10.1007/BF01397083; with errors of sums and products that are exact (Ogita, Rump and Oishi 2005,
*Accurate sum and dot product*, doi:10.1137/030601818). What is no number, or infinite on the way,
is nan; so is a quotient by zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from ..meaning import meaning
from ..value import Recorder, Value

PI = Fraction(math.pi) + Fraction(1.2246467991473532e-16) + Fraction(-2.9947698097183397e-33)


@dataclass(frozen=True, slots=True, eq=False)
class Twofold:
    """The sum of two values.

    Parameters
    ----------
    high
        The double nearest to the number.
    low
        What is left over, None if it is nothing.
    """

    high: Value
    low: Value | None = None

    def __add__(self, other: Twofold) -> Twofold:
        if (known := _exactly(self, other)) is not None:
            return of_fraction(self.high.builder, known[0] + known[1])
        high, error = _added(self.high, other.high)
        return _settled(high, _sum(_sum(self.low, other.low), error))

    def __neg__(self) -> Twofold:
        return Twofold(-self.high, None if self.low is None else -self.low)

    def __sub__(self, other: Twofold) -> Twofold:
        return self + -other

    def __mul__(self, other: Twofold) -> Twofold:
        if (known := _exactly(self, other)) is not None:
            return of_fraction(self.high.builder, known[0] * known[1])
        high, error = _multiplied(self.high, other.high)
        cross = _sum(_product(self.high, other.low), _product(other.high, self.low))
        return _settled(high, _sum(cross, error))

    def __truediv__(self, other: Twofold) -> Twofold:
        if (known := _exactly(self, other)) is not None and known[1]:
            return of_fraction(self.high.builder, known[0] / known[1])
        below = unless_zero(other.high)
        first = self.high / below
        rest = self - Twofold(first) * Twofold(below, other.low)
        return _settled(first, rest.high / below)

    def root(self) -> Twofold:
        """Return the square root, nan of a negative number."""
        square = (self.high < 0.0).apply("select", math.nan, self.high)
        first = square.apply("sqrt")
        rest = Twofold(square, self.low) - Twofold(first) * Twofold(first)
        twice = 2.0 * first.apply("eq", 0.0).apply("select", 1.0, first)
        return _settled(first, rest.high / twice)

    def chosen(self, condition: Value, other: Twofold) -> Twofold:
        """Return this number where a condition holds, else another."""
        lows = [x.high.builder.value(0.0 if x.low is None else x.low) for x in (self, other)]
        low = None if self.low is None and other.low is None else condition.apply("select", *lows)
        return Twofold(condition.apply("select", self.high, other.high), low)

    def whole(self) -> Value:
        """Return the sum as one value."""
        return self.high if self.low is None else self.high + self.low


def of_fraction(builder: Recorder, exact: Fraction) -> Twofold:
    """Return a known number."""
    high = float(exact)
    low = float(exact - Fraction(high))
    return Twofold(builder.constant(high), builder.constant(low) if low else None)


def of_number(builder: Recorder, value: float) -> Twofold:
    """Return what a constant on a tape means: 0.1 is a tenth, although no double is."""
    if not math.isfinite(value):
        return Twofold(builder.constant(value))
    fraction, of_pi = meaning(value)
    return of_fraction(builder, fraction * PI if of_pi else fraction)


def _exactly(*numbers: Twofold) -> list[Fraction] | None:
    """Return known numbers as fractions, None if some are not known."""
    found: list[Fraction] = []
    for x in numbers:
        high, low = x.high.constant, 0.0 if x.low is None else x.low.constant
        if high is None or low is None or not math.isfinite(high):
            return None
        found.append(Fraction(high) + Fraction(low))
    return found


def _settled(high: Value, low: Value | None) -> Twofold:
    """Return a sum of which the first value is by far the larger, anew as the nearest double."""
    return Twofold(high) if low is None else Twofold(*_added(high, low))


def _added(x: Value, y: Value) -> tuple[Value, Value | None]:
    """Return a sum and its error, exactly."""
    if x.constant == 0 or y.constant == 0:
        return (y if x.constant == 0 else x), None
    return x + y, x.apply("sum_error", y)


def _multiplied(x: Value, y: Value) -> tuple[Value, Value | None]:
    """Return a product and its error, exactly."""
    shifts = any(
        c is not None and abs(math.frexp(c)[0]) in (0.0, 0.5) for c in (x.constant, y.constant)
    )
    return x * y, None if shifts else x.apply("product_error", y)


def _sum(x: Value | None, y: Value | None) -> Value | None:
    return y if x is None else x if y is None else x + y


def _product(x: Value, y: Value | None) -> Value | None:
    return None if y is None else x * y


def unless_zero(x: Value) -> Value:
    """Return a value, nan where it is zero: plain floats raise an error divided by that."""
    return x if x.constant else x.apply("eq", 0.0).apply("select", math.nan, x)
