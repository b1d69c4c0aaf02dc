"""Functions with removable singularities, safe to evaluate and to differentiate on a tape.

Closed forms are full of (exp(a*t) - 1)/a, which has a limit where the rate a vanishes and loses all
digits on the way there.
"""

from __future__ import annotations

from math import factorial

from ..program import Value

_NEAR = 0.5  # where the quotient's derivative begins to lose digits, the series takes over
_TERMS = 16  # enough for the series and its first two derivatives to be exact to rounding there


def growth(z: Value) -> Value:
    """Return exp(z) - 1, exact to rounding for small z as for large, and so is its derivative.

    The derivative of expm1 on a tape is expm1 + 1, which keeps no digit of exp(z) far below zero.
    """
    return (z < -1.0).apply("select", z.apply("exp") - 1.0, z.apply("expm1"))


def relative_growth(z: Value) -> Value:
    """Return (exp(z) - 1)/z, which is 1 where z is 0, exact to rounding, as are its derivatives.

    The branch that is not taken sees a harmless number, so that no 0/0 reaches a derivative.
    """
    near = abs(z) < _NEAR
    away = near.apply("select", 1.0, z)
    return near.apply("select", _series(near.apply("select", z, 0.0)), away.apply("expm1") / away)


def _series(z: Value) -> Value:
    """Return 1 + z/2! + z^2/3! + …, by Horner's rule."""
    total = z.builder.constant(1.0 / factorial(_TERMS))
    for n in range(_TERMS - 1, 0, -1):
        total = total * z + 1.0 / factorial(n)
    return total
