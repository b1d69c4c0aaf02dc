"""The Fresnel integral S, of sin(pi*s^2/2)."""

from __future__ import annotations

import math

from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "Fresnel integral S, of sin(pi*s^2/2)",
    (lambda x, _: (math.pi / 2.0 * x * x).apply("sin"),),
    lambda context, x: context.fresnels(x),
    "all numbers",
    "DLMF 7.2.8",
    r"S\left({0}\right)",
    known_as=("fresnels", ()),
    scipy="special.fresnel({0})[0]",
)
