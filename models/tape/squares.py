"""Elimination of a large filled matrix: which parts of it are full matrices, and what stands where.

Strongly connected parts are solved one after another; each is held as a full matrix. Parts whose
entries are the same values, such as those of all sensitivities of a system, are one matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .elimination import Pattern
from .linear import connected_parts


@dataclass(frozen=True)
class Square:
    """A part of a matrix.

    Parameters
    ----------
    members
        Its rows, which are its columns too.
    matrix
        Number of the full matrix that holds its entries.
    before
        For each of its rows the entries in columns of parts solved before: number and column.
    """

    members: tuple[int, ...]
    matrix: int
    before: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class Squares:
    """How a matrix is solved part by part.

    Parameters
    ----------
    sizes
        Of the full matrices.
    inside
        Which entries these hold: number of the entry, of the matrix, row and column there; column
        by column.
    parts
        In the order in which they are solved.
    """

    sizes: tuple[int, ...]
    inside: tuple[tuple[int, int, int, int], ...]
    parts: tuple[Square, ...]

    @property
    def size(self) -> int:
        """Number of products of a factorisation and a solution."""
        return sum((n**3 - n) // 3 for n in self.sizes) + sum(
            len(part.members) ** 2 + sum(map(len, part.before)) for part in self.parts
        )


def in_squares(pattern: Pattern, values: Sequence[int], n: int) -> Squares:
    """Return how an n by n matrix of a pattern is solved, its diagonal given or not.

    Parameters
    ----------
    pattern
        Row and column of each entry.
    values
        What stands for the value of each: equal ones are the same value.
    n
        Number of rows.
    """
    found = connected_parts(pattern, n)
    home = {i: (at, place) for at, part in enumerate(found) for place, i in enumerate(part)}
    own: list[list[tuple[int, int, int]]] = [[] for _ in found]
    before: list[list[list[tuple[int, int]]]] = [[[] for _ in part] for part in found]
    for entry, (i, j) in enumerate(pattern):
        (at, row), (there, column) = home[i], home[j]
        if at == there:
            own[at].append((column, row, entry))
        else:
            before[at][row].append((entry, j))
    known: dict[tuple[int, tuple[tuple[int, int, int], ...]], int] = {}
    sizes, parts, inside = list[int](), list[Square](), list[tuple[int, int, int, int]]()
    for members, mine, others in zip(found, own, before, strict=True):
        mine.sort()
        alike = len(members), tuple((column, row, values[e]) for column, row, e in mine)
        if alike not in known:
            known[alike] = len(sizes)
            inside += ((entry, len(sizes), row, column) for column, row, entry in mine)
            sizes.append(len(members))
        parts.append(Square(tuple(members), known[alike], tuple(map(tuple, others))))
    return Squares(tuple(sizes), tuple(inside), tuple(parts))
