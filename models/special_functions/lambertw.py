"""Lambert's W, the branch that is at least -1."""

from __future__ import annotations

from ..tape.composed.lambert import principal
from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "Lambert W function, principal branch: w*exp(w) = x",
    (lambda x, w: (-w).apply("exp") / (1.0 + w),),
    lambda context, x: context.lambertw(x),
    "x >= -exp(-1)",
    "DLMF 4.13.1, 4.13.4",
    r"W\left({0}\right)",
    known_as=("LambertW", ()),
    composed=principal,
)
