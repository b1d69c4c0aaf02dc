"""Antiderivatives: a short table first, the oracle for the rest; always checked by their users."""

from __future__ import annotations

from typing import Any

from ..errors import NoClosedFormError
from ..lazy import load
from .oracle import NoAnswerError, Patience, ask

_SECONDS = 0.9  # that the oracle is given for one integral
_LONGEST = 60  # operations of an integrand that is asked about


def antiderivative(integrand: Any, variable: Any, clock: Patience) -> Any | None:
    """Return an antiderivative, real where the integrand is, or None if none is known.

    Parameters
    ----------
    integrand, variable
        In sympy's terms.
    clock
        The time left; the oracle is asked only for what the table does not have.
    """
    sympy = load("sympy")
    found = _from_table(sympy.expand(integrand), variable)
    if found is None:
        found = _from_table(integrand, variable)
    if found is None and integrand.count_ops() <= _LONGEST:
        found = _asked(integrand, variable, clock)
    return None if found is None else _real(found)


def _from_table(integrand: Any, x: Any) -> Any | None:
    sympy = load("sympy")
    terms = [_term(term, x) for term in sympy.Add.make_args(integrand)]
    if all(term is not None for term in terms):
        return sympy.Add(*terms)
    return _rational(integrand, x)


def _term(term: Any, x: Any) -> Any | None:
    """Return the antiderivative of a constant times a function of a linear argument."""
    sympy = load("sympy")
    constant, rest = term.as_independent(x, as_Add=False)
    if rest == 1:
        return constant * x
    base, power = rest.as_base_exp()
    inner = power if base == sympy.E else base if rest.is_Pow else rest.args[0] if rest.args else x
    inner = x if rest == x else inner
    slope = sympy.diff(inner, x)
    if slope.has(x) or slope == 0:
        return None
    whole = _of_itself(rest, base, power, inner, x)
    return None if whole is None else constant * whole / slope


def _of_itself(rest: Any, base: Any, power: Any, inner: Any, x: Any) -> Any | None:
    """Return the antiderivative by the inner function."""
    sympy = load("sympy")
    if rest == x:
        return x**2 / 2
    if base == sympy.E or isinstance(rest, sympy.exp):
        return rest
    if rest.is_Pow and not power.has(x):
        return sympy.log(inner) if power == -1 else inner ** (power + 1) / (power + 1)
    simple = {"sin": lambda u: -sympy.cos(u), "cos": sympy.sin, "sinh": sympy.cosh,
              "cosh": sympy.sinh, "tan": lambda u: -sympy.log(sympy.cos(u)),
              "tanh": lambda u: sympy.log(sympy.cosh(u)),
              "log": lambda u: u * sympy.log(u) - u}  # fmt: skip
    rule = simple.get(type(rest).__name__)
    return rule(inner) if rule else None


def _rational(integrand: Any, x: Any) -> Any | None:
    """Return the antiderivative of a quotient of polynomials whose poles are found one by one."""
    sympy = load("sympy")
    top, bottom = sympy.fraction(sympy.together(integrand))
    if not (top.is_polynomial(x) and bottom.is_polynomial(x) and bottom.has(x)):
        return None
    if len(integrand.free_symbols) > 6 or sympy.degree(bottom, x) > 6:
        return None
    parts = sympy.apart(sympy.factor(top / bottom), x)
    terms = [_partial(term, x) for term in sympy.Add.make_args(parts)]
    return sympy.Add(*terms) if all(term is not None for term in terms) else None


def _partial(term: Any, x: Any) -> Any | None:
    sympy = load("sympy")
    simple = _term(sympy.factor(term), x)
    if simple is None:
        expanded = [_term(part, x) for part in sympy.Add.make_args(sympy.expand(term))]
        simple = sympy.Add(*expanded) if None not in expanded else None
    if simple is not None:
        return simple
    top, bottom = (sympy.Poly(p, x) for p in sympy.fraction(sympy.together(term)))
    if bottom.degree() != 2 or top.degree() > 1:
        return None
    a, b, c = bottom.all_coeffs()
    p, q = top.coeff_monomial(x), top.coeff_monomial(1)
    return p / (2 * a) * sympy.log(bottom.as_expr()) + (q - p * b / (2 * a)) * _inverse_quadratic(
        a, b, c, x
    )


def _inverse_quadratic(a: Any, b: Any, c: Any, x: Any) -> Any:
    sympy = load("sympy")
    opposite = sympy.factor(4 * a * c - b**2)
    if opposite.is_negative or opposite.could_extract_minus_sign():
        root = sympy.sqrt(-opposite)
        return sympy.log((2 * a * x + b - root) / (2 * a * x + b + root)) / root
    root = sympy.sqrt(opposite)
    return 2 * sympy.atan((2 * a * x + b) / root) / root


def _asked(integrand: Any, x: Any, clock: Patience) -> Any | None:
    try:
        return ask(integrated, integrand, x, clock=clock, most=_SECONDS)
    except (NoAnswerError, NoClosedFormError):
        return None


def integrated(integrand: Any, x: Any) -> Any | None:
    """Return what sympy finds; runs in the oracle's process."""
    sympy = load("sympy")
    from_rules = load("sympy.integrals.manualintegrate").manualintegrate(integrand, x)
    for found in (from_rules, None):
        whole = sympy.integrate(integrand, x) if found is None else found
        if not whole.has(sympy.Integral, sympy.I, sympy.zoo, sympy.nan):
            return whole
    return None


def _real(found: Any) -> Any:
    """Return logarithms of absolute values, and of several cases the general one."""
    sympy = load("sympy")
    found = found.replace(sympy.Piecewise, lambda *cases: cases[0][0])
    return found.replace(sympy.log, lambda u: sympy.log(u if u.is_positive else sympy.Abs(u)))
