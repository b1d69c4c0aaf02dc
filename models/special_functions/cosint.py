"""The cosine integral Ci."""

from __future__ import annotations

from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "cosine integral Ci",
    (lambda x, _: x.apply("cos") / x,),
    lambda context, x: context.ci(x),
    "x > 0",
    "DLMF 6.2.11",
    r"\operatorname{{Ci}}\left({0}\right)",
    known_as=("Ci", ()),
    scipy="special.sici({0})[1]",
)
