"""The derivative of the Airy function Bi."""

from __future__ import annotations

from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "derivative of the Airy function Bi",
    (lambda x, _: x * x.apply("airybi"),),
    lambda context, x: context.airybi(x, derivative=1),
    "all numbers",
    "DLMF 9.2.1",
    r"\operatorname{{Bi'}}\left({0}\right)",
    known_as=("airybiprime", ()),
    scipy="special.airy({0})[3]",
)
