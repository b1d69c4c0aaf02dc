"""Gauss's hypergeometric function of two parameters m + sqrt(d) and m - sqrt(d), d of either sign.

It is symmetric in them, so that it is real and smooth through d = 0 where the two are conjugate.
"""

from __future__ import annotations

from typing import Any

from ..tape.composed.special import ZERO, SpecialFunction
from ..tape.program import Value


def _by_argument(m: Value, d: Value, c: Value, x: Value, _: Value) -> Value:
    return (m**2.0 - d) / c * (m + 1.0).apply("hyp2f1s", d, c + 1.0, x)


def _precise(context: Any, m: Any, d: Any, c: Any, x: Any) -> Any:
    apart = context.sqrt(d)
    value = context.hyp2f1(m + apart, m - apart, c, x, zeroprec=ZERO)
    return context.re(value) if d < 0 and x < 1 else value


FUNCTION = SpecialFunction(
    "hypergeometric function 2F1 of parameters m + sqrt(d) and m - sqrt(d), which may be conjugate",
    (None, None, None, _by_argument),
    _precise,
    "x < 1; c other than 0, -1, -2, …",
    "DLMF 15.2.1, 15.5.1",
    r"{{}}_2F_1\left({0} \pm \sqrt{{{1}}}; {2}; {3}\right)",
)
