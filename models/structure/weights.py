"""Dependence of rates with weights that are formulas of parameters: V1*f1 + V2*f2 = 0.

Rates are freed of the parameters they are divided by, and compared as they are then: vessels of
any number that exchange something keep its amount. What this does not find is looked for by
elimination without division over polynomials in the parameters, group by group of rates that have
terms in common; a group in which a formula grows beyond a few terms is given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm

from .expansion import Expansion, Monomial, Sum, multiplied
from .nullspace import dependences

Weights = Mapping[int, Mapping[Monomial, int | Fraction]]  # by state, then by parameters
_Vector = dict[Monomial | int, Sum]  # columns are monomials of the rest, weights are states

_MOST_STATES = 12  # of a group
_LONGEST = 12  # terms of an entry


def weighted_dependences(terms: Expansion, n_states: int) -> list[Weights]:
    """Return independent weights with which the rates add up to zero.

    Parameters
    ----------
    terms
        Rates as sums; symbols are time, the states, the parameters and parts, in this order.
    n_states
        Number of states.
    """
    parameters = range(1 + n_states, len(terms.contents) - len(terms.parts))
    rates = [_split(rate, parameters) for rate in terms.sums]
    groups = _groups(rates)
    eliminated = [w for group in groups for w in _dependences(rates, group)]
    return max(_of_cleared(terms.sums, parameters), eliminated, key=len)


def _of_cleared(rates: Sequence[Sum], parameters: range) -> list[Weights]:
    """Return the dependences, by whole numbers, of rates freed of their divisors."""
    divisors = [_divisor(rate, parameters) for rate in rates]
    cleared = [multiplied(rate, {d: Fraction(1)}) for rate, d in zip(rates, divisors, strict=True)]
    return [{i: {divisors[i]: c} for i, c in v.items()} for v in dependences(cleared)]


def _divisor(rate: Sum, parameters: range) -> Monomial:
    """Return the product of parameters by which some term of a rate is divided."""
    powers: dict[int, int] = {}
    for symbol, power in (factor for monomial in rate for factor in monomial):
        if symbol in parameters:
            powers[symbol] = max(powers.get(symbol, 0), -power)
    return tuple(sorted((s, p) for s, p in powers.items() if p))


def _groups(rates: Sequence[_Vector]) -> list[list[int]]:
    """Return rates that share a column, directly or through others, together; short ones first."""
    group = list(range(len(rates)))
    first: dict[Monomial | int, int] = {}
    for i, rate in enumerate(rates):
        for column in rate:
            old, new = group[first.setdefault(column, i)], group[i]
            group = [new if g == old else g for g in group]
    members = [[i for i, g in enumerate(group) if g == name] for name in dict.fromkeys(group)]
    return [sorted(m, key=lambda i: (sum(map(len, rates[i].values())), i)) for m in members]


def _dependences(rates: Sequence[_Vector], group: Sequence[int]) -> list[Weights]:
    """Return the dependences among rates, or none if they are too many or grow too long."""
    if len(group) > _MOST_STATES:
        return []
    pivots: list[tuple[Monomial | int, _Vector]] = []
    found: list[Weights] = []
    for state in group:
        vector: _Vector = {**rates[state], state: {(): Fraction(1)}}
        for column, pivot in pivots:
            if column in vector:
                vector = _primitive(_eliminated(vector, pivot, column))
                if any(len(entry) > _LONGEST for entry in vector.values()):
                    return found
        columns = [c for c in vector if isinstance(c, tuple)]
        if columns:
            pivots.append((min(columns, key=lambda c: (len(vector[c]), c)), vector))
        else:
            found.append({s: e for s, e in _primitive(vector).items() if isinstance(s, int)})
    return found


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
