"""The Bessel function K of real order."""

from __future__ import annotations

import math
from typing import Any

from ..tape.composed.special import SpecialFunction
from ._whole_order import is_near, second_kind

_FEW = 200.0  # binary digits that may be lost in a difference


def _precise(context: Any, n: Any, x: Any) -> Any:
    """Return the function by the quickest of three ways."""
    if x <= 0 or not context.isfinite(n):
        return context.nan
    if x == context.inf:
        return context.zero
    if is_near(context, n, x):
        return second_kind(context, n, x, modified=True)
    lost = math.inf if context.isint(n) else _lost(context, abs(n), x)
    by_integral = lost > _FEW
    return _integrated(context, n, x) if by_integral else _difference(context, n, x, int(lost))


def _lost(context: Any, n: Any, x: Any) -> float:
    """Return how many binary digits cancel in a difference, about.

    Those of I over K (DLMF 10.41(ii)), and those of the distance to a whole order.
    """
    root = math.hypot(n, x)
    larger = 2 * (root + float(n) * math.log(x / (n + root))) / math.log(2)
    return max(0.0, larger) - 2 * float(context.mag(n - context.nint(n)))


def _difference(context: Any, n: Any, x: Any, lost: int) -> Any:
    """Return pi/2*(I(-n, x) - I(n, x))/sin(n*pi), with the digits that cancel (DLMF 10.27.4)."""
    with context.extraprec(40 + lost):
        gap = context.besseli(-n, x) - context.besseli(n, x)
        return context.pi / 2 * gap / context.sinpi(n)


def _integrated(context: Any, n: Any, x: Any) -> Any:
    """Return the integral of exp(-x*cosh(s))*cosh(n*s) over s > 0 by the trapezoidal rule.

    Its error falls exponentially with the step (DLMF 10.32.9 and 3.5(i)); the general way through
    hypergeometric functions takes many times as long where the order is whole.
    """
    with context.extraprec(20):
        digits = context.prec * context.ln2
        even, narrow = context.pi / digits, context.sqrt(1.6 / (digits * (x + abs(n))))
        step = context.pi * min(even, narrow)
        total, place, order = context.exp(-x) / 2, context.mpf(1), context.mpf(1)
        far, further = context.exp(step), context.exp(n * step)
        while True:
            place, order = place * far, order * further  # exp(s) and exp(n*s)
            term = context.exp(-x * (place + 1 / place) / 2) * (order + 1 / order) / 2
            total += term
            falls = x * (place - 1 / place) > 2 * abs(n)
            if falls and term <= context.ldexp(total, -context.prec):
                return total * step


FUNCTION = SpecialFunction(
    "Bessel function K of order n (modified, second kind)",
    (None, lambda n, x, y: n / x * y - (n + 1.0).apply("besselk", x)),
    _precise,
    "x > 0",
    "DLMF 10.25.3, 10.29.2",
    r"K_{{{0}}}\left({1}\right)",
    known_as=("besselk", ()),
    scipy="special.kv({0}, {1})",
)
