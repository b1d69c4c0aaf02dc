"""The error function."""

from __future__ import annotations

from ..tape.composed.gauss import error, root_pi
from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "error function",
    (lambda x, _: 2.0 * (-x * x).apply("exp") / root_pi(x),),
    lambda context, x: context.erf(x),
    "all numbers",
    "DLMF 7.2.1",
    r"\operatorname{{erf}}\left({0}\right)",
    known_as=("erf", ()),
    composed=error,
)
