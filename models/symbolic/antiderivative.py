"""Antiderivatives: a short table first, the oracle for the rest; always checked by their users."""

from __future__ import annotations

from typing import Any

from ..errors import NoClosedFormError
from ..lazy import load
from .oracle import NoAnswerError, Patience, ask

_SECONDS = 1.2  # that the oracle is given for one integral
_LONGEST = 60  # operations of an integrand that is asked about
_DEEPEST = 2  # substitutions one after the other
_MOST = 6  # inner functions that are tried


def antiderivative(integrand: Any, variable: Any, clock: Patience) -> Any | None:
    """Return an antiderivative, real where the integrand is, or None if none is known.

    Parameters
    ----------
    integrand, variable
        In sympy's terms.
    clock
        The time left; the oracle is asked only for what the table does not have.
    """
    found = _found(integrand, variable, _DEEPEST)
    if found is None and integrand.count_ops() <= _LONGEST:
        found = _asked(integrand, variable, clock)
    return None if found is None else _real(found)


def _found(integrand: Any, x: Any, depth: int) -> Any | None:
    """Return an antiderivative by the table, by parts known, or in another variable."""
    sympy = load("sympy")
    opened = sympy.expand(integrand)
    for form in (integrand, opened, sympy.powsimp(opened), _trigonometric_sums(integrand)):
        found = _from_table(form, x)
        if found is not None:
            return found
    return _substituted(integrand, x, depth - 1) if depth else None


def _trigonometric_sums(integrand: Any) -> Any:
    """Return products and powers of sines and cosines as sums."""
    sympy = load("sympy")
    if not integrand.has(sympy.sin, sympy.cos):
        return integrand
    return sympy.expand(load("sympy.simplify.fu").TR8(sympy.expand(integrand)))


def _substituted(integrand: Any, x: Any, depth: int) -> Any | None:
    """Return an antiderivative in a variable u(x) whose derivative is a factor."""
    sympy = load("sympy")
    u = sympy.Dummy("u", real=True)
    for inner in _inner_functions(integrand, x):
        quotient = sympy.cancel(sympy.together(integrand / sympy.diff(inner, x)).subs(inner, u))
        if not quotient.has(x) and not quotient.has(sympy.zoo, sympy.nan):
            found = _found(quotient, u, depth)
            if found is not None:
                return found.subs(u, inner)
    found = _by_half_angle(integrand, x, u, depth)
    return _by_root(integrand, x, u, depth) if found is None else found


def _by_half_angle(integrand: Any, x: Any, u: Any, depth: int) -> Any | None:
    """Return an antiderivative in the tangent of half the angle, of which all is rational."""
    sympy = load("sympy")
    plain = integrand.rewrite(sympy.cos).subs(1, 1) if integrand.has(sympy.sec) else integrand
    plain = plain.replace(sympy.tan, _tangent)
    angles = {e.args[0] for e in plain.atoms(sympy.sin, sympy.cos) if e.has(x)}
    if len(angles) != 1:
        return None
    (angle,) = angles
    slope = sympy.diff(angle, x)
    if slope.has(x):
        return None
    plain = plain.subs({sympy.sin(angle): 2 * u / (1 + u**2),
                        sympy.cos(angle): (1 - u**2) / (1 + u**2)})  # fmt: skip
    quotient = sympy.cancel(sympy.together(plain * 2 / (1 + u**2) / slope))
    found = None if quotient.has(x) else _found(quotient, u, depth)
    return None if found is None else found.subs(u, sympy.tan(angle / 2))


def _inner_functions(integrand: Any, x: Any) -> list[Any]:
    """Return the functions of x in an integrand, the simplest first."""
    sympy = load("sympy")
    found = {e for e in sympy.preorder_traversal(integrand) if e.has(x) and e != x
             and (isinstance(e, sympy.Function) or e.is_Pow)}  # fmt: skip
    bases = {e.base for e in found if e.is_Pow and e.base.has(x) and e.base != x}
    return sorted(found | bases, key=_size)[:_MOST]


def _size(e: Any) -> tuple[int, str]:
    return int(e.count_ops()), str(e)


def _by_root(integrand: Any, x: Any, u: Any, depth: int) -> Any | None:
    """Return an antiderivative in the root of a linear function, if there is just one root."""
    sympy = load("sympy")
    roots = {e for e in integrand.atoms(sympy.Pow) if e.has(x) and e.exp.is_Rational
             and e.exp.q > 1}  # fmt: skip
    bases = {e.base for e in roots}
    if len(bases) != 1:
        return None
    (base,) = bases
    slope = sympy.diff(base, x)
    if slope.has(x):
        return None
    q = sympy.ilcm(*(e.exp.q for e in roots))
    old = (u**q - base.subs(x, 0)) / slope
    plain = integrand.xreplace({e: u ** (e.exp * q) for e in roots}).subs(x, old)
    quotient = sympy.cancel(sympy.together(plain * q * u ** (q - 1) / slope))
    found = None if quotient.has(x) else _found(quotient, u, depth)
    return None if found is None else found.subs(u, base ** sympy.Rational(1, q))


def _from_table(integrand: Any, x: Any) -> Any | None:
    sympy = load("sympy")
    terms: list[Any] = []
    for term in sympy.Add.make_args(integrand):
        found = _term(term, x)
        found = _inverse_root(term, x) if found is None else found
        terms.append(_wave(term, x) if found is None else found)
        if terms[-1] is None:
            return _rational(integrand, x)
    return sympy.Add(*terms)


def _inverse_root(term: Any, x: Any) -> Any | None:
    """Return the antiderivative of a constant over the root of a quadratic."""
    sympy = load("sympy")
    constant, rest = term.as_independent(x, as_Add=False)
    base, power = rest.as_base_exp()
    if power != sympy.Rational(-1, 2) or not base.is_polynomial(x) or sympy.degree(base, x) != 2:
        return None
    a, b, c = sympy.Poly(base, x).all_coeffs()
    if a.is_negative:
        width = sympy.sqrt(sympy.factor(b**2 - 4 * a * c))
        return -constant * sympy.asin((2 * a * x + b) / width) / sympy.sqrt(-a)
    root = sympy.sqrt(a)
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
    if rest.is_Pow and power == sympy.Rational(-1, 2) and sympy.degree(base, x) == 2:
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
    above = sympy.sqrt(opposite)
    turned = 2 * sympy.atan((2 * a * x + b) / above) / above
    if opposite.is_positive:
        return turned
    below = sympy.sqrt(-opposite).replace(sympy.Abs, itself)
    grown = sympy.log(sympy.Abs((2 * a * x + b - below) / (2 * a * x + b + below))) / below
    if opposite.is_nonpositive:
        return grown
    whole = below.is_polynomial(*below.free_symbols)
    return grown if whole else sympy.Piecewise((turned, opposite > 0), (grown, True))


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
        whole = whole.replace(sympy.Piecewise, _first_case)
        if not whole.has(sympy.Integral, sympy.I, sympy.zoo, sympy.nan):
            return whole
    return None


def itself(e: Any) -> Any:
    """Return what is given: absolute values are left out with it where a sign plays no part."""
    return e


def _real(found: Any) -> Any:
    """Return logarithms of absolute values, and of several cases the general one."""
    sympy = load("sympy")
    return found.replace(sympy.log, _logarithm)


def _logarithm(u: Any) -> Any:
    sympy = load("sympy")
    return sympy.log(u if u.is_positive else sympy.Abs(u))


def _tangent(v: Any) -> Any:
    sympy = load("sympy")
    return sympy.sin(v) / sympy.cos(v)


def _first_case(*cases: Any) -> Any:
    return cases[0][0]
