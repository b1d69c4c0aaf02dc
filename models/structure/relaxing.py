"""Linear quantities that go their own way: weights w whose total z = w*y has dz/dt = a*z + b.

A nutrient and what grows on it may act on each other in any way: their total in units of the
nutrient is exchanged with the inflow, and no more happens to it. The weights are those with which
the terms that are not linear in the states add up to zero (`weights`); all that is left must be in
proportion to the total, apart from an input. What is found is proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ..system import FirstOrderSystem
from .conserved import Conserved, quantity
from .expansion import Expansion, Monomial, Sum, expand, multiplied
from .weights import Weights, weighted_dependences


@dataclass(frozen=True)
class Relaxing:
    """A quantity linear in the states whose rate depends on itself, time and parameters alone.

    Parameters
    ----------
    total
        The quantity.
    states
        Those in it, by position.
    """

    total: Conserved
    states: tuple[int, ...]


def relaxing(system: FirstOrderSystem) -> tuple[Relaxing, ...]:
    """Return quantities that go their own way, as far as the terms not linear tell them.

    A system that is linear throughout has none here: all of its eigenvectors are of this kind.
    """
    terms, n = expand(system.vector_field), system.n_states
    parted = [_Parted.of(rate, terms, n) for rate in terms.sums]
    if not any(p.others for p in parted):
        return ()
    bent = Expansion(tuple(p.others for p in parted), terms.parts, terms.contents)
    first = 1 + n, len(terms.contents) - len(terms.parts)
    found = (w for w in weighted_dependences(bent, n) if _is_own(w, parted, range(*first)))
    return tuple(Relaxing(quantity(system, w), tuple(sorted(w))) for w in found)


@dataclass(frozen=True)
class _Parted:
    """One rate: the coefficients of the states, by position, and the terms not linear in them."""

    linear: dict[int, Sum]
    others: Sum

    @classmethod
    def of(cls, rate: Sum, terms: Expansion, n_states: int) -> _Parted:
        within = ((1 << n_states) - 1) << 1
        linear: dict[int, Sum] = {}
        others: Sum = {}
        for monomial, c in rate.items():
            varying = [(s, p) for s, p in monomial if terms.contents[s] & within]
            if len(varying) == 1 and varying[0][1] == 1 and varying[0][0] <= n_states:
                state = varying[0][0] - 1
                rest = tuple(f for f in monomial if f != varying[0])
                linear.setdefault(state, {})[rest] = c
            elif varying:
                others[monomial] = c
        return cls(linear, others)


def _is_own(weights: Weights, rates: list[_Parted], parameters: range) -> bool:
    """Tell whether w*A is in proportion to w, without division: r_j*w_k = r_k*w_j."""
    w = {i: {m: Fraction(c) for m, c in weight.items()} for i, weight in weights.items()}
    if any(s not in parameters for weight in w.values() for m in weight for s, _ in m):
        return False
    rows = {j: _total(_products(w, rates, j)) for j in range(len(rates))}
    first = min(w)
    sides = ((multiplied(rows[first], w.get(j, {})), multiplied(rows[j], w[first])) for j in rows)
    return all(left == right for left, right in sides)


def _products(w: dict[int, Sum], rates: list[_Parted], j: int) -> Iterator[Sum]:
    for i, weight in w.items():
        yield multiplied(weight, rates[i].linear.get(j, {}))


def _total(sums: Iterator[Sum]) -> Sum:
    whole: dict[Monomial, Fraction] = {}
    for one in sums:
        for monomial, c in one.items():
            whole[monomial] = whole.get(monomial, Fraction(0)) + c
    return {m: c for m, c in whole.items() if c}
