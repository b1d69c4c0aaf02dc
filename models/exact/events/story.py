"""The derivation of a solution through events: the piece, what each event does, the whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from ...notation import Notation, Shown, chain
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..derivation import Claim, Step
from ..solvable import unless
from .course import holds, reset
from .flow import Flow
from .rounds import rest_of
from .schedule import Due

_TOLD = 4  # times of events, one by one


@dataclass(frozen=True)
class Construction:
    """How a solution through events is put on a tape.

    Parameters
    ----------
    build
        From the flow between events to the states, and whether that is where they are valid.
    shown
        The equations.
    domain
        Where it is valid, in phrases.
    adds
        Whether events only add to the states, so that each can be told by itself.
    """

    build: Callable[[Flow], tuple[Tape, Tape]]
    shown: tuple[Shown, ...]
    domain: tuple[str, ...]
    adds: bool = False


@dataclass(frozen=True)
class Story:
    """The steps to one solution.

    Parameters
    ----------
    flow
        Between two events, as it is written.
    dues
        What happens.
    construction
        The solution.
    """

    flow: Flow
    dues: Sequence[Due]
    construction: Construction

    @cached_property
    def tape(self) -> Tape:
        """The states as they are written, nan where they are not valid."""
        return unless(*self.construction.build(self.flow))

    def steps(self) -> Iterator[Step]:
        """Yield the steps, with what can be checked of each."""
        yield self._begin()
        yield from self.flow.exact.derivation
        acting = [due for due in self.dues if due.acts]
        if self.construction.adds:
            yield from (self._dose(due) for due in acting)
        elif all(due.once for due in self.dues):
            yield from self._pieces()
        else:
            yield from (self._round(due) for due in acting)
        yield self._whole()

    def _begin(self) -> Step:
        flow, notation = self.flow, Notation.of(self.flow.piece.system)
        builder = Builder((flow.whole.time, *flow.piece.system.parameters))
        zero = builder.constant(0.0)
        begin = builder.inline(flow.tape, [zero, *builder.inputs[1:]])
        states = [
            chain(
                Shown(f"{notation.name(s).text}(0)", f"{notation.name(s).latex}(0)"),
                notation.name(b),
            )
            for s, b in zip(flow.whole.states, flow.starts, strict=True)
        ]
        time, begun = notation.name(flow.whole.time).text, notation.name(flow.begun).text
        words = f"Begin anew after each event: let {time} run from its time, {begun}"
        starts = builder.inputs[-flow.whole.n_states :]
        return Step(words, chain(*states, sign=", "), _claims(builder, begin, starts))

    def _dose(self, due: Due) -> Step:
        """Tell what one event adds by itself, and what is left of it a round later."""
        system = self.flow.whole
        builder = Builder(system.parameters)
        own = builder.inputs
        first, period, last = builder.inline(due.times, own)
        times = [first] if due.once else [first + period, first + 2.0 * period]
        rest = unless(*rest_of(self.flow, due))
        nothing = builder.constant(0.0)
        before = [nothing] * system.n_states
        if not due.once:
            before = builder.inline(rest, [times[0], *own])
            moved = self.flow.on(builder, period, nothing, before, [])
            resting = self.flow.on(builder, period, nothing, [nothing] * system.n_states, [])
            before = [m - r for m, r in zip(moved, resting, strict=True)]
        after = reset(builder, system, due.event, times[-1], before)
        comes = (builder.constant(system.t0) <= times[0]) & (times[-1] <= last)
        found = _where(comes, builder.inline(rest, [times[-1], *own]))
        words = "Doses add up, as the equations are linear"
        return Step(words, _label(due), _claims(builder, found, after))

    def _pieces(self) -> Iterator[Step]:
        """Tell of the first times what happens then, each longer to check than the one before."""
        system, order = self.flow.whole, holds(self.flow, self.dues)
        builder = Builder(system.parameters)
        own = builder.inputs
        begun: Value = builder.constant(system.t0)
        y = builder.inline(system.start, own)
        groups = [list(group) for _, group in groupby(self.dues, lambda due: due.times)]
        for place, dues in enumerate(groups[:_TOLD], 1):
            at = builder.inline(dues[0].times, own)[0]
            switches = self.flow.switches(builder, 0.5 * (begun + at))
            y = self.flow.on(builder, at - begun, begun, y, switches)
            for due in dues:
                y = reset(builder, system, due.event, at, y)
            found = builder.inline(self.tape, [at, *own])
            (right,) = builder.inline(order, [at, *own])
            right = right & (builder.constant(system.t0) <= begun.apply("min", at))
            acting = [due for due in dues if due.acts]
            if acting:
                claims = _claims(builder, _where(right, found), y)
                more = len(groups) - _TOLD if place == _TOLD else 0
                words = "There the states are set anew" + f", and {more} times more" * (more > 0)
                yield Step(words, _labels(acting), claims)
            begun, y = at, found

    def _round(self, due: Due) -> Step:
        """Tell how one round follows from the one before."""
        system = self.flow.whole
        builder = Builder(system.parameters)
        own = builder.inputs
        first, period, last = builder.inline(due.times, own)
        begun, at = first + period, first + 2.0 * period
        y = builder.inline(self.tape, [begun, *own])
        moved = self.flow.on(builder, period, begun, y, [])
        after = reset(builder, system, due.event, at, moved)
        found = _where(at <= last, builder.inline(self.tape, [at, *own]))
        return Step(
            "Each round does the same, once more", _label(due), _claims(builder, found, after)
        )

    def _whole(self) -> Step:
        """Tell that the whole fulfils the equations between events."""
        system, tape = self.flow.whole, self.tape
        builder = Builder((system.time, *system.parameters))
        time, *own = builder.inputs
        y = builder.inline(tape, builder.inputs)
        (valid,) = builder.inline(self.construction.build(self.flow)[1], builder.inputs)
        rates = _where(valid, builder.inline(system.vector_field, [time, *y, *own]))
        slopes = builder.inline(derivative(tape, system.time), builder.inputs)
        shown = chain(*self.construction.shown, sign=", ")
        return Step("Put together", shown, _claims(builder, slopes, rates))


def _label(due: Due) -> Shown:
    return Shown(due.event.label, rf"\text{{{due.event.label}}}")


def _labels(dues: Sequence[Due]) -> Shown:
    return chain(*map(_label, dict.fromkeys(dues)), sign="; ")


def _claims(builder: Builder, left: Sequence[Value], right: Sequence[Value]) -> tuple[Claim, ...]:
    pairs = zip(left, right, strict=True)
    return tuple(Claim(builder.formula(one), builder.formula(other)) for one, other in pairs)


def _where(condition: Value, values: Sequence[Value]) -> list[Value]:
    return [condition.apply("select", v, math.nan) for v in values]
