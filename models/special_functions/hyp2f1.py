"""Gauss's hypergeometric function."""

from __future__ import annotations

from ..tape.composed.special import ZERO, SpecialFunction

FUNCTION = SpecialFunction(
    "hypergeometric function 2F1, Gauss's",
    (
        None,
        None,
        None,
        lambda a, b, c, x, _: a * b / c * (a + 1.0).apply("hyp2f1", b + 1.0, c + 1.0, x),
    ),
    lambda context, a, b, c, x: context.hyp2f1(a, b, c, x, zeroprec=ZERO),
    "x < 1; c other than 0, -1, -2, …",
    "DLMF 15.2.1, 15.5.1",
    r"{{}}_2F_1\left({0}, {1}; {2}; {3}\right)",
    sympy=lambda sympy, a, b, c, x: sympy.hyper((a, b), (c,), x),
    scipy="special.hyp2f1({0}, {1}, {2}, {3})",
)
