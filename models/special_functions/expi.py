"""The exponential integral Ei."""

from __future__ import annotations

from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "exponential integral Ei",
    (lambda x, _: x.apply("exp") / x,),
    lambda context, x: context.ei(x),
    "x other than 0",
    "DLMF 6.2.5",
    r"\operatorname{{Ei}}\left({0}\right)",
    known_as=("Ei", ()),
    scipy="special.expi({0})",
)
