"""Integrals of polynomials over the square root of a quadratic: another polynomial times the root.

What is left over is the inverse of the root alone (Bronstein 2005, *Symbolic Integration I*). A
line over the cube of the root is a line over the root.
"""

from __future__ import annotations

from typing import Any

from ..lazy import load
from .integral_table import inverse_root

_HIGHEST = 8  # degree of the polynomial


def over_root(integrand: Any, x: Any) -> Any | None:
    """Return the antiderivative of P(x)/sqrt(a*x^2 + b*x + c), or None.

    Parameters
    ----------
    integrand, x
        In sympy's terms; P may contain the root.
    """
    sympy = load("sympy")
    integrand = sympy.powsimp(integrand, force=True)  # one root of a product, not two
    roots = {e for e in integrand.atoms(sympy.Pow) if e.has(x) and e.exp.is_Rational
             and e.exp.q == 2}  # fmt: skip
    bases = {e.base for e in roots}
    if len(bases) != 1:
        return None
    base = sympy.expand(*bases)
    integrand = integrand.xreplace({e: base**e.exp for e in roots})
    top = sympy.expand(sympy.cancel(sympy.expand(integrand * sympy.sqrt(base))))
    found = _over_cube(sympy.cancel(top * base), base, x)
    if found is not None:
        return found
    if not (base.is_polynomial(x) and top.is_polynomial(x) and sympy.degree(base, x) == 2):
        return None
    degree = sympy.degree(top, x)
    if degree == 0:
        return inverse_root(top / sympy.sqrt(base), x)
    if not 0 < degree <= _HIGHEST:
        return None
    unknown = sympy.symbols(f"c_:{degree + 1}")
    whole: Any = sum((c * x**k for k, c in enumerate(unknown[:-1])), sympy.S.Zero)
    left = unknown[-1]
    balance = sympy.diff(whole, x) * base + whole * sympy.diff(base, x) / 2 + left - top
    solved = sympy.solve(sympy.Poly(balance, x).all_coeffs(), unknown, dict=True)
    if not solved:
        return None
    polynomial, rest = whole.subs(solved[0]), left.subs(solved[0])
    if rest == 0:
        return polynomial * sympy.sqrt(base)
    last = inverse_root(rest / sympy.sqrt(base), x)
    return None if last is None else polynomial * sympy.sqrt(base) + last


def _over_cube(top: Any, base: Any, x: Any) -> Any | None:
    """Return the antiderivative of a line over the cube of the root of a quadratic, or None."""
    sympy = load("sympy")
    if not (base.is_polynomial(x) and top.is_polynomial(x)) or sympy.degree(base, x) != 2:
        return None
    p, r = top.coeff(x, 1), top.coeff(x, 0)
    c, b, a = sympy.Poly(base, x).all_coeffs()
    bend = sympy.expand(4 * a * c - b**2)
    if sympy.degree(top, x) > 1 or bend == 0:
        return None
    rest = 2 * (r - p * b / (2 * c)) * (2 * c * x + b) / bend
    return sympy.cancel(rest - p / c) / sympy.sqrt(base)
