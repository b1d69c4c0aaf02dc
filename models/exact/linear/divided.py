"""Divided differences of the exponential function on a tape, exact to rounding however they merge.

The answer of a chain of decays with rates r_0 … r_m to a unit at its first member is
t^m * exp[r_0*t, …, r_m*t] (Opitz 1964; McCurdy, Ng and Parlett 1984, *Accurate computation of
divided differences of the exponential function*, doi:10.1090/S0025-5718-1984-0758198-0). With the
arguments in order, the table of differences loses digits only where two of them are close; there a
series of positive terms takes over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import factorial

from ...tape import Value
from .affine import Affine
from .order import in_order

_NEAR = 3.0  # below this spread the series is summed
_TERMS = 32  # enough there for seventeen digits


def chain_response(system: Affine, rates: Sequence[Value]) -> Value:
    """Return what reaches the end of a chain, for one unit at its beginning.

    Parameters
    ----------
    system
        Whose time it is.
    rates
        The rates on the diagonal, one per member, in any order.
    """
    time, last = system.elapsed, len(rates) - 1
    if all(r.number == rates[0].number for r in rates):
        grown = (rates[0] * time).apply("exp")
        return time**last * grown / factorial(last) if last else grown
    return time**last * divided_difference([rate * time for rate in rates])


def divided_difference(arguments: Sequence[Value]) -> Value:
    """Return exp[z_0, …, z_m], the divided difference of the exponential function."""
    z = in_order(list(arguments))
    column = [v.apply("exp") for v in z]
    sums = [[z[0].builder.constant(float(k == 0)) for k in range(_TERMS)] for _ in z]
    for width in range(1, len(z)):
        column = [_difference(z, sums, column, i, width) for i in range(len(z) - width)]
    return column[0]


def _difference(
    z: list[Value], sums: list[list[Value]], below: list[Value], i: int, width: int
) -> Value:
    """Return exp[z_i, …, z_(i + width)] from the column of the table before."""
    gap = z[i + width] - z[i]
    near = gap < _NEAR
    _extend(sums[i], near.apply("select", gap, 0.0))
    weights = (s / factorial(k + width) for k, s in enumerate(sums[i]))
    close = z[i].apply("exp") * _sum(weights)
    away = (below[i + 1] - below[i]) / near.apply("select", 1.0, gap)
    return near.apply("select", close, away)


def _extend(sums: list[Value], gap: Value) -> None:
    """Add a variable to the complete homogeneous symmetric polynomials of all degrees."""
    for k in range(1, len(sums)):
        sums[k] = sums[k] + gap * sums[k - 1]


def _sum(values: Iterable[Value]) -> Value:
    total: Value | None = None
    for value in reversed(list(values)):  # the small ones first
        total = value if total is None else total + value
    assert total is not None
    return total
