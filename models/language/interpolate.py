"""Interpolation between the points of a table, as a formula: a binary tree of choices.

Linear, or a natural cubic spline (its second derivative is zero at both ends; C. de Boor, A
Practical Guide to Splines, Springer 1978, chapter IV). Beyond its ends a table keeps the value it
has there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..symbols import Table
from ..tape import Value

KINDS = ("linear", "cubic")
_Piece = tuple[float, tuple[float, ...]]  # where it begins, and coefficients of 1, x, x^2, x^3


def interpolated(table: Table, x: Value, kind: str) -> Value:
    """Return the value of a table at x.

    Parameters
    ----------
    table
        Its times grow.
    x
        Time, or a formula of it.
    kind
        ``linear`` or ``cubic``.
    """
    pieces = _linear(table) if kind == "linear" else _cubic(table)
    first, last = table.values[0], table.values[-1]
    ends: list[_Piece] = [(table.times[0], (first,)), *pieces, (table.times[-1], (last,))]
    return _chosen(x, ends, table.times)


def _chosen(x: Value, pieces: Sequence[_Piece], knots: Sequence[float]) -> Value:
    """Return the value of the piece that x lies in; knots stand between the pieces."""
    if len(pieces) == 1:
        return _polynomial(x, *pieces[0])
    middle = len(pieces) // 2
    before = _chosen(x, pieces[:middle], knots[: middle - 1])
    after = _chosen(x, pieces[middle:], knots[middle:])
    return (x < knots[middle - 1]).apply("select", before, after)


def _polynomial(x: Value, begin: float, coefficients: tuple[float, ...]) -> Value:
    result = x.builder.value(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        result = coefficient + result * (x - begin)
    return result


def _linear(table: Table) -> list[_Piece]:
    return [
        (a, (y, (z - y) / (b - a)))
        for (a, b), (y, z) in zip(pairwise(table.times), pairwise(table.values), strict=True)
    ]


def _cubic(table: Table) -> list[_Piece]:
    steps = [b - a for a, b in pairwise(table.times)]
    slopes = [(z - y) / h for (y, z), h in zip(pairwise(table.values), steps, strict=True)]
    bends = _second_derivatives(steps, slopes)
    return [
        (a, (y, slope - h * (2 * m + n) / 6, m / 2, (n - m) / (6 * h)))
        for a, y, h, slope, (m, n) in zip(
            table.times[:-1], table.values[:-1], steps, slopes, pairwise(bends), strict=True
        )
    ]


def _second_derivatives(steps: Sequence[float], slopes: Sequence[float]) -> list[float]:
    """Return the second derivatives at the knots, by elimination in a tridiagonal system."""
    upper, right = [0.0], [0.0]
    for (h, g), (s, r) in zip(pairwise(steps), pairwise(slopes), strict=True):
        pivot = 2 * (h + g) - h * upper[-1]
        right.append((6 * (r - s) - h * right[-1]) / pivot)
        upper.append(g / pivot)
    bends = [0.0]
    for u, d in zip(reversed(upper[1:]), reversed(right[1:]), strict=True):
        bends.append(d - u * bends[-1])
    return [0.0, *reversed(bends)] if len(steps) > 0 else [0.0]
