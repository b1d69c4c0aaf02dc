"""Rates g(t)*(a*y + b*y^n) and g(t)*(a*y^2 + b*y + c): coefficients, and the textbook's formula."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from ..lazy import load
from .algebra import Scalar
from .first_integral import Rate, factors
from .integral_table import itself
from .linear_integral import bernoulli_parts

_STATE = (0, 1)  # the line that is the state itself


class Powers(NamedTuple):
    """Coefficients free of time and state; the clock is the integral of g from the start."""

    pace: Any  # g
    clock: Any
    coefficients: tuple[Any, ...]
    positive: frozenset[Any] = frozenset()  # symbols that are declared to be


def with_clock(rate: Rate) -> tuple[Any, Any, Any] | None:
    """Return g, its integral from the start, and h, of a rate g(t)*h(y); None if it is none."""
    sympy = load("sympy")
    if not rate.f.has(rate.t):
        return sympy.Integer(1), rate.t - rate.begin, rate.f
    parts = factors(rate)
    grown = rate.over(parts[0], rate.t) if parts else None
    if parts is None or grown is None:
        return None
    clock = grown - grown.subs(rate.t, rate.begin)
    return None if clock.has(sympy.zoo, sympy.nan, sympy.oo) else (parts[0], clock, parts[1])


def bernoulli_constant(equation: Scalar) -> Powers | None:
    """Return a, b, n - 1, c and d of du/dt = g(t)*(a*u + b*u^n), where u = c + d*y.

    Of logistic growth, n = 2, a + b*u at the start follows: in it totals may cancel.
    """
    line = _with_power(equation.rate)
    rate = _of_line(equation.rate, line)
    parts = bernoulli_parts(rate)
    if parts is None or (0 not in parts[:2] and parts[0].has(rate.t) != parts[1].has(rate.t)):
        return None  # only one of both coefficients varies
    h = with_clock(rate)
    parts = bernoulli_parts(replace(rate, f=h[2])) if h else None
    if h is None or parts is None or parts[2] == 0:
        return None
    a, b, n = parts
    factored = load("sympy").factor
    begun = (factored(a + b * (line[0] + line[1] * equation.start)),) if n == 2 else ()
    return Powers(h[0], h[1], (factored(a), factored(b), n - 1, *line, *begun))


def _with_power(rate: Rate) -> tuple[Any, Any]:
    """Return c and d of the line c + d*y of which a rate has a power, no whole one.

    Such a power is not that of y times one of d where these are negative.
    """
    sympy = load("sympy")
    powers = [e for e in rate.f.atoms(sympy.Pow) if e.base.has(rate.y) and not e.exp.is_Integer]
    for base in sorted({e.base for e in powers}, key=_length):
        slope = sympy.diff(base, rate.y)
        if not base.has(rate.t) and not slope.has(rate.y):
            return base.subs(rate.y, 0), slope
    return _STATE


def _of_line(rate: Rate, line: tuple[Any, Any]) -> Rate:
    """Return the rate of u = c + d*y, as one of u, which is called y."""
    sympy, (c, d), y = load("sympy"), line, rate.y
    if line == _STATE:
        return rate
    u = sympy.Dummy("u", real=True)
    powers = {e: u**e.exp for e in rate.f.atoms(sympy.Pow) if e.base == c + d * y}
    f = rate.f.subs(powers).subs(y, (u - c) / d).subs(u, y)
    return replace(rate, f=sympy.expand_mul(d * f))


def bernoulli_formula(powers: Powers, y0: Any) -> Any:
    """Return the solution as it is written."""
    a, b, m, c, d, *_ = powers.coefficients
    u = _root(powers._replace(coefficients=(a, b, m)), c + d * y0)
    return (u - c) / d


def _root(powers: Powers, y0: Any) -> Any:
    """Return the solution of a*y + b*y^n; its sign is that of the start whatever n may be."""
    sympy = load("sympy")
    a, b, m = powers.coefficients
    if a == 0:
        if not m.is_number or (m.is_integer and m.is_positive):
            return y0 * (1 - m * b * powers.clock * y0**m) ** (-1 / m)
        return (y0**-m - m * b * powers.clock) ** (-1 / m)
    growth = sympy.exp(sympy.factor(-m * a * powers.clock))
    if m == 1:
        k = sympy.cancel(-a / b)
        e = sympy.Dummy("e")
        return _in_growth(k * y0 / (y0 + sympy.factor(k - y0) * e), e, -a * powers.clock)
    if m.is_number and -1 < m < 0:  # a root of y, which has no other sign
        level = sympy.cancel(-b / a)
        return (level + (y0**-m - level) * growth) ** (-1 / m)
    power = sympy.cancel(b / a) * y0**m
    return y0 * ((1 + power) * growth - power) ** (-1 / m)


def riccati_constant(equation: Scalar) -> Powers | None:
    """Return a, b and c of g(t)*(a*y^2 + b*y + c), then that at the start, and b^2/4 - a*c."""
    sympy = load("sympy")
    rate = equation.rate
    if not equation.may_be_quadratic() or sympy.diff(rate.f, rate.y, 2) == 0:
        return None
    if sympy.expand(sympy.diff(rate.f, rate.y, 3)) != 0:
        return None
    h = with_clock(equation.rate)
    if h is None:
        return None
    expanded = sympy.expand(h[2])
    if not expanded.is_polynomial(rate.y):
        return None
    poly = sympy.Poly(expanded, rate.y)
    if poly.degree() != 2:
        return None
    a, b, c = coefficients = tuple(sympy.factor(c) for c in poly.all_coeffs())
    begun = sympy.factor(expanded.subs(rate.y, equation.start))
    square = sympy.factor(b**2 / 4 - a * c)
    return Powers(h[0], h[1], (*coefficients, begun, square), equation.positive)


def riccati_formula(powers: Powers, y0: Any) -> Any:
    """Return the solution as it is written, by hyperbolic or circular functions as signs are."""
    sympy = load("sympy")
    a, b, c, *_ = powers.coefficients
    if a == 0 and b != 0:
        return (y0 + c / b) * sympy.exp(b * powers.clock) - c / b
    square = sympy.factor(b**2 / 4 - a * c)
    steep, gain = a * y0 + b / 2, b * y0 / 2 + c

    def written(w: Any, tangent: Any) -> Any:
        s = tangent(w * powers.clock)
        return (w * y0 + gain * s) / (w - steep * s)

    root = sympy.sqrt(square).replace(sympy.Abs, itself)
    if square == 0:
        return (y0 + gain * powers.clock) / (1 - steep * powers.clock)
    if not keeps_root(root, square):
        return min(_between_rests(powers, root, y0), written(root, sympy.tanh), key=_length)
    if square.is_positive or _is_positive(square, powers.positive):
        return written(root, sympy.tanh)
    turned = written(sympy.sqrt(-square).replace(sympy.Abs, itself), sympy.tan)
    if square.is_negative:
        return turned
    return sympy.Piecewise((written(root, sympy.tanh), without_squares(square) > 0), (turned, True))


def keeps_root(root: Any, square: Any) -> bool:
    """Tell whether the root of a square, sizes left out, is one yet, as a*sqrt(b) of a^2*b is."""
    sympy = load("sympy")
    halves = (e for e in root.atoms(sympy.Pow) if e.exp == sympy.S.Half)
    return bool(root.has(sympy.sqrt(square))) or any(e.free_symbols for e in halves)


def without_squares(product: Any) -> Any:
    """Return a product without squares and numbers in it, which has its sign."""
    sympy = load("sympy")
    number, rest = sympy.factor(product).as_coeff_Mul()
    kept = (f for f in sympy.Mul.make_args(rest) if not (f.is_Pow and f.exp.is_even))
    return sympy.sign(number) * sympy.Mul(*kept)


def _is_positive(expression: Any, declared: frozenset[Any]) -> bool:
    """Tell whether an expression is positive where some symbols are, as they are declared to be."""
    dummy = load("sympy").Dummy
    return bool(expression.subs({s: dummy(positive=True) for s in declared}).is_positive)


def _length(expression: Any) -> int:
    return int(expression.count_ops())


def _between_rests(powers: Powers, root: Any, y0: Any) -> Any:
    """Return the solution by both states of rest, to which distances keep an exponential ratio."""
    sympy = load("sympy")
    a, b, *_ = powers.coefficients
    one, other = (sympy.factor((-b / 2 + sign * root) / a) for sign in (1, -1))
    near, far = sympy.factor(y0 - one), sympy.factor(y0 - other)
    ratio, e = sympy.factor(2 * root) * powers.clock, sympy.Dummy("e")
    by_both = (one * far - other * near * e) / (far - near * e)
    return _in_growth(by_both, e, ratio)


def _in_growth(quotient: Any, e: Any, exponent: Any) -> Any:
    """Return a quotient that is linear in e = exp(exponent), without fractions inside if shorter.

    Of forms as long as each other the one with a minus sign in the exponent is taken, as a textbook
    does for what dies out.
    """
    sympy = load("sympy")
    parts = [sympy.Poly(x, e) for x in sympy.fraction(sympy.cancel(quotient))]
    forms = [(quotient, exponent)]
    for sign in (1, -1):
        signed = [_by_growth(sign * x, e) for x in parts]
        forms.append((signed[0][0] / signed[1][0], exponent))
        forms.append((signed[0][1] / signed[1][1], -exponent))
    found, power = min(forms, key=lambda form: (_length(form[0]), not _is_falling(form[1])))
    return found.subs(e, sympy.exp(power))


def _is_falling(exponent: Any) -> bool:
    return bool(exponent.could_extract_minus_sign())


def _by_growth(polynomial: Any, e: Any) -> tuple[Any, Any]:
    """Return a + b*e with its coefficients factored, and a*e + b, the same over e and in 1/e."""
    sympy = load("sympy")
    a, b = (sympy.factor(polynomial.coeff_monomial(e**k)) for k in (0, 1))
    return a + b * e, a * e + b
