"""Integrands of which no table has the integral, known before any is searched."""

from __future__ import annotations

from typing import Any

from ..lazy import load

_LONGEST = 60  # operations of an integrand that is looked at


def divides_by_a_mixture(integrand: Any, x: Any) -> bool:
    """Tell whether something is divided by a sum of powers and other functions of x, as x + exp(x).

    Or by three powers of which one is a symbol. Where the rest is the derivative of that sum times
    a function of it, the sum is a variable in which it may well be integrated.
    """
    sympy = load("sympy")
    if integrand.count_ops() > _LONGEST:
        return False
    bottom = sympy.factor(sympy.fraction(sympy.together(integrand))[1])
    sums = [e for e in bottom.atoms(sympy.Add) if _is_mixture(e, x)]
    return any(not _is_variable_of(e, integrand, x) for e in sums)


def _is_mixture(total: Any, x: Any) -> bool:
    sympy = load("sympy")
    parts = {term.as_independent(x, as_Add=False)[1] for term in total.args}
    functions = {e for e in parts if e.has(x) and e.has(sympy.Function, sympy.exp)}
    powers = {e for e in parts - functions if e.is_Pow or e == x}
    symbolic = any(e.is_Pow and not e.exp.is_Rational for e in powers)
    return bool(functions and powers) or (symbolic and len(parts) > 2)


def _is_variable_of(total: Any, integrand: Any, x: Any) -> bool:
    sympy = load("sympy")
    u = sympy.Dummy("u")
    return not sympy.cancel((integrand / sympy.diff(total, x)).subs(total, u)).has(x)


def has_mixed_exponentials(integrand: Any, x: Any) -> bool:
    """Tell whether a term has exponentials of exponentials whose rates have no common measure.

    No substitution removes both.
    """
    sympy = load("sympy")
    for term in sympy.Add.make_args(integrand):
        inner = {e for outer in term.atoms(sympy.exp) for e in outer.args[0].atoms(sympy.exp)}
        rates = [e.args[0].diff(x) for e in sorted(inner, key=str) if e.has(x)]
        if any(not (rate / rates[0]).is_Rational for rate in rates):
            return True
    return False


def is_hopeless(integrand: Any, x: Any) -> bool:
    """Tell whether it has the exponential of an exponential or of a wave, or scattered poles.

    Where a substitution does not remove that, no table of sympy's has the integral.
    """
    sympy = load("sympy")
    if integrand.is_rational_function(x):
        return _has_scattered_poles(integrand, x)
    inner = sympy.exp, sympy.sin, sympy.cos, sympy.tan
    return any(f.has(x) for e in integrand.atoms(sympy.exp) for f in e.args[0].atoms(*inner))


def _has_scattered_poles(quotient: Any, x: Any) -> bool:
    """Tell whether a quotient of polynomials has poles that no roots of numbers tell."""
    sympy = load("sympy")
    bottom = sympy.fraction(sympy.together(quotient))[1]
    factors = (sympy.Poly(factor, x) for factor, _ in sympy.factor_list(bottom, x)[1])
    return any(p.degree() > 2 and len(p.terms()) > 2 and p.degree() % 2 for p in factors)
