"""The confluent hypergeometric limit function, Bessel's functions without their power."""

from __future__ import annotations

from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "confluent hypergeometric limit function 0F1",
    (None, lambda b, x, _: (b + 1.0).apply("hyp0f1", x) / b),
    lambda context, b, x: context.hyp0f1(b, x),
    "b other than 0, -1, -2, …",
    "DLMF 10.16.9, 16.3.1",
    r"{{}}_0F_1\left(; {0}; {1}\right)",
    sympy=lambda sympy, b, x: sympy.hyper((), (b,), x),
    scipy="special.hyp0f1({0}, {1})",
)
