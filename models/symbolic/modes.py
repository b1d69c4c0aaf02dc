"""Functions P*exp(W) of t, W a sum of logarithms with factors and something else, made real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..lazy import load
from .oracle import Patience


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


class Mode(NamedTuple):
    """The function P*exp(W), W a sum of logarithms with factors, and something else."""

    polynomial: Any
    powers: Mapping[Any, Any]
    rest: Any

    def times(self, other: Mode) -> Mode:
        """Return a product."""
        powers = dict(self.powers)
        for base, power in other.powers.items():
            powers[base] = powers.get(base, 0) + power
        return Mode(self.polynomial * other.polynomial, powers, self.rest + other.rest)

    @property
    def exponents(self) -> tuple[Any, ...]:
        """What may be complex in W."""
        return (*self.powers.values(), self.rest)

    def replaced(self, old: Any, new: Any) -> Mode:
        """Return the same with something else put in."""
        powers = {base: power.subs(old, new) for base, power in self.powers.items()}
        return Mode(self.polynomial.subs(old, new), powers, self.rest.subs(old, new))


def inverse_square(mode: Mode) -> Mode:
    """Return 1/(P*exp(W))^2."""
    return Mode(mode.polynomial**-2, {b: -2 * e for b, e in mode.powers.items()}, -2 * mode.rest)


def exponential_of(exponent: Any, t: Any) -> Mode:
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
    return Mode(sympy.S.One, merged(powers, t), rest)


def merged(powers: Any, t: Any) -> dict[Any, Any]:
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


def sign_at_start(e: Any, equation: Homogeneous) -> int:
    """Return the sign at the start, 0 if it depends on parameters."""
    value = e.subs(equation.t, equation.begin)
    return 1 if value.is_positive else -1 if value.is_negative else 0


def real_form(mode: Mode, equation: Homogeneous) -> Any:
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
    exponent = sympy.sympify(exponent)
    for log in exponent.atoms(sympy.log):
        if isinstance(log.args[0], sympy.Abs):
            exponent = exponent.subs(log, sympy.log(_positive(log.args[0].args[0], equation)))
    begun = exponent.subs(equation.t, equation.begin)
    return exponent if begun.has(sympy.zoo, sympy.nan, sympy.oo) else exponent - begun


def _positive(base: Any, equation: Homogeneous) -> Any:
    """Return what is in proportion to a function of t and positive at the start."""
    sign = sign_at_start(base, equation)
    return sign * base if sign else base / base.subs(equation.t, equation.begin)


def real_pair(first: Mode, second: Mode, equation: Homogeneous) -> tuple[Any, Any]:
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


def _of_known_signs(first: Mode, second: Mode, equation: Homogeneous) -> tuple[Any, Any]:
    sympy = load("sympy")
    if not any(e.has(sympy.I) for e in (*first.exponents, first.polynomial)):
        return real_form(first, equation), real_form(second, equation)
    size, angle = first, _plain_imaginary(first.rest)
    powers = {b: e - sympy.I * _imaginary(e) for b, e in first.powers.items()}
    for base, power in first.powers.items():
        angle += _imaginary(power) * sympy.log(_positive(base, equation))
    size = Mode(sympy.S.One, powers, sympy.expand(first.rest - sympy.I * _imaginary(first.rest)))
    amplitude = real_form(size, equation)
    imaginary = _imaginary(first.polynomial)
    real = sympy.expand(first.polynomial - sympy.I * imaginary)
    c, s = sympy.cos(angle), sympy.sin(angle)
    return amplitude * (real * c - imaginary * s), amplitude * (real * s + imaginary * c)


def _plain_imaginary(e: Any) -> Any:
    """Return the imaginary part, of a product with the unit as its factor as it is written."""
    factor = e.coeff(load("sympy").I) if e.is_Mul else 0
    return factor if factor != 0 else _imaginary(e)


def _imaginary(e: Any) -> Any:
    sympy = load("sympy")
    return sympy.expand(e).coeff(sympy.I)
