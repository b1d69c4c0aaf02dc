"""The complete elliptic integral of the first kind, of the parameter m = k^2."""

from __future__ import annotations

import math

from ..tape.composed.elliptic import complete_first
from ..tape.composed.special import SpecialFunction
from ..tape.program import Value


def _by_parameter(m: Value, k: Value) -> Value:
    whole = m.builder.constant(math.pi / 2.0).apply("elliptic_e", m)
    return (whole - (1.0 - m) * k) / (2.0 * m * (1.0 - m))


FUNCTION = SpecialFunction(
    "complete elliptic integral K of parameter m",
    (_by_parameter,),
    lambda context, m: context.ellipk(m),
    "m < 1",
    "DLMF 19.2.8, 19.4.1",
    r"K\left({0}\right)",
    known_as=("elliptic_k", ()),
    composed=complete_first,
)
