"""Exact dependence: the whole numbers c with c1*row1 + c2*row2 + … = 0, found fast and proved.

Elimination is done modulo a large prime, where numbers do not grow; the vectors are lifted to
fractions (P. S. Wang 1981, doi:10.1145/800206.806398) and put back into the equations exactly. The
null space modulo a prime is never smaller than the true one, so that as many proven vectors as it
has dimensions are a basis.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from math import gcd, isqrt, lcm
from typing import TypeVar

Column = TypeVar("Column", bound=Hashable)
Vector = dict[int, int]  # entries that are not zero, by position

_PRIMES = tuple(2**e - 1 for e in (127, 521, 2203))  # Mersenne's; the next where one fails
_ROUNDS = 4  # of making vectors shorter


def dependences(rows: Sequence[Mapping[Column, Fraction]]) -> tuple[Vector, ...]:
    """Return a basis of the combinations of rows that are zero in every column.

    Parameters
    ----------
    rows
        Entries by column, absent where zero.

    Returns
    -------
    basis
        Vectors of whole numbers without a common factor; with few negative entries, and few.
    """
    columns: dict[Column, dict[int, Fraction]] = {}
    for i, row in enumerate(rows):
        for column, entry in row.items():
            columns.setdefault(column, {})[i] = entry
    equations = sorted(map(_whole, columns.values()), key=lambda e: (len(e), sorted(e)))
    best: list[Vector] = []
    for prime in _PRIMES:
        candidates = _null_space(equations, len(rows), prime)
        best = [v for c in candidates if (v := _lifted(c, prime)) and _solves(v, equations)]
        if len(best) == len(candidates):
            break
    return tuple(sorted(_shortened(best), key=lambda v: (len(v), sorted(v))))


def _whole(entries: Mapping[int, Fraction]) -> Vector:
    """Return entries times what makes them whole numbers without a common factor."""
    scale = lcm(*(e.denominator for e in entries.values()))
    return _primitive({i: int(e * scale) for i, e in entries.items()})


def _primitive(vector: Vector) -> Vector:
    common = gcd(*vector.values())
    positive = sum(v > 0 for v in vector.values()) * 2 >= len(vector)
    common = common if positive else -common
    return {i: v // common for i, v in vector.items()}


def _null_space(equations: Sequence[Vector], n: int, prime: int) -> list[Vector]:
    """Return a basis of the solutions modulo a prime; the shortest equations are used first."""
    solved: dict[int, Vector] = {}  # an unknown as a combination of those still free
    for equation in equations:
        left: Vector = {}
        for i, c in equation.items():
            _add(left, solved.get(i, {i: 1}), c, prime)
        if not left:
            continue
        if len(solved) + 1 == n:
            return []
        pivot = max(left)
        factor = pow(-left.pop(pivot), -1, prime)
        row = {i: c * factor % prime for i, c in left.items()}
        for other in solved.values():
            if pivot in other:
                _add(other, row, other.pop(pivot), prime)
        solved[pivot] = row
    free = [i for i in range(n) if i not in solved]
    return [{f: 1, **{i: r[f] for i, r in solved.items() if f in r}} for f in free]


def _add(total: Vector, row: Vector, factor: int, prime: int) -> None:
    for i, c in row.items():
        new = (total.get(i, 0) + factor * c) % prime
        if new:
            total[i] = new
        else:
            total.pop(i, None)


def _lifted(vector: Vector, prime: int) -> Vector | None:
    """Return the vector of small fractions that is this one modulo the prime, made whole."""
    entries: dict[int, Fraction] = {}
    for i, residue in vector.items():
        fraction = _fraction(residue, prime)
        if fraction is None:
            return None
        entries[i] = fraction
    return _whole(entries)


def _fraction(residue: int, prime: int) -> Fraction | None:
    """Return a fraction of small numbers with this residue, by Euclid's algorithm stopped early."""
    bound = isqrt(prime // 2)
    (a, b), (s, t) = (prime, residue), (0, 1)
    while b > bound:
        quotient = a // b
        a, b, s, t = b, a - quotient * b, t, s - quotient * t
    return Fraction(b, t) if 0 < abs(t) <= bound else None


def _solves(vector: Vector, equations: Sequence[Vector]) -> bool:
    return not any(sum(c * vector.get(i, 0) for i, c in e.items()) for e in equations)


def _shortened(basis: Sequence[Vector]) -> list[Vector]:
    """Return a basis of the same space with fewer minus signs, by sums of pairs."""
    vectors = list(basis)
    for _ in range(_ROUNDS):
        before = list(vectors)
        for i, vector in enumerate(vectors):
            if not _effort(vector)[0]:
                continue
            others = [w for j, w in enumerate(vectors) if j != i and w.keys() & vector.keys()]
            pairs = (_sum(vector, w, sign) for w in others for sign in (1, -1))
            vectors[i] = min([vector, *map(_primitive, pairs)], key=_effort)
        if vectors == before:
            break
    return vectors


def _sum(v: Vector, w: Vector, sign: int) -> Vector:
    total = {i: v.get(i, 0) + sign * w.get(i, 0) for i in v.keys() | w.keys()}
    return {i: c for i, c in total.items() if c}


def _effort(vector: Vector) -> tuple[int, int, int]:
    """Return how hard a vector is to read: minus signs, entries, sizes."""
    negative = sum(c < 0 for c in vector.values())
    return negative, len(vector), sum(map(abs, vector.values()))
