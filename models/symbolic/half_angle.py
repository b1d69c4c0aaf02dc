"""Rates g(t)*(a + b*cos(k*y) + c*sin(k*y)): quadratic in the tangent of half the angle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..lazy import load
from .algebra import Scalar
from .integral_table import itself
from .powers import Powers, keeps_root, riccati_formula, with_clock, without_squares
from .stage import WITH, Same, Slope, Stage, unknown


def half_angle(equation: Scalar) -> Powers | None:
    """Return pace, clock, and coefficients: those of the quadratic rate, k, and whole turns.

    The quadratic rate is that of u = tan(k*y/2), du/dt = g*(p*u^2 + q*u + r).
    """
    sympy = load("sympy")
    y = equation.rate.y
    waves = sorted(equation.rate.f.atoms(sympy.sin, sympy.cos), key=str)
    angles = {e.args[0] for e in waves if e.has(y)}
    parts = with_clock(equation.rate) if len(angles) == 1 else None
    if parts is None:
        return None
    (angle,), (pace, clock, inner) = angles, parts
    k = sympy.diff(angle, y)
    s, c = sympy.Dummy("s"), sympy.Dummy("c")
    plain = sympy.expand(inner).subs({sympy.sin(angle): s, sympy.cos(angle): c})
    if k.has(y) or sympy.expand(angle - k * y) != 0 or plain.has(y):
        return None
    if not plain.is_polynomial(s, c) or sympy.Poly(plain, s, c).total_degree() != 1:
        return None
    a, of_sine, of_cosine = plain.subs({s: 0, c: 0}), plain.coeff(s), plain.coeff(c)
    rate = [k * (a - of_cosine) / 2, k * of_sine, k * (a + of_cosine) / 2]
    turns = sympy.floor(k * equation.start / (2 * sympy.pi) + sympy.Rational(1, 2))
    return Powers(pace, clock, (*map(sympy.factor, rate), k, turns))


def half_angle_formula(powers: Powers, y0: Any) -> Any:
    """Return the solution as it is written."""
    sympy = load("sympy")
    *rate, k, turns = powers.coefficients
    begun = sympy.tan(k * y0 / 2)
    tangent = riccati_formula(powers._replace(coefficients=tuple(rate)), begun)
    return 2 * (sympy.atan(tangent) + sympy.pi * (turns + _half_turns(powers, begun))) / k


def _half_turns(powers: Powers, begun: Any) -> Any:
    """Return how often the tangent has passed infinity: for ever, or once on its way to rest.

    Its denominator cos(w*T) - (p*u_0 + q/2)*sin(w*T)/w is zero then.
    """
    sympy = load("sympy")
    p, q, r, *_ = powers.coefficients
    steep, square = p * begun + q / 2, sympy.factor(q**2 / 4 - p * r)
    if p == 0:
        return sympy.S.Zero
    rest = sympy.sqrt(square).replace(sympy.Abs, itself)
    tangent = sympy.tanh(rest * powers.clock) / rest if rest != 0 else powers.clock
    passed_by = sympy.expand(2 * steep) * (tangent / 2)
    once = sympy.sign(p * powers.clock), sympy.Lt(1, passed_by)
    if square.is_nonnegative or not keeps_root(rest, square):
        return sympy.Piecewise(once, (0, True))
    w = sympy.sqrt(-square)
    phase = w * powers.clock + sympy.atan(steep / w)
    passed = sympy.sign(p) * sympy.floor(phase / sympy.pi + sympy.Rational(1, 2))
    if square.is_negative:
        return passed
    return sympy.Piecewise((passed, without_squares(square) < 0), once, (0, True))


def half_angle_stages(equation: Scalar, powers: Powers) -> Iterator[Stage]:
    """Yield that the tangent of half the angle has a quadratic rate, and what it then is."""
    sympy = load("sympy")
    rate, u, (p, q, r, k, _) = equation.rate, unknown("u"), powers.coefficients
    tangent = sympy.tan(k * rate.y / 2)
    own = powers.pace * (p * u**2 + q * u + r)
    yield Stage(
        "The tangent of half the angle has a rate that is quadratic in it, Riccati's equation",
        (Slope(u, rate.t), "=", own, WITH, u, "=", tangent),
        (Same(tangent, own.subs(u, tangent), rate.along()),),
    )  # fmt: skip
    begun = sympy.tan(k * equation.start / 2)
    found = riccati_formula(powers._replace(coefficients=(p, q, r)), begun)
    yield Stage(
        "Its solution, from the tangent at the start",
        (u, "=", found),
        (Same(found, own.subs(u, found), ((rate.t, sympy.Integer(1)),)),),
    )  # fmt: skip
