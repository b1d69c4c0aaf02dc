"""The Bessel function Y of real order."""

from __future__ import annotations

from typing import Any

from ..tape.composed.special import SpecialFunction
from ._whole_order import is_near, second_kind


def _precise(context: Any, n: Any, x: Any) -> Any:
    """Return the function; mpmath knows neither infinite orders nor arguments."""
    if is_near(context, n, x):
        return second_kind(context, n, x, modified=False)
    is_finite = context.isfinite(n) and context.isfinite(x)
    return context.bessely(n, x) if is_finite else context.nan


FUNCTION = SpecialFunction(
    "Bessel function Y of order n (second kind)",
    (None, lambda n, x, y: n / x * y - (n + 1.0).apply("bessely", x)),
    _precise,
    "x > 0",
    "DLMF 10.2.3, 10.6.2",
    r"Y_{{{0}}}\left({1}\right)",
    known_as=("bessely", ()),
    scipy="special.yv({0}, {1})",
)
