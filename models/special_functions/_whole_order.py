"""Bessel functions of the second kind whose order is whole, by their series about zero.

The general way through hypergeometric functions takes a limit there, with many times the digits.
"""

from __future__ import annotations

from typing import Any

_LARGEST, _HIGHEST = 40.0, 50.0  # argument and order up to which few digits cancel
_SPARE = 30  # binary digits, and three for each unit of the argument: terms are as large as exp(x)


def is_near(context: Any, n: Any, x: Any) -> bool:
    """Tell whether an order is whole, and both small enough for the series."""
    return bool(0 < x <= _LARGEST and abs(n) <= _HIGHEST and context.isint(n))


def second_kind(context: Any, n: Any, x: Any, *, modified: bool) -> Any:
    """Return Y of a whole order, or K if modified (DLMF 10.8.1 and 10.31.1).

    Parameters
    ----------
    context
        The arithmetic.
    n, x
        Order and argument, both near.
    modified
        Which one.
    """
    order = abs(int(n))
    with context.extraprec(_SPARE + int(3 * x)):
        half = x / 2
        square = half * half if modified else -half * half
        first = -_powers(context, order, half, -square)
        log = 2 * context.ln(half) + 2 * context.euler
        plain, weighted = _series(context, order, square)
        later = (log * plain - weighted) * half**order / context.factorial(order)
        if modified:
            return (-first - (-1) ** order * later) / 2
        return (first + later) / context.pi * (-1 if n < 0 and order % 2 else 1)


def _powers(context: Any, order: int, half: Any, square: Any) -> Any:
    """Return the sum of (n - k - 1)!/k! square^k half^-n over k below n."""
    total, term = context.zero, context.factorial(max(order - 1, 0)) / half**order
    for k in range(order):
        total += term
        if k + 1 < order:
            term = term * square / ((k + 1) * (order - k - 1))
    return total


def _series(context: Any, order: int, square: Any) -> tuple[Any, Any]:
    """Return the sum of n! square^k/(k! (n + k)!), and of that times two harmonic numbers.

    In whole numbers of the last binary digit, which take a tenth of the time; what the terms are
    larger than their sum is provided for by the digits to spare.
    """
    digits = context.prec
    one = 1 << digits
    ratio = int(context.ldexp(square, digits))
    k, term, rising = 0, one, sum(one // i for i in range(1, order + 1))
    plain = weighted = 0
    while abs(term) > 1:
        plain += term
        weighted += term * rising >> digits
        k += 1
        term = (term * ratio >> digits) // (k * (order + k))
        rising += one // k + one // (order + k)
    return context.ldexp(plain, -digits), context.ldexp(weighted, -digits)
