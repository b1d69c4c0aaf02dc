"""Polynomials that fulfil a linear equation of second order, by comparing coefficients."""

from __future__ import annotations

from ..lazy import load
from ..tape import Tape
from .bridge import from_sympy, symbols, to_sympy

_DEGREE = 3
_LONGEST = 80  # operations of a coefficient that is looked at


def polynomial_solution(slope: Tape, value: Tape, source: Tape, *, time: str) -> Tape | None:
    """Return a polynomial in time with y'' = p*y' + q*y + g, None if there is none of low degree.

    Parameters
    ----------
    slope, value, source
        p, q and g, from time and parameters, with the same inputs.
    time
        The variable.

    Raises
    ------
    SpecificationError
        If something in them has no exact counterpart in algebra.
    """
    sympy, known = load("sympy"), symbols(source.inputs)
    t = known[time]
    (p,), (q,), (g,) = (to_sympy(tape, known) for tape in (slope, value, source))
    if max(e.count_ops() for e in (p, q, g)) > _LONGEST:
        return None
    if not all(e.is_rational_function(t) for e in (p, q, g)):
        return None
    unknown = sympy.symbols(f"undetermined:{_DEGREE + 1}")
    trial = sympy.Add(*(c * t**k for k, c in enumerate(unknown)))
    rest = p * sympy.diff(trial, t) + q * trial + g - sympy.diff(trial, t, 2)
    above = sympy.fraction(sympy.together(rest))[0]
    equations = sympy.Poly(sympy.expand(above), t).coeffs()
    found = sympy.linsolve(equations, unknown)
    for row in found:
        free = dict.fromkeys(unknown, 0)
        whole = sympy.Add(*(c.subs(free) * t**k for k, c in enumerate(row)))
        return from_sympy([sympy.factor_terms(whole)], known, (time,)) if whole != 0 else None
    return None
