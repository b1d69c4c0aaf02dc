"""Linear equations y'' = p(t)*y' + q(t)*y whose normal form has solutions with a name.

The substitution y = f(t)*z with f = exp(integral of p/2) leaves z'' = I(t)*z, and I decides: two
equations with the same I are one (DLMF 1.13(iv)). Airy's has a linear I, Bessel's a power and an
inverse square, Weber's a quadratic one, Whittaker's a constant, 1/t and 1/t^2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ..lazy import load
from ..tape import Tape
from .bridge import from_sympy, symbols, to_sympy
from .integral_table import exponential, from_table, itself

_LONGEST = 80  # operations of a coefficient that is looked at


class Named(NamedTuple):
    """Two solutions of an equation with a name.

    Parameters
    ----------
    name
        Whose equation it is, and in which variable, in words.
    pair
        The solutions, from time and parameters.
    factor
        What the solutions of the normal form are multiplied with.
    invariant
        The coefficient I of the normal form.
    wronskian
        Of the pair, first times slope of the second less the reverse.
    scale
        One over it.
    positive
        What has to be positive along a solution; empty for nothing.
    """

    name: str
    pair: Tape
    factor: Tape
    invariant: Tape
    wronskian: Tape
    scale: Tape
    positive: Tape


class Solution(NamedTuple):
    """What solves a normal form: its name, two solutions, their Wronskian, what is positive."""

    name: str
    first: Any
    second: Any
    wronskian: Any
    positive: tuple[Any, ...] = ()


def named(p: Tape, q: Tape, time: str) -> Iterator[Named]:
    """Yield pairs of solutions of y'' = p*y' + q*y.

    Parameters
    ----------
    p, q
        From time and parameters, with the same inputs.
    time
        The variable.

    Raises
    ------
    SpecificationError
        If something in them has no exact counterpart in algebra.
    """
    known = symbols(p.inputs)
    (slope,), (value,) = to_sympy(p, known), to_sympy(q, known)
    sympy, t = load("sympy"), known[time]
    if max(slope.count_ops(), value.count_ops()) > _LONGEST:
        return
    if not all(e.is_rational_function(t) for e in (slope, value)):
        return
    whole = from_table(sympy.apart(slope, t), t) if slope != 0 else slope
    if whole is None:
        return
    factor = _upright(exponential(whole / 2), t)
    invariant = sympy.factor(sympy.cancel(sympy.together(
        value + slope**2 / 4 - sympy.diff(slope, t) / 2)))  # fmt: skip

    def tape(*expressions: Any) -> Tape:
        return from_sympy(expressions, known, (time,))

    for kind in _KINDS:
        for s in kind(invariant, t):
            pair = (_joined(factor * s.first), _joined(factor * s.second))
            weight = sympy.powsimp(factor**2 * s.wronskian)
            positive = [e for e in (*s.positive, *_bases(factor, t)) if e.free_symbols]
            yield Named(
                s.name, tape(*pair), tape(factor), tape(invariant), tape(weight),
                tape(1 / weight), tape(*positive),
            )  # fmt: skip


def _joined(product: Any) -> Any:
    """Return a product with its powers and exponentials put together."""
    return load("sympy").powsimp(product, force=True)


def _upright(factor: Any, t: Any) -> Any:
    """Return a factor with bases of powers that are positive near zero, as 1 - t for t - 1."""
    sympy = load("sympy")

    def turned(base: Any, power: Any) -> Any:
        return (-base if _sign(base.subs(t, 0)) < 0 else base) ** power

    def opened(base: Any, power: Any) -> Any:
        return sympy.expand(base) ** power if base.is_Mul else base**power

    if not factor.has(t):
        return factor
    return _joined(factor.replace(sympy.Pow, turned)).replace(sympy.Pow, opened)


def _bases(factor: Any, t: Any) -> tuple[Any, ...]:
    """Return what powers in a factor have for a base."""
    powers = factor.atoms(load("sympy").Pow)
    return tuple(
        e.base for e in powers if e.base.has(t) and not (e.exp.is_Integer and e.exp.is_positive)
    )


def _root(e: Any) -> Any:
    """Return a square root, of a square what it is the square of, whatever its sign."""
    sympy = load("sympy")
    return sympy.sqrt(sympy.factor(e)).replace(sympy.Abs, itself)


def _sign(e: Any) -> int:
    """Return the sign a coefficient has where all symbols are positive; 0 where that is open."""
    sympy = load("sympy")
    at = {s: sympy.Dummy(positive=True) for s in e.free_symbols}
    usual = sympy.factor(e.xreplace(at))
    return 1 if usual.is_positive else -1 if usual.is_negative else 0


def _powers(invariant: Any, t: Any) -> dict[int, Any] | None:
    """Return the coefficients of powers of t, None where it is not a sum of them."""
    sympy, found = load("sympy"), dict[int, Any]()
    for term in sympy.Add.make_args(sympy.expand(invariant)):
        c, rest = term.as_independent(t, as_Add=False)
        base, power = rest.as_base_exp() if rest != 1 else (t, sympy.Integer(0))
        if base != t or not power.is_Integer:
            return None
        found[int(power)] = found.get(int(power), 0) + c
    return {n: c for n, c in found.items() if c != 0}


def _moved(invariant: Any, t: Any) -> tuple[Any, Any]:
    """Return I as a function of the distance to its only pole, and that distance."""
    sympy = load("sympy")
    below = sympy.fraction(invariant)[1]
    poles = [f for f, _ in sympy.factor_list(below, t)[1]] if below.has(t) else []
    if len(poles) != 1 or sympy.degree(poles[0], t) != 1:
        return invariant, t
    slope, rest = sympy.Poly(poles[0], t).all_coeffs()
    place = sympy.cancel(rest / slope)
    return sympy.cancel(invariant.subs(t, t - place)), t + place


def _airy(invariant: Any, t: Any) -> Iterator[Solution]:
    sympy = load("sympy")
    powers = _powers(invariant, t)
    if powers is None or not {1} <= powers.keys() <= {0, 1}:
        return
    c = powers[1]
    side = -1 if _sign(c) < 0 else 1
    scale = side * (side * c) ** sympy.Rational(1, 3)
    z = scale * t + powers.get(0, 0) / scale**2
    positive = (side * c,) if c.free_symbols else ()
    yield Solution(
        f"is Airy's in {z}".replace("**", "^"), sympy.airyai(z), sympy.airybi(z),
        scale / sympy.pi, positive,
    )  # fmt: skip


def _bessel(invariant: Any, t: Any) -> Iterator[Solution]:
    sympy = load("sympy")
    plain, s = _moved(invariant, t)
    powers = _powers(plain, t)
    if powers is None or len(powers.keys() - {-2}) != 1:
        return
    ((power, c),) = ((n, c) for n, c in powers.items() if n != -2)
    half = sympy.Rational(power + 2, 2)
    order = _root(1 + 4 * powers.get(-2, 0)) / (2 * half)
    grows = _sign(c) > 0
    size = c if grows else -c
    z = _root(size) / half * s**half
    kinds = (sympy.besselk, sympy.besseli) if grows else (sympy.besselj, sympy.bessely)
    first, second = (sympy.sqrt(s) * kind(order, z) for kind in kinds)
    weight = half if grows else 2 * half / sympy.pi
    name = f"is {'the modified ' if grows else ''}Bessel's of order {order} in {z}"
    yield Solution(name.replace("**", "^"), first, second, weight, (s, size))


def _weber(invariant: Any, t: Any) -> Iterator[Solution]:
    sympy = load("sympy")
    powers = _powers(invariant, t)
    if powers is None or not {2} <= powers.keys() <= {0, 1, 2} or _sign(powers[2]) < 0:
        return
    c = powers[2]
    rate = _root(c)
    middle = powers.get(1, 0) / (2 * c)
    a = sympy.cancel((powers.get(0, 0) - c * middle**2) / (2 * rate))
    s = t + middle
    square, quarter = rate * s**2, sympy.Rational(1, 4)
    decay = sympy.exp(-square / 2)
    even = decay * sympy.hyper((a / 2 + quarter,), (sympy.Rational(1, 2),), square)
    odd = s * decay * sympy.hyper((a / 2 + 3 * quarter,), (sympy.Rational(3, 2),), square)
    name = f"is Weber's, of the parabolic cylinder, in {sympy.sqrt(2 * rate) * s}"
    yield Solution(name.replace("**", "^"), even, odd, sympy.Integer(1), (rate,))


def _whittaker(invariant: Any, t: Any) -> Iterator[Solution]:
    sympy = load("sympy")
    plain, s = _moved(invariant, t)
    powers = _powers(plain, t)
    if powers is None or not {-1, 0} <= powers.keys() <= {-2, -1, 0} or _sign(powers[0]) < 0:
        return
    rate, half = _root(powers[0]), sympy.Rational(1, 2)
    mu = _root(1 + 4 * powers.get(-2, 0)) / 2
    z, kappa = 2 * rate * s, sympy.cancel(-powers[-1] / (2 * rate))
    first, second = (
        s ** (half + m) * sympy.exp(-z / 2)
        * sympy.hyper((sympy.expand(half + m - kappa),), (sympy.expand(1 + 2 * m),), z)
        for m in (mu, -mu)
    )  # fmt: skip
    name = f"is Whittaker's, of the confluent hypergeometric functions, in {z}"
    yield Solution(name.replace("**", "^"), first, second, -2 * mu, (s, rate))


def _legendre(invariant: Any, t: Any) -> Iterator[Solution]:
    """Yield the solutions of (1 - t^2)*y'' = A*t*y' + B*y, by its exponents at the poles."""
    sympy = load("sympy")
    top = sympy.cancel(invariant * (1 - t**2) ** 2)
    if not top.is_polynomial(t) or sympy.degree(top, t) > 2:
        return
    d, odd, e = (top.coeff(t, n) if n else top.subs(t, 0) for n in (2, 1, 0))
    if odd != 0:
        return
    # The top is (A^2/4 - A/2 - B)*t^2 + B - A/2, from which A and B are found.
    a = 2 + 2 * _root(1 + d + e)
    b = sympy.expand(e + a / 2)
    half, middle = sympy.Rational(1, 2), (a - 1) / 4
    spread = _root(sympy.expand((a - 1) ** 2 - 4 * b)) / 4
    low, high = sympy.expand(middle - spread), sympy.expand(middle + spread)
    scale = (1 - t**2) ** (a / 4)
    even = scale * sympy.hyper((low, high), (half,), t**2)
    uneven = t * scale * sympy.hyper((low + half, high + half), (3 * half,), t**2)
    yield Solution(
        "is Legendre's, of the hypergeometric functions", even, uneven, sympy.Integer(1),
        (1 - t**2,),
    )  # fmt: skip


_KINDS: tuple[Callable[[Any, Any], Iterator[Solution]], ...] = (
    _airy, _bessel, _weber, _whittaker, _legendre,
)  # fmt: skip
