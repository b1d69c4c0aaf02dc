"""The Bessel function J of real order."""

from __future__ import annotations

from ..tape.special import SpecialFunction

FUNCTION = SpecialFunction(
    "Bessel function J of order n (first kind)",
    (None, lambda n, x, y: n / x * y - (n + 1.0).apply("besselj", x)),
    lambda context, n, x: context.besselj(n, x),
    "x > 0; x < 0 too for a whole order of J and I",
    "DLMF 10.2.2, 10.6.2",
    r"J_{{{0}}}\left({1}\right)",
    known_as=("besselj", ()),
    scipy="special.jv({0}, {1})",
)
