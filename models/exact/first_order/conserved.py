"""Systems with as many conserved totals, less one, as states: one equation is left to solve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...notation import Notation, chain
from ...structure.conserved import Conserved, conserved
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..derivation import Claim, Step
from ..solvable import Block, Solved
from .kinds import every

_MOST_STATES = 6
_LONGEST = 400  # operations of rates that are looked at


@dataclass(frozen=True)
class Eliminated:
    """A block each of whose states has an equation of its own, the others put in.

    The states are solved for one by one: a difference to a total would lose the digits of a state
    that vanishes.

    Parameters
    ----------
    block
        The system as it is asked about.
    totals
        The conserved quantities.
    alone
        For each state of the block its own equation.
    """

    block: Block
    totals: tuple[Conserved, ...]
    alone: tuple[FirstOrderSystem, ...]

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution that consists of the first one of each state."""
        found: list[Solved] = []
        for system in self.alone:
            part = Block(system, system, self.block.notation, self.block.clock)
            explicit = (s for s in every(part) if isinstance(s.formula, Tape) or self._is_single)
            solved = next(explicit, None)
            if solved is None:
                return
            found.append(solved)
        steps = [_step(self.block.closure, self.block.notation, t.formula) for t in self.totals]
        if self._is_single:
            yield replace(found[0], steps=(*steps, *found[0].steps))
        else:
            yield _joined(found, steps)

    @property
    def _is_single(self) -> bool:
        return len(self.alone) == 1


def _joined(parts: list[Solved], steps: list[Step]) -> Solved:
    """Return solutions of single states as one."""
    holds = [part.holds for part in parts if part.holds is not None]
    whole = Builder(parts[0].tape.inputs)
    valid = whole.constant(1.0)
    for condition in holds:
        valid = valid.apply("min", whole.inline(condition, whole.inputs)[0])
    return Solved(
        _side_by_side([p.formula for p in parts if isinstance(p.formula, Tape)]),
        _side_by_side([p.tape for p in parts]),
        tuple(dict.fromkeys(d for p in parts for d in p.domain)),
        (*steps, *(step for p in parts for step in p.steps)),
        whole.finish([valid]) if holds else None,
    )


def _side_by_side(tapes: list[Tape]) -> Tape:
    builder = Builder(tapes[0].inputs)
    return builder.finish(v for t in tapes for v in builder.inline(t, builder.inputs))


def _step(system: FirstOrderSystem, notation: Notation, total: Tape) -> Step:
    """Return the step that says what is conserved."""
    builder = Builder((system.time, *system.states, *system.parameters))
    by_name = dict(zip(builder.names, builder.inputs, strict=True))
    rates = builder.inline(system.vector_field, builder.inputs)
    change = builder.constant(0.0)
    for state, rate in zip(system.states, rates, strict=True):
        slope = derivative(total, state)
        change = change + builder.inline(slope, [by_name[n] for n in slope.inputs])[0] * rate
    value = builder.inline(total, [by_name[n] for n in total.inputs])[0]
    claim = Claim(builder.formula(change), builder.formula(0.0))
    written = notation.formula(builder.formula(value))
    begun = _at_start(system, total)
    shown = chain(written, notation.formula(begun))
    return Step("A total does not change, since the rates in it add up to zero", shown, (claim,))


def _at_start(system: FirstOrderSystem, total: Tape) -> Tape:
    builder = Builder(system.parameters)
    start = dict(zip(system.states, builder.inline(system.start, builder.inputs), strict=True))
    known = {**dict(zip(builder.names, builder.inputs, strict=True)), **start}
    return builder.formula(builder.inline(total, [known[n] for n in total.inputs])[0])


def eliminated(block: Block) -> Eliminated | None:
    """Return a block as equations of single states, or None if it has too few totals."""
    whole = block.closure
    n = whole.n_states
    if not 2 <= n <= _MOST_STATES or len(whole.vector_field.nodes) > _LONGEST:
        return None
    totals = conserved(whole)
    if len(totals) != n - 1:
        return None
    alone: list[FirstOrderSystem] = []
    for kept in block.states:
        others = _solved_for(whole, totals, kept)
        if others is None:
            return None
        alone.append(_alone(whole, kept, others))
    return Eliminated(block, totals, tuple(alone))


def _alone(whole: FirstOrderSystem, kept: str, others: tuple[Tape, ...]) -> FirstOrderSystem:
    """Return the equation of one state, the others put in."""
    position = whole.states.index(kept)
    field = Builder((whole.time, kept, *whole.parameters))
    time, _, *parameters = field.inputs
    states = [field.inline(t, field.inputs)[0] for t in others]
    rates = field.inline(whole.vector_field.select([position]), [time, *states, *parameters])
    return replace(
        whole, states=(kept,), vector_field=field.finish(rates),
        start=whole.start.select([position]),
    )  # fmt: skip


def _solved_for(
    system: FirstOrderSystem, totals: tuple[Conserved, ...], kept: str
) -> tuple[Tape, ...] | None:
    """Return every state by the kept one, where each total relates it to one more state."""
    builder = Builder((system.time, kept, *system.parameters))
    parameters = builder.inputs[2:]
    start = dict(zip(system.states, builder.inline(system.start, parameters), strict=True))
    known: dict[str, Value] = {kept: builder.inputs[1]}
    left = list(totals)
    while left:
        total = next((c for c in left if len((c.states & {*system.states}) - {*known}) == 1), None)
        if total is None:
            return None
        left.remove(total)
        (new,) = (total.states & {*system.states}) - {*known}
        change, weight = builder.constant(0.0), builder.constant(1.0)
        for state in system.states:
            slope = derivative(total.formula, state)
            w = builder.inline(slope, [0.0] * system.n_states + [*parameters])[0]
            if state == new:
                weight = w
            elif w.constant != 0:
                change = change + w * (start[state] - known[state])
        known[new] = start[new] + change / weight
    if len(known) < system.n_states:
        return None
    names = (system.time, kept, *system.parameters)
    return tuple(builder.finish([known[s]], names) for s in system.states)
