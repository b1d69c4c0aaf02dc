"""A state between thresholds: its law, the same after every event, and the time to each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ..first_order.elapsed import Elapsed, elapsed
from ..solvable import Block, Solved
from .schedule import acts
from .thresholds import End, sets


class Law(NamedTuple):
    """What is known between events.

    Parameters
    ----------
    moved
        The solution from any state, from the time since then, the parameters, the others and that.
    rate
        The rate.
    passages
        The time from any state to each threshold.
    """

    moved: Solved
    rate: Tape
    passages: Mapping[int, Elapsed]


@dataclass(frozen=True)
class Between:
    """One such system.

    Parameters
    ----------
    block
        What is asked for.
    moving
        The place of the state that moves; the others are constant between events.
    ends
        The thresholds, by the way they are passed.
    known
        Values of parameters, as far as known: they decide in which order events are written.
    """

    block: Block
    moving: int
    ends: Mapping[int, End]
    known: Mapping[str, float]

    @property
    def system(self) -> FirstOrderSystem:
        """The equations with their events."""
        return self.block.system

    @property
    def state(self) -> str:
        """The name of the state that moves."""
        return self.system.states[self.moving]

    @property
    def held(self) -> tuple[str, ...]:
        """Names of the others."""
        return tuple(s for s in self.system.states if s != self.state)

    @cached_property
    def _setting(self) -> dict[str, int]:
        """How many of the events set each of the states that are constant in between."""
        resets = [e.reset for e in self.system.events if acts(e) and e.reset is not None]
        places = {name: self.system.states.index(name) for name in self.held}
        return {n: sum(sets(reset, n, at) for reset in resets) for n, at in places.items()}

    @property
    def knows_what_is_held(self) -> bool:
        """Whether each of the others is set by every event, or by none."""
        return all(count in (0, len(self.ends)) for count in self._setting.values())

    def after(self, builder: Builder, way: int) -> list[Value]:
        """Return the states after an event; what no event sets is what it was at the start."""
        parameters = [builder.input(n) for n in self.system.parameters]
        set_, begun = (
            builder.inline(tape, parameters) for tape in (self.ends[way].after, self.system.start)
        )
        still = [self._setting.get(name) == 0 for name in self.system.states]
        return [b if s else a for a, b, s in zip(set_, begun, still, strict=True)]

    @property
    def likely(self) -> Iterator[tuple[str, Tape]]:
        """Yield start values, as parameters, with what they are after one of the events."""
        system = self.system
        builder = Builder(system.parameters)
        after = self.after(builder, next(iter(self.ends)))
        for number, value in zip(system.start.outputs, after, strict=True):
            node = system.start.nodes[number]
            if node.op == "input":
                yield system.start.inputs[number], builder.formula(value)

    @cached_property
    def law(self) -> Law | None:
        """What is known between events, None where a formula is missing."""
        system = self.block.again(self._from_anywhere)
        if system is None or not isinstance(system.formula, Tape):
            return None
        rate = self._rate
        ways = dict[int, Elapsed]()
        for way, end in self.ends.items():
            passage = elapsed(rate, self._wide(end.value), self.alone, self.begun, self.block.again)
            if passage is None:
                return None
            ways[way] = passage
        return Law(system, rate, ways)

    @cached_property
    def begun(self) -> str:
        """The name of what the state that moves begins from."""
        return self.block.notation.fresh(f"{self.state}_begun", "begun", "start")

    @property
    def _rate(self) -> Tape:
        """The rate of the state that moves, from time, it, the parameters and the others."""
        names = (self.system.time, self.state, *self.system.parameters, *self.held)
        builder = Builder(names)
        field = self.system.vector_field.select([self.moving])
        return builder.finish(builder.inline(field, [builder.input(n) for n in field.inputs]))

    def _wide(self, tape: Tape) -> Tape:
        """Return a formula of the parameters as one of the parameters and the others."""
        builder = Builder((*self.system.parameters, *self.held))
        return builder.finish(builder.inline(tape, [builder.input(n) for n in tape.inputs]))

    @property
    def alone(self) -> FirstOrderSystem:
        """The state that moves, the others among its parameters."""
        names = (*self.system.parameters, *self.held)
        start = Builder(names)
        return replace(
            self.system, states=(self.state,), parameters=names, vector_field=self._rate,
            start=start.finish([0.0]), t0=0.0, events=(),
        )  # fmt: skip

    @property
    def _from_anywhere(self) -> FirstOrderSystem:
        names = (*self.alone.parameters, self.begun)
        builder, start = Builder((self.system.time, self.state, *names)), Builder(names)
        rates = builder.inline(self._rate, builder.inputs[:-1])
        return replace(
            self.alone, parameters=names, vector_field=builder.finish(rates),
            start=start.finish([start.input(self.begun)]),
        )  # fmt: skip
