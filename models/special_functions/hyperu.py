"""Tricomi's confluent hypergeometric function."""

from __future__ import annotations

from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "confluent hypergeometric function U, Tricomi's",
    (None, None, lambda a, b, x, _: -a * (a + 1.0).apply("hyperu", b + 1.0, x)),
    lambda context, a, b, x: context.hyperu(a, b, x) if x > 0 else context.nan,
    "x > 0",
    "DLMF 13.2.6, 13.3.22",
    r"U\left({0}, {1}, {2}\right)",
)
