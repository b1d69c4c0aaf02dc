"""The Bessel function I of real order."""

from __future__ import annotations

from typing import Any

from ..tape.composed.special import SpecialFunction


def _precise(context: Any, n: Any, x: Any) -> Any:
    """Return the function; mpmath knows neither infinite orders nor arguments."""
    if context.isfinite(n) and x == context.inf:
        return x
    is_finite = context.isfinite(n) and context.isfinite(x)
    return context.besseli(n, x) if is_finite else context.nan


FUNCTION = SpecialFunction(
    "Bessel function I of order n (modified, first kind)",
    (None, lambda n, x, y: n / x * y + (n + 1.0).apply("besseli", x)),
    _precise,
    "x > 0; x < 0 too for a whole order of J and I",
    "DLMF 10.25.2, 10.29.2",
    r"I_{{{0}}}\left({1}\right)",
    known_as=("besseli", ()),
    scipy="special.iv({0}, {1})",
)
