"""The Bessel function K of real order."""

from __future__ import annotations

from ..tape.special import SpecialFunction

FUNCTION = SpecialFunction(
    "Bessel function K of order n (modified, second kind)",
    (None, lambda n, x, y: n / x * y - (n + 1.0).apply("besselk", x)),
    lambda context, n, x: context.besselk(n, x),
    "x > 0",
    "DLMF 10.25.3, 10.29.2",
    r"K_{{{0}}}\left({1}\right)",
    known_as=("besselk", ()),
    scipy="special.kv({0}, {1})",
)
