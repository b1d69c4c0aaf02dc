"""The complementary error function, 1 - erf(x) without its cancellation."""

from __future__ import annotations

from ..tape.composed.gauss import complement, root_pi
from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "complementary error function",
    (lambda x, _: -2.0 * (-x * x).apply("exp") / root_pi(x),),
    lambda context, x: context.erfc(x),
    "all numbers",
    "DLMF 7.2.2",
    r"\operatorname{{erfc}}\left({0}\right)",
    known_as=("erfc", ()),
    composed=complement,
)
