"""The distance where the speed has one law below a value and another above it.

A ball thrown up through air that drags by the square of the speed, y'' = -g - k*y'*abs(y'); a block
that slides until dry friction has stopped it. An autonomous speed passes the value in between once
at most; so the distance has two pieces, each that of one law, joined there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from ..exact.apart import with_solutions
from ..exact.derivation import Claim, Step
from ..exact.first_order.crossing import Crossing, crossing
from ..exact.first_order.sides import ABOVE, BELOW, sides
from ..exact.first_order.two_laws import Law, Page
from ..exact.solvable import Block, Solved
from ..exact.workings import fulfilment
from ..notation import chain
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value


@dataclass(frozen=True)
class DistanceBySidesClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "distance where the speed has one law below a value and another above it"

    @property
    def order(self) -> int:
        """Before integrals are looked for."""
        return 10

    def recognise(self, block: Block) -> DistanceBySides | None:
        """Return the equation, or None if it is of another kind."""
        whole = block.closure
        if block.system.n_states != 1 or whole.n_states != 2:
            return None
        if whole.vector_field.outputs[1] != whole.vector_field.inputs.index(whole.states[0]):
            return None
        speed = with_solutions(whole, [0], {})
        found = sides(speed)
        passing = found and crossing(replace(block, system=speed, closure=speed), found)
        return passing and DistanceBySides(block, passing)


SOLVABLE = DistanceBySidesClass()


@dataclass(frozen=True)
class DistanceBySides:
    """One such equation.

    Parameters
    ----------
    block
        The distance, with the speed before it.
    speed
        The equation of the speed.
    """

    block: Block
    speed: Crossing

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if both laws have one for speed and distance."""
        laws, ways = self.speed.laws, self._ways
        if len(laws) < 2 or len(ways) < 2:
            return
        written, safe = (_Distance(self, laws, ways, safe=safe) for safe in (False, True))
        yield Solved(
            written.place, safe.place, tuple(self.speed.domain(laws)),
            tuple(self._steps(written.place, safe.holds)), safe.holds,
            knows_poles=True,
        )  # fmt: skip

    @cached_property
    def _ways(self) -> dict[int, Solved]:
        """The solution of each law for distance and speed, from any start."""
        found: dict[int, Solved] = {}
        for side in (ABOVE, BELOW):
            solved = self.block.again(self._from_anywhere(side))
            if solved is None or not isinstance(solved.formula, Tape):
                return {}
            found[side] = solved
        return found

    @cached_property
    def _begun(self) -> tuple[str, str]:
        fresh = self.block.notation.fresh
        place, speed = self.block.states[0], self.block.closure.states[0]
        return fresh(f"{place}_begun", "place_begun"), fresh(f"{speed}_begun", "speed_begun")

    def _from_anywhere(self, side: int) -> FirstOrderSystem:
        """Return one law as a system of distance and speed."""
        whole = self.block.closure
        speed, place = whole.states
        builder = Builder((whole.time, place, speed, *whole.parameters, *self._begun))
        time, _, now, *own = builder.inputs
        (rate,) = builder.inline(self.speed.sides.laws[side], [time, now, *own])
        names = (*whole.parameters, *self._begun)
        start = Builder(names)
        return replace(
            whole, states=(place, speed), parameters=names, t0=0.0, events=(),
            vector_field=builder.finish([now, rate]),
            start=start.finish([start.input(name) for name in self._begun]),
        )  # fmt: skip

    def _steps(self, place: Tape, holds: Tape) -> Iterator[Step]:
        notation = self.block.notation
        for solved in self._ways.values():
            yield from solved.steps
        shown = chain(notation.in_time(self.block.states[0]), notation.answer(place))
        speed = notation.name(self.block.closure.states[0]).text
        edge = notation.formula(self.speed.sides.edge).text
        yield Step(
            f"The law of the distance changes when {speed} reaches {edge}, and goes on from there",
            shown, tuple(self._claims(place, holds)),
        )  # fmt: skip

    def _claims(self, place: Tape, holds: Tape) -> Iterator[Claim]:
        """Claim that the distance grows by the speed, and begins at its start."""
        builder, t0 = Builder(holds.inputs), self.block.system.t0
        time, *own = builder.inputs
        for claim, now in zip(fulfilment(self.block.system, place), (time, t0), strict=True):
            (valid,) = builder.inline(holds, [now, *own])
            left = builder.inline(claim.left, [builder.input(n) for n in claim.left.inputs])[0]
            yield Claim(builder.formula(valid.apply("select", left, math.nan)), claim.right)


class _Distance:
    """Where the distance is written.

    Parameters
    ----------
    found
        What is solved.
    laws, ways
        What is known of each side: of the speed, and of the distance.
    safe
        Whether it is for floating point, with every condition, or as it is read.
    """

    def __init__(
        self, found: DistanceBySides, laws: dict[int, Law], ways: dict[int, Solved], *, safe: bool
    ) -> None:
        self.page = Page(found.speed.sides, laws, safe=safe)
        self.ways, self.safe = ways, safe
        builder, system = self.page.builder, found.block.system
        (self.start,) = builder.inline(system.start, self.page.own)
        below = self.page.start < self.page.edge
        both = zip(self._from(BELOW), self._from(ABOVE), strict=True)
        place, valid = (below.apply("select", one, other) for one, other in both)
        names = (system.time, *system.parameters)
        (holds,) = builder.inline(self.page.holds, builder.inputs)
        self.place = builder.finish([place], names)
        self.holds = builder.finish([holds & valid], names)

    def _from(self, side: int) -> tuple[Value, Value]:
        """Return the place if the speed begins on a side, and where that is valid."""
        page = self.page
        place, valid = self._moved(side, page.elapsed, self.start, page.start)
        passage = page.passage(side)
        if passage is None:
            return place, valid
        turn, there = self._moved(side, passage.at, self.start, page.start)
        later = page.elapsed - passage.at
        if page.stays_after(side):
            after, goes_on = turn + page.edge * later, page.builder.constant(1.0)
        else:
            after, goes_on = self._moved(-side, later, turn, page.edge)
        return (
            passage.passed.apply("select", after, place),
            passage.passed.apply("select", goes_on & there, valid),
        )

    def _moved(self, side: int, elapsed: Value, place: Value, speed: Value) -> tuple[Value, Value]:
        """Return where one law leads, and whether that is valid."""
        builder, way = self.page.builder, self.ways[side]
        tape = way.tape if self.safe else way.formula
        assert isinstance(tape, Tape)
        at = [elapsed, *self.page.own, place, speed]
        holds = 1.0 if way.holds is None else builder.inline(way.holds, at)[0]
        return builder.inline(tape, at)[0], builder.value(holds)
