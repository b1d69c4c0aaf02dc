"""Two real solutions of y'' + p(t)*y' + q(t)*y = 0 in elementary functions, if there are such.

Either some s(t) makes the coefficients constant, or the normal form u'' = r*u has a rational r and
solutions P*exp(W), of which one leads to the other by reduction of order (Kamke 1961,
*Differentialgleichungen: Lösungsmethoden und Lösungen*, part A, section 25; Boyce and DiPrima 2012,
*Elementary Differential Equations*, section 3.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from ..lazy import load
from .antiderivative import antiderivative
from .kovacic import exponentials, square_root
from .oracle import Patience

_CLOSE = 1e-9  # relative, of values that agree, in floating point


@dataclass(frozen=True)
class Homogeneous:
    """The equation y'' + p*y' + q*y = 0.

    Parameters
    ----------
    p, q
        Its coefficients, in sympy's terms.
    t, begin
        The variable, and its value at the start.
    clock
        The time left.
    """

    p: Any
    q: Any
    t: Any
    begin: Any
    clock: Patience


class Basis(NamedTuple):
    """Two solutions, and in words how they were found."""

    one: Any
    two: Any
    words: str


class _Mode(NamedTuple):
    """The function P*exp(W), W a sum of logarithms with factors, and something else."""

    polynomial: Any
    powers: Mapping[Any, Any]
    rest: Any

    def times(self, other: _Mode) -> _Mode:
        """Return a product."""
        powers = dict(self.powers)
        for base, power in other.powers.items():
            powers[base] = powers.get(base, 0) + power
        return _Mode(self.polynomial * other.polynomial, powers, self.rest + other.rest)

    @property
    def exponents(self) -> tuple[Any, ...]:
        return (*self.powers.values(), self.rest)

    def replaced(self, old: Any, new: Any) -> _Mode:
        """Return the same with something else put in."""
        powers = {base: power.subs(old, new) for base, power in self.powers.items()}
        return _Mode(self.polynomial.subs(old, new), powers, self.rest.subs(old, new))


def basis(equation: Homogeneous) -> Basis | None:
    """Return two real solutions, None if none are found."""
    return of_constants(equation) or of_normal_form(equation)


def of_constants(equation: Homogeneous) -> Basis | None:
    """Return solutions if some s(t) makes the coefficients constant."""
    sympy = load("sympy")
    t = equation.t
    strength, shape = sympy.factor(equation.q).as_independent(t, as_Add=False)
    if strength == 0:
        return None
    if _sign(shape, equation) < 0:
        strength, shape = -strength, -shape
    pace = sympy.sqrt(shape).replace(sympy.Abs, _itself) if shape != 1 else shape
    damping = (sympy.diff(pace, t) / pace + equation.p) / pace
    if not is_free(damping, t):
        return None
    damping = sympy.cancel(damping.subs(t, equation.begin))
    own = antiderivative(pace, t, equation.clock)
    if own is None:
        return None
    half = square_root(damping**2 / 4 - strength)
    modes = [_Mode(sympy.S.One, {}, (sign * half - damping / 2) * own) for sign in (1, -1)]
    if half == 0:
        modes[1] = modes[1]._replace(polynomial=own)
    pair = _real(*modes, equation)
    return Basis(*pair, "The coefficients are constant in another variable")


def _itself(e: Any) -> Any:
    return e


def _sign(e: Any, equation: Homogeneous) -> int:
    """Return the sign at the start, 0 if it depends on parameters."""
    value = e.subs(equation.t, equation.begin)
    return 1 if value.is_positive else -1 if value.is_negative else 0


def of_normal_form(equation: Homogeneous, is_inner: bool = False) -> Basis | None:
    """Return solutions if the normal form is rational, and has exponential ones."""
    sympy = load("sympy")
    p, t = equation.p, equation.t
    r = cancelled(p**2 / 4 + sympy.diff(p, t) / 2 - equation.q)
    if not r.is_rational_function(t) or r.has(sympy.zoo, sympy.nan):
        return None
    found = list(islice(exponentials(r, t, equation.clock), 2))
    if not found and not is_inner:
        return _of_square_root(equation, r)
    outer = _damping(equation) if found else None
    if outer is None:
        return None
    modes = [_Mode(e.polynomial, _merged(e.powers, t), e.rest).times(outer) for e in found]
    pair = _pair(modes, outer, equation)
    return None if pair is None else Basis(*pair, "Kovacic's algorithm finds exponential solutions")


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
        inner = Homogeneous(
            cancelled(2 * sign * s * p.subs(t, time) - 1 / s), cancelled(4 * s**2 * q.subs(t, time)),
            s, sympy.sqrt(sign * (equation.begin - pole)), equation.clock,
        )  # fmt: skip
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
    poles = [(-f.subs(t, 0) / sympy.diff(f, t), f, order) for f, order in factors
             if sympy.degree(f, t) == 1]  # fmt: skip
    if far % 2 and far < 2:
        return [pole for pole, _, order in poles if order <= 2][:2]
    odd = [pole for pole, _, order in poles if order % 2 and order > 1]
    return odd or [pole for pole, f, order in poles if order == 2 and _is_quarter(r, t, pole)][:2]


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


def _damping(equation: Homogeneous) -> _Mode | None:
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
            return _Mode(sympy.S.One, powers, -sympy.integrate(whole, t) / 2)
    grown = antiderivative(p, t, equation.clock)
    return None if grown is None else _exponential(-grown / 2, t)


def _exponential(exponent: Any, t: Any) -> _Mode:
    """Return exp of a sum, logarithms as powers."""
    sympy = load("sympy")
    powers: list[tuple[Any, Any]] = []
    rest = sympy.S.Zero
    for term in sympy.Add.make_args(sympy.expand(exponent, log=False)):
        factors = sympy.Mul.make_args(term)
        logs = [f for f in factors if isinstance(f, sympy.log) and f.has(t)]
        if len(logs) == 1 and not (term / logs[0]).has(t):
            inner = logs[0].args[0]
            base = inner.args[0] if isinstance(inner, sympy.Abs) else inner
            powers.append((base, term / logs[0]))
        else:
            rest += term
    return _Mode(sympy.S.One, _merged(powers, t), rest)


def _merged(powers: Any, t: Any) -> dict[Any, Any]:
    """Return powers with bases that are polynomials taken apart, so that equal ones are seen."""
    sympy = load("sympy")
    found: dict[Any, Any] = {}
    for base, power in powers:
        parts = [(base, 1)]
        if base.is_rational_function(t):
            top, bottom = sympy.fraction(sympy.together(base))
            parts = [(sympy.Poly(f, t).monic().as_expr(), sign * n)
                     for e, sign in ((top, 1), (bottom, -1))
                     for f, n in sympy.factor_list(e, t)[1] if f.has(t)]  # fmt: skip
        for one, times in parts:
            found[one] = found.get(one, 0) + times * power
    return found


def _pair(modes: list[_Mode], outer: _Mode, equation: Homogeneous) -> tuple[Any, Any] | None:
    """Return two real solutions from one or two exponential ones."""
    sympy = load("sympy")
    if len(modes) == 2:
        return _real(*modes, equation)
    (mode,) = modes
    if any(e.has(sympy.I) for e in (*mode.exponents, mode.polynomial)):
        return None
    one = _written(mode, equation)
    ratio = outer.times(outer).times(_inverse_square(mode))
    integral = antiderivative(sympy.powsimp(_written(ratio, equation)), equation.t, equation.clock)
    return None if integral is None else (one, one * integral)


def _inverse_square(mode: _Mode) -> _Mode:
    return _Mode(mode.polynomial**-2, {b: -2 * e for b, e in mode.powers.items()}, -2 * mode.rest)


def _written(mode: _Mode, equation: Homogeneous) -> Any:
    """Return a real function; the base of a power that is no whole one is positive at the start.

    Exponentials are 1 at the start, so that none is beyond all numbers while others balance it.
    """
    sympy = load("sympy")
    whole = mode.polynomial * sympy.exp(_since(mode.rest, equation))
    bases = dict[Any, Any]()
    for base, power in mode.powers.items():
        exponent = sympy.cancel(power)
        size = base if exponent.is_Integer else _positive(base, equation)
        bases[exponent] = bases.get(exponent, 1) * size
    for exponent, base in bases.items():
        if exponent.is_Rational and not base.free_symbols - {equation.t}:
            whole *= sympy.expand(base) ** exponent
        else:
            whole *= (base / base.subs(equation.t, equation.begin)) ** exponent
    return whole


def _since(exponent: Any, equation: Homogeneous) -> Any:
    """Return an exponent less what it is at the start, where that is finite."""
    sympy = load("sympy")
    begun = sympy.sympify(exponent).subs(equation.t, equation.begin)
    return exponent if begun.has(sympy.zoo, sympy.nan, sympy.oo) else exponent - begun


def _positive(base: Any, equation: Homogeneous) -> Any:
    """Return what is in proportion to a function of t and positive at the start."""
    sign = _sign(base, equation)
    return sign * base if sign else base / base.subs(equation.t, equation.begin)


def _real(first: _Mode, second: _Mode, equation: Homogeneous) -> tuple[Any, Any]:
    """Return two exponential solutions, or real and imaginary part of the first.

    A root of what may have either sign leads to both.
    """
    sympy = load("sympy")
    roots = {e for x in (*first.exponents, first.polynomial) for e in x.atoms(sympy.Pow)
             if e.exp.is_Rational and e.exp.q == 2 and not e.base.has(equation.t)
             and e.base.is_positive is None and e.base.is_negative is None}  # fmt: skip
    squares = {e.base for e in roots}
    if not squares:
        return _of_known_signs(first, second, equation)
    (square, *_) = sorted(squares, key=str)
    root, turn = sympy.sqrt(square), sympy.I * sympy.sqrt(-square)
    up = _of_known_signs(first, second, equation)
    down = _of_known_signs(first.replaced(root, turn), second.replaced(root, turn), equation)
    one, two = (sympy.Piecewise((u, square > 0), (d, True)) for u, d in zip(up, down, strict=True))
    return one, two


def _of_known_signs(first: _Mode, second: _Mode, equation: Homogeneous) -> tuple[Any, Any]:
    sympy = load("sympy")
    if not any(e.has(sympy.I) for e in (*first.exponents, first.polynomial)):
        return _written(first, equation), _written(second, equation)
    size, angle = first, first.rest.coeff(sympy.I) if first.rest.is_Mul else _imaginary(first.rest)
    powers = {b: e - sympy.I * _imaginary(e) for b, e in first.powers.items()}
    for base, power in first.powers.items():
        angle += _imaginary(power) * sympy.log(_positive(base, equation))
    size = _Mode(sympy.S.One, powers, sympy.expand(first.rest - sympy.I * _imaginary(first.rest)))
    amplitude = _written(size, equation)
    imaginary = _imaginary(first.polynomial)
    real = sympy.expand(first.polynomial - sympy.I * imaginary)
    c, s = sympy.cos(angle), sympy.sin(angle)
    return amplitude * (real * c - imaginary * s), amplitude * (real * s + imaginary * c)


def _imaginary(e: Any) -> Any:
    sympy = load("sympy")
    return sympy.expand(e).coeff(sympy.I)
