"""The derivative of the Airy function Ai."""

from __future__ import annotations

from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "derivative of the Airy function Ai",
    (lambda x, _: x * x.apply("airyai"),),
    lambda context, x: context.airyai(x, derivative=1),
    "all numbers",
    "DLMF 9.2.1",
    r"\operatorname{{Ai'}}\left({0}\right)",
    known_as=("airyaiprime", ()),
    scipy="special.airy({0})[1]",
)
