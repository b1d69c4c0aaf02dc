"""Two real solutions of y'' + p(t)*y' + q(t)*y = 0 in elementary functions, if there are such.

Either some s(t) makes the coefficients constant, or the normal form u'' = r*u has a rational r and
solutions P*exp(W), of which one leads to the other by reduction of order (Kamke 1961,
*Differentialgleichungen: Lösungsmethoden und Lösungen*, part A, section 25; Boyce and DiPrima 2012,
*Elementary Differential Equations*, section 3.4).
"""

from __future__ import annotations

from itertools import islice
from typing import Any, NamedTuple

from ..lazy import load
from .angle_times import angle_times
from .antiderivative import antiderivative, from_tables
from .integral_table import itself
from .kovacic import exponentials, square_root
from .modes import (
    Homogeneous,
    Mode,
    exponential_of,
    inverse_square,
    merged,
    real_form,
    real_pair,
    sign_at_start,
)
from .stage import written
from .without_waves import without_waves

_MOST = 1000  # denominator of a number that is taken for rational
_HIGHEST = 16  # degree of the polynomials of a quotient that is integrated
_CLOSE = 1e-9  # relative, of values that agree, in floating point


class Basis(NamedTuple):
    """Two solutions, in words how they were found, and what is positive where they hold."""

    one: Any
    two: Any
    words: str
    positive: tuple[Any, ...] = ()


def basis(equation: Homogeneous) -> Basis | None:
    """Return two real solutions, None if none are found."""
    return of_constants(equation) or of_normal_form(equation) or _of_angle(equation)


def of_constants(equation: Homogeneous) -> Basis | None:
    """Return solutions if some s(t) makes the coefficients constant."""
    sympy = load("sympy")
    t = equation.t
    strength, shape = sympy.factor(equation.q).as_independent(t, as_Add=False)
    if strength == 0:
        return None
    if sign_at_start(shape, equation) < 0:
        strength, shape = -strength, -shape
    pace = _root(shape)
    damping = (sympy.diff(pace, t) / pace + equation.p) / pace
    if not is_free(damping, t):
        return None
    damping = settled(damping, t, equation.begin)
    own = antiderivative(pace, t, equation.clock)
    if own is None:
        return None
    half = square_root(damping**2 / 4 - strength)
    one, two = (Mode(sympy.S.One, {}, (sign * half - damping / 2) * own) for sign in (1, -1))
    if half == 0:
        two = two._replace(polynomial=own)
    first, second = real_pair(one, two, equation)
    return Basis(first, second, "The coefficients are constant in another variable")


def _root(shape: Any) -> Any:
    """Return a square root, of a square what it is the square of, with either sign."""
    sympy = load("sympy")
    base, power = shape.as_base_exp()
    if power.is_Integer and power % 2 == 0:
        return base ** (power // 2)
    return sympy.sqrt(shape).replace(sympy.Abs, itself)


def of_normal_form(equation: Homogeneous, is_inner: bool = False) -> Basis | None:
    """Return solutions if the normal form is rational, and has exponential ones."""
    sympy = load("sympy")
    p, t = equation.p, equation.t
    r = without_waves(cancelled(p**2 / 4 + sympy.diff(p, t) / 2 - equation.q), t)
    if r is None or r.has(sympy.zoo, sympy.nan):
        return None
    found = list(islice(exponentials(r, t, equation.clock), 2))
    if not found and not is_inner:
        return _of_square_root(equation, r)
    outer = _damping(equation) if found else None
    if outer is None:
        return None
    modes = [Mode(e.polynomial, merged(e.powers, t), e.rest).times(outer) for e in found]
    pair = _pair(modes, outer, equation)
    return None if pair is None else Basis(*pair, "They are found by Kovacic's algorithm")


def _of_angle(equation: Homogeneous) -> Basis | None:
    """Return solutions that are elementary in a sine, a cosine or an exponential of the time."""
    t, begin = equation.t, equation.begin
    for other in angle_times(-equation.p, -equation.q, t, begin):
        place = other.of_time.subs(t, begin)
        inner = Homogeneous(-other.p, -other.q, other.symbol, place, equation.clock)
        found = of_normal_form(inner, is_inner=True)
        if found is not None:
            words = f"They are elementary in {written(other.of_time)}"
            one, two = (e.subs(other.symbol, other.of_time) for e in (found.one, found.two))
            return Basis(one, two, words, other.positive)
    return None


def _of_square_root(equation: Homogeneous, r: Any) -> Basis | None:
    """Return solutions that are exponential in the root of the distance to some pole."""
    sympy, t, p, q = load("sympy"), equation.t, equation.p, equation.q
    if not (p.is_rational_function(t) and q.is_rational_function(t)):
        return None
    s = sympy.Dummy("s", real=True)
    for pole in _branch_points(r, t):
        sign = sympy.sign(equation.begin - pole)
        if sign not in (1, -1):
            continue
        time = pole + sign * s**2
        damping = cancelled(2 * sign * s * p.subs(t, time) - 1 / s)
        strength = cancelled(4 * s**2 * q.subs(t, time))
        begin = sympy.sqrt(sign * (equation.begin - pole))
        inner = Homogeneous(damping, strength, s, begin, equation.clock)
        found = of_normal_form(inner, is_inner=True)
        if found is not None:
            root = sympy.sqrt(sign * (t - pole))
            words = f"They are elementary in the square root of {sign * (t - pole)}"
            return Basis(found.one.subs(s, root), found.two.subs(s, root), words)
    return None


def _branch_points(r: Any, t: Any) -> list[Any]:
    """Return poles at which solutions may go with a square root, if anything speaks for it."""
    sympy = load("sympy")
    top, bottom = sympy.fraction(r)
    factors = sympy.factor_list(bottom, t)[1]
    far = sympy.degree(bottom, t) - sympy.degree(top, t)
    poles = [(-f.subs(t, 0) / sympy.diff(f, t), order) for f, order in factors
             if sympy.degree(f, t) == 1]  # fmt: skip
    if far % 2 and far < 2:
        return [pole for pole, order in poles if order <= 2][:2]
    odd = [pole for pole, order in poles if order % 2 and order > 1]
    return odd or [pole for pole, order in poles if order == 2 and _is_quarter(r, t, pole)][:2]


def _is_quarter(r: Any, t: Any, pole: Any) -> bool:
    """Tell whether exponents at a pole of second order differ by half an odd number."""
    sympy = load("sympy")
    strength = sympy.cancel(r * (t - pole) ** 2).subs(t, pole)
    root = 2 * square_root(1 + 4 * strength)
    return bool(root.is_Integer and root % 2)


def cancelled(e: Any) -> Any:
    """Return an expression in lowest terms, functions in it taken for symbols."""
    return load("sympy.polys.fields").sfield(e)[1].as_expr()


def is_free(e: Any, t: Any) -> bool:
    """Tell in floating point whether an expression has the same value at a few t."""
    sympy = load("sympy")
    known = {s: sympy.Float(1.3719 + 0.6137 * i)
             for i, s in enumerate(sorted(e.free_symbols - {t}, key=str))}  # fmt: skip
    plain = e.subs(known)
    one, *others = (complex(plain.subs(t, x)) for x in (1.1937, 1.2171, 1.3713))
    return all(abs(one - other) <= _CLOSE * (1 + abs(one)) for other in others)


def settled(e: Any, t: Any, begin: Any) -> Any:
    """Return the value of an expression that does not depend on t, as short as it is."""
    sympy = load("sympy")
    value = e.subs(t, begin)
    if value.free_symbols:
        return sympy.cancel(value)
    short = sympy.nsimplify(value.evalf(30), rational=True, tolerance=1e-20)
    return short if short.q < _MOST else sympy.simplify(value)


def _damping(equation: Homogeneous) -> Mode | None:
    """Return exp of minus half the integral of p."""
    sympy = load("sympy")
    p, t = equation.p, equation.t
    if p.is_rational_function(t):
        top, bottom = sympy.fraction(cancelled(p))
        whole, rest = sympy.div(top, bottom, t)
        powers = {}
        for base, order in sympy.factor_list(bottom, t)[1]:
            if order > 1:
                break
            others = sympy.quo(bottom, base, t) * sympy.diff(base, t)
            residue = sympy.rem(rest * sympy.invert(others, base, t), base, t)
            if residue.has(t):
                break
            powers[sympy.Poly(base, t).monic().as_expr()] = -residue / 2
        else:
            return Mode(sympy.S.One, powers, -sympy.integrate(whole, t) / 2)
    grown = antiderivative(p, t, equation.clock)
    return None if grown is None else exponential_of(-grown / 2, t)


def _integral(integrand: Any, equation: Homogeneous) -> Any | None:
    """Return the integral of 1/(P*exp(W))^2, where it is known to be elementary.

    A quotient of polynomials without parameters has one; what has an exponential over the square of
    a polynomial has none in most cases, and functions with a name are at hand for it.
    """
    t = equation.t
    if integrand.free_symbols == {t} and integrand.is_rational_function(t):
        return _of_quotient(integrand, t)
    whole = from_tables(integrand, t)
    if whole is not None:
        return whole
    if _over_square(integrand, t):
        return None
    return antiderivative(integrand, t, equation.clock)


def _of_quotient(integrand: Any, t: Any) -> Any | None:
    """Return the integral of a quotient of polynomials, if its logarithms are real."""
    sympy = load("sympy")
    top, bottom = sympy.fraction(sympy.together(integrand))
    if max(sympy.degree(top, t), sympy.degree(bottom, t)) > _HIGHEST:
        return None
    found = load("sympy.integrals.rationaltools").ratint(integrand, t)
    if found.has(sympy.I, sympy.RootSum, sympy.Integral):
        return None
    return found.replace(sympy.log, _of_size)


def _of_size(u: Any) -> Any:
    sympy = load("sympy")
    return sympy.log(sympy.Abs(u))


def _over_square(integrand: Any, t: Any) -> bool:
    """Tell whether an exponential is divided by the square of a sum."""
    sympy = load("sympy")
    bottom = sympy.fraction(integrand)[1]
    sums = [e for e in bottom.atoms(sympy.Add) if e.has(t)]
    return bool(sums) and any(e.has(t) for e in integrand.atoms(sympy.exp))


def _pair(modes: list[Mode], outer: Mode, equation: Homogeneous) -> tuple[Any, Any] | None:
    """Return two real solutions from one or two exponential ones."""
    sympy = load("sympy")
    mode, *others = modes
    if others:
        return real_pair(mode, others[0], equation)
    if any(e.has(sympy.I) for e in (*mode.exponents, mode.polynomial)):
        return None
    one = real_form(mode, equation)
    ratio = outer.times(outer).times(inverse_square(mode))
    integral = _integral(sympy.powsimp(real_form(ratio, equation)), equation)
    if integral is None:
        return None
    poles = integral.subs(equation.t, equation.begin).has(sympy.zoo, sympy.nan)
    other = one * integral  # where this is 0*oo at the start, it is multiplied out
    return one, sympy.expand(other) if poles else other
