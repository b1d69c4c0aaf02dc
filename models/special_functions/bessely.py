"""The Bessel function Y of real order."""

from __future__ import annotations

from ..tape.special import SpecialFunction

FUNCTION = SpecialFunction(
    "Bessel function Y of order n (second kind)",
    (None, lambda n, x, y: n / x * y - (n + 1.0).apply("bessely", x)),
    lambda context, n, x: context.bessely(n, x),
    "x > 0",
    "DLMF 10.2.3, 10.6.2",
    r"Y_{{{0}}}\left({1}\right)",
    known_as=("bessely", ()),
    scipy="special.yv({0}, {1})",
)
