"""Inputs as states of their own: t^k*exp(a*t)*cos(w*t) solves a linear system too.

A system with such inputs is then one without, dY/ds = M*Y. Where inputs are switched on or off it
is one after another: each stage starts from where the last one ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

from ...tape import Value
from .affine import Affine
from .forcing import Term
from .identity import Identity
from .order import in_order

Matrix = dict[tuple[int, int], Value]


@dataclass(frozen=True)
class Stage:
    """dY/ds = M*Y from s = begin until the next stage; the first of Y are the states.

    Parameters
    ----------
    matrix
        The entries of M that are not zero.
    inputs
        The others of Y at the beginning.
    begin
        In time since the start, zero for the first stage.
    """

    matrix: Matrix
    inputs: tuple[Value, ...]
    begin: Value


def stages(
    system: Affine,
    terms: Sequence[Sequence[Term]],
    identity: Identity,
    *,
    sizes_at_start: bool = False,
) -> tuple[Stage, ...]:
    """Return the systems one after another, in the order of their times.

    Parameters
    ----------
    system
        With constant coefficients.
    terms
        The input of each state.
    identity
        Tells equal rates.
    sizes_at_start
        Whether the size of an input is in its start rather than in M, which then has no symbols
        if the rates have none.
    """
    zero = system.builder.constant(0.0)
    switched = {identity(t.begin): t.begin for row in terms for t in row if t.begin is not None}
    begins = [zero, *in_order([v.apply("max", 0.0) for v in switched.values()])]
    return tuple(_Growing(system, identity, begin, sizes_at_start).stage(terms) for begin in begins)


class _Growing:
    """One system while inputs are added to it."""

    def __init__(
        self, system: Affine, identity: Identity, begin: Value, sizes_at_start: bool
    ) -> None:
        self.system, self.identity, self.builder = system, identity, system.builder
        self.matrix: Matrix = dict(system.matrix)
        self.inputs: list[Value] = []
        self.begin, self.sizes_at_start = begin, sizes_at_start
        self.chains: dict[object, list[tuple[int, int | None]]] = {}

    def stage(self, terms: Sequence[Sequence[Term]]) -> Stage:
        for row, sources in enumerate(terms):
            for term in sources:
                self._couple(row, term)
        return Stage(self.matrix, tuple(self.inputs), self.begin)

    def _couple(self, row: int, term: Term) -> None:
        coefficient = term.coefficient
        if term.begin is not None:
            on = term.begin.apply("le", self.begin)
            coefficient = on.apply("select", coefficient, 0.0)
        if coefficient.constant == 0:
            return
        one = self.builder.constant(1.0)
        size, weight = (coefficient, one) if self.sizes_at_start else (one, coefficient)
        cosine, sine = self._chain(term, size, row)[term.power]
        column = sine if term.is_sine and sine is not None else cosine
        self._add(row, column, factorial(term.power) * weight)

    def _add(self, row: int, column: int, value: Value) -> None:
        known = self.matrix.get((row, column))
        self.matrix[row, column] = value if known is None else known + value

    def _chain(self, term: Term, size: Value, row: int) -> list[tuple[int, int | None]]:
        """Return the states exp(a*s)*cos(w*s)*s^j/j!, and those of the sine, up to a power."""
        parts = (term.rate, term.frequency)
        key = tuple(None if p is None else self.identity(p) for p in parts)
        if self.sizes_at_start:
            key = (*key, row, term.power, term.is_sine)
        chain = self.chains.setdefault(key, [])
        while len(chain) <= term.power:
            chain.append(self._link(term, size, chain[-1] if chain else None, len(chain)))
        return chain

    def _link(
        self, term: Term, size: Value, last: tuple[int, int | None] | None, power: int
    ) -> tuple[int, int | None]:
        at = self.begin
        if term.rate is not None:
            size = size * (term.rate * at).apply("exp")
        if power:
            size = size * at**power / factorial(power)
        if term.frequency is None:
            place = self._state(size, term, last[0] if last else None)
            return place, None
        phase = term.frequency * at
        cosine = self._state(size * phase.apply("cos"), term, last[0] if last else None)
        sine = self._state(size * phase.apply("sin"), term, last[1] if last else None)
        self._add(cosine, sine, -term.frequency)
        self._add(sine, cosine, term.frequency)
        return cosine, sine

    def _state(self, start: Value, term: Term, last: int | None) -> int:
        place = self.system.size + len(self.inputs)
        self.inputs.append(start)
        if term.rate is not None:
            self._add(place, place, term.rate)
        if last is not None:
            self._add(place, last, self.builder.constant(1.0))
        return place
