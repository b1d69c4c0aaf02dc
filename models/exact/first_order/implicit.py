"""A solution left as an equation: the first integral keeps the value it has at the start.

Its tape follows the curve by Runge and Kutta's method in a fixed number of steps, and ends with
Newton's on the first integral, which doubles the digits each time: the same tape is good for
doubles and for fifty digits. Where two paths of different fineness disagree, the curve has a
singular point on the way, or is too steep, and no value is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import inf, isfinite
from typing import Any

from ...errors import SpecificationError
from ...notation import Notation, Shown
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ...tape.precise import Precise
from ...tape.roundings import roundings
from ..proof.examine import beside
from ..proof.regular import factors, reached, zero_at_pole
from ..solvable import Point
from .bracketed import bracketed

_STEPS = 10  # of the coarse path; the fine one has twice as many
_NEWTON = 6  # steps that take three digits to more than fifty, and a double to hundreds
_LEFT = 5  # digits left to rounding
_GROWING = frozenset("exp erfi sinh cosh expi".split())  # erfi as the exponential of a square
_LARGEST = 690.0  # exponent in floating point
_BELIEVED = 2.0**-30  # of the state, by which roundings may move it
_CLOSE = 2e-3  # of the way, by which the paths and the root may differ


@dataclass(frozen=True)
class Implicit:
    """The curve on which a first integral keeps its value.

    Parameters
    ----------
    system
        The equation.
    constant
        The first integral; inputs are time, the state and the parameters.
    begun
        Its value at the start.
    tape
        The state, found on it.
    """

    system: FirstOrderSystem
    constant: Tape
    begun: Tape
    tape: Tape

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equation of the curve."""
        return (notation.balanced(self.constant, self.begun, self.system.states[0]),)

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the state with many digits: Newton's method begins where doubles lead."""
        numbers = [float(point[name]) for name in self.tape.inputs]
        state, begin = self.system.states[0], {**point, self.system.time: self.system.t0}
        (y,), (start,) = self.tape(*numbers), precise(self.system.start, point)
        if point[self.system.time] == self.system.t0:
            return [start]
        if not isfinite(y):
            return precise(self.tape, point)
        (level,) = precise(self.constant, {**begin, state: start})
        enough = precise.context.mpf(10) ** (_LEFT - precise.digits)
        for _ in range(_NEWTON):
            found, steepness = precise(self._newton, {**point, state: y})
            step = (found - level) / steepness if steepness else precise.context.nan
            y = y - step
            if abs(step) <= enough * abs(y):
                return [y]
        return precise(self.tape, point)  # doubles lead nowhere near, as where the curve settles

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return its derivative, -F_t/F_y."""
        at = {**point, self.system.states[0]: self.values(precise, point)[0]}
        by_time, by_state = precise(self._gradient, at)
        return [-by_time / by_state if by_state else precise.context.nan]

    @cached_property
    def _newton(self) -> Tape:
        return beside(self.constant, derivative(self.constant, self.system.states[0]))

    @cached_property
    def _gradient(self) -> Tape:
        names = self.system.time, self.system.states[0]
        return beside(*(derivative(self.constant, name) for name in names))


def followed(
    system: FirstOrderSystem, constant: Tape, *, monotone: bool = False
) -> tuple[Tape, Tape]:
    """Return the state on its curve as a tape, and a tape that tells where that can be relied on.

    Parameters
    ----------
    system
        The equation, of one state.
    constant
        The first integral; inputs are time, the state and the parameters.
    monotone
        Whether it is known to be so in the state, from the start as far as a solution gets.
    """
    builder = Builder((system.time, *system.parameters))
    time, *parameters = builder.inputs
    start = builder.inline(system.start, parameters)[0]
    slope = derivative(constant, system.states[0])
    y, reliable = _place(builder, system, constant, monotone)
    ends = [system.t0, start, *parameters], [time, y, *parameters]
    barriers = beside(_barriers(constant, slope), _poles(system))
    for before, after in zip(*(builder.inline(barriers, e) for e in ends), strict=True):
        turned = before * after <= 0.0  # not of what is undefined: it belongs to another case
        reliable = turned.apply("select", 0.0, reliable)
    for end in ends:
        for size in builder.inline(_exponents(constant), end):
            reliable = (_LARGEST < abs(size)).apply("select", 0.0, reliable)
    if (cloud := _cloud(builder, constant, slope, ends)) is not None:
        # a bound that is infinite, as next to a root of nothing, tells nothing
        hidden = (_BELIEVED * (abs(y) + abs(start)) < cloud) & (cloud < inf)
        reliable = hidden.apply("select", 0.0, reliable)
    rate = builder.inline(system.vector_field, [system.t0, start, *parameters])[0]
    rests = rate.apply("eq", 0.0) & y.apply("eq", start)  # an equilibrium may well be a barrier
    reliable = rests.apply("select", 1.0, reliable)
    at_start = (time - system.t0).apply("eq", 0.0)
    value = at_start.apply("select", start, y)
    return builder.finish([value]), builder.finish([at_start.apply("max", reliable)])


def _cloud(
    builder: Builder, constant: Tape, slope: Tape, ends: Sequence[Sequence[Value | float]]
) -> Value | None:
    """Return how far roundings of the first integral may move the state, None if that is unknown.

    Next to roots of a rate that nearly meet its terms cancel, and in doubles its curve is a cloud.
    """
    values = [[builder.value(v) for v in end] for end in ends]
    with suppress(SpecificationError):
        bounds = [roundings(builder, constant, end)[0][1] for end in values]
        return (bounds[0] + bounds[1]) / abs(builder.inline(slope, values[1])[0])
    return None


def _place(
    builder: Builder, system: FirstOrderSystem, constant: Tape, monotone: bool
) -> tuple[Value, Value]:
    """Return the state between walls; where none is found so, at the end of the way to it."""
    root = bracketed(builder, system, constant, _walls(constant))
    if root is not None and monotone:
        return root
    y, reliable = _along(builder, system, constant)
    if root is None:
        return y, reliable
    return root.reliable.apply("select", root.y, y), root.reliable | reliable


def _along(builder: Builder, system: FirstOrderSystem, constant: Tape) -> tuple[Value, Value]:
    """Return where Runge-Kutta's and then Newton's method lead, and if that can be relied on."""
    time, *parameters = builder.inputs
    start, slope = (
        builder.inline(system.start, parameters)[0],
        derivative(constant, system.states[0]),
    )
    (coarse, _), (fine, gone) = paths(builder, system, start)
    level = builder.inline(constant, [system.t0, start, *parameters])[0]
    y = fine
    for _ in range(_NEWTON):
        at = [time, y, *parameters]
        steepness = builder.inline(slope, at)[0]
        y = y - (builder.inline(constant, at)[0] - level) / steepness
    reach = _CLOSE * (gone + _CLOSE * abs(start))
    return y, (abs(coarse - fine) <= reach).apply("min", abs(y - fine) <= reach)


def _barriers(constant: Tape, slope: Tape) -> Tape:
    """Return what keeps its sign along a solution, as other branches of the curve may not.

    That is what the first integral divides by or has the logarithm of, where it would be infinite,
    and its slope by the state, without which the curve turns back.
    """
    builder = Builder(constant.inputs)
    tapes = _walls(constant), slope
    whole = [v for tape in tapes for v in builder.inline(tape, builder.inputs)]
    return builder.finish(v for v in whole if v.constant is None)


def _walls(constant: Tape) -> Tape:
    """Return what a first integral divides by or has the logarithm of."""
    inner: list[int] = []
    for node in constant.nodes:
        if node.op == "div":
            inner.append(node.args[1])
        if node.op == "log":
            size = constant.nodes[node.args[0]]
            inner.append(size.args[0] if size.op == "abs" else node.args[0])
    return replace(constant, outputs=tuple(inner)) if inner else constant.select([])


def _poles(system: FirstOrderSystem) -> Tape:
    """Return what is zero with the state where its rate is infinite: its slope may not show that.

    A denominator squared leaves the curve without a turn, and the equation without a rate.
    """
    field = system.vector_field
    placed = reached(field, {*system.states})
    below = (zero_at_pole(field, node) for node in field.nodes)
    inner = dict.fromkeys(p for place in below for p in factors(field, place) if p in placed)
    return replace(field, outputs=tuple(inner))


def _exponents(constant: Tape) -> Tape:
    """Return what a first integral has the exponential of, or what is as large: they may overflow.

    With many digits nothing does; where floating point would, no value is promised.
    """
    inner = tuple(node.args[0] for node in constant.nodes if node.op in _GROWING)
    if not inner:
        return constant.select([])
    builder = Builder(constant.inputs)
    values = builder.inline(replace(constant, outputs=inner), builder.inputs)
    ops = [node.op for node in constant.nodes if node.op in _GROWING]
    return builder.finish(v * v if op == "erfi" else v for v, op in zip(values, ops, strict=True))


Gone = tuple[Value, Value]  # where a path leads, and how far it is there along it


def paths(builder: Builder, system: FirstOrderSystem, start: Value) -> tuple[Gone, Gone]:
    """Return where a coarse and a fine path from the start lead."""
    return path(builder, system, start, _STEPS), path(builder, system, start, 2 * _STEPS)


def path(builder: Builder, system: FirstOrderSystem, y: Value, steps: int) -> Gone:
    """Return where the classical Runge-Kutta method leads, in steps that grow evenly.

    Curves that begin near a singular point are steepest at the start, so the first steps are
    short; they grow little, since where a curve settles it is long ones that go astray.
    """
    time, *parameters = builder.inputs
    span, gone = time - system.t0, builder.constant(0.0)

    def rate(share: float, at: Value) -> Value:
        t = system.t0 + share * span
        return builder.inline(system.vector_field, [t, at, *parameters])[0]

    shares = [i / steps * (1 + 2 * i / steps) / 3 for i in range(steps + 1)]
    for begin, end in pairwise(shares):
        h, middle = (end - begin) * span, (begin + end) / 2
        first = rate(begin, y)
        second = rate(middle, y + h / 2 * first)
        third = rate(middle, y + h / 2 * second)
        fourth = rate(end, y + h * third)
        change = h / 6 * (first + 2 * second + 2 * third + fourth)
        y, gone = y + change, gone + abs(change)
    return y, gone
