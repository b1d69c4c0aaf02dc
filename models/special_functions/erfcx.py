"""The scaled complementary error function, which neither vanishes nor overflows for large x."""

from __future__ import annotations

from ..tape.composed.gauss import root_pi, scaled
from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "scaled complementary error function, exp(x^2)*erfc(x)",
    (lambda x, y: 2.0 * x * y - 2.0 / root_pi(x),),
    lambda context, x: context.exp(x * x) * context.erfc(x),
    "all numbers",
    "DLMF 7.2(i), 7.10.1",
    r"\operatorname{{erfcx}}\left({0}\right)",
    sympy=lambda sympy, x: sympy.exp(x**2) * sympy.erfc(x),
    composed=scaled,
)
