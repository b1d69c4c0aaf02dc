"""The time in which an autonomous equation leads from any state to a given one.

It is the integral of 1/f; where f is a polynomial of second degree at most, in the textbook's form.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.composed.arc import arc
from ...tape.differentiate import derivative
from ..linear.identity import Identity
from ..solvable import Solved
from .powers import relative_logarithm
from .sides import signs


class Elapsed(NamedTuple):
    """The time from the parameters and the state at the begin, as it is written and for doubles."""

    written: Tape
    safe: Tape
    solved: Solved | None = None


def elapsed(
    law: Tape, edge: Tape, system: FirstOrderSystem, begun: str,
    again: Callable[[FirstOrderSystem], Solved | None],
) -> Elapsed | None:  # fmt: skip
    """Return the time to a state, None if it has no formula.

    Parameters
    ----------
    law
        The rate, from time, state and parameters; free of time.
    edge
        The state at the end, from the parameters.
    system
        The equation.
    begun
        The name of the state at the begin.
    again
        Solves other systems.
    """
    powers = _powers(law, system)
    if powers is not None:
        tape = _of_powers(powers, edge, system, begun)
        return Elapsed(tape, _safe(powers, edge, system, begun) or tape)
    found = again(_time_as_state(law, system, begun))
    if found is None or not isinstance(found.formula, Tape):
        return None
    written, safe = (_until(edge, tape, begun) for tape in (found.formula, found.tape))
    return Elapsed(written, safe, found)


def _until(edge: Tape, tape: Tape, begun: str) -> Tape:
    """Return the time from what it is by the way there."""
    builder = Builder((*edge.inputs, begun))
    *own, start = builder.inputs
    (end,) = builder.inline(edge, own)
    return builder.finish(builder.inline(tape, [end - start, *own, start]))


def _time_as_state(law: Tape, system: FirstOrderSystem, begun: str) -> FirstOrderSystem:
    """Return the equation of the time it takes, by the way from where it begins."""
    way, taken = "way", "elapsed"
    names = (*system.parameters, begun)
    builder = Builder((way, taken, *names))
    there = builder.input(begun) + builder.inputs[0]
    own = [builder.input(n) for n in system.parameters]
    (rate,) = builder.inline(law, [0.0, there, *own])
    start = Builder(names).finish([0.0])
    return FirstOrderSystem(
        (taken,), names, builder.finish([1.0 / rate]), start, way, positive=system.positive
    )


def _powers(law: Tape, system: FirstOrderSystem) -> tuple[Tape, Tape, Tape] | None:
    """Return a, b and c of a law a + b*y + c*y^2, from the parameters; None if it is another."""
    state = system.states[0]
    slope = derivative(law, state)
    bend = derivative(slope, state)
    if bend.used() - {*system.parameters}:
        return None
    builder = Builder(system.parameters)
    at = [builder.constant(0.0), builder.constant(0.0), *builder.inputs]
    a, b, c = (builder.inline(tape, at)[0] for tape in (law, slope, bend))
    tapes = (simplified(builder.finish([v])) for v in (a, b, c / 2.0))
    return tuple(tapes)  # pyright: ignore[reportReturnType]


def _of_powers(
    powers: tuple[Tape, Tape, Tape], edge: Tape, system: FirstOrderSystem, begun: str
) -> Tape:
    builder = Builder((*system.parameters, begun))
    *own, y0 = builder.inputs
    (y1,) = builder.inline(edge, own)
    identity = Identity(builder)
    a, b, c = (builder.inline(tape, own)[0] for tape in powers)
    if identity.is_zero(a):
        grown = y1 / y0
        if not identity.is_zero(c):
            ratio = simplified(builder.finish([(b + c * y0) / (b + c * y1)]))
            grown = grown * builder.inline(ratio, builder.inputs)[0]
        return builder.finish([grown.apply("log") / b])
    if not identity.is_zero(c):
        return builder.finish([_of_square(builder, system, (a, b, c), y0, y1)])
    if identity.is_zero(b):
        return builder.finish([(y1 - y0) / a])
    ratio = simplified(builder.finish([(a + b * y1) / (a + b * y0)]))
    return builder.finish([builder.inline(ratio, builder.inputs)[0].apply("log") / b])


def _safe(
    powers: tuple[Tape, Tape, Tape], edge: Tape, system: FirstOrderSystem, begun: str
) -> Tape | None:
    """Return the time of a law a + b*y + c*y^2, safe where b or c vanishes; None if a does."""
    builder = Builder((*system.parameters, begun))
    *own, y0 = builder.inputs
    (y1,) = builder.inline(edge, own)
    identity = Identity(builder)
    a, b, c = (builder.inline(tape, own)[0] for tape in powers)
    if identity.is_zero(a):
        return None
    if not identity.is_zero(c):
        return builder.finish([_safe_square(builder, system, (a, b, c), y0, y1)])
    direct = (y1 - y0) / (a + b * y0)
    change = b * direct
    possible = change > -1.0
    bounded = possible.apply("select", change, 0.0)
    ratio = possible.apply("select", (a + b * y1) / (a + b * y0), 1.0)
    time = direct * relative_logarithm(bounded, ratio)
    return builder.finish([possible.apply("select", time, math.nan)])


def _safe_square(
    builder: Builder, system: FirstOrderSystem, powers: tuple[Value, Value, Value], y0: Value,
    y1: Value,
) -> Value:  # fmt: skip
    """Return the time of a law with a square: of a small angle by its series.

    Where it is written for one sign of the square alone, it is none for the other one.
    """
    a, b, c = powers
    square = a * c - b**2 / 4.0
    lower = simplified(builder.finish([a + b * (y0 + y1) / 2.0 + c * y0 * y1]))
    (below,) = builder.inline(lower, builder.inputs)
    direct = (y1 - y0) / below
    told = signs(system, simplified(builder.finish([square], system.parameters)))
    time = direct * arc(square * direct**2)
    if len(told) == 1:
        time = (told.pop() * square >= 0.0).apply("select", time, math.nan)
    if lower.inputs[-1] not in lower.used():
        return time
    turned = (square > 0.0) & (direct < 0.0)
    w = turned.apply("select", square, 1.0).apply("sqrt")
    return time + turned.apply("select", math.pi / w, 0.0)


def _of_square(
    builder: Builder, system: FirstOrderSystem, powers: tuple[Value, Value, Value],
    y0: Value, y1: Value,
) -> Value:  # fmt: skip
    """Return the time of a law with a square: w*t is the tangent, or its hyperbolic, of a ratio."""
    a, b, c = powers
    names = system.parameters
    square = simplified(builder.finish([a * c - b**2 / 4.0], names))
    w2 = builder.inline(square, [builder.input(n) for n in names])[0]
    lower = simplified(builder.finish([a + b * (y0 + y1) / 2.0 + c * y0 * y1]))
    (below,) = builder.inline(lower, builder.inputs)

    def turning() -> Value:
        w = w2.apply("sqrt")
        return _in_half_turn((w * (y1 - y0) / below).apply("atan"), lower) / w

    def resting() -> Value:
        w = (-w2).apply("sqrt")
        ratio = w * (y1 - y0) / below
        return ((1.0 + ratio) / (1.0 - ratio)).apply("log") / (2.0 * w)

    found = signs(system, square)
    if found == {1}:
        return turning()
    if found == {-1}:
        return resting()
    return (0.0 < w2).apply("select", turning(), resting())


def _in_half_turn(angle: Value, lower: Tape) -> Value:
    """Return an angle of which the tangent is known, where its cosine may have any sign."""
    if lower.inputs[-1] not in lower.used():
        return angle
    return angle + (angle < 0.0).apply("select", math.pi, 0.0)
