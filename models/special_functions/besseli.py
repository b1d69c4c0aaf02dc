"""The Bessel function I of real order."""

from __future__ import annotations

from ..tape.special import SpecialFunction

FUNCTION = SpecialFunction(
    "Bessel function I of order n (modified, first kind)",
    (None, lambda n, x, y: n / x * y + (n + 1.0).apply("besseli", x)),
    lambda context, n, x: context.besseli(n, x),
    "x > 0; x < 0 too for a whole order of J and I",
    "DLMF 10.25.2, 10.29.2",
    r"I_{{{0}}}\left({1}\right)",
    known_as=("besseli", ()),
    scipy="special.iv({0}, {1})",
)
