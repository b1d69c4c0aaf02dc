"""Two linear equations with constant coefficients that act on each other, or one of second order.

A damped oscillator is one, two tanks that exchange are another; driven by constants, polynomials,
exponentials and waves, in terms of elementary functions (Boyce and DiPrima 2012, *Elementary
Differential Equations*, sections 3.3 to 3.8, 7.5 to 7.9). A wave in resonance grows with time; an
exponential in resonance, or an input that is switched, is left to the exponential of the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..exact.linear.pair import basis
from ..exact.linear.pair_refined import rows_of as waves_of
from ..exact.linear.safe import constant, defined, safe_values
from ..exact.linear.two import Pair
from ..exact.linear.two_steps import steps_of
from ..exact.refined import refined, rows_of
from ..exact.solvable import Block, Solved
from ..tape import Tape

_SIZE = 2


@dataclass(frozen=True)
class LinearPairClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "two linear equations with constant coefficients, or one of second order"

    @property
    def order(self) -> int:
        """Before larger systems."""
        return 3

    def recognise(self, block: Block) -> LinearPair | None:
        """Return the two equations, None if they are others."""
        if block.system.n_states != _SIZE:
            return None
        found = constant(block.system)
        if found is None:
            return None
        switched = any(term.begin is not None for terms in found[1] for term in terms)
        return None if switched else LinearPair(Pair(block, *found))


SOLVABLE = LinearPairClass()


@dataclass(frozen=True)
class LinearPair:
    """Two such equations.

    Parameters
    ----------
    pair
        Their coefficients, and what these lead to.
    """

    pair: Pair

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        if self.pair.steady is None:
            return
        tape = self._safe()
        if tape is not None:
            domain = (f"valid for all {self.pair.block.notation.time}",)
            formula = self.pair.formula()
            if any(self.pair.inputs):
                rows = rows_of(formula) if isinstance(formula, Tape) else waves_of(formula)
                tape = refined(tape, rows)
            yield Solved(formula, tape, domain, steps_of(self.pair, formula))

    def _safe(self) -> Tape | None:
        pair, a = self.pair, self.pair.coefficients
        even, odd = basis(pair.middle, pair.square, pair.determinant, a.elapsed)
        rows = [u * even + v * odd for u, v in pair.rows()]
        if not any(pair.inputs) and pair.block.closure.n_states == _SIZE:
            return a.on_time(rows)
        assert pair.steady is not None
        far = a.on_time(p + r for p, r in zip(pair.steady, rows, strict=True))
        near = safe_values(pair.block, a, pair.inputs, pair.identity)
        return None if near is None else defined(near, far)
