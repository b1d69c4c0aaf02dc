"""The Airy function Bi, which grows."""

from __future__ import annotations

from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "Airy function Bi",
    (lambda x, _: x.apply("airybiprime"),),
    lambda context, x: context.airybi(x),
    "all numbers",
    "DLMF 9.2",
    r"\operatorname{{Bi}}\left({0}\right)",
    known_as=("airybi", ()),
    scipy="special.airy({0})[2]",
)
