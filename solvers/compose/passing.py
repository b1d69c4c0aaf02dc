"""Whether a step passed a pole: a zero of what states drive and rates are divided by.

At both ends of a step a divisor and its slope along the solution are known. It was zero in between
if its sign changed, or if it came back from zero: if its tangents meet beyond zero, or the cubic
between the ends is there. Such a step is looked at closely, along cubics between the states at its
ends, and is not taken if rates have anything to do with the divisor. Where a numerator may vanish
with it, what is divided has to be about the same on both sides and beside the zero, all else being
held as it is at the end: what every solution brings to zero is no reason to go on.

Steps become shorter until none can be made, as at a pole that time alone decides; see `hidden`.
"""

from __future__ import annotations

import math
from functools import cached_property, lru_cache, reduce
from typing import NamedTuple

from ...models.structure.divisors import Divisor
from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Tape, Value
from ...models.tape.differentiate import accumulate
from ..control import largest
from .program import Arguments, Program, inputs, vector, within

HALF = 0.5  # of a step, where the cubic is looked at every time
PARTS = (0.25, 0.5, 0.75)  # where it is looked at closely
DEEP = 0.125  # of its size at both ends, which a divisor is not to fall below unseen
BESIDE = 1.0 - 1.0 / 64.0  # of the way to a zero, so close to which quotients are compared
ALIKE = 0.5  # of the largest, which quotients may differ by where there is no pole


@lru_cache(maxsize=64)
def passing(system: FirstOrderSystem, n_states: int, found: tuple[Divisor, ...]) -> Program:
    """Compose the look for poles in a step.

    Arguments are (t, h, limit, y, z, f, g, p) with z the states at the end of the step, f and g the
    slopes at both ends. Outputs are whether a divisor may have been zero, which is little work, and
    whether a pole was passed.

    Parameters
    ----------
    system
        Whose divisors they are.
    n_states
        Of that which is stepped, whose first states are those of the system.
    found
        The divisors.
    """
    n, m = n_states, system.n_parameters
    arguments: Arguments = (
        ("t", None), ("h", None), ("limit", None), ("y", n), ("z", n), ("f", n), ("g", n), ("p", m),
    )  # fmt: skip
    step = _Step(inputs(arguments), system)
    looks = [_Look(step, divisor) for divisor in found]
    passed = [look.may.apply("min", look.passed()) for look in looks]
    outputs = [largest([look.may for look in looks]), largest(passed)]
    return Program("passing", step.builder.finish(outputs), arguments)


def approach(divisor: Divisor, rates: Tape) -> Tape:
    """Return (t, y, p) to a divisor and how fast it changes along a solution."""
    builder = Builder(rates.inputs)
    slopes = builder.inline(rates, builder.inputs)
    return builder.finish(_with_speed(builder, divisor.root, list(builder.inputs), slopes))


def _with_speed(
    builder: Builder, root: Tape, point: list[Value], slopes: list[Value]
) -> tuple[Value, Value]:
    seeds = {0: {0: builder.constant(1.0)}} | {1 + i: {0: s} for i, s in enumerate(slopes)}
    (value,), (speed,) = accumulate(builder, root, point, seeds)
    return value, builder.value(speed.get(0, 0.0))


class _End(NamedTuple):
    """One end of a step: time, states and parameters there, and the slopes of the states."""

    point: list[Value]
    slopes: list[Value]


class _Step:
    """A step, known at its ends."""

    def __init__(self, builder: Builder, system: FirstOrderSystem) -> None:
        self.builder, n = builder, system.n_states
        y, z, f, g = (vector(builder, name, n) for name in "yzfg")
        p = vector(builder, "p", system.n_parameters)
        t, self.h, limit = (builder.input(name) for name in ("t", "h", "limit"))
        late = within(system, t + self.h, limit, 0.0 <= self.h)
        self.begin, self.end = _End([t, *y, *p], f), _End([late, *z, *p], g)

    def at(self, part: Value | float) -> list[Value]:
        """Return time and states at a part of the step, along cubics, and parameters."""
        (t, *y), (late, *z) = (end.point for end in (self.begin, self.end))
        slopes = zip(self.begin.slopes, self.end.slopes, strict=True)
        states = [
            cubic(part, a, b, self.h * f, self.h * g)
            for a, b, (f, g) in zip(y, z, slopes, strict=False)
        ]  # fmt: skip
        return [t + part * (late - t), *states, *y[len(states) :]]


def cubic(part: Value | float, a: Value, b: Value, f: Value, g: Value) -> Value:
    """Return the cubic from a to b with slopes f and g there, at a part of the way (Hermite)."""
    left, whole = 1.0 - part, b - a
    return a + part * (whole + left * (left * (f - whole) - part * (g - whole)))


class _Look:
    """A divisor at both ends of a step, and how far the slope there takes it in a step."""

    def __init__(self, step: _Step, divisor: Divisor) -> None:
        self.step, self.divisor = step, divisor
        ends = [
            _with_speed(step.builder, divisor.root, end.point, end.slopes)
            for end in (step.begin, step.end)
        ]
        (self.a, f), (self.b, g) = ends
        self.f, self.g = step.h * f, step.h * g

    @cached_property
    def crossed(self) -> Value:
        """Whether its sign changed."""
        return self.a * self.b <= 0.0

    @cached_property
    def may(self) -> Value:
        """Whether it may have been zero: its sign changed, or it came back from zero."""
        a, b, f, g = self.a, self.b, self.f, self.g
        back = (a * f < 0.0).apply("min", 0.0 < b * g)
        size = [abs(x) for x in (a, b, f, g)]
        meet = size[0] * size[3] + size[1] * size[2] <= size[2] * size[3]
        beyond = cubic(HALF, a, b, f, g) * a <= 0.0
        return largest([self.crossed, back.apply("min", meet), beyond])

    def passed(self) -> Value:
        """Return whether a pole was passed, if the divisor may have been zero."""
        zero = self._zero()
        least = DEEP * abs(self.a).apply("min", abs(self.b))
        side = self.a.apply("sign")
        deep = [self._root(self.step.at(part)) * side <= least for part in (*PARTS, zero)]
        passed = largest([self.crossed, *deep]).apply("min", self._at_work())
        return passed if self.divisor.sure else passed.apply("min", 1.0 - self._alike(zero))

    def _zero(self) -> Value:
        """Return the part of the step after which it is zero, or least where tangents meet."""
        through = self.a / (self.a - self.b)
        least = (self.b - self.a - self.g) / (self.f - self.g)
        inside = least.apply("max", 0.0).apply("min", 1.0)
        return self.crossed.apply("select", through, inside)

    def _root(self, point: list[Value]) -> Value:
        return self.step.builder.inline(self.divisor.root, point)[0]

    def _shares(self, point: list[Value]) -> list[Value]:
        return self.step.builder.inline(self.divisor.shares, point)

    def _at_work(self) -> Value:
        """Return whether rates have anything to do with it at one end or the other."""
        ends = (self.step.begin, self.step.end)
        shares = [abs(share) for end in ends for share in self._shares(end.point)]
        return 1.0 - sum(shares[1:], start=shares[0]).apply("eq", 0.0)

    def _alike(self, zero: Value) -> Value:
        """Return whether what is divided is about the same before, close to and after a zero."""
        used, names = self.divisor.root.used(), self.divisor.root.inputs
        end = self.step.end.point
        points = [
            [x if name in used else held for name, x, held in zip(names, at, end, strict=True)]
            for at in (self.step.begin.point, self.step.at(BESIDE * zero), end)
        ]
        size = DEEP * abs(self.a).apply("max", abs(self.b))
        alike = abs(self._root(points[1])) <= size  # or it tells nothing of what is at the zero
        for values in zip(*map(self._shares, points), strict=True):
            low, high = reduce(_smaller, values), largest(list(values))
            most = abs(low).apply("max", abs(high))
            for holds in (high - low <= ALIKE * most, most < math.inf):
                alike = alike.apply("min", holds)
        return alike


def _smaller(x: Value, y: Value) -> Value:
    return x.apply("min", y)
