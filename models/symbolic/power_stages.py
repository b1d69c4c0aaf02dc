"""The stages of Bernoulli's and Riccati's equations with constant coefficients, as in textbooks.

See Boyce and DiPrima 2012, *Elementary Differential Equations*, sections 2.4 and 2.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..lazy import load
from .algebra import Scalar
from .integral_table import itself
from .powers import Powers
from .stage import (
    WITH,
    Differential,
    Same,
    Slope,
    Stage,
    determined,
    integrated,
    times,
    unknown,
    written,
)


def bernoulli_stages(equation: Scalar, powers: Powers) -> Iterator[Stage]:
    """Yield the stages of dy/dt = g(t)*(a*y + b*y^(m + 1)) before it is solved for y."""
    a, _, m, *_ = powers.coefficients
    if m == 1 and a != 0:
        yield from _logistic(equation, powers)
    elif a == 0:
        yield from _power_law(equation, powers)
    else:
        yield from _by_substitution(equation, powers)


def _logistic(equation: Scalar, powers: Powers) -> Iterator[Stage]:
    """Yield the stages by partial fractions."""
    sympy = load("sympy")
    rate, (a, b, *_), y0 = equation.rate, powers.coefficients, equation.start
    t, y, g = rate.t, rate.y, powers.pace
    k = sympy.cancel(-a / b)
    yield Stage(
        f"The rate is {y} times a linear function of {y}: logistic growth",
        (rate.slope, "=", rate.given), (Same(rate.given, g * a * y * (1 - y / k)),),
    )  # fmt: skip
    yield Stage(
        "Separate the variables, in partial fractions",
        (1 / y + 1 / (k - y), Differential(y), "=", *times(g * a, Differential(t))),
        (Same(rate.given * (1 / y + 1 / (k - y)), g * a),),
    )
    grown = a * powers.clock
    left = sympy.log(sympy.Abs(y / (k - y)))
    yield Stage(
        "Integrate both sides", integrated(left, grown),
        (Same(left, 1 / y + 1 / (k - y), ((y, 1),)), Same(grown, g * a, ((t, 1),))),
    )  # fmt: skip
    yield determined(left - grown, equation.begun(left - grown))
    one, other = y / (k - y), y0 / (k - y0) * sympy.exp(grown)
    gap = sympy.log(sympy.Abs(one)) - sympy.log(sympy.Abs(other))
    yield Stage(
        "Take exponentials; the sign is that of the start", (one, "=", other),
        (Same(one - other, 0, at_start=True), Same(gap, 0, rate.along())),
    )  # fmt: skip


def _power_law(equation: Scalar, powers: Powers) -> Iterator[Stage]:
    """Yield the stages of dy/dt = g(t)*b*(c + d*y)^n/d."""
    rate, (_, b, m, c, d, *_) = equation.rate, powers.coefficients
    t, y, g = rate.t, rate.y, powers.pace
    n, line, pace = m + 1, c + d * y, g * b / d
    yield Stage(
        f"The rate is a power of {written(line)}: the variables separate"
        if c else "The rate is a power of the state: the variables separate",
        (rate.slope, "=", rate.given), (Same(rate.given, pace * line**n),),
    )  # fmt: skip
    yield Stage(
        f"Bring {y} to the left and {t} to the right",
        (line**-n, Differential(y), "=", *times(pace, Differential(t))),
        (Same(rate.given * line**-n, pace),),
    )
    left, right = -(line**-m) / (m * d), b * powers.clock / d
    yield Stage(
        "Integrate both sides", integrated(left, right),
        (Same(left, line**-n, ((y, 1),)), Same(right, pace, ((t, 1),))),
    )  # fmt: skip
    yield determined(left - right, equation.begun(left - right))


def _by_substitution(equation: Scalar, powers: Powers) -> Iterator[Stage]:
    """Yield the stages with u = (c + d*y)^-m, which fulfils a linear equation."""
    sympy = load("sympy")
    rate, (a, b, m, c, d, *_) = equation.rate, powers.coefficients
    t, g, u, line = rate.t, powers.pace, unknown("u"), c + d * rate.y
    new, begun = line**-m, (c + d * equation.start) ** -m
    yield Stage(
        f"This is Bernoulli's equation, with the power {written(m + 1)}"
        + (f" of {written(line)}" if line != rate.y else ""),
        (rate.slope, "=", rate.given),
        (Same(rate.given, g * (a * line + b * line ** (m + 1)) / d),),
    )
    yield Stage(
        f"Substitute {written(new)}: it fulfils a linear equation",
        (Slope(u, t), "=", sympy.factor(-m * g * (a * u + b)), WITH, u, "=", new),
        (Same(new, -m * g * (a * new + b), rate.along()),),
    )
    rest = sympy.cancel(-b / a)
    moved = rest + (begun - rest) * sympy.exp(-m * a * powers.clock)
    yield Stage(
        "Its solution with the start value is",
        (u, "=", moved),
        (Same(moved, -m * g * (a * moved + b), ((t, 1),)), Same(moved, begun, at_start=True)),
    )


def riccati_stages(equation: Scalar, powers: Powers) -> Iterator[Stage]:
    """Yield the stages of dy/dt = g(t)*(a*y^2 + b*y + c) before it is solved for y."""
    sympy = load("sympy")
    rate, (a, b, c, *_) = equation.rate, powers.coefficients
    t, y, g, u = rate.t, rate.y, powers.pace, unknown("u")
    steep, square = a * y + b / 2, sympy.factor(b**2 / 4 - a * c)
    yield Stage(
        "The rate is quadratic in the state" if b == 0
        else "This is Riccati's equation with constant coefficients",
        (rate.slope, "=", rate.given), (Same(rate.given, g * (a * y**2 + b * y + c)),),
    )  # fmt: skip
    growth = u**2 - square
    if b == 0:
        yield Stage(
            "Separate the variables",
            (1 / (a * y**2 + c), Differential(y), "=", *times(g, Differential(t))),
            (Same(rate.given / (a * y**2 + c), g),),
        )
    else:
        yield Stage(
            "Complete the square; then the variables separate",
            (Slope(u, t), "=", g * growth, WITH, u, "=", steep),
            (Same(steep, g * (steep**2 - square), rate.along()),),
        )
    left = reciprocal_integral(steep, square)
    yield Stage(
        "Integrate both sides", integrated(left, powers.clock),
        (Same(left, 1 / (a * y**2 + b * y + c), ((y, 1),)), Same(powers.clock, g, ((t, 1),))),
    )  # fmt: skip
    yield determined(left - powers.clock, equation.begun(left - powers.clock))


def scaled_riccati_stages(equation: Scalar, powers: Powers) -> Iterator[Stage]:
    """Yield the stages of Riccati's equation whose state, by phi(t), has constant coefficients."""
    sympy = load("sympy")
    a, b, c, phi, _ = powers.coefficients
    rate, u = equation.rate, unknown("u")
    t, y, g, new = rate.t, rate.y, powers.pace, rate.y / phi
    own = g * (a * u**2 + b * u + c)
    whole = phi * own.subs(u, new) + new * sympy.diff(phi, t)
    yield Stage(
        "This is Riccati's equation, quadratic in the state",
        (rate.slope, "=", rate.given), (Same(rate.given, whole),),
    )  # fmt: skip
    yield Stage(
        f"Scale {y}; then the coefficients have their dependence on {t} in common",
        (Slope(u, t), "=", own, WITH, u, "=", new),
        (Same(new, own.subs(u, new), rate.along()),),
    )
    square = sympy.factor(b**2 / 4 - a * c)
    left = reciprocal_integral(a * u + b / 2, square)
    along = left.subs(u, new)
    yield Stage(
        "Separate the variables and integrate both sides", integrated(left, powers.clock),
        (Same(along, g, rate.along()), Same(powers.clock, g, ((t, 1),))),
    )  # fmt: skip
    yield determined(along - powers.clock, equation.begun(along - powers.clock))


def reciprocal_integral(u: Any, square: Any) -> Any:
    """Return the integral of 1/(u^2 - w^2) by u."""
    sympy = load("sympy")
    if square == 0:
        return -1 / u
    if square.is_negative:
        w = sympy.sqrt(-square)
        return sympy.atan(u / w) / w
    w = sympy.sqrt(square).replace(sympy.Abs, itself)
    return sympy.log(sympy.Abs((w - u) / (w + u))) / (2 * w)
