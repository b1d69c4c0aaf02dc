"""Jacobi's elliptic function cn, of the parameter m = k^2."""

from __future__ import annotations

from ..tape.composed.elliptic import amplitude_by_parameter, jacobi
from ..tape.composed.special import SpecialFunction
from ..tape.program import Value


def _by_parameter(x: Value, m: Value, _: Value) -> Value:
    return -x.apply("jacobi_sn", m) * amplitude_by_parameter(x, m)


FUNCTION = SpecialFunction(
    "Jacobi's elliptic function cn",
    (lambda x, m, _: -x.apply("jacobi_sn", m) * x.apply("jacobi_dn", m), _by_parameter),
    lambda context, x, m: context.re(context.ellipfun("cn", x, m=m)),
    "all numbers",
    "DLMF 22.2, 22.13(i), 22.17",
    r"\operatorname{{cn}}\left({0} \mid {1}\right)",
    composed=lambda x, m: jacobi(x, m)[1],
)
