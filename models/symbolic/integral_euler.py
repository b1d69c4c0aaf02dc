"""Integrals of what is rational in x and the root of a quadratic, by Euler's substitutions.

See Gradshteyn and Ryzhik 2015, *Table of Integrals, Series, and Products*, section 2.25.
"""

from __future__ import annotations

from typing import Any

from ..lazy import load

_LONGEST = 60  # operations of an integrand that is looked at


def without_root(integrand: Any, x: Any, v: Any) -> tuple[Any, Any] | None:
    """Return an integrand that is rational in another variable, and what that is.

    Parameters
    ----------
    integrand, x
        In sympy's terms.
    v
        The symbol of the other variable.

    Returns
    -------
    quotient, back
        The integrand for v, and v in terms of x; None where there is no single root of a quadratic
        whose first or last coefficient is known to be positive.
    """
    sympy = load("sympy")
    if integrand.count_ops() > _LONGEST:
        return None
    roots = {e for e in integrand.atoms(sympy.Pow) if e.has(x) and e.exp.is_Rational
             and e.exp.q == 2}  # fmt: skip
    bases = {sympy.expand(e.base) for e in roots}
    if len(bases) != 1 or not next(iter(bases)).is_polynomial(x):
        return None
    quadratic = sympy.Poly(bases.pop(), x)
    if quadratic.degree() != 2:
        return None
    s = sympy.Dummy("s")
    plain = integrand.xreplace({e: s ** (2 * e.exp) for e in roots})
    found = _substitution(quadratic, x, v)
    if found is None or not plain.is_rational_function(x, s):
        return None
    of_v, root, back = found
    quotient = plain.subs({x: of_v, s: root}, simultaneous=True) * sympy.diff(of_v, v)
    return sympy.cancel(sympy.together(quotient)), back


def _substitution(quadratic: Any, x: Any, v: Any) -> tuple[Any, Any, Any] | None:
    """Return x and the root in terms of v, and v in terms of x."""
    sympy, (a, b, c) = load("sympy"), quadratic.all_coeffs()
    root = sympy.sqrt(quadratic.as_expr())
    if a.is_positive:
        slope = sympy.sqrt(a)
        of_v = (v**2 - c) / (b + 2 * slope * v)
        return of_v, v - slope * of_v, root + slope * x
    if c.is_positive:
        start = sympy.sqrt(c)
        of_v = (2 * v * start - b) / (a - v**2)
        return of_v, v * of_v + start, (a * x + b) / (root + start)
    return None
