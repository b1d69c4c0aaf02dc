"""A matrix expression on numbers, real or complex: matrices are lists of rows."""

from __future__ import annotations

import cmath
import random
from collections.abc import Mapping

from .tree import (
    Call,
    Change,
    Identity,
    Inverse,
    Size,
    Sum,
    Symbol,
    Term,
    Transpose,
    Tree,
    is_scalar,
)

Matrix = list[list[complex]]
_SINGULAR = 1e-13  # a pivot this small, relative to the largest entry, is taken for zero
_CALLS = {
    "log": cmath.log,
    "exp": cmath.exp,
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tanh": cmath.tanh,
}


def evaluate(x: Tree, values: Mapping[str, Matrix], sizes: Mapping[Size, int]) -> Matrix:
    """Return an expression's value; letters in its shapes stand for the sizes given."""
    match x:
        case Symbol():
            return values[x.name]
        case Identity():
            return eye(_size(x.rows, sizes))
        case Transpose():
            return flipped(values[x.of.name])
        case Inverse():
            return inverse(evaluate(x.of, values, sizes))
        case Call():
            return [[_call(x.function, evaluate(x.of, values, sizes))]]
        case Change():
            raise TypeError("a differential has no value")
        case Term():
            return _term(x, values, sizes)
        case Sum():
            rows, columns = _size(x.rows, sizes), _size(x.columns, sizes)
            total: Matrix = [[0j] * columns for _ in range(rows)]
            for term in x.terms:
                part = evaluate(term, values, sizes)
                total = plus(total, part)
            return total


def _size(size: Size, sizes: Mapping[Size, int]) -> int:
    return size if isinstance(size, int) else sizes[size]


def _term(x: Term, values: Mapping[str, Matrix], sizes: Mapping[Size, int]) -> Matrix:
    count = complex(x.number)
    for base, power in x.scalars:
        value = evaluate(base, values, sizes)[0][0]
        whole = power.denominator == 1
        count *= value ** int(power) if whole else value ** float(power)
    product: Matrix = [[1 + 0j]]
    for i, link in enumerate(x.chain):
        factor = evaluate(link, values, sizes)
        product = times(product, factor) if i else factor
    return [[count * v for v in row] for row in product]


def _call(function: str, inside: Matrix) -> complex:
    if function == "det":
        return determinant(inside)
    if function == "tr":
        return sum((inside[i][i] for i in range(len(inside))), 0j)
    if function == "norm":
        return cmath.sqrt(sum((v * v for row in inside for v in row), 0j))
    return _CALLS[function](inside[0][0])


def eye(n: int) -> Matrix:
    """Return the identity matrix."""
    return [[complex(i == j) for j in range(n)] for i in range(n)]


def flipped(a: Matrix) -> Matrix:
    """Return the transpose."""
    return [list(column) for column in zip(*a, strict=True)]


def plus(a: Matrix, b: Matrix) -> Matrix:
    """Return the sum."""
    return [[x + y for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def times(a: Matrix, b: Matrix) -> Matrix:
    """Return the matrix product."""
    columns = flipped(b)
    return [[sum((x * y for x, y in zip(row, c, strict=True)), 0j) for c in columns] for row in a]


def inverse(a: Matrix) -> Matrix:
    """Return the inverse, by Gauss-Jordan elimination with row exchanges."""
    n = len(a)
    reduced, _ = _eliminated([[*row, *one] for row, one in zip(a, eye(n), strict=True)])
    return [row[n:] for row in reduced]


def determinant(a: Matrix) -> complex:
    """Return the determinant, by the same elimination."""
    try:
        return _eliminated([[*row] for row in a])[1]
    except ZeroDivisionError:
        return 0j


def _eliminated(rows: Matrix) -> tuple[Matrix, complex]:
    product = 1 + 0j
    size = max(abs(v) for row in rows for v in row)
    for k in range(len(rows)):
        best = max(range(k, len(rows)), key=lambda i: abs(rows[i][k]))
        if best != k:
            rows[k], rows[best] = rows[best], rows[k]
            product = -product
        pivot = rows[k][k]
        product *= pivot
        if abs(pivot) <= _SINGULAR * size:
            raise ZeroDivisionError("the matrix is singular")
        rows[k] = [v / pivot for v in rows[k]]
        for i in range(len(rows)):
            if i != k:
                factor = rows[i][k]
                rows[i] = [v - factor * p for v, p in zip(rows[i], rows[k], strict=True)]
    return rows, product


def random_value(symbol: Symbol, sizes: Mapping[Size, int], draw: random.Random) -> Matrix:
    """Return random numbers for a name: scalars positive, square matrices far from singular."""
    rows, columns = _size(symbol.rows, sizes), _size(symbol.columns, sizes)
    if is_scalar(symbol):
        return [[complex(draw.uniform(0.5, 1.5))]]
    value: Matrix = [[complex(draw.uniform(-1, 1)) for _ in range(columns)] for _ in range(rows)]
    if symbol.symmetric:
        value = [[value[min(i, j)][max(i, j)] for j in range(columns)] for i in range(rows)]
    if rows == columns:
        for i in range(rows):
            value[i][i] += 2 * rows
    return value
