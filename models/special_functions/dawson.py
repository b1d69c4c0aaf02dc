"""Dawson's integral, the imaginary error function without its growth."""

from __future__ import annotations

from ..tape.composed.gauss import dawson
from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "Dawson's integral, exp(-x^2) * (integral of exp(s^2) from 0 to x)",
    (lambda x, y: 1.0 - 2.0 * x * y,),
    lambda context, x: context.sqrt(context.pi) / 2 * context.exp(-x * x) * context.erfi(x),
    "all numbers",
    "DLMF 7.2.5, 7.5.1",
    r"F\left({0}\right)",
    sympy=lambda sympy, x: sympy.sqrt(sympy.pi) / 2 * sympy.exp(-(x**2)) * sympy.erfi(x),
    composed=dawson,
)
