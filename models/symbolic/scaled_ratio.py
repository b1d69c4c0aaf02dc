"""Equations that separate in u = y*t^k, where du/dt is a power of the time times a function of u.

Scaling both variables multiplies the rate of u by a power (Ince 1956, *Ordinary Differential
Equations*, chapter IV); where that power is 1/t the equation is homogeneous.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from ..lazy import load
from .first_integral import Integral, Rate, Reduced, separates
from .stage import WITH, Same, Stage, unknown

_PLACES = ((1.37, 0.83), (1.91, 1.49), (0.71, 1.23), (1.13, 0.57))
_LARGEST = 12  # denominator of an exponent
_NEAR = 1e-8


def in_a_scaled_ratio(rate: Rate) -> Reduced | None:
    """Return du/dt = t^(m - 1)*growth(u) with u = y*t^k and m not zero, None if it is another."""
    sympy, t, y = load("sympy"), rate.t, rate.y
    scaled = t * rate.f / y
    powers = _powers(rate, scaled)
    if powers is None:
        return None
    k, m = (sympy.Rational(p.numerator, p.denominator) for p in powers)
    u = unknown("u")
    whole = u * (k + scaled.subs({t: 1, y: u}, simultaneous=True))
    growth, pace, ratio = sympy.cancel(sympy.together(whole)), t ** (m - 1), y * t**k
    stage = Stage(
        f"Look at one combination: its rate is a power of {t} times a function of itself",
        (rate.slope, "=", rate.given, WITH, u, "=", ratio),
        (Same(ratio, pace * growth.subs(u, ratio), rate.along()),),
    )
    return Reduced(u, ratio, u * t**-k, growth, pace, (stage,))


def of_a_scaled_ratio(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of an equation that separates in y*t^k with a power of the time.

    One without the time separates as it is.
    """
    if not rate.f.has(rate.t):
        return
    found = in_a_scaled_ratio(rate)
    left = rate.over(1 / found.growth, found.u) if found and found.growth != 0 else None
    if found is not None and left is not None:
        power = load("sympy").powsimp(found.pace * rate.t)
        yield separates(rate, found, power / power.as_base_exp()[1], left)


def _powers(rate: Rate, scaled: Any) -> tuple[Fraction, Fraction] | None:
    """Return k and m for which t*F_t - k*y*F_y = m*(k + F), F the scaled rate, or None.

    Found in floating point at a few places, where parameters have values no power is made of.
    """
    sympy, t, y = load("sympy"), rate.t, rate.y
    others = sorted(scaled.free_symbols - {t, y}, key=str)
    terms = (t * sympy.diff(scaled, t), y * sympy.diff(scaled, y), scaled)
    value = sympy.lambdify((t, y, *others), terms, "math")
    known = [1.3171 + 0.2339 * i for i in range(len(others))]
    try:
        rows = [value(*place, *known) for place in _PLACES]
        k, m, both = _solved([(by_y, f, 1.0, by_t) for by_t, by_y, f in rows[:3]])
    except (ArithmeticError, ValueError, TypeError, NameError):  # what floats do not have
        return None
    by_t, by_y, f = rows[3]
    if abs(by_t - k * by_y - m * f - both) > _NEAR * (abs(by_t) + abs(both)):
        return None
    found = Fraction(k).limit_denominator(_LARGEST), Fraction(m).limit_denominator(_LARGEST)
    near = abs(k - found[0]) + abs(m - found[1]) + abs(both - k * m) < _NEAR
    return found if near and found[1] != 0 else None


def _solved(rows: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float]:
    """Return the solution of three linear equations, each with its right side last."""

    def determinant(columns: tuple[int, int, int]) -> float:
        (a, b, c), (d, e, f), (g, h, i) = ([row[n] for n in columns] for row in rows)
        return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

    whole = determinant((0, 1, 2))
    return (
        determinant((3, 1, 2)) / whole, determinant((0, 3, 2)) / whole,
        determinant((0, 1, 3)) / whole,
    )  # fmt: skip
