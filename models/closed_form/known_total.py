"""A state that belongs to a conserved total whose other states are known: R = N - S - I.

The total is linear in the states with constant weights (`structure.conserved`), so that nothing is
left to integrate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

from ..exact.derivation import Claim, Step
from ..exact.solvable import Block, Point, Solved
from ..notation import Notation, Shown, chain
from ..structure.conserved import Conserved, conserved
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative
from ..tape.precise import Precise

_MOST_STATES = 6
_LONGEST = 400  # operations of rates that are looked at


@dataclass(frozen=True)
class KnownTotalClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "state of a conserved total whose other states are known"

    @property
    def order(self) -> int:
        """Before anything is integrated whose rate is no short formula."""
        return 0

    def recognise(self, block: Block) -> KnownTotal | None:
        """Return the state, or None if what it depends on has formulas, or there is no total."""
        whole = block.closure
        if block.system.n_states != 1 or not block.unwritten & {*whole.states}:
            return None
        if whole.n_states > _MOST_STATES or len(whole.vector_field.nodes) > _LONGEST:
            return None
        state = block.states[0]
        found = next((c for c in conserved(whole) if state in c.states), None)
        return None if found is None else KnownTotal(block, found)


SOLVABLE = KnownTotalClass()


@dataclass(frozen=True)
class KnownTotal:
    """One such state.

    Parameters
    ----------
    block
        What is asked for.
    total
        The conserved quantity.
    """

    block: Block
    total: Conserved

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        system = self.block.closure
        builder = Builder((system.time, *system.parameters))
        states = {
            s: builder.inline(tape, builder.inputs)[0] for s, tape in self.block.known.items()
        }
        tape = builder.finish([self.put(builder, states)], builder.names)
        written = _Balance(self, self.block)
        (value,) = builder.inline(tape, builder.inputs)
        holds = builder.finish([abs(value) < inf], builder.names)
        yield Solved(written, tape, ("valid where the others are",), (self._step(),), holds)

    def put(self, builder: Builder, others: dict[str, Value]) -> Value:
        """Return the state, the others given as values, from the parameters."""
        system, total, own = self.block.closure, self.total.formula, self.block.states[0]
        parameters = {n: builder.input(n) for n in system.parameters}
        begun = builder.inline(system.start, [parameters[n] for n in system.parameters])
        start = dict(zip(system.states, begun, strict=True))
        zero = dict.fromkeys(system.states, builder.constant(0.0)) | parameters
        gone = builder.constant(0.0)
        weights: dict[str, Value] = {}
        for state in system.states:
            slope = derivative(total, state)
            weights[state] = builder.inline(slope, [zero[n] for n in slope.inputs])[0]
            if state != own and weights[state].constant != 0.0:
                gone = gone + weights[state] * (start[state] - others[state])
        return start[own] + gone / weights[own]

    @cached_property
    def formula(self) -> Tape:
        """The state, from the parameters and the other states."""
        system = self.block.closure
        names = [s for s in system.states if s != self.block.states[0]]
        builder = Builder((*system.parameters, *names))
        return builder.finish([self.put(builder, {n: builder.input(n) for n in names})])

    def _step(self) -> Step:
        system, notation = self.block.closure, self.block.notation
        builder = Builder((system.time, *system.states, *system.parameters))
        at = dict(zip(builder.names, builder.inputs, strict=True))
        rates = builder.inline(system.vector_field, builder.inputs)
        change = builder.constant(0.0)
        for state, rate in zip(system.states, rates, strict=True):
            slope = derivative(self.total.formula, state)
            change = change + builder.inline(slope, [at[n] for n in slope.inputs])[0] * rate
        return Step(
            "A total does not change, since the rates in it add up to zero; the others are known",
            _written(self, notation),
            (Claim(builder.formula(change), builder.formula(0.0)),),
        )


def _written(problem: KnownTotal, notation: Notation) -> Shown:
    own = problem.block.states[0]
    return chain(notation.in_time(own), notation.answer(problem.formula))


@dataclass(frozen=True)
class _Balance:
    """The state by what is left of the total."""

    problem: KnownTotal
    block: Block

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return its equation."""
        return (_written(self.problem, notation),)

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the state with many digits."""
        return precise(self.problem.formula, {**point, **self.block.before(precise, point)})

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return its derivative by time, from those of the others."""
        others = self.block.before(precise, point)
        own = self.block.states[0]
        system: FirstOrderSystem = self.block.closure
        at = {**point, **others, own: self.values(precise, point)[0]}
        rates = dict(zip(system.states, precise(system.vector_field, at), strict=True))
        formula, total = self.problem.formula, precise.context.zero
        for name in others.keys() & {*formula.inputs}:
            total += precise(derivative(formula, name), at)[0] * rates[name]
        return [total]
