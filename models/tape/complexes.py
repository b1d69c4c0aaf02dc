"""Complex numbers on the tape: pairs of values with the arithmetic that elimination needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .value import Value


@dataclass(frozen=True, slots=True, eq=False)
class Complex:
    """A complex number; its imaginary part is None where it is known to be zero."""

    re: Value
    im: Value | None = None

    def map(self, change: Callable[[Value], Value]) -> Complex:
        """Return the number with its parts replaced."""
        return Complex(change(self.re), None if self.im is None else change(self.im))

    def __add__(self, other: Complex) -> Complex:
        return Complex(self.re + other.re, _sum(self.im, other.im))

    def __neg__(self) -> Complex:
        return Complex(-self.re, None if self.im is None else -self.im)

    def __sub__(self, other: Complex) -> Complex:
        return Complex(self.re - other.re, _difference(self.im, other.im))

    def __mul__(self, other: Complex) -> Complex:
        re = _difference(self.re * other.re, _product(self.im, other.im))
        im = _sum(_product(self.re, other.im), _product(self.im, other.re))
        assert re is not None
        return Complex(re, im)

    def __rtruediv__(self, number: float) -> Complex:
        """Return a real number over this one.

        The plain formula: squares of pivots neither overflow nor vanish where steps make sense.
        """
        if self.im is None:
            return Complex(number / self.re)
        size = number / (self.re * self.re + self.im * self.im)
        return Complex(self.re * size, -self.im * size)


def _sum(a: Value | None, b: Value | None) -> Value | None:
    if a is None or b is None:
        return a if b is None else b
    return a + b


def _difference(a: Value | None, b: Value | None) -> Value | None:
    if b is None:
        return a
    return -b if a is None else a - b


def _product(a: Value | None, b: Value | None) -> Value | None:
    return None if a is None or b is None else a * b
