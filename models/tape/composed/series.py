"""Sums a special function is composed of, written on a tape."""

from __future__ import annotations

from collections.abc import Sequence

from ..program import Value


def polynomial(x: Value, coefficients: Sequence[float]) -> Value:
    """Return a polynomial by Horner's rule.

    Parameters
    ----------
    x
        The variable.
    coefficients
        The constant first.
    """
    total = x.builder.constant(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        total = total * x + c
    return total


def choose(condition: Value, yes: Value | float, no: Value | float) -> Value:
    """Return one of two values."""
    return condition.apply("select", yes, no)


def kept(x: Value, condition: Value, harmless: float) -> Value:
    """Return a value where a condition holds, elsewhere a number that harms no branch not taken."""
    return choose(condition, x, harmless)


def gaussian(x: Value) -> Value:
    """Return exp(-x^2), whose rounding does not grow with x.

    The square of x is taken apart into one that is exact and a small rest (Cody 1969, Mathematics
    of Computation 23, 631-637).
    """
    whole = (16.0 * x).apply("floor") / 16.0
    return (-whole * whole).apply("exp") * (-(x - whole) * (x + whole)).apply("exp")


def inverse_sinh(y: Value) -> Value:
    """Return the inverse of sinh, exact to rounding."""
    size = abs(y)
    grown = size + size * size / (1.0 + (1.0 + size * size).apply("sqrt"))
    return y.apply("sign") * grown.apply("log1p")
