"""The characteristic polynomial of a matrix, for a derivation: its roots are rates of growth."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ...notation import Notation, Shown, chain
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Tape
from ..derivation import Claim, Step
from .determinant import Rows, determinant

_LARGEST = 4  # of a matrix whose polynomial is written out


def eigenvalues_told(system: FirstOrderSystem, matrix: Tape, notation: Notation) -> Iterator[Step]:
    """Yield the step to the polynomial whose roots are a small matrix's eigenvalues.

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


def _rows(builder: Builder, matrix: Tape, size: int) -> Rows:
    entries = builder.inline(matrix, builder.inputs[1:])
    return [list(entries[i * size : (i + 1) * size]) for i in range(size)]
