"""A body that falls evenly and bounces, each time with a part of its speed.

How long a flight lasts goes with its speed, and the speeds are powers of the share that is left: so
the times of the bounces are sums of a geometric series, and their number is a logarithm. With a
share below 1 endlessly many bounces are over in a finite time (Falcon and others 1998, European
Physical Journal B 3, 45-57, doi:10.1007/s100510050283).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..exact.abbreviated import in_letters
from ..exact.derivation import Claim, Step
from ..exact.events.recurring import Recurring
from ..exact.events.schedule import acts
from ..exact.first_order.powers import relative_logarithm
from ..exact.motions.conservative import is_second_order
from ..exact.solvable import Block, Solved
from ..notation import chain
from ..symbolic.rational import simplified
from ..system import BEFORE, FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.composed.confluent import relative_growth
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class BouncingClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "a body that falls evenly and bounces with a part of its speed"

    def recognise(self, block: Block, values: Mapping[str, float]) -> Bouncing | None:
        """Return the system, or None if it is of another kind."""
        del values
        system = block.system
        acting = [event for event in system.events if acts(event)]
        if len(acting) != 1 or system.n_states != 2:
            return None
        (event,) = acting
        if not is_second_order(system.vector_field, system.states) or event.stops:
            return None
        free, own = {*system.parameters}, {*system.parameters, system.states[0]}
        pull = system.vector_field.select([1])
        if pull.used() - free or event.trigger is None or event.reset is None:
            return None
        slope = derivative(event.trigger, system.states[0])
        if slope.used() or event.trigger.used() - own or event.reset.outputs[0] != 2:
            return None
        return _found(block, pull, event.trigger, event.reset.select([1]))


SOLVABLE = BouncingClass()


def _found(block: Block, pull: Tape, trigger: Tape, reset: Tape) -> Bouncing | None:
    """Return the system, None unless a bounce leaves the same share of any speed."""
    system = block.system
    place, speed = system.states
    share = derivative(reset, speed)
    if share.used() - {*system.parameters}:
        return None
    left = _still(system, reset)
    if left.nodes[left.outputs[0]] != Builder().constant(0.0).builder.nodes[0]:
        return None
    steep = _still(system, derivative(trigger, place))
    way = steep.nodes[steep.outputs[0]]
    if way.op != "const" or way.value == 0.0:
        return None
    side = -math.copysign(1.0, way.value)  # of the place, in which there is room
    floor = _still(system, trigger, -1.0 / way.value)
    return Bouncing(block, side, _still(system, pull), floor, _still(system, share, -1.0))


def _still(system: FirstOrderSystem, tape: Tape, factor: float = 1.0) -> Tape:
    """Return a formula where time and states are zero, times a factor, from the parameters."""
    builder = Builder(system.parameters)
    known = dict(zip(system.parameters, builder.inputs, strict=True))
    zero = builder.constant(0.0)
    names = {system.time, BEFORE, *system.states}
    bound = [zero if n in names else known[n] for n in tape.inputs]
    (value,) = builder.inline(tape, bound)
    return simplified(builder.finish([factor * value]))


@dataclass(frozen=True)
class Bouncing:
    """One such system.

    Parameters
    ----------
    block
        What is asked for.
    side
        The sign of the distance from the floor, 1 where it bounces upward.
    pull, floor, share
        The acceleration, the place of the floor, and the part of the speed that a bounce leaves,
        from the parameters.
    """

    block: Block
    side: float
    pull: Tape
    floor: Tape
    share: Tape

    def solutions(self) -> Iterator[Recurring]:
        """Yield the solution."""
        written, safe = (_Page(self, safe=safe) for safe in (False, True))
        solved = Solved(
            written.states, safe.states, tuple(self._domain(written)),
            tuple(self._steps(written, safe.holds)), safe.holds,
        )  # fmt: skip
        yield Recurring(solved, written.due)

    def _domain(self, page: _Page) -> Iterator[str]:
        notation, system = self.block.notation, self.block.system
        time, place = (notation.name(n).text for n in (system.time, system.states[0]))
        fall, share = notation.formula(self.share), page.simply(page.parts.fall)
        yield f"valid from {time} = {system.t0:g} on"
        yield f"where 0 < {notation.formula(page.builder.formula(share)).text}"
        if page.parts.share.constant is None:
            yield f"where 0 < {fall.text}"
        sign = "<=" if self.side > 0 else ">="
        yield f"where {notation.formula(self.floor).text} {sign} {place} at the start"
        if page.parts.share.constant != 1:
            yield f"until endlessly many bounces are over, if {fall.text} < 1"

    # ---- derivation ----------------------------------------------------------------------------

    def _steps(self, page: _Page, holds: Tape) -> Iterator[Step]:
        notation, parts, formula = self.block.notation, page.parts, page.builder.formula
        system = self.block.system
        place = notation.name(system.states[0])
        first, n = (notation.name(notation.fresh(*s)) for s in (("t_1", "t_b"), ("N", "n")))
        letter = notation.name(notation.fresh("u", "w"))
        floor = notation.formula(self.floor).text
        yield Step(
            f"Before the first bounce {place.text} is a parabola in time; it comes to {floor} with "
            f"a speed {letter.text} that the fall decides, after",
            chain(chain(letter, notation.answer(formula(parts.impact))),
                  chain(first, notation.answer(formula(system.t0 + parts.first))), sign=", "),
            page.falls(),
        )  # fmt: skip
        share = notation.formula(self.share).text
        yield Step(
            f"Each bounce leaves {share} of the speed, and a flight with it lasts twice as long as "
            "gravity takes to stop it: flights add up to a geometric series",
            notation.answer(formula(page.flights(page.builder.input(n.text)))), page.adds(n.text),
        )  # fmt: skip
        yield Step(
            "So many flights are over", chain(n, notation.answer(formula(page.number))),
            page.counts(n.text),
        )  # fmt: skip
        shown = in_letters(notation.in_time(system.states[0]), page.states.select([0]), notation)
        yield Step("The flight at the time is a parabola again", shown, page.fulfilled(holds))


class _Parts(NamedTuple):
    """What the solution is made of, from the parameters.

    Parameters
    ----------
    height, rise, fall
        The distance from the floor at the start, how fast it grows, and the pull towards the floor.
    share
        What a bounce leaves of the speed.
    impact, first
        The speed at the first bounce, and how long it takes to that.
    """

    height: Value
    rise: Value
    fall: Value
    share: Value
    impact: Value
    first: Value


class _Page:
    """Where the solution is written.

    Parameters
    ----------
    found
        The system.
    safe
        Whether it is for floating point, or as it is read.
    """

    def __init__(self, found: Bouncing, *, safe: bool) -> None:
        self.found, self.safe = found, safe
        self.system = found.block.system
        self.builder = Builder((self.system.time, *self.system.parameters))
        time, *own = self.builder.inputs
        self.elapsed = time - self.system.t0
        place, speed = self.builder.inline(self.system.start, own)
        pull, floor, share = (
            self.builder.inline(tape, own)[0] for tape in (found.pull, found.floor, found.share)
        )
        self.floor = floor
        self.parts = self._parts(found.side * (place - floor), found.side * speed, pull, share)
        self.since = time - (self.system.t0 + self.parts.first)
        self.number = self._number(self.since)

    def simply(self, value: Value) -> Value:
        """Return a formula in its shortest form."""
        tape = simplified(self.builder.formula(value))
        return self.builder.inline(tape, [self.builder.input(n) for n in tape.inputs])[0]

    def _parts(self, height: Value, rise: Value, pull: Value, share: Value) -> _Parts:
        fall = self.simply(-self.found.side * pull)
        impact = (rise**2.0 + 2.0 * fall * height).apply("sqrt")
        first = (rise + impact) / fall
        if self.safe:  # where it falls from the start the sum cancels
            rises = rise >= 0.0
            down = rises.apply("select", 1.0, impact - rise)
            first = rises.apply("select", first, 2.0 * height / down)
        return _Parts(height, rise, fall, share, impact, first)

    # ---- bounces -------------------------------------------------------------------------------

    def flights(self, number: Value) -> Value:
        """Return how long so many flights last."""
        parts = self.parts
        longest = 2.0 * parts.share * parts.impact / parts.fall
        if parts.share.constant == 1:
            return longest * number
        if not self.safe:
            return longest * ((1.0 - parts.share**number) / (1.0 - parts.share))
        log = parts.share.apply("log")
        return longest * number * relative_growth(number * log) / relative_growth(log)

    def _number(self, since: Value) -> Value:
        """Return how many flights are over, so long after the first bounce."""
        parts = self.parts
        if parts.share.constant == 1:
            return (since * parts.fall / (2.0 * parts.impact)).apply("floor")
        if not self.safe:
            left = 1.0 - parts.fall * since * (1.0 - parts.share) / (
                2.0 * parts.share * parts.impact
            )
            return (left.apply("log") / parts.share.apply("log")).apply("floor")
        log = parts.share.apply("log")
        times = since * parts.fall / (2.0 * parts.share * parts.impact)
        x = times * (parts.share - 1.0)
        possible = x > -1.0
        bound = possible.apply("select", x, 0.0)
        count = times * relative_logarithm(bound, 1.0 + bound) * relative_growth(log)
        return possible.apply("select", count, math.nan).apply("floor")

    # ---- states --------------------------------------------------------------------------------

    @cached_property
    def _flight(self) -> tuple[Value, Value, Value]:
        """How long the flight at the time has lasted, its first speed, and whether there is one."""
        parts = self.parts
        bounced = self.parts.first <= self.elapsed
        lasted = self.since - self.flights(self.number)
        return lasted, parts.share ** (self.number + 1.0) * parts.impact, bounced

    @property
    def states(self) -> Tape:
        """Place and speed, from time and parameters."""
        parts, side = self.parts, self.found.side
        lasted, begun, bounced = self._flight
        t = self.elapsed
        heights = (
            begun * lasted - parts.fall * lasted**2.0 / 2.0,
            parts.height + parts.rise * t - parts.fall * t**2.0 / 2.0,
        )
        rises = begun - parts.fall * lasted, parts.rise - parts.fall * t
        pairs = ((self.floor + side * h, side * r) for h, r in zip(heights, rises, strict=True))
        after, before = pairs
        values = (bounced.apply("select", a, b) for a, b in zip(after, before, strict=True))
        return self.builder.finish(values, self._names)

    @property
    def due(self) -> Tape:
        """When the last bounce was and the next is."""
        _, _, bounced = self._flight
        first = self.system.t0 + self.parts.first
        last, due = (first + self.flights(self.number + k) for k in (0.0, 1.0))
        return self.builder.finish(
            [bounced.apply("select", last, self.system.t0), bounced.apply("select", due, first)],
            self._names,
        )

    @property
    def _names(self) -> tuple[str, ...]:
        return (self.system.time, *self.system.parameters)

    @property
    def holds(self) -> Tape:
        """Whether it falls and bounces, and has not bounced endlessly often."""
        parts = self.parts
        above = (parts.height > 0.0) | (parts.height.apply("eq", 0.0) & (parts.rise > 0.0))
        falls = (parts.fall > 0.0) & (parts.share > 0.0) & above
        counted = (self.parts.first <= self.elapsed).apply("select", abs(self.number), 0.0)
        valid = falls & (0.0 <= self.elapsed) & (counted < math.inf)
        return self.builder.finish([valid], self._names)

    # ---- claims --------------------------------------------------------------------------------

    def falls(self) -> tuple[Claim, ...]:
        """Claim that the first flight ends on the floor, with the speed that is told."""
        parts, formula = self.parts, self.builder.formula
        end = parts.height + parts.rise * parts.first - parts.fall * parts.first**2.0 / 2.0
        speed = parts.fall * parts.first - parts.rise
        return (
            Claim(formula(end), formula(0.0 * end)),
            Claim(formula(speed), formula(parts.impact)),
        )

    def adds(self, count: str) -> tuple[Claim, ...]:
        """Claim that one more flight lasts as long as its speed needs to be stopped, twice."""
        parts, n, formula = self.parts, self.builder.input(count), self.builder.formula
        more = self.flights(n + 1.0) - self.flights(n)
        speed = parts.share ** (n + 1.0) * parts.impact
        return (Claim(formula(more), formula(2.0 * speed / parts.fall)),)

    def counts(self, count: str) -> tuple[Claim, ...]:
        """Claim that the logarithm is the inverse of the sum."""
        parts, n, formula = self.parts, self.builder.input(count), self.builder.formula
        if parts.share.constant == 1:
            at = self.flights(n) * parts.fall / (2.0 * parts.impact)
            return (Claim(formula(at), formula(n)),)
        left = 1.0 - parts.fall * self.flights(n) * (1.0 - parts.share) / (
            2.0 * parts.share * parts.impact
        )
        return (Claim(formula(left.apply("log") / parts.share.apply("log")), formula(n)),)

    def fulfilled(self, holds: Tape) -> tuple[Claim, ...]:
        """Claim that the equations hold where the solution does."""
        builder, written = Builder(holds.inputs), self.states
        (valid,) = builder.inline(holds, builder.inputs)
        speed = builder.inline(written, builder.inputs)[1]
        slopes = builder.inline(derivative(written, self.system.time), builder.inputs)
        (pull,) = builder.inline(self.found.pull, builder.inputs[1:])
        pairs = zip(slopes, (speed, pull), strict=True)
        return tuple(
            Claim(builder.formula(valid.apply("select", s, math.nan)), builder.formula(r))
            for s, r in pairs
        )
