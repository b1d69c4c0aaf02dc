"""The characteristic polynomial of a matrix, for a derivation: its roots are rates of growth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from ...notation import Notation, Shown, chain
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ..derivation import Claim, Step

_LARGEST = 4  # of a matrix whose polynomial is written out
Rows = Sequence[Sequence[Value]]


def rates_of_decay(system: FirstOrderSystem, matrix: Tape, notation: Notation) -> Iterator[Step]:
    """Yield the step to the polynomial whose roots are the eigenvalues of a small matrix.

    Parameters
    ----------
    system
        Whose matrix it is.
    matrix
        Its entries by rows, from time and parameters; constant.
    notation
        How names are written.
    """
    n = system.n_states
    if n > _LARGEST:
        return
    root = notation.fresh("lambda", "mu", "nu")
    polynomial = _by_minors(matrix, n, root)
    words = "The eigenvalues of A are the roots of its characteristic polynomial"
    zero = Shown("0", "0")
    shown = chain(notation.formula(polynomial), zero)
    yield Step(words, shown, (Claim(_determinant_of(matrix, n, root), polynomial),))


def _by_minors(matrix: Tape, size: int, root: str) -> Tape:
    """Return the polynomial: its coefficients are sums of principal minors, with signs in turn."""
    builder = Builder((root, *matrix.inputs))
    rows = _rows(builder, matrix, size)
    total = builder.inputs[0] ** size
    for k in range(1, size + 1):
        minor = builder.constant(0.0)
        for chosen in combinations(range(size), k):
            minor = minor + determinant([[rows[i][j] for j in chosen] for i in chosen])
        plain = simplified(builder.formula(minor))
        (coefficient,) = builder.inline(plain, [builder.input(n) for n in plain.inputs])
        power = builder.inputs[0] ** (size - k)
        term = coefficient if k == size else coefficient * power
        total = total - term if k % 2 else total + term
    return builder.formula(total)


def _determinant_of(matrix: Tape, size: int, root: str) -> Tape:
    """Return det(root*I - A), expanded along its rows."""
    builder = Builder((root, *matrix.inputs))
    rows = [[-v for v in row] for row in _rows(builder, matrix, size)]
    for i in range(size):
        rows[i][i] = builder.inputs[0] + rows[i][i]
    return builder.formula(determinant(rows))


def determinant(rows: Rows) -> Value:
    """Return a determinant by Laplace's expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    total = rows[0][0] * 0.0
    for j, entry in enumerate(rows[0]):
        rest = determinant([[*row[:j], *row[j + 1 :]] for row in rows[1:]])
        total = total - entry * rest if j % 2 else total + entry * rest
    return total


def _rows(builder: Builder, matrix: Tape, size: int) -> list[list[Value]]:
    entries = builder.inline(matrix, builder.inputs[1:])
    return [list(entries[i * size : (i + 1) * size]) for i in range(size)]
