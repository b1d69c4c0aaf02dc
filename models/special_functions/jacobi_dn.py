"""Jacobi's elliptic function dn, of the parameter m = k^2."""

from __future__ import annotations

from ..tape.composed.elliptic import amplitude_by_parameter, jacobi
from ..tape.composed.special import SpecialFunction
from ..tape.program import Value


def _by_parameter(x: Value, m: Value, dn: Value) -> Value:
    sn, cn = x.apply("jacobi_sn", m), x.apply("jacobi_cn", m)
    return -sn * (0.5 * sn + m * cn * amplitude_by_parameter(x, m)) / dn


FUNCTION = SpecialFunction(
    "Jacobi's elliptic function dn",
    (lambda x, m, _: -m * x.apply("jacobi_sn", m) * x.apply("jacobi_cn", m), _by_parameter),
    lambda context, x, m: context.re(context.ellipfun("dn", x, m=m)),
    "all numbers",
    "DLMF 22.2, 22.13(i), 22.17",
    r"\operatorname{{dn}}\left({0} \mid {1}\right)",
    composed=lambda x, m: jacobi(x, m)[2],
)
