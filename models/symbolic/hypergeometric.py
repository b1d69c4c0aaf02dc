"""Normal forms z'' = I(t)*z with two poles, at most double ones: Gauss's hypergeometric functions.

With infinity they make Riemann's equation, which its exponents determine (DLMF 15.11).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..lazy import load
from .normal_forms import Solution, gauss_of, root, sign


class _Places(NamedTuple):
    """The two poles, and what (1 - 2*a)^2 is at each and at infinity, a an exponent there."""

    one: Any
    other: Any
    squares: tuple[Any, Any, Any]


def gauss(invariant: Any, t: Any) -> Iterator[Solution]:
    """Yield solutions of Riemann's equation around either pole, on both sides of it."""
    places = _places(invariant, t)
    if places is None:
        return
    one, other, (here, there, far) = places
    if not all(sign(square) >= 0 for square in (here, there)):
        return
    if any(root(square).is_Integer for square in (here, there)):
        yield from _of_larger(t, (one, other), (root(here), root(there), far))
    for pole, second, squares in ((one, other, (here, there)), (other, one, (there, here))):
        for side in (1, -1):
            yield from _around(t, (pole, second), (*map(root, squares), far), side)


def _places(invariant: Any, t: Any) -> _Places | None:
    """Return the poles, None where there are not two, of order two at most, infinity included."""
    sympy = load("sympy")
    if not invariant.is_rational_function(t):
        return None
    poles = _poles(sympy.fraction(invariant)[1], t)
    if poles is None:
        return None
    one, other = poles
    plain = sympy.cancel(sympy.together(invariant * ((t - one) * (t - other)) ** 2))
    if not plain.is_polynomial(t) or sympy.degree(plain, t) > 2:
        return None
    far = sympy.Poly(plain, t).coeff_monomial(t**2)
    gap = (one - other) ** 2
    parts = (plain.subs(t, one) / gap, plain.subs(t, other) / gap, far)
    return _Places(one, other, tuple(sympy.factor(1 + 4 * part) for part in parts))


def _poles(bottom: Any, t: Any) -> tuple[Any, Any] | None:
    """Return the two roots of a denominator, real ones; None if it has more or fewer."""
    sympy = load("sympy")
    factors = [f for f, _ in sympy.factor_list(bottom, t)[1] if f.has(t)]
    if len(factors) == 2 and all(sympy.degree(f, t) == 1 for f in factors):
        first, second = (sympy.cancel(-f.subs(t, 0) / sympy.diff(f, t)) for f in factors)
        return first, second
    if len(factors) != 1 or sympy.degree(factors[0], t) != 2:
        return None
    a, b, c = sympy.Poly(factors[0], t).all_coeffs()
    inside = sympy.factor(b**2 - 4 * a * c)
    if sign(inside) <= 0:
        return None
    first, second = (sympy.cancel((-b + s * root(inside)) / (2 * a)) for s in (-1, 1))
    return first, second


def _around(
    t: Any, poles: tuple[Any, Any], roots: tuple[Any, Any, Any], side: int
) -> Iterator[Solution]:
    """Yield the pair of one pole: `roots` are the differences of exponents, of the last squared."""
    sympy = load("sympy")
    (pole, other), (here, there, far), half = poles, roots, sympy.Rational(1, 2)
    if here.is_Integer:
        return
    distance = side * sympy.cancel((t - pole) / (other - pole))
    rest, x = sympy.cancel(1 - side * distance), side * distance
    pair: list[Any] = []
    for s in (1, -1):
        low, high = half + s * here / 2, half + there / 2
        c = sympy.expand(1 + s * here)
        series = gauss_of(sympy.expand(low + high - half), far / 4, c, x)
        pair.append(distance**low * rest**high * series)
    weight = -here * side / (other - pole)
    name = "is Riemann's, of the hypergeometric functions"
    yield Solution(name, pair[0], pair[1], weight, (distance, rest), x)


def _of_larger(t: Any, poles: tuple[Any, Any], roots: tuple[Any, Any, Any]) -> Iterator[Solution]:
    """Yield the solutions of the larger exponent at two of the poles, which have no logarithms.

    Between the poles they are those of both, outside those of one and of infinity.
    """
    sympy = load("sympy")
    (one, other), (here, there, far), half = poles, roots, sympy.Rational(1, 2)
    name = "is Riemann's, of the hypergeometric functions"
    middle = sympy.expand((1 + here + there) / 2)
    distance = sympy.cancel((t - one) / (other - one))
    rest = sympy.cancel(1 - distance)
    scale = distance ** (half + here / 2) * rest ** (half + there / 2)
    first, second = (gauss_of(middle, far / 4, 1 + e, x)
                     for e, x in ((here, distance), (there, rest)))  # fmt: skip
    yield Solution(name, scale * first, scale * second, None, (distance, rest), distance)
    for near, beyond, square, second_square in (
        (one, other, here, there), (other, one, there, here)
    ):  # fmt: skip
        outside = sympy.cancel((t - near) / (near - beyond))
        scale = outside ** (half + square / 2) * (1 + outside) ** (half + second_square / 2)
        first = gauss_of(middle, far / 4, 1 + square, -outside)
        if sign(far) < 0:
            continue
        a, gap = middle + root(far) / 2, root(far)
        second = outside**-a * _series(a, sympy.expand(a - square), 1 + gap, -1 / outside)
        yield Solution(name, scale * first, scale * second, None, (outside,), -outside)


def _series(a: Any, b: Any, c: Any, x: Any) -> Any:
    """Return Gauss's function, a power where it is one (DLMF 15.4.6)."""
    if c in (a, b):
        return (1 - x) ** -(b if c == a else a)
    return load("sympy").hyper((a, b), (c,), x)
