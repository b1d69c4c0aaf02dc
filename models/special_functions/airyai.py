"""The Airy function Ai, which decays."""

from __future__ import annotations

from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "Airy function Ai",
    (lambda x, _: x.apply("airyaiprime"),),
    lambda context, x: context.airyai(x),
    "all numbers",
    "DLMF 9.2",
    r"\operatorname{{Ai}}\left({0}\right)",
    known_as=("airyai", ()),
    scipy="special.airy({0})[0]",
)
