"""Lambert's W, the branch that is at most -1."""

from __future__ import annotations

from ..tape.composed.lambert import lower
from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "Lambert W function, branch -1: w*exp(w) = x with w <= -1",
    (lambda x, w: (-w).apply("exp") / (1.0 + w),),
    lambda context, x: context.lambertw(x, -1),
    "-exp(-1) <= x < 0",
    "DLMF 4.13.1, 4.13.4",
    r"W_{{-1}}\left({0}\right)",
    known_as=("LambertW", (-1,)),
    composed=lower,
)
