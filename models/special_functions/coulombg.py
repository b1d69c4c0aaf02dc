"""The irregular Coulomb wave function."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..tape.composed.special import SpecialFunction
from ..tape.program import Value

_FAR = 60.0  # distance beyond which Tricomi's function, by its series there, is quicker


def _by_distance(order: Value, strength: Value, x: Value, g: Value) -> Value:
    """Return the derivative by the distance, the next order being known."""
    above = order + 1.0
    turn = (1.0 + (strength / above) ** 2.0).apply("sqrt")
    return (above / x + strength / above) * g - turn * above.apply("coulombg", strength, x)


def _precise(context: Any, order: Any, strength: Any, x: Any) -> Any:
    if not (x > 0 and order > -0.5):
        return context.nan
    if x > _FAR:
        return _far(context, order, strength, x)
    if not context.isint(order):
        return context.re(context.coulombg(order, strength, x))
    g, slope = _lowest(context, context.prec, strength, x)
    for n in range(1, int(order) + 1):
        turn, push = context.sqrt(1 + (strength / n) ** 2), n / x + strength / n
        above = (push * g - slope) / turn
        g, slope = above, turn * g - push * above
    return g


def _far(context: Any, order: Any, strength: Any, x: Any) -> Any:
    """Return the function by Tricomi's, of imaginary arguments (DLMF 33.2.7, 13.14.3)."""
    a, z = context.mpc(order + 1, strength), context.mpc(0, -2 * x)
    phase = context.im(context.loggamma(a)) - context.pi * order / 2
    size = context.exp(context.pi * strength / 2) * context.expj(phase + x)
    return context.re(size * z ** (order + 1) * context.hyperu(a, 2 * order + 2, z))


@lru_cache(64)  # a derivative asks for several orders at one place
def _lowest(context: Any, bits: int, strength: Any, x: Any) -> tuple[Any, Any]:
    """Return G of order 0 and its slope, with some bits, by series in the distance.

    F = C*sum A_k*x^k, G = 2*eta/C^2*F*(log(2*x) - 1 + Re psi(1 + i*eta) + 2*gamma) + sum a_k*x^k/C
    (Abramowitz and Stegun 1964, 14.1.14 to 14.1.20).
    """
    lost = int(3.2 * float(x) + 1.5 * abs(float(strength))) + 20  # bits in which terms cancel
    lost += 2 * max(0, -context.mag(x))  # and by which they are small
    with context.workprec(bits + lost):
        c = context.sqrt(_square_of_c(context, strength))
        (f, f_slope), (g, g_slope) = _sums(context, strength, x)
        constant = context.re(context.psi(0, context.mpc(1, strength))) + 2 * context.euler - 1
        log, both = context.log(2 * x) + constant, 2 * strength / c
        g, slope = both * f * log + g / c, both * (f_slope * log + f / x) + g_slope / c
    return +g, +slope


def _square_of_c(context: Any, strength: Any) -> Any:
    turns = 2 * context.pi * strength
    return turns / context.expm1(turns) if strength else context.mpf(1)


def _sums(context: Any, strength: Any, x: Any) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Return sum A_k*x^k and sum a_k*x^k, each with its slope; in whole numbers, which is quick."""
    bits = context.prec
    one, place, square = 1 << bits, x.to_fixed(bits), (x * x).to_fixed(bits)
    double = (2 * strength).to_fixed(bits)
    pull = (2 * strength * x).to_fixed(bits)
    before, last, other_before, other = 0, place, one, 0
    f, f_slope, g, g_slope, k = place, place, one, 0, 1
    while k < 3 or max(map(abs, (before, last, other_before, other))) > 1:
        k += 1
        below = k * (k - 1)
        before, last = last, ((pull * last - square * before) >> bits) // below
        forced = pull * other - square * other_before - (2 * k - 1) * double * last
        other_before, other = other, (forced >> bits) // below
        f, f_slope, g, g_slope = f + last, f_slope + k * last, g + other, g_slope + k * other
    f, f_slope, g, g_slope = (context.ldexp(n, -bits) for n in (f, f_slope, g, g_slope))
    return (f, f_slope / x), (g, g_slope / x)


FUNCTION = SpecialFunction(
    "irregular Coulomb wave function G of order l and strength eta",
    (None, None, _by_distance),
    _precise,
    "x > 0 and l > -1/2",
    "DLMF 33.2.11, 33.4.3, 33.4.4",
    r"G_{{{0}}}\left({1}, {2}\right)",
)
