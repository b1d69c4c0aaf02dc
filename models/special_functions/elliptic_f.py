"""The elliptic integral of the first kind, of an angle and the parameter m = k^2."""

from __future__ import annotations

from ..tape.composed.elliptic import first_kind
from ..tape.composed.special import SpecialFunction
from ..tape.program import Value


def _by_parameter(angle: Value, m: Value, first: Value) -> Value:
    second, root = angle.apply("elliptic_e", m), (1.0 - m * angle.apply("sin") ** 2).apply("sqrt")
    corner = (2.0 * angle).apply("sin") / (4.0 * (1.0 - m) * root)
    return second / (2.0 * m * (1.0 - m)) - first / (2.0 * m) - corner


FUNCTION = SpecialFunction(
    "elliptic integral F of an angle and parameter m",
    (lambda angle, m, _: 1.0 / (1.0 - m * angle.apply("sin") ** 2).apply("sqrt"), _by_parameter),
    lambda context, angle, m: context.ellipf(angle, m),
    "m*sin(angle)^2 < 1; m < 1 beyond a quarter turn",
    "DLMF 19.2.4, 19.4.6",
    r"F\left({0} \mid {1}\right)",
    known_as=("elliptic_f", ()),
    composed=first_kind,
)
