"""Kummer's confluent hypergeometric function."""

from __future__ import annotations

from ..tape.composed.special import ZERO, SpecialFunction

FUNCTION = SpecialFunction(
    "confluent hypergeometric function 1F1, Kummer's M",
    (None, None, lambda a, b, x, _: a / b * (a + 1.0).apply("hyp1f1", b + 1.0, x)),
    lambda context, a, b, x: context.hyp1f1(a, b, x, zeroprec=ZERO),
    "b other than 0, -1, -2, …",
    "DLMF 13.2.2, 13.3.15",
    r"{{}}_1F_1\left({0}; {1}; {2}\right)",
    sympy=lambda sympy, a, b, x: sympy.hyper((a,), (b,), x),
    scipy="special.hyp1f1({0}, {1}, {2})",
)
