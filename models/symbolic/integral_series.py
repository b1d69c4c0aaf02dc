"""Integrals of powers times an exponential or a binomial: error functions and hypergeometric ones.

See NIST Digital Library of Mathematical Functions, 8.2.1 with 8.5.1, and 8.17.7.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..lazy import load
from .integral_named import gaussian

_HIGHEST = 12  # times that a power is lowered or raised by parts


class _Product(NamedTuple):
    """The term factor*x^m*F, F = exp(c*x^n) or (a + b*x^n)^p."""

    factor: Any
    m: Any
    function: Any


def by_series(term: Any, x: Any) -> Any | None:
    """Return the antiderivative of c*x^m*exp(k*x^n), c*x^m*(a + b*x^n)^p or q(x)^p, or None."""
    sympy = load("sympy")
    found = _product(sympy.powsimp(term, force=True), x)
    if found is None:
        return None
    base, power = found.function.as_base_exp()
    base, whole = sympy.expand(base), None
    if isinstance(found.function, sympy.exp):
        monomial = _monomial(power, x)
        whole = None if monomial is None else _exponential(found.m, *monomial, x)
    elif not power.has(x) and not term.is_rational_function(x):
        whole = _inverse_powers(base, power, x) if found.m == 0 else None
        whole = _binomial(found.m, base, power, x) if whole is None else whole
    return None if whole is None else found.factor * whole


def _product(term: Any, x: Any) -> _Product | None:
    sympy = load("sympy")
    factor, rest = term.as_independent(x, as_Add=False)
    m, function = sympy.S.Zero, None
    for part in sympy.Mul.make_args(rest):
        base, power = part.as_base_exp()
        if base == x and not power.has(x):
            m += power
        elif function is None:
            function = part
        else:
            return None
    if function is not None and isinstance(function, sympy.exp):
        exponent = function.as_base_exp()[1]
        inside, outside = sympy.expand(exponent).as_independent(x, as_Add=True)
        factor, function = factor * sympy.exp(inside), sympy.exp(outside)
    return None if function is None else _Product(factor, m, function)


def _monomial(e: Any, x: Any) -> tuple[Any, Any] | None:
    """Return c and n of c*x^n, None for something else."""
    c, rest = e.as_independent(x, as_Add=False)
    base, n = rest.as_base_exp()
    return (c, n) if base == x and not n.has(x) else None


def _exponential(m: Any, c: Any, n: Any, x: Any, left: int = _HIGHEST) -> Any | None:
    """Return the antiderivative of x^m*exp(c*x^n), by parts as long as that leads to a name."""
    sympy = load("sympy")
    whole, function = sympy.cancel((m + 1) / n), sympy.exp(c * x**n)
    if not (2 * whole).is_Integer:
        series = sympy.hyper((whole,), (whole + 1,), c * x**n)
        return x ** (m + 1) / (m + 1) * series
    if whole == 0:
        return sympy.Ei(c * x**n) / n
    if whole == 1:
        return function / (c * n)
    if 2 * whole == 1:
        return 2 / n * gaussian(c, sympy.S.Zero, sympy.S.Zero, x ** (n / 2))
    if not left:
        return None
    if whole > 1:
        low, rest = m + 1 - n, _exponential(m - n, c, n, x, left - 1)
        return None if rest is None else (x**low * function - low * rest) / (c * n)
    rest = _exponential(m + n, c, n, x, left - 1)
    return None if rest is None else (x ** (m + 1) * function - c * n * rest) / (m + 1)


def _inverse_powers(q: Any, power: Any, x: Any) -> Any | None:
    """Return the antiderivative of q^(-3/2), q^(-5/2), ... of a quadratic."""
    sympy, n = load("sympy"), -power
    if not (2 * n).is_Integer or not 1 < n < _HIGHEST or not q.is_polynomial(x):
        return None
    if sympy.degree(q, x) != 2:
        return None
    a, b, c = sympy.Poly(q, x).all_coeffs()
    width = sympy.factor(4 * a * c - b**2)
    if width == 0:
        return None
    whole = (2 * a * x + b) / ((n - 1) * width * q ** (n - 1))
    weight = 2 * a * (2 * n - 3) / ((n - 1) * width)
    if weight == 0:
        return whole
    rest = _inverse_powers(q, 1 - n, x)
    return None if rest is None else whole + weight * rest


def _binomial(m: Any, base: Any, p: Any, x: Any) -> Any | None:
    """Return the antiderivative of x^m*(a + b*x^n)^p."""
    sympy = load("sympy")
    a, rest = sympy.expand(base).as_independent(x, as_Add=True)
    monomial = _monomial(rest, x)
    if monomial is None or a == 0:
        return None
    b, n = monomial
    if a.is_negative or (b.is_positive and not a.is_positive and not a.free_symbols):
        m, a, b, n = m + n * p, b, a, -n
    if sympy.expand(m + 1) == 0:
        return None
    whole = sympy.cancel((m + 1) / n)
    series = sympy.hyper((-p, whole), (whole + 1,), -b * x**n / a)
    return a**p * x ** (m + 1) / (m + 1) * series
