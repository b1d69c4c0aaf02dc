"""Jacobi's amplitude, of the parameter m = k^2: an angle that goes on growing."""

from __future__ import annotations

from typing import Any

from ..tape.composed.elliptic import amplitude, amplitude_by_parameter
from ..tape.composed.special import SpecialFunction


def _precise(context: Any, x: Any, m: Any) -> Any:
    if m > 1:
        return context.nan
    sn, cn = (context.re(context.ellipfun(name, x, m=m)) for name in ("sn", "cn"))
    turns = context.mpf(0) if m == 1 else context.nint(x / (4 * context.ellipk(m)))
    return context.atan2(sn, cn) + 2 * context.pi * turns


FUNCTION = SpecialFunction(
    "Jacobi's amplitude",
    (lambda x, m, _: x.apply("jacobi_dn", m), lambda x, m, _: amplitude_by_parameter(x, m)),
    _precise,
    "m <= 1",
    "DLMF 22.16(i)",
    r"\operatorname{{am}}\left({0} \mid {1}\right)",
    composed=amplitude,
)
