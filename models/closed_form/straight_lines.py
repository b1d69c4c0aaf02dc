"""Equations whose solutions are straight lines: the rate does not change along a solution.

Clairaut's equation y = t*y' + g(y') is one, solved for y': its lines touch an envelope, at which
they end (Ince 1956, *Ordinary Differential Equations*, section 2.43). Such a rate f(t, y) is known
by f_t + f*f_y = 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..exact.derivation import Step
from ..exact.linear.identity import Identity
from ..exact.solvable import Block, Solved
from ..exact.workings import Account, Workings
from ..notation import Shown
from ..symbolic.rational import simplified
from ..tape.differentiate import derivative

_LONGEST = 80  # operations of the rate
_CLOSE = 1e-9  # relative: a line is left where the rate on it is another
_CHOOSING = frozenset("floor sign lt le eq select min max".split())


@dataclass(frozen=True)
class StraightLinesClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "straight lines, along which the rate stays the same (Clairaut's equation)"

    @property
    def order(self) -> int:
        """It needs values of the rate only."""
        return 6

    def recognise(self, block: Block) -> StraightLines | None:
        """Return the equation, None if its rate changes along solutions."""
        system, field = block.system, block.system.vector_field
        if system.n_states != 1 or not {system.time, *system.states} <= field.used():
            return None
        if len(field.nodes) > _LONGEST or any(n.op in _CHOOSING for n in field.nodes):
            return None
        w = Workings(system)
        rate = w.inline(field)
        by_time, by_state = (
            w.inline(derivative(field, name)) for name in (system.time, system.states[0])
        )
        change = by_time + rate * by_state
        return StraightLines(block) if Identity(w.builder).is_zero(change) else None


SOLVABLE = StraightLinesClass()


@dataclass(frozen=True)
class StraightLines:
    """One such equation.

    Parameters
    ----------
    block
        What is asked for.
    """

    block: Block

    def solutions(self) -> Iterator[Solved]:
        """Yield the line through the start."""
        w = Workings(self.block.system)
        pace = w.inline(simplified(w.of_parameters(w.at_start(w.rate(w.start)))))
        y = w.start + pace * w.elapsed
        there = w.rate(y)
        holds = abs(there - pace) <= _CLOSE * (abs(there) + abs(pace))
        time = self.block.notation.name(self.block.system.time).text
        domain = f"valid as long as the rate on the line is that at {time} = {w.block.t0:g}"
        formula = w.of_time(y)
        yield Solved(formula, formula, (domain,), tuple(self._steps(w)), w.of_time(holds))

    def _steps(self, w: Workings) -> Iterator[Step]:
        """Yield that the rate stays the same, what it is, and the line."""
        account, notation = Account(w, self.block.notation), self.block.notation
        field, system = w.block.vector_field, w.block
        rate = w.inline(field)
        by_time, by_state = (
            w.inline(derivative(field, name)) for name in (system.time, system.states[0])
        )
        second = Shown(f"{notation.name(w.state).text}''", f"{notation.name(w.state).latex}''")
        zero = w.builder.constant(0.0)
        yield account.step(
            "The second derivative is the rate's change along a solution: there is none, so that "
            "the solution is a straight line", second, zero, (by_time + rate * by_state, zero),
        )  # fmt: skip
        pace = w.at_start(w.rate(w.start))
        yield account.step(
            "Its slope is the rate at the start",
            notation.rate(w.state), pace, (pace, w.at_start(w.rate(w.start))),
        )  # fmt: skip
        y = w.start + pace * w.elapsed
        yield account.step(
            "The line through the start",
            notation.in_time(w.state), y, (w.slope(y), pace), (w.at_start(y), w.start),
        )  # fmt: skip
