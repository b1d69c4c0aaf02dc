"""The elliptic integral of the second kind, of an angle and the parameter m = k^2."""

from __future__ import annotations

from ..tape.composed.elliptic import second_kind
from ..tape.composed.special import SpecialFunction
from ..tape.program import Value


def _by_parameter(angle: Value, m: Value, second: Value) -> Value:
    return (second - angle.apply("elliptic_f", m)) / (2.0 * m)


FUNCTION = SpecialFunction(
    "elliptic integral E of an angle and parameter m",
    (lambda angle, m, _: (1.0 - m * angle.apply("sin") ** 2).apply("sqrt"), _by_parameter),
    lambda context, angle, m: context.ellipe(angle, m),
    "m*sin(angle)^2 <= 1; m <= 1 beyond a quarter turn",
    "DLMF 19.2.5, 19.4.7",
    r"E\left({0} \mid {1}\right)",
    known_as=("elliptic_e", ()),
    composed=second_kind,
)
