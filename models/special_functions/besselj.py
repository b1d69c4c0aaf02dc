"""The Bessel function J of real order."""

from __future__ import annotations

from typing import Any

from ..tape.composed.special import SpecialFunction


def _precise(context: Any, n: Any, x: Any) -> Any:
    """Return the function; mpmath knows neither infinite orders nor arguments."""
    is_finite = context.isfinite(n) and context.isfinite(x)
    return context.besselj(n, x) if is_finite else context.nan


FUNCTION = SpecialFunction(
    "Bessel function J of order n (first kind)",
    (None, lambda n, x, y: n / x * y - (n + 1.0).apply("besselj", x)),
    _precise,
    "x > 0; x < 0 too for a whole order of J and I",
    "DLMF 10.2.2, 10.6.2",
    r"J_{{{0}}}\left({1}\right)",
    known_as=("besselj", ()),
    scipy="special.jv({0}, {1})",
)
