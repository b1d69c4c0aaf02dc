"""A short table of integrals: functions of linear arguments, waves, quotients of polynomials."""

from __future__ import annotations

from typing import Any

from ..lazy import load


def itself(e: Any) -> Any:
    """Return what is given: absolute values are left out with it where a sign plays no part."""
    return e


def exponential(exponent: Any) -> Any:
    """Return exp of a sum, multiples of logarithms as powers, signs left out."""
    sympy = load("sympy")
    product = sympy.Integer(1)
    for term in sympy.Add.make_args(sympy.expand(exponent.replace(sympy.Abs, itself), log=False)):
        logs = [f for f in sympy.Mul.make_args(term) if isinstance(f, sympy.log)]
        rest = term / logs[0] if len(logs) == 1 else term
        product *= logs[0].args[0] ** rest if len(logs) == 1 else sympy.exp(term)
    return product


def from_table(integrand: Any, x: Any) -> Any | None:
    """Return the antiderivative of a sum of known terms, or of a quotient of polynomials."""
    sympy = load("sympy")
    terms: list[Any] = []
    for term in sympy.Add.make_args(integrand):
        found = _term(term, x)
        found = inverse_root(term, x) if found is None else found
        terms.append(_wave(term, x) if found is None else found)
        if terms[-1] is None:
            return _rational(integrand, x)
    return sympy.Add(*terms)


def inverse_root(term: Any, x: Any) -> Any | None:
    """Return the antiderivative of the root of a quadratic, or of a constant over it."""
    sympy = load("sympy")
    constant, rest = term.as_independent(x, as_Add=False)
    base, power = rest.as_base_exp()
    if abs(power) != sympy.Rational(1, 2) or not base.is_polynomial(x):
        return None
    if sympy.degree(base, x) != 2:
        return None
    a, b, c = sympy.Poly(base, x).all_coeffs()
    if power > 0:  # by parts, with that of its inverse
        line, width = (2 * a * x + b) / (4 * a), (4 * a * c - b**2) / (8 * a)
        return constant * (line * rest + width * inverse_root(1 / rest, x))
    if a.is_negative:
        width = sympy.sqrt(sympy.factor(b**2 - 4 * a * c))
        return -constant * sympy.asin((2 * a * x + b) / width) / sympy.sqrt(-a)
    root, width = sympy.sqrt(a), sympy.factor(4 * a * c - b**2)
    if width.is_positive:
        return constant * sympy.asinh((2 * a * x + b) / sympy.sqrt(width)) / root
    return constant * sympy.log(2 * root * sympy.sqrt(base) + 2 * a * x + b) / root


def _wave(term: Any, x: Any) -> Any | None:
    """Return the antiderivative of x^n*exp(a*x)*cos(b*x + c), n whole, or with a sine."""
    sympy = load("sympy")
    constant, rest = term.as_independent(x, as_Add=False)
    n, exponent, wave = 0, sympy.Integer(0), sympy.Integer(1)
    for factor in sympy.Mul.make_args(rest):
        base, power = factor.as_base_exp()
        if base == x and power.is_Integer and power > 0:
            n = int(power)
        elif base == sympy.E or isinstance(factor, sympy.exp):
            exponent += factor.exp
        elif isinstance(factor, (sympy.sin, sympy.cos)) and wave == 1:
            wave = factor
        else:
            return None
    a = sympy.diff(exponent, x)
    inner = wave.args[0] if wave != 1 else sympy.Integer(0)
    b = sympy.diff(inner, x)
    if a.has(x) or b.has(x) or (a == 0 and b == 0):
        return None
    phase = inner if not isinstance(wave, sympy.sin) else inner - sympy.pi / 2
    real = imaginary = sympy.Integer(0)
    for k in range(n + 1):
        whole = sympy.expand((a - sympy.I * b) ** (k + 1))
        scale = (-1) ** k * sympy.ff(n, k) * x ** (n - k) / (a**2 + b**2) ** (k + 1)
        imaginary_part = whole.coeff(sympy.I)
        real += scale * sympy.expand(whole - sympy.I * imaginary_part)
        imaginary += scale * imaginary_part
    return constant * sympy.exp(exponent) * (sympy.cos(phase) * real - sympy.sin(phase) * imaginary)


def _term(term: Any, x: Any) -> Any | None:
    """Return the antiderivative of a constant times a function of a linear argument."""
    sympy = load("sympy")
    constant, rest = term.as_independent(x, as_Add=False)
    if rest == 1:
        return constant * x
    base, power = rest.as_base_exp()
    inner = power if base == sympy.E else base if rest.is_Pow else rest.args[0] if rest.args else x
    inner = x if rest == x else inner
    if rest.is_Pow and base.is_Function and base.args:
        inner = base.args[0]
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
    if rest.is_Pow and sympy.Integer(-2) == power and type(base).__name__ in {"sin", "cos"}:
        is_cosine = isinstance(base, sympy.cos)
        return sympy.tan(inner) if is_cosine else -sympy.cot(inner)
    if rest.is_Pow and not power.has(x) and base.is_Function and base.args:
        return None
    if rest.is_Pow and abs(power) == sympy.Rational(1, 2) and sympy.degree(base, x) == 2:
        return None
    if rest.is_Pow and not power.has(x):
        return sympy.log(inner) if power == -1 else inner ** (power + 1) / (power + 1)
    sin, cos, log = sympy.sin, sympy.cos, sympy.log
    simple = {
        "sin": -cos(inner), "cos": sin(inner), "sinh": sympy.cosh(inner),
        "cosh": sympy.sinh(inner), "tan": -log(cos(inner)), "tanh": log(sympy.cosh(inner)),
        "log": inner * log(inner) - inner,
    }  # fmt: skip
    return simple.get(type(rest).__name__)


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
    times = sympy.cancel(top.as_expr() / bottom.diff(x).as_expr())
    if not times.has(x):
        return times * sympy.log(bottom.as_expr())
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
    if opposite == 0:
        return -2 / (2 * a * x + b)
    above = sympy.sqrt(opposite).replace(sympy.Abs, itself)  # its sign plays no part
    turned = 2 * sympy.atan((2 * a * x + b) / above) / above
    if opposite.is_nonnegative:  # of a symbol's square it is zero by chance only
        return turned
    below = sympy.sqrt(-opposite).replace(sympy.Abs, itself)
    grown = sympy.log(sympy.Abs((2 * a * x + b - below) / (2 * a * x + b + below))) / below
    if opposite.is_nonpositive:
        return grown
    whole = below.is_polynomial(*below.free_symbols)
    return grown if whole else sympy.Piecewise((turned, opposite > 0), (grown, True))
