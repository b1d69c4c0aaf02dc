"""The exponential of a matrix on a tape, times a vector: scaled, summed and squared back.

Scaling and squaring with a Taylor polynomial of degree 20 (Higham 2008, *Functions of Matrices*,
section 10.3). How often is squared depends on the norm, which only the values of the parameters
decide; so every squaring is recorded and each taken or left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import factorial

from ...tape import Builder, Value
from .generators import Matrix

_SQUARINGS = 20
_BLOCK, _BLOCKS = 4, 5  # of the polynomial, evaluated by Paterson and Stockmeyer's scheme


def exponential(
    builder: Builder, matrix: Matrix, time: Value, start: Sequence[Value]
) -> list[Value]:
    """Return exp(matrix*time)*start.

    Where the norm of matrix*time is beyond a million the values are nan: so many squarings would
    leave too few digits.
    """
    size = len(start)
    scaled, squared, beyond = _scaled(builder, {p: v * time for p, v in matrix.items()}, size)
    power = _taylor(builder, scaled, size)
    for taken in squared:
        twice = _product(power, power, size)
        power = _chosen(builder, taken, twice, power)
    values = [
        _total(power[i, j] * start[j] for j in range(size) if (i, j) in power) for i in range(size)
    ]
    nan = builder.constant(float("nan"))
    zero = builder.constant(0.0)
    return [beyond.apply("select", nan, zero if v is None else v) for v in values]


def _scaled(builder: Builder, matrix: Matrix, size: int) -> tuple[Matrix, list[Value], Value]:
    """Return the matrix with a norm below one, which squarings are needed, and if they suffice."""
    norm = builder.constant(0.0)
    for j in range(size):
        column = _total(abs(matrix[i, j]) for i in range(size) if (i, j) in matrix)
        norm = norm if column is None else norm.apply("max", column)
    factor, squared = builder.constant(1.0), list[Value]()
    for k in range(_SQUARINGS):
        squared.append(builder.constant(2.0**k).apply("lt", norm))
        factor = squared[-1].apply("select", builder.constant(0.5 ** (k + 1)), factor)
    beyond = builder.constant(2.0**_SQUARINGS).apply("lt", norm)
    return {p: v * factor for p, v in matrix.items()}, squared, beyond


def _taylor(builder: Builder, matrix: Matrix, size: int) -> Matrix:
    powers = [_identity(builder, size), matrix]
    while len(powers) <= _BLOCK:
        powers.append(_product(powers[-1], matrix, size))
    result: Matrix = {}
    for block in reversed(range(_BLOCKS)):
        if result:
            result = _product(result, powers[_BLOCK], size)
        for k in range(_BLOCK):
            weight = builder.constant(1.0) / factorial(block * _BLOCK + k)
            for place, value in powers[k].items():
                known = result.get(place)
                result[place] = weight * value if known is None else known + weight * value
    return result


def _identity(builder: Builder, size: int) -> Matrix:
    return {(i, i): builder.constant(1.0) for i in range(size)}


def _product(left: Matrix, right: Matrix, size: int) -> Matrix:
    rows = [
        [(j, v) for j in range(size) if (v := left.get((i, j))) is not None] for i in range(size)
    ]
    result: Matrix = {}
    for i, row in enumerate(rows):
        for k in range(size):
            total = _total(v * right[j, k] for j, v in row if (j, k) in right)
            if total is not None:
                result[i, k] = total
    return result


def _chosen(builder: Builder, condition: Value, yes: Matrix, no: Matrix) -> Matrix:
    zero = builder.constant(0.0)
    return {
        place: condition.apply("select", yes.get(place, zero), no.get(place, zero))
        for place in sorted(yes.keys() | no.keys())
    }


def _total(values: Iterable[Value]) -> Value | None:
    total: Value | None = None
    for value in values:
        total = value if total is None else total + value
    return total
