"""Normal forms z'' = I(t)*z whose solutions have a name: I decides.

Airy's has a linear I, Bessel's a power and an inverse square (its solutions are series at zero
where the power is whole and alone), Weber's a quadratic one, Whittaker's a constant, 1/t and
1/t^2, Coulomb's the same with waves far away, Legendre's two poles alike, real ones or conjugates
(DLMF 9.2, 10.13, 12.2, 13.14, 14.2, 33.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from ..lazy import load
from .integral_table import itself


class Solution(NamedTuple):
    """What solves a normal form.

    Parameters
    ----------
    name
        Whose equation it is, as the end of a sentence.
    first, second
        Two solutions.
    wronskian
        Theirs, first times slope of the second less the reverse; None where only the two tell.
    positive
        What has to be positive along a solution.
    argument
        The variable of the function with the name; None where that goes without saying.
    """

    name: str
    first: Any
    second: Any
    wronskian: Any | None
    positive: tuple[Any, ...] = ()
    argument: Any = None

    def put(self, time: Any, factor: Any, weight: Any) -> Solution:
        """Return the same with another time put in.

        Parameters
        ----------
        time
            The variable, and what it is.
        factor, weight
            What solutions and their Wronskian are multiplied with.
        """

        def there(e: Any) -> Any:
            return load("sympy").powdenest(e.subs(time), force=True)

        (whole,) = time.values()
        return Solution(
            self.name, factor * there(self.first), factor * there(self.second),
            None if self.wronskian is None else weight * there(self.wronskian),
            tuple(map(there, self.positive)),
            there(whole if self.argument is None else self.argument),
        )  # fmt: skip


def root(e: Any) -> Any:
    """Return a square root, of a square what it is the square of, whatever its sign."""
    sympy = load("sympy")
    return sympy.sqrt(sympy.factor(e)).replace(sympy.Abs, itself)


def sign(e: Any) -> int:
    """Return the sign a coefficient has where all symbols are positive; 0 where that is open."""
    sympy = load("sympy")
    at = {s: sympy.Dummy(positive=True) for s in e.free_symbols}
    usual = sympy.factor(e.xreplace(at))
    return 1 if usual.is_positive else -1 if usual.is_negative else 0


def gauss_of(middle: Any, square: Any, c: Any, x: Any) -> Any:
    """Return F(m + w, m - w; c; x) with w^2 given, real whatever the sign of that is.

    Parameters
    ----------
    middle, square
        m and w^2; where that is the square of something real the function is Gauss's as usual.
    c, x
        The third parameter, and the argument.
    """
    sympy = load("sympy")
    square = sympy.factor(square)
    if square == 0 or sign(square) > 0:
        half = root(square)
        a, b = (sympy.expand(middle + s * half) for s in (1, -1))
        if c in (a, b):  # a power (DLMF 15.4.6)
            return (1 - x) ** -(b if c == a else a)
        return sympy.hyper((b, a), (c,), x)
    return _function()(middle, square, c, x)


@cache
def _function() -> Any:
    """Return the function of that name, which sympy learns to differentiate by x."""
    sympy = load("sympy")

    def fdiff(self: Any, argindex: int = 1) -> Any:
        m, square, c, x = self.args
        if argindex != 4:
            raise sympy.core.function.ArgumentIndexError(self, argindex)
        return (m**2 - square) / c * self.func(m + 1, square, c + 1, x)

    return type("hyp2f1s", (sympy.Function,), {"nargs": 4, "fdiff": fdiff})


def powers_of(invariant: Any, t: Any) -> dict[Any, Any] | None:
    """Return the coefficients of powers of t, None where it is not a sum of them."""
    sympy, found = load("sympy"), dict[Any, Any]()
    top, bottom = sympy.fraction(invariant)
    below, own = sympy.factor(bottom).as_independent(t, as_Add=False)
    for term in sympy.Add.make_args(sympy.expand(top / own)):
        c, rest = term.as_independent(t, as_Add=False)
        c = c / below
        base, power = sympy.powsimp(rest).as_base_exp() if rest != 1 else (t, sympy.S.Zero)
        if base != t or power.has(t):
            return None
        power = sympy.expand(power)
        found[power] = found.get(power, 0) + c
    return {n: c for n, c in found.items() if c != 0}


def _moved(invariant: Any, t: Any) -> tuple[Any, Any]:
    """Return I as a function of the distance to its only pole, and that distance."""
    sympy = load("sympy")
    if not invariant.is_rational_function(t):
        return invariant, t
    below = sympy.fraction(invariant)[1]
    poles = [f for f, _ in sympy.factor_list(below, t)[1]] if below.has(t) else []
    if len(poles) != 1 or sympy.degree(poles[0], t) != 1:
        return invariant, t
    slope, rest = sympy.Poly(poles[0], t).all_coeffs()
    place = sympy.cancel(rest / slope)
    return sympy.cancel(invariant.subs(t, t - place)), t + place


def _airy(invariant: Any, t: Any) -> Iterator[Solution]:
    sympy = load("sympy")
    powers = powers_of(invariant, t)
    if powers is None or not {1} <= powers.keys() <= {0, 1}:
        return
    c = powers[1]
    side = -1 if sign(c) < 0 else 1
    scale = side * (side * c) ** sympy.Rational(1, 3)
    z = scale * t + powers.get(0, 0) / scale**2
    positive = (side * c,) if c.free_symbols else ()
    yield Solution(
        "is Airy's", sympy.airyai(z), sympy.airybi(z), scale / sympy.pi, positive, z,
    )  # fmt: skip


def _bessel(invariant: Any, t: Any) -> Iterator[Solution]:
    sympy = load("sympy")
    plain, s = _moved(invariant, t)
    powers = powers_of(plain, t)
    if powers is None or len(powers.keys() - {-2}) != 1:
        return
    ((power, c),) = ((n, c) for n, c in powers.items() if n != -2)
    half = (power + 2) / sympy.Integer(2)
    size_of_half = half if sign(half) >= 0 else -half
    order = root(1 + 4 * powers.get(-2, 0)) / (2 * size_of_half)
    grows = sign(c) > 0
    size = c if grows else -c
    z = root(size) / size_of_half * s**half
    kinds = (sympy.besselk, sympy.besseli) if grows else (sympy.besselj, sympy.bessely)
    first, second = (sympy.sqrt(s) * kind(order, z) for kind in kinds)
    weight = half if grows else 2 * half / sympy.pi
    name = f"is {'the modified ' if grows else ''}Bessel's of order {order}"
    yield Solution(name.replace("**", "^"), first, second, weight, (s, size), z)


def _power(invariant: Any, t: Any) -> Iterator[Solution]:
    """Yield the solutions of z'' = c*t^n*z, n whole, that are 1 and t at zero (DLMF 10.16.9).

    Bessel's functions, which are these times powers, are infinite or 0*oo there.
    """
    sympy = load("sympy")
    powers = powers_of(invariant, t)
    if powers is None or len(powers) != 1:
        return
    ((n, c),) = powers.items()
    if not (n.is_Integer and n > 1):
        return
    order = 1 / (n + 2)
    z = c * t ** (n + 2) / (n + 2) ** 2
    first, second = sympy.hyper((), (1 - order,), z), t * sympy.hyper((), (1 + order,), z)
    name = f"is Bessel's of order {order}, its solutions written as series at zero,"
    yield Solution(name, first, second, sympy.Integer(1), (), z)


def _weber(invariant: Any, t: Any) -> Iterator[Solution]:
    sympy = load("sympy")
    powers = powers_of(invariant, t)
    if powers is None or not {2} <= powers.keys() <= {0, 1, 2} or sign(powers[2]) < 0:
        return
    c = powers[2]
    rate = root(c)
    middle = powers.get(1, 0) / (2 * c)
    a = sympy.cancel((powers.get(0, 0) - c * middle**2) / (2 * rate))
    s = t + middle
    square, quarter = rate * s**2, sympy.Rational(1, 4)
    decay = sympy.exp(-square / 2)
    even = decay * sympy.hyper((a / 2 + quarter,), (sympy.Rational(1, 2),), square)
    odd = s * decay * sympy.hyper((a / 2 + 3 * quarter,), (sympy.Rational(3, 2),), square)
    name = "is Weber's, of the parabolic cylinder"
    yield Solution(name, even, odd, sympy.Integer(1), (rate,), sympy.sqrt(2 * rate) * s)


def _whittaker(invariant: Any, t: Any) -> Iterator[Solution]:
    sympy = load("sympy")
    plain, s = _moved(invariant, t)
    powers = powers_of(plain, t)
    if powers is None or not {-1, 0} <= powers.keys() <= {-2, -1, 0} or sign(powers[0]) < 0:
        return
    rate, half = root(powers[0]), sympy.Rational(1, 2)
    mu = root(1 + 4 * powers.get(-2, 0)) / 2
    z, kappa = 2 * rate * s, sympy.cancel(-powers[-1] / (2 * rate))
    name = "is Whittaker's, of the confluent hypergeometric functions"
    if _is_whole(2 * mu):
        a, b = sympy.expand(half + mu - kappa), sympy.expand(1 + 2 * mu)
        factor = s ** (half + mu) * sympy.exp(-z / 2)
        regular, other = sympy.hyper((a,), (b,), z), sympy.Function("hyperu")(a, b, z)
        yield Solution(name, factor * regular, factor * other, None, (s, rate), z)
        return
    first, second = (
        s ** (half + m) * sympy.exp(-z / 2)
        * sympy.hyper((sympy.expand(half + m - kappa),), (sympy.expand(1 + 2 * m),), z)
        for m in (mu, -mu)
    )  # fmt: skip
    yield Solution(name, first, second, -2 * mu, (s, rate), z)


def _is_whole(e: Any) -> bool:
    """Tell whether a difference of exponents is a whole number, or odd for whole symbols.

    Then the solution of the lower exponent is no series of powers: for 2*l + 1, say, for every l.
    """
    sympy = load("sympy")
    if not e.free_symbols:
        return bool(e.is_Integer)
    constant, rest = sympy.expand(e).as_independent(*e.free_symbols, as_Add=True)
    terms = (c for c, _ in (term.as_coeff_Mul() for term in sympy.Add.make_args(rest)))
    return bool(constant.is_Integer and all(c.is_Integer and c % 2 == 0 for c in terms))


def _coulomb(invariant: Any, t: Any) -> Iterator[Solution]:
    """Yield the solutions that oscillate far away, pulled or pushed by 1/t (DLMF 33.2)."""
    sympy = load("sympy")
    plain, s = _moved(invariant, t)
    powers = powers_of(plain, t)
    if powers is None or not {-1, 0} <= powers.keys() <= {-2, -1, 0} or sign(powers[0]) > 0:
        return
    rate = root(-powers[0])
    order = sympy.expand((root(1 + 4 * powers.get(-2, 0)) - 1) / 2)
    strength = sympy.cancel(powers[-1] / (2 * rate))
    regular, other = map(sympy.Function, ("coulombf", "coulombg"))
    at = order, strength, rate * s
    yield Solution("is Coulomb's, of waves", regular(*at), other(*at), -rate, (s, rate), rate * s)


def _legendre(invariant: Any, t: Any) -> Iterator[Solution]:
    """Yield the solutions of (1 - t^2)*y'' = A*t*y' + B*y, by its exponents at the poles."""
    sympy = load("sympy")
    if not invariant.is_rational_function(t):
        return
    top = sympy.cancel(invariant * (1 - t**2) ** 2)
    if not top.is_polynomial(t) or sympy.degree(top, t) > 2:
        return
    d, odd, e = (top.coeff(t, n) if n else top.subs(t, 0) for n in (2, 1, 0))
    if odd != 0:
        return
    # The top is (A^2/4 - A/2 - B)*t^2 + B - A/2, from which A and B are found.
    a = 2 + 2 * root(1 + d + e)
    b = sympy.expand(e + a / 2)
    half, middle = sympy.Rational(1, 2), (a - 1) / 4
    spread = sympy.expand((a - 1) ** 2 - 4 * b) / 16
    scale = (1 - t**2) ** (a / 4)
    even = scale * gauss_of(middle, spread, half, t**2)
    uneven = t * scale * gauss_of(middle + half, spread, 3 * half, t**2)
    yield Solution(
        "is Legendre's, of the hypergeometric functions", even, uneven, sympy.Integer(1),
        (1 - t**2,),
    )  # fmt: skip


def _with_complex_poles(invariant: Any, t: Any) -> Iterator[Solution]:
    """Yield the even and the odd solution around the middle of two conjugate poles.

    Where they are at i and -i it is Legendre's equation in i*t.
    """
    sympy = load("sympy")
    if not invariant.is_rational_function(t):
        return
    factors = [f for f, _ in sympy.factor_list(sympy.fraction(invariant)[1], t)[1] if f.has(t)]
    if len(factors) != 1 or sympy.degree(factors[0], t) != 2:
        return
    a, b, c = sympy.Poly(factors[0], t).all_coeffs()
    inside = sympy.factor(4 * a * c - b**2)
    if sign(inside) <= 0:
        return
    middle, height = -b / (2 * a), root(inside) / (2 * a)
    s = sympy.Dummy("s")
    for found in _legendre(-(height**2) * invariant.subs(t, middle + sympy.I * height * s), s):
        x = (t - middle) / height
        yield Solution(
            found.name, _real(found.first.subs(s, -sympy.I * x)),
            _real(sympy.I * found.second.subs(s, -sympy.I * x)), 1 / height, (), x,
        )  # fmt: skip


def _real(e: Any) -> Any:
    """Return a function of i*s as one of s; what is a power is one (DLMF 15.4.6)."""
    sympy = load("sympy")
    plain = sympy.powdenest(sympy.expand_power_base(e))
    powers = {f: (1 - f.args[2]) ** -f.args[0][0] for f in plain.atoms(sympy.hyper)
              if len(f.args[0]) == 1 and not f.args[1]}  # fmt: skip
    return plain.subs(powers)


KINDS: tuple[Callable[[Any, Any], Iterator[Solution]], ...] = (
    _airy, _bessel, _power, _weber, _whittaker, _coulomb, _legendre, _with_complex_poles,
)  # fmt: skip
