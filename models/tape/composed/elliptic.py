"""Elliptic integrals and functions composed of plain operations, exact to rounding.

Carlson 1995, Numerical Algorithms 10, 13-26, doi:10.1007/BF02198293, for the integrals by
duplication; DLMF 19.25 for Legendre's in terms of Carlson's, 22.20(ii) for Jacobi's functions by
the descending arithmetic-geometric mean.
"""

from __future__ import annotations

import math

from ..program import Value
from .series import choose, kept

_DUPLICATIONS = 14  # each makes the differences of the arguments a quarter
_MEANS = 8  # each doubles the digits to which the two means agree


def first_symmetric(x: Value, y: Value, z: Value) -> Value:
    """Return Carlson's R_F(x, y, z) = 1/2 * integral of 1/sqrt((s+x)(s+y)(s+z)) over s > 0."""
    for _ in range(_DUPLICATIONS):
        step = _step(x, y, z)
        x, y, z = (0.25 * (v + step) for v in (x, y, z))
    mean = (x + y + z) / 3.0
    a, b = 1.0 - x / mean, 1.0 - y / mean
    c = -(a + b)
    second, third = a * b - c * c, a * b * c
    tail = -second / 10.0 + third / 14.0 + second * second / 24.0 - 3.0 * second * third / 44.0
    return (1.0 + tail) / mean.apply("sqrt")


def second_symmetric(x: Value, y: Value, z: Value) -> Value:
    """Return Carlson's R_D(x, y, z) = 3/2 * integral of 1/(sqrt((s+x)(s+y)) (s+z)^(3/2))."""
    total, factor = x.builder.constant(0.0), 1.0
    for _ in range(_DUPLICATIONS):
        step = _step(x, y, z)
        total = total + factor / (z.apply("sqrt") * (z + step))
        factor *= 0.25
        x, y, z = (0.25 * (v + step) for v in (x, y, z))
    mean = (x + y + 3.0 * z) / 5.0
    a, b = 1.0 - x / mean, 1.0 - y / mean
    c = -(a + b) / 3.0
    ab, cc = a * b, c * c
    second, third = ab - 6.0 * cc, (3.0 * ab - 8.0 * cc) * c
    fourth, fifth = 3.0 * (ab - cc) * cc, ab * cc * c
    tail = (
        1.0 - 3.0 * second / 14.0 + third / 6.0 + 9.0 * second * second / 88.0
        - 3.0 * fourth / 22.0 - 9.0 * second * third / 52.0 + 3.0 * fifth / 26.0
    )  # fmt: skip
    return 3.0 * total + factor * tail / (mean * mean.apply("sqrt"))


def _step(x: Value, y: Value, z: Value) -> Value:
    a, b, c = (v.apply("sqrt") for v in (x, y, z))
    return a * b + b * c + c * a


def first_kind(angle: Value, m: Value) -> Value:
    """Return Legendre's F(angle | m)."""
    half, rest = _turns(angle)
    s, c, d = _amplitude(rest, m)
    turned = choose(half.apply("eq", 0.0), 0.0, 2.0 * half * complete_first(m))
    return turned + s * first_symmetric(c, d, s.builder.constant(1.0))


def second_kind(angle: Value, m: Value) -> Value:
    """Return Legendre's E(angle | m)."""
    half, rest = _turns(angle)
    s, c, d = _amplitude(rest, m)
    one = s.builder.constant(1.0)
    part = s * first_symmetric(c, d, one) - m / 3.0 * s**3.0 * second_symmetric(c, d, one)
    return choose(half.apply("eq", 0.0), 0.0, 2.0 * half * complete_second(m)) + part


def complete_first(m: Value) -> Value:
    """Return Legendre's K(m), by the arithmetic-geometric mean (DLMF 19.8.5)."""
    a, b = m.builder.constant(1.0), (1.0 - m).apply("sqrt")
    for _ in range(_MEANS):
        a, b = 0.5 * (a + b), (a * b).apply("sqrt")
    return choose(m.apply("eq", 1.0), math.inf, math.pi / 2.0 / a)


def complete_second(m: Value) -> Value:
    """Return Legendre's E(m)."""
    zero, one = m.builder.constant(0.0), m.builder.constant(1.0)
    lack = 1.0 - m
    safe = kept(lack, lack > 0.0, 1.0)
    whole = first_symmetric(zero, safe, one) - m / 3.0 * second_symmetric(zero, safe, one)
    return choose(lack > 0.0, whole, choose(lack < 0.0, math.nan, 1.0))


def _turns(angle: Value) -> tuple[Value, Value]:
    """Return how many half turns an angle has, and the rest between -pi/2 and pi/2."""
    half = (angle / math.pi + 0.5).apply("floor")
    return half, angle - half * math.pi


def _amplitude(angle: Value, m: Value) -> tuple[Value, Value, Value]:
    s, c = angle.apply("sin"), angle.apply("cos")
    return s, c * c, 1.0 - m * s * s


def jacobi(u: Value, m: Value) -> tuple[Value, Value, Value]:
    """Return sn, cn and dn of u for any real parameter m.

    Outside 0 <= m <= 1 they are those of another parameter inside (DLMF 22.17).
    """
    above, below = m > 1.0, m < 0.0
    inner = choose(above, 1.0 / choose(above, m, 2.0), choose(below, -m / (1.0 - m), m))
    factor = choose(above, m, choose(below, 1.0 - m, 1.0)).apply("sqrt")
    sn, cn, dn = jacobi_inside(u * factor, inner, 1.0 - inner)
    whole = choose(above, sn / factor, choose(below, sn / (dn * factor), sn))
    return (
        whole,
        choose(above, dn, choose(below, cn / dn, cn)),
        choose(above, cn, choose(below, 1.0 / dn, dn)),
    )


def jacobi_inside(u: Value, m: Value, lack: Value) -> tuple[Value, Value, Value]:
    """Return sn, cn and dn of u for a parameter from 0 to 1 and what it lacks to 1.

    Of a parameter next to 1 the lack has digits that the parameter itself has not.
    """
    angle = _descended(u, m, lack)
    sn, cn = angle.apply("sin"), angle.apply("cos")
    square = lack + m * cn * cn  # 1 - m*sn^2 without its cancellation
    return sn, cn, square.apply("sqrt")


def _descended(u: Value, m: Value, lack: Value) -> Value:
    """Return the amplitude of u, for m between 0 and 1; at 1 the means have no limit but 0."""
    at_one = 2.0 * (0.5 * u).apply("tanh").apply("atan")
    a, b = m.builder.constant(1.0), lack.apply("sqrt")
    ratios: list[Value] = []
    for _ in range(_MEANS):
        a, b, c = 0.5 * (a + b), (a * b).apply("sqrt"), 0.5 * (a - b)
        ratios.append(c / a)
    angle = 2.0**_MEANS * a * u
    for ratio in reversed(ratios):
        angle = 0.5 * (angle + (ratio * angle.apply("sin")).apply("asin"))
    return choose(lack.apply("eq", 0.0), at_one, angle)


def amplitude(u: Value, m: Value) -> Value:
    """Return Jacobi's amplitude of u for m <= 1, an angle that goes on growing."""
    below = m < 0.0
    factor = choose(below, 1.0 - m, 1.0).apply("sqrt")
    inner = choose(below, -m / (1.0 - m), m)
    angle = _descended(u * factor, inner, 1.0 - inner)
    s, c = angle.apply("sin"), angle.apply("cos")
    turned = (1.0 / factor - 1.0) * s * c / (c * c + s * s / factor)
    return choose(below, angle + turned.apply("atan"), angle)


def amplitude_by_parameter(u: Value, m: Value) -> Value:
    """Return the derivative of Jacobi's amplitude by m, written with special functions.

    From F(am(u | m) | m) = u and the derivatives of F (DLMF 19.4.6).
    """
    sn, cn, dn = (u.apply(f"jacobi_{name}", m) for name in ("sn", "cn", "dn"))
    second = u.apply("jacobi_am", m).apply("elliptic_e", m)
    return sn * cn / (2.0 * (1.0 - m)) - dn * (second / (1.0 - m) - u) / (2.0 * m)
