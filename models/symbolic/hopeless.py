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
