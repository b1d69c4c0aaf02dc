"""Inputs of time that bend or jump, and the times at which they do, as formulas.

A ramp min(t/T, 1), a triangle, a rectified wave are straight or smooth between conditions on time;
written by these, each condition turns at the zeros of straight lines, of sawteeth, or of sines.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from ...jumps import Search
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem, SystemEvent
from ...tape import Builder, Node, Tape, Value
from ..conditions import by_conditions

_SIDES = {"lt": (0.0, 1.0), "le": (0.0, 1.0), "sign": (-1.0, 1.0)}
_MOST = 3  # conditions within a condition
_WAVES = {"sin": 0.0, "cos": 0.5}  # zeros are where angle/pi and this are whole numbers together


def bent(system: FirstOrderSystem) -> FirstOrderSystem:
    """Return a system with the bends of its inputs written as conditions on time."""
    search = Search(replace(system, events=()))
    pairs = zip(search.timed, search.moving, strict=True)
    return by_conditions(system, [timed and not moving for timed, moving in pairs])


def turns(system: FirstOrderSystem) -> tuple[SystemEvent, ...] | None:
    """Return events at all times at which inputs jump or bend; None if one has no formula.

    Parameters
    ----------
    system
        With bends written as conditions. At some of the times nothing may happen.
    """
    search = Search(replace(system, events=()))
    found: dict[SystemEvent, None] = {}
    for number in search.jumping():
        line = _of_line(search, number)
        events = [line] if line else list(search.events(number))
        if any(event.occasion is None for event in events):
            cases = [turns(_only(system, gap)) for gap in _gaps(search, number)]
            if not cases or None in cases:
                return None
            events = [event for case in cases for event in case or ()]
        found |= dict.fromkeys(events)
    return tuple(found)


def _of_line(search: Search, number: int) -> SystemEvent | None:
    """Return the time at which a straight line is zero, None if a condition is on something else.

    It is no number where the line is level.
    """
    lines = search.line(number)
    if lines is None or search.tape.nodes[number].op == "floor":
        return None
    a, b = lines
    zero = simplified(search.builder.finish([-a / b], search.system.parameters))
    builder = Builder(search.system.parameters)
    (at,) = builder.inline(zero, [builder.input(n) for n in zero.inputs])
    return SystemEvent("", occasion=builder.finish([at, 0.0, at]))


def _gaps(search: Search, number: int) -> Iterator[Tape]:
    """Yield what passes zero where a condition turns, for each side of conditions within it.

    Nothing if they are many, or if that is no simpler.
    """
    inputs = (search.system.time, *search.system.states, *search.system.parameters)
    whole = search.builder.finish([search.gap(number)], inputs)
    inner = [i for i, n in enumerate(whole.nodes) if n.op in _SIDES]
    if len(inner) > _MOST:
        return
    wave = _angle(whole).nodes[_angle(whole).outputs[0]].op == "floor"
    if not inner and not wave:
        return
    for sides in product(*(_SIDES[whole.nodes[i].op] for i in inner)):
        held, builder = dict(zip(inner, sides, strict=True)), Builder(inputs)

        def known(
            place: int, node: Node, args: Sequence[Value],
            held: dict[int, float] = held, builder: Builder = builder,
        ) -> Value | None:  # fmt: skip
            del node, args
            return builder.constant(held[place]) if place in held else None

        yield builder.finish(builder.replay(whole, builder.inputs, known))


def _only(system: FirstOrderSystem, gap: Tape) -> FirstOrderSystem:
    """Return a system in which nothing but one condition on a gap turns."""
    builder = Builder(gap.inputs)
    (value,) = builder.inline(_angle(gap), builder.inputs)
    rates = [builder.constant(0.0)] * system.n_states
    return replace(system, vector_field=builder.finish([value, *rates[1:]]), events=())


def _angle(gap: Tape) -> Tape:
    """Return a condition that turns at the zeros of a gap; for waves a number of half turns."""
    builder, place = Builder(gap.inputs), gap.outputs[0]
    moving = Search.reached(gap, range(1))
    while (node := gap.nodes[place]).op in {"neg", "mul", "div"}:
        factors = [a for a in node.args if moving[a]]
        if len(factors) != 1 or (node.op == "div" and factors[0] != node.args[0]):
            break
        place = factors[0]
    if node.op in _WAVES:
        (angle,) = builder.inline(replace(gap, outputs=(node.args[0],)), builder.inputs)
        return builder.finish([(angle / math.pi + _WAVES[node.op]).apply("floor")])
    (value,) = builder.inline(gap, builder.inputs)
    return builder.finish([builder.constant(0.0) < value])
