"""Integrals that are special functions: error function, sine, cosine and exponential integrals.

See NIST Digital Library of Mathematical Functions, chapters 6 and 7.
"""

from __future__ import annotations

from typing import Any

from ..lazy import load


def named(term: Any, x: Any) -> Any | None:
    """Return the antiderivative of c*exp(quadratic), c*exp(a*x)/x or a wave over x, or None."""
    sympy = load("sympy")
    constant, rest = sympy.powsimp(term).as_independent(x, as_Add=False)
    power, function = 0, sympy.S.One
    for factor in sympy.Mul.make_args(rest):
        base, exponent = factor.as_base_exp()
        if base == x and exponent.is_Integer:
            power = int(exponent)
        elif function == 1:
            function = factor
        else:
            return None
    if not isinstance(function, (sympy.exp, sympy.sin, sympy.cos)):
        return None
    inner = function.args[0]
    if not inner.is_polynomial(x):
        return None
    coefficients = sympy.Poly(inner, x).all_coeffs()
    if power == 0 and isinstance(function, sympy.exp) and len(coefficients) == 3:
        a, b, c = coefficients
        return constant * gaussian(a, b, c, x)
    if power == -1 and len(coefficients) == 2:
        a, b = coefficients
        return constant * _over_x(function, a, b, x)
    return None


def gaussian(a: Any, b: Any, c: Any, x: Any) -> Any:
    """Return the antiderivative of exp(a*x^2 + b*x + c)."""
    sympy = load("sympy")
    size = sympy.exp(sympy.expand(c - b**2 / (4 * a)))

    def of(w: Any, function: Any) -> Any:
        return size * sympy.sqrt(sympy.pi) / (2 * w) * function(w * (x + b / (2 * a)))

    if a.is_negative:
        return of(sympy.sqrt(-a), sympy.erf)
    if a.is_positive:
        return of(sympy.sqrt(a), sympy.erfi)
    cases = (of(sympy.sqrt(-a), sympy.erf), a < 0), (of(sympy.sqrt(a), sympy.erfi), True)
    return sympy.Piecewise(*cases)


def _over_x(function: Any, a: Any, b: Any, x: Any) -> Any:
    """Return the antiderivative of f(a*x + b)/x."""
    sympy = load("sympy")
    if isinstance(function, sympy.exp):
        return sympy.exp(b) * sympy.Ei(a * x)
    s, c = sympy.Si(a * x), sympy.Ci(a * x)
    if isinstance(function, sympy.sin):
        return sympy.cos(b) * s + (sympy.sin(b) * c if b != 0 else 0)
    return (sympy.cos(b) * c) - (sympy.sin(b) * s if b != 0 else 0)
