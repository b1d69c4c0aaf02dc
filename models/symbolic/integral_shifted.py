"""Integrals of an exponential times a rational function whose poles are real and known.

In partial fractions each pole is taken for the origin; what is left over the first power is an
exponential integral (DLMF 6.2).
"""

from __future__ import annotations

from typing import Any

from ..lazy import load
from .integral_poles import over_powers
from .integral_table import from_table

_LONGEST = 40  # operations of an integrand that is looked at


def over_lines(integrand: Any, x: Any) -> Any | None:
    """Return the antiderivative of exp(k*x) times a rational function with linear factors, or None.

    Parameters
    ----------
    integrand, x
        In sympy's terms.
    """
    sympy = load("sympy")
    if sympy.fraction(integrand)[1].has(sympy.exp):  # exp(-x)/(x + 1) multiplied out
        integrand = sympy.factor(integrand)
    waves = [e for e in integrand.atoms(sympy.exp) if e.has(x)]
    if len(waves) != 1 or integrand.count_ops() > _LONGEST or sympy.diff(waves[0].exp, x).has(x):
        return None
    (wave,) = waves
    rest = sympy.cancel(integrand / wave)
    if not rest.is_rational_function(x) or rest.is_polynomial(x):
        return None
    terms = sympy.Add.make_args(sympy.apart(sympy.factor(rest), x))
    parts = [_over_line(term, wave, x) for term in terms]
    return None if None in parts else sympy.Add(*parts)


def _over_line(term: Any, wave: Any, x: Any) -> Any | None:
    """Return the antiderivative of one partial fraction times the exponential."""
    sympy = load("sympy")
    if term.is_polynomial(x):
        return from_table(sympy.expand(term * wave), x)
    bottom = sympy.fraction(sympy.factor(term))[1].as_independent(x, as_Add=False)[1]
    base, power = bottom.as_base_exp()
    if not (base.is_polynomial(x) and sympy.degree(base, x) == 1 and power.is_Integer):
        return None
    pole = sympy.cancel(-base.subs(x, 0) / sympy.diff(base, x))
    whole = sympy.powsimp(sympy.cancel(term * base**power) / sympy.diff(base, x) ** power)
    there = sympy.expand(wave.exp.subs(x, x + pole))
    moved = whole * sympy.exp(there.subs(x, 0)) * sympy.exp(there - there.subs(x, 0)) * x**-power
    found = None if whole.has(x) else over_powers(moved, x)
    return None if found is None else found.subs(x, x - pole)
