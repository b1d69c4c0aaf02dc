"""The Fresnel integral C, of cos(pi*s^2/2)."""

from __future__ import annotations

import math

from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "Fresnel integral C, of cos(pi*s^2/2)",
    (lambda x, _: (math.pi / 2.0 * x * x).apply("cos"),),
    lambda context, x: context.fresnelc(x),
    "all numbers",
    "DLMF 7.2.7",
    r"C\left({0}\right)",
    known_as=("fresnelc", ()),
    scipy="special.fresnel({0})[1]",
)
