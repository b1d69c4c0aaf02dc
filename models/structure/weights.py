"""Dependence of rates with weights that are formulas of parameters: V1*f1 + V2*f2 = 0.

Elimination without division over polynomials in the parameters, for small systems: what grows
beyond a few terms is given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import gcd, lcm

from .expansion import Expansion, Monomial, Sum, multiplied

Weights = Mapping[int, Mapping[Monomial, int | Fraction]]  # by state, then by parameters
_Vector = dict[Monomial | int, Sum]  # columns are monomials of the rest, weights are states

_MOST_STATES = 12
_LONGEST = 12  # terms of an entry


def weighted_dependences(terms: Expansion, n_states: int, known: int) -> list[Weights]:
    """Return a basis of the weights with which the rates add up to zero.

    Parameters
    ----------
    terms
        Rates as sums; symbols are time, the states, the parameters and parts, in this order.
    n_states
        Number of states.
    known
        How many independent dependences there are at least; unless there are more, none are given.
    """
    if n_states > _MOST_STATES:
        return []
    pivots: list[tuple[Monomial | int, _Vector]] = []
    found: list[Weights] = []
    for state, rate in enumerate(terms.sums):
        vector = _split(rate, range(1 + n_states, len(terms.contents) - len(terms.parts)))
        vector[state] = {(): Fraction(1)}
        for column, pivot in pivots:
            if column in vector:
                vector = _primitive(_eliminated(vector, pivot, column))
                if any(len(entry) > _LONGEST for entry in vector.values()):
                    return []
        columns = [c for c in vector if isinstance(c, tuple)]
        if columns:
            pivots.append((min(columns, key=lambda c: (len(vector[c]), c)), vector))
        else:
            found.append({s: e for s, e in _primitive(vector).items() if isinstance(s, int)})
    return found if len(found) > known else []


def _split(rate: Sum, parameters: range) -> _Vector:
    """Return a rate by what it contains besides parameters, which make the entries."""
    vector: _Vector = {}
    for monomial, c in rate.items():
        column = tuple(f for f in monomial if f[0] not in parameters)
        entry = vector.setdefault(column, {})
        entry[tuple(f for f in monomial if f[0] in parameters)] = c
    return vector


def _eliminated(vector: _Vector, pivot: _Vector, column: Monomial | int) -> _Vector:
    """Return the combination of two vectors in which a column is zero."""
    up = pivot[column]
    down = {m: -c for m, c in vector[column].items()}
    rows = {k: multiplied(up, entry) for k, entry in vector.items()}
    for key, entry in pivot.items():
        total = rows.setdefault(key, {})
        for m, c in multiplied(down, entry).items():
            total[m] = total.get(m, Fraction(0)) + c
    kept = {k: {m: c for m, c in entry.items() if c} for k, entry in rows.items()}
    return {k: entry for k, entry in kept.items() if entry}


def _primitive(vector: _Vector) -> _Vector:
    """Return a vector without a factor that all its terms have."""
    monomials = [m for entry in vector.values() for m in entry]
    numbers = [c for entry in vector.values() for c in entry.values()]
    least = _common(monomials)
    bottom = lcm(*(c.denominator for c in numbers))
    scale = Fraction(bottom, gcd(*(int(c * bottom) for c in numbers)))
    scale = scale if sum(c > 0 for c in numbers) * 2 >= len(numbers) else -scale
    inverse = {tuple((s, -p) for s, p in least): scale}
    return {k: multiplied(entry, inverse) for k, entry in vector.items()}


def _common(monomials: Iterable[Monomial]) -> Monomial:
    """Return the largest monomial that divides all, powers below zero included."""
    powers = [dict(m) for m in monomials]
    symbols = sorted({s for p in powers for s in p})
    least = {s: min(p.get(s, 0) for p in powers) for s in symbols}
    return tuple((s, p) for s, p in least.items() if p)
