"""Integrals of waves and exponentials over powers of x.

By parts, f/x^n becomes f'/x^(n - 1): what is left in the end goes with 1/x alone, and is a sine,
cosine or exponential integral. In inputs of equations made by hand it often adds up to zero.
"""

from __future__ import annotations

from typing import Any

from ..lazy import load
from .integral_named import named

_HIGHEST = 12  # power of x in a denominator


def over_powers(integrand: Any, x: Any) -> Any | None:
    """Return an antiderivative of a sum of c*f(x)/x^n, f a wave or an exponential, or None.

    Parameters
    ----------
    integrand, x
        In sympy's terms; the integrand is expanded.
    """
    sympy = load("sympy")
    whole = left = sympy.S.Zero
    found = False
    for term in sympy.Add.make_args(integrand):
        power, function = _parts(term, x)
        if power is None:
            return None
        found = found or power < 0
        done, rest = _by_parts(function, -power, x)
        whole, left = whole + done, left + rest
    parts = [named(term / x, x) for term in sympy.Add.make_args(sympy.expand(left)) if term != 0]
    if not found or None in parts:
        return None
    return sympy.Add(sympy.expand(whole), *parts)


def _parts(term: Any, x: Any) -> tuple[int | None, Any]:
    """Return n and c*f(x) of a term c*f(x)*x^n with n negative, None for another kind of term."""
    sympy = load("sympy")
    power, function = 0, sympy.S.One
    for factor in sympy.Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if base == x and exponent.is_Integer:
            power = int(exponent)
        else:
            function *= factor
    inner = function.as_independent(x, as_Add=False)[1]
    known = isinstance(inner, (sympy.sin, sympy.cos, sympy.exp))
    linear = known and not sympy.diff(inner.args[0], x).has(x)
    return (power, function) if linear and -_HIGHEST <= power < 0 else (None, function)


def _by_parts(function: Any, n: int, x: Any) -> tuple[Any, Any]:
    """Return what is integrated of f/x^n, and what is left over x."""
    sympy = load("sympy")
    done = sympy.S.Zero
    while n > 1:
        done -= function / ((n - 1) * x ** (n - 1))
        function, n = sympy.diff(function, x) / (n - 1), n - 1
    return done, function
