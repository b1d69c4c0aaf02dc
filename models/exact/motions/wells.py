"""Motion with a conserved energy in doubles: its turning points, and where it is after a time.

Slopes between two places take the place of differences of the potential (`tape.slopes`), so that no
digit is lost near a turning point.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from random import Random

from ...tape import Tape, Value
from ...tape.composed.passage import Passage, passage
from ...tape.composed.revolution import Revolution, revolution
from ...tape.composed.series import choose, kept
from ...tape.composed.turning import Turning, distances, turning
from ..proof.points import points
from .energetic import Energetic

_FAR = 40.0  # powers of e by which a place is nearer to a singular one than the start
_ANGLES = 128  # of one turn
_LOOKS = 40  # points looked at
_TINY = 1e-4  # of the way to a turning point, below which its own rate counts as even


class Well:
    """A motion from its start on, from time and parameters.

    Parameters
    ----------
    motion
        The equation.
    """

    def __init__(self, motion: Energetic) -> None:
        self.motion, system = motion, motion.system
        self.page = motion.page(system.time)
        self.elapsed = self.page.builder.input(system.time) - system.t0

    # ---- turning points -------------------------------------------------------------------

    @cached_property
    def _sides(self) -> tuple[Turning, Turning]:
        left, right = (self._turning(side) for side in (-1.0, 1.0))
        return left, right

    def _turning(self, side: float) -> Turning:
        page = self.page
        level, start = page.level, page.start

        def roughly(distance: Value) -> Value:
            return page.kinetic(start + side * distance)

        def square(distance: Value) -> tuple[Value, Value]:
            x = start + side * distance
            risen = 2.0 * side * distance * page.rise(x, start)
            return level - risen, 2.0 * side * page.push(x)

        pull = abs(page.pull(start))
        reach = (level / pull).apply("sqrt") + abs(page.push(start)) / pull
        scan = distances([abs(start), reach])
        if self._is_singular:
            towards = side * start < 0.0
            size = kept(abs(start), towards, 1.0)
            nearer = [-size * (-(d / size).apply("min", _FAR)).apply("expm1") for d in scan]
            scan = [choose(towards, n, d) for n, d in zip(nearer, scan, strict=True)]
        return turning(roughly, square, scan)

    @cached_property
    def _is_singular(self) -> bool:
        """Whether the force is infinite in zero."""
        system = self.motion.system
        point = dict.fromkeys(system.parameters, 1.3) | dict.fromkeys(system.states, 0.0)
        field = system.vector_field
        rates = field(*(point.get(name, system.t0) for name in field.inputs))
        return not all(map(math.isfinite, rates))

    @cached_property
    def distances(self) -> Tape:
        """The distances of both turning points, from the parameters."""
        return self.page.of(*(side.distance for side in self._sides))

    # ---- between two of them --------------------------------------------------------------

    @cached_property
    def _bound(self) -> Value:
        left, right = self._sides
        return left.turns & right.turns & (left.distance + right.distance > 0.0)

    @cached_property
    def _ends(self) -> tuple[Value, Value, Value]:
        """Both ends of the way, and its length; harmless where there are none."""
        before, behind = (kept(s.distance, self._bound, 1.0) for s in self._sides)
        return self.page.start - before, self.page.start + behind, before + behind

    def _pace(self, sine: Value, cosine: Value) -> tuple[Value, Value]:
        """Return where an angle is and the time per angle, from sine and cosine of its half."""
        page, (low, high, length) = self.page, self._ends
        one, other = length * sine * sine, length * cosine * cosine
        left = one < other
        x = choose(left, low + one, high - other)
        risen = page.rise(x, choose(left, low, high))
        square = choose(left, -other / (2.0 * risen), one / (2.0 * risen))
        return x, (page.mass(x) * square).apply("sqrt")

    @cached_property
    def _revolution(self) -> Revolution:
        halves = [math.pi * j / _ANGLES for j in range(_ANGLES // 2 + 1)]
        number = self.page.builder.constant
        paces = [self._pace(number(math.sin(h)), number(math.cos(h)))[1] for h in halves]
        before, behind = (kept(s.distance, self._bound, 1.0) for s in self._sides)
        near, whole = before < behind, before + behind
        part = (choose(near, before, behind) / whole).apply("sqrt").apply("asin")
        begin = choose(near, 2.0 * part, math.pi - 2.0 * part)
        begin = choose(self.page.speed < 0.0, -begin, begin)
        return revolution([*paces, *paces[-2:0:-1]], begin, self.elapsed, even=True)

    @cached_property
    def angle(self) -> Tape:
        """The angle, from time and the parameters; nan where the motion is not bound."""
        came = self._revolution
        known = choose(self._bound & came.resolved, came.angle, math.nan)
        return self.page.of(known, also=(self.motion.system.time,))

    # ---- beyond one, or none --------------------------------------------------------------

    @cached_property
    def _wall(self) -> tuple[Value, Value]:
        """Whether there is one turning point, and on which side."""
        left, right = self._sides
        one, other = left.turns & right.passes, right.turns & left.passes
        return one | other, choose(one, -1.0, 1.0 + 0.0 * self.elapsed)

    @cached_property
    def _free(self) -> Value:
        left, right = self._sides
        return left.passes & right.passes

    def _rate(self, way: Value) -> tuple[Value, Value, Value, Value]:
        """Return the rate of what passes, its slope, the place and the speed there."""
        page, (walled, side) = self.page, self._wall
        distance = choose(side < 0.0, self._sides[0].distance, self._sides[1].distance)
        base = choose(walled, page.start + side * distance, page.start)
        x = choose(walled, base - side * way * way, base + way)
        risen = 2.0 * page.rise(x, base)
        mass = page.mass(x)
        square = choose(walled, side * risen / 4.0, page.level - way * risen) / mass
        forward = choose(walled, 1.0, choose(page.speed < 0.0, -1.0, 1.0))
        rate = forward * square.apply("sqrt")
        speed = choose(walled, -2.0 * side * way * rate, rate)
        push = page.acceleration(x, speed)
        clear = abs(way) > _TINY * abs(rate * self.elapsed)
        bend = (-side * push / 2.0 - rate * rate) / (kept(way, clear, 1.0) * rate)
        return rate, choose(walled, choose(clear, bend, 0.0), push / rate), x, speed

    @cached_property
    def _passage(self) -> Passage:
        walled, side = self._wall
        distance = choose(side < 0.0, self._sides[0].distance, self._sides[1].distance)
        sign = choose(self.page.speed < 0.0, -1.0, 1.0)
        begin = choose(walled, -side * sign * distance.apply("sqrt"), 0.0)
        return passage(
            lambda way: self._rate(way)[0], lambda way: self._rate(way)[1], begin, self.elapsed
        )

    @cached_property
    def beyond(self) -> tuple[Tape, Tape, Tape]:
        """The way from a turning point on the left, one on the right, or from the start."""
        walled, side = self._wall
        cases = walled & (side < 0.0), walled & (side > 0.0), self._free
        came = self._passage
        known = [choose(case & came.resolved, came.place, math.nan) for case in cases]
        left, right, none = (self.page.of(k, also=(self.motion.system.time,)) for k in known)
        return left, right, none

    # ---- the motion -----------------------------------------------------------------------

    @cached_property
    def is_ever_bound(self) -> bool:
        """Whether it turns on both sides, at some of the points at which solutions are put back."""
        system = self.motion.system
        bound = self.page.of(self._bound)
        drawn = islice(points(system, Random(0)), _LOOKS)
        return any(bound(*(point[n] for n in bound.inputs))[0] > 0.0 for point in drawn)

    def revolved(self) -> tuple[Tape, Tape]:
        """Return place and speed between two turning points, and where that is to be relied on."""
        came = self._revolution
        half = (came.angle / 2.0).apply("sin"), (came.angle / 2.0).apply("cos")
        x, pace = self._pace(*half)
        speed = self._ends[2] * half[0] * half[1] / pace
        return self._from_start((x, speed), self._bound & came.resolved)

    def passed(self) -> tuple[Tape, Tape]:
        """Return place and speed beyond a turning point, and where that is to be relied on."""
        came, (walled, _) = self._passage, self._wall
        return self._from_start(self._rate(came.place)[2:], (walled | self._free) & came.resolved)

    def _from_start(self, moved: Sequence[Value], found: Value) -> tuple[Tape, Tape]:
        """Return a motion with its start, and with rest, and where it is known."""
        page, also = self.page, (self.motion.system.time,)
        rests = page.speed.apply("eq", 0.0) & page.push(page.start).apply("eq", 0.0)
        still = self.elapsed.apply("eq", 0.0) | rests
        begun = page.start, page.speed
        values = (choose(still, a, b) for a, b in zip(begun, moved, strict=True))
        valid = (found | rests) & (page.mass(page.start) > 0.0)
        return page.of(*values, also=also), page.of(valid, also=also)
