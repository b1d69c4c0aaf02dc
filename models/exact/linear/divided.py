"""Divided differences of the exponential function on a tape, exact to rounding however they merge.

The answer of a chain of decays with rates r_0 … r_m to a unit at its first member is
t^m * exp[r_0*t, …, r_m*t] (Opitz 1964; McCurdy, Ng and Parlett 1984, *Accurate computation of
divided differences of the exponential function*, doi:10.1090/S0025-5718-1984-0758198-0). With the
arguments in order, the table of differences loses digits only where two of them are close; there a
series of positive terms takes over.

Units that enter a chain at several members share one table: where two neighbours a > b change
places, w*exp[…, a] is w*exp[…, b] + w*(a - b)*exp[…, a, b], a sum that cancels nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

from ...tape import Value
from .affine import Affine

_NEAR = 3.0  # below this spread the series is summed
_TERMS = 30  # enough there for seventeen digits


def chain_response(system: Affine, rates: Sequence[Value], entering: Sequence[Value]) -> Value:
    """Return what is in the last member of a chain.

    Parameters
    ----------
    system
        Whose time it is.
    rates
        The rates on the diagonal, one per member, the last member's first.
    entering
        What begins at each of them, times the couplings on its way to the last.
    """
    time = system.elapsed
    if all(r.number == rates[0].number for r in rates):
        total = entering[0]
        for k, weight in enumerate(entering[1:], 1):
            total = total + weight * (time**k / factorial(k))
        return total * (rates[0] * time).apply("exp")
    weights = [w * time**k if k else w for k, w in enumerate(entering)]
    return weighted_sum([rate * time for rate in rates], weights)


def weighted_sum(arguments: Sequence[Value], weights: Sequence[Value | float]) -> Value:
    """Return w_0*exp[z_0] + w_1*exp[z_0, z_1] + … + w_m*exp[z_0, …, z_m]."""
    builder = arguments[0].builder
    z, w = _ascending(list(arguments), [builder.value(weight) for weight in weights])
    total = builder.constant(0.0)
    for weight, difference in zip(w, _differences(z), strict=True):
        total = total + weight * difference
    return total


def _ascending(z: list[Value], w: list[Value]) -> tuple[list[Value], list[Value]]:
    """Return arguments in the order their values will have, and the weights that belong to it."""
    for end in range(len(z) - 1, 0, -1):
        for i in range(end):
            one, other = z[i], z[i + 1]
            if one.number != other.number:
                # not min and max: where two are equal, both would follow the first
                right = one.apply("le", other)
                z[i], z[i + 1] = (
                    right.apply("select", one, other),
                    right.apply("select", other, one),
                )
                w[i + 1] = w[i + 1] + w[i] * right.apply("select", 0.0, one - other)
    return z, w


def _differences(z: list[Value]) -> list[Value]:
    """Return exp[z_0], exp[z_0, z_1], …, exp[z_0, …, z_m], of arguments in order."""
    column = [v.apply("exp") for v in z]
    first, exponentials = [column[0]], column
    powers = [z[0].builder.constant(1.0 / factorial(p)) for p in range(_TERMS + len(z))]
    series = [powers for _ in z]
    for width in range(1, len(z)):
        below, column = column, list[Value]()
        for i in range(len(z) - width):
            gap = z[i + width] - z[i]
            near = gap < _NEAR
            series[i] = _divided(series[i], near.apply("select", gap, 0.0))
            away = (below[i + 1] - below[i]) / near.apply("select", 1.0, gap)
            column.append(near.apply("select", exponentials[i] * series[i][0], away))
        first.append(column[0])
    return first


def _divided(series: list[Value], gap: Value) -> list[Value]:
    """Return the coefficients of q[x, gap] from those of q(x): what Horner's rule leaves over."""
    found = [series[-1]]
    for coefficient in reversed(series[1:-1]):
        found.append(coefficient + gap * found[-1])
    return found[::-1]
