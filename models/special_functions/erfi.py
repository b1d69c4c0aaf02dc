"""The imaginary error function, which grows as exp(x^2)."""

from __future__ import annotations

from ..tape.composed.gauss import dawson, root_pi
from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "imaginary error function, -i*erf(i*x)",
    (lambda x, _: 2.0 * (x * x).apply("exp") / root_pi(x),),
    lambda context, x: context.erfi(x),
    "all numbers",
    "DLMF 7.5.1",
    r"\operatorname{{erfi}}\left({0}\right)",
    known_as=("erfi", ()),
    composed=lambda x: 2.0 * (x * x).apply("exp") * dawson(x) / root_pi(x),
)
