"""Solutions P(t)*exp(W(t)) of u'' = r(t)*u, r rational: the first case of Kovacic's algorithm.

P is a polynomial and W a sum of logarithms and a rational function (Kovacic 1986, An algorithm for
solving second order linear homogeneous differential equations, J. Symbolic Comput. 2:3-43). Poles
of r that are roots of one irreducible factor are treated alike, so that all stays in the field of
the coefficients; exponents and roots may be symbols and complex.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

from ..lazy import load
from .oracle import Patience

_HIGHEST = 6  # degree of the polynomial that is sought
_MOST = 64  # combinations of exponents that are tried
_LARGEST = 12  # degree of numerator and denominator
_CLOSE = 1e-7  # to zero, in floating point


class Exponential(NamedTuple):
    """A solution P*exp(W), and what of t the logarithms in W are of, with their factors."""

    polynomial: Any
    powers: tuple[tuple[Any, Any], ...]
    rest: Any  # of W, rational


class _Place(NamedTuple):
    """What a solution may do at poles of r, or at infinity.

    Parameters
    ----------
    factor
        The polynomial whose roots the poles are; 1 at infinity.
    choices
        Pairs of an exponent and what of dW/dt has poles of higher order there.
    """

    factor: Any
    choices: tuple[tuple[Any, Any], ...]


def exponentials(r: Any, t: Any, clock: Patience) -> Iterator[Exponential]:
    """Yield solutions of u'' = r*u, those with polynomials of low degree first.

    Parameters
    ----------
    r
        A rational function of t, in lowest terms.
    t
        The variable.
    clock
        The time left.
    """
    sympy = load("sympy")
    places = _places(r, t)
    if places is None:
        return
    trial = Trial(r, t)
    found: list[tuple[int, _Way]] = []
    for choice in list(product(*(p.choices for p in places)))[:_MOST]:
        way = _way(places, choice, t)
        degree = trial.degree(way)
        if degree is not None and trial.succeeds(way, degree):
            found.append((degree, way))
    for degree, way in sorted(found, key=lambda pair: pair[0]):
        if clock.left < 0:
            return
        if degree and _plain(way.degree) != degree:
            continue
        polynomial = _polynomial(r, t, way, degree) if degree else sympy.S.One
        if polynomial is not None:
            yield Exponential(polynomial, way.powers, sympy.integrate(way.slope, t))


def _way(places: list[_Place], choice: tuple[tuple[Any, Any], ...], t: Any) -> _Way:
    sympy = load("sympy")
    *inner, (outer, growth) = choice
    pairs = tuple((p.factor, a) for p, (a, _) in zip(places, inner, strict=False))
    taken = sum((sympy.degree(f, t) * a for f, a in pairs), sympy.S.Zero)
    slope = sympy.expand(sum((poles for _, poles in inner), growth))
    return _Way(pairs, slope, outer - taken)


def _plain(e: Any) -> Any:
    sympy = load("sympy")
    return e if e.is_Integer else sympy.cancel(sympy.expand(e))


def _places(r: Any, t: Any) -> list[_Place] | None:
    sympy = load("sympy")
    top, bottom = (sympy.Poly(p, t, field=True) for p in sympy.fraction(r))
    if max(top.degree(), bottom.degree()) > _LARGEST:
        return None
    places: list[_Place | None] = []
    for base, order in sympy.factor_list(bottom.as_expr(), t)[1]:
        factor = sympy.Poly(base, t, field=True).monic()
        places.append(_pole(top, bottom, factor, order, t))
    places.append(_infinity(top, bottom, t))
    return [p for p in places if p is not None] if None not in places else None


def _pole(top: Any, bottom: Any, factor: Any, order: int, t: Any) -> _Place | None:
    """Return what is possible at the roots of a factor of the denominator."""
    sympy = load("sympy")
    zero, base = sympy.S.Zero, factor.as_expr()
    if order == 1:
        return _Place(base, ((sympy.S.One, zero),))
    if order == 2:
        others = sympy.quo(bottom, factor**2) * factor.diff() ** 2
        strength = (top * sympy.invert(others, factor)).rem(factor)
        if strength.degree() > 0:
            return None
        return _Place(base, tuple((a, zero) for a in _exponents(strength.as_expr())))
    if order % 2 or factor.degree() > 1:
        return None
    pole = -factor.eval(0)
    near = [p.compose(sympy.Poly(t + pole, t, field=True)).all_coeffs()[::-1]
            for p in (top, sympy.quo(bottom, factor**order))]  # fmt: skip
    half = order // 2
    squared = _series(near[0], near[1], half)
    root, next_one = _root_series(squared, half - 1)
    poles = sum((c / base ** (half - i) for i, c in enumerate(root)), zero)
    lead = _plain(next_one / root[0])
    return _Place(base, tuple(((s * lead + half) / 2, s * poles) for s in (1, -1)))


def _infinity(top: Any, bottom: Any, t: Any) -> _Place | None:
    """Return what is possible for large t."""
    sympy = load("sympy")
    zero, order = sympy.S.Zero, bottom.degree() - top.degree()
    if order > 2 or top.is_zero:
        return _Place(sympy.S.One, ((zero, zero), (sympy.S.One, zero)))
    if order == 2:
        strength = top.LC() / bottom.LC()
        return _Place(sympy.S.One, tuple((a, zero) for a in _exponents(sympy.sympify(strength))))
    if order % 2:
        return None
    half = -order // 2
    squared = _series(top.all_coeffs(), bottom.all_coeffs(), half + 2)
    root, next_one = _root_series(squared, half + 1)
    growth = sum((c * t ** (half - i) for i, c in enumerate(root)), zero)
    lead = _plain(next_one / root[0])
    return _Place(sympy.S.One, tuple(((s * lead - half) / 2, s * growth) for s in (1, -1)))


def _exponents(strength: Any) -> tuple[Any, ...]:
    """Return the two roots of a*(a - 1) = strength, one if they agree."""
    sympy = load("sympy")
    half = square_root(1 + 4 * strength) / 2
    one = sympy.Rational(1, 2)
    return (one + half, one - half) if half != 0 else (one,)


def square_root(e: Any) -> Any:
    """Return a square root, squares taken out with either sign."""
    sympy = load("sympy")
    outside, number, inside = sympy.S.One, sympy.S.One, sympy.S.One
    for part, sign in zip(sympy.fraction(sympy.factor(e)), (1, -1), strict=True):
        constant, factors = sympy.factor_list(part)
        number *= constant**sign
        for base, power in factors:
            outside *= base ** (sign * (power // 2))
            inside *= base ** (sign * (power % 2))
    return outside * sympy.sqrt(number * inside)


def _series(top: Any, bottom: Any, count: int) -> list[Any]:
    """Return the first coefficients of a quotient of power series."""
    zero = load("sympy").S.Zero
    above = [*top, *[zero] * count][:count]
    below = [*bottom, *[zero] * count][:count]
    found: list[Any] = []
    for k in range(count):
        left = above[k] - sum((found[j] * below[k - j] for j in range(k)), zero)
        found.append(_plain(load("sympy").sympify(left) / below[0]))
    return found


def _root_series(squared: list[Any], count: int) -> tuple[list[Any], Any]:
    """Return the first coefficients of the root of a series, and what is left of the next one."""
    zero = load("sympy").S.Zero
    root = [square_root(squared[0])]
    for k in range(1, count):
        left = squared[k] - sum((root[j] * root[k - j] for j in range(1, k)), zero)
        root.append(_plain(left / (2 * root[0])))
    inner = sum((root[j] * root[count - j] for j in range(1, count)), zero)
    return root, _plain(squared[count] - inner)


def _polynomial(r: Any, t: Any, way: _Way, degree: int) -> Any | None:
    """Return P of that degree with P'' + 2*w*P' + (w' + w^2 - r)*P = 0, w = W'."""
    sympy = load("sympy")
    w, unknown = way.logarithmic_slope(t), sympy.symbols(f"c_:{degree}")
    p = t**degree + sum((c * t**k for k, c in enumerate(unknown)), sympy.S.Zero)
    rest = sympy.cancel(sympy.diff(w, t) + w**2 - r)
    whole = sympy.diff(p, t, 2) + 2 * sympy.cancel(w) * sympy.diff(p, t) + rest * p
    top = sympy.fraction(sympy.together(whole))[0]
    conditions = [c for c in map(sympy.expand, sympy.Poly(top, t).all_coeffs()) if c != 0]
    solved = sympy.solve(conditions[: degree + 1], unknown, dict=True)
    return p.subs(solved[0]).subs(dict.fromkeys(unknown, 0)) if solved else None


class _Way(NamedTuple):
    """One choice at every place: W' = sum of a*f'/f, and slope; and the degree of P it needs."""

    powers: tuple[tuple[Any, Any], ...]
    slope: Any
    degree: Any

    def logarithmic_slope(self, t: Any) -> Any:
        diff, zero = load("sympy").diff, load("sympy").S.Zero
        return self.slope + sum((a * diff(f, t) / f for f, a in self.powers), zero)


class Trial:
    """Tells in floating point whether a way can lead to a solution, at values for all symbols."""

    def __init__(self, r: Any, t: Any) -> None:
        sympy = load("sympy")
        others = sorted(r.free_symbols - {t}, key=str)
        self.t, self.known = t, {s: sympy.Float(1.3719 + 0.6137 * i) for i, s in enumerate(others)}
        self.times = [sympy.Float(2.1937 + 0.4171 * i) for i in range(_HIGHEST + 3)]
        self.r = [complex(r.subs(self.known).subs(t, x)) for x in self.times]

    def degree(self, way: _Way) -> int | None:
        """Return the degree of the polynomial, None if it is no whole number or too high."""
        value = complex(way.degree.subs(self.known))
        whole = round(value.real)
        close = abs(value - whole) < _CLOSE and 0 <= whole <= _HIGHEST
        return whole if close else None

    def succeeds(self, way: _Way, degree: int) -> bool:
        """Tell whether there is such a polynomial."""
        w = way.logarithmic_slope(self.t).subs(self.known)
        slope = load("sympy").diff(w, self.t)
        rows: list[list[complex]] = []
        for x, r in zip(self.times[: degree + 3], self.r, strict=False):
            here, change, at = complex(w.subs(self.t, x)), complex(slope.subs(self.t, x)), float(x)
            rest = change + here**2 - r
            scale = abs(change) + abs(here) ** 2 + abs(r) or 1.0
            rows.append(
                [_applied(k, at, here, rest) / scale / at**degree for k in range(degree + 1)]
            )
        return _is_dependent(rows)


def _applied(k: int, t: float, w: complex, rest: complex) -> complex:
    """Return what becomes of t^k."""
    second = k * (k - 1) * t ** (k - 2) if k > 1 else 0.0
    return second + (2 * w * k * t ** (k - 1) if k else 0.0) + rest * t**k


def _is_dependent(rows: list[list[complex]]) -> bool:
    """Tell whether the last column is a combination of the others: elimination with pivots."""
    rows = [list(row) for row in rows]
    for column in range(len(rows[0]) - 1):
        pivot = max(rows, key=lambda row: abs(row[column]))
        rows.remove(pivot)
        if abs(pivot[column]) < _CLOSE:
            return False
        for row in rows:
            factor = row[column] / pivot[column]
            row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
    return all(abs(row[-1]) < _CLOSE for row in rows)
