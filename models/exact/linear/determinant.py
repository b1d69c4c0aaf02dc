"""Determinants of small matrices of values on a tape, by Laplace's expansion."""

from __future__ import annotations

from ...tape import Value

Rows = list[list[Value]]


def minor(matrix: Rows, row: int, column: int) -> Rows:
    """Return a matrix without one row and one column."""
    return [
        [v for j, v in enumerate(line) if j != column] for i, line in enumerate(matrix) if i != row
    ]


def determinant(matrix: Rows) -> Value:
    """Return the determinant, expanded along the first row; its length grows as the factorial."""
    if len(matrix) == 1:
        return matrix[0][0]
    terms = [
        (-1.0) ** j * entry * determinant(minor(matrix, 0, j)) for j, entry in enumerate(matrix[0])
    ]
    return sum(terms[1:], terms[0])
