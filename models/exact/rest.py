"""States at rest: what they start with is an equilibrium, whatever the others do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from random import Random

from ..system import FirstOrderSystem
from ..tape import Builder, Tape
from ..tape.differentiate import derivative
from ..tape.precise import Precise
from .proof.points import number, points

_DIGITS = 30
_NOTHING = 1e-25  # a rate of so little is none
_POINTS = 3


def at_rest(system: FirstOrderSystem) -> FirstOrderSystem:
    """Return a system in which states that rest at their start values have no rate.

    They are the largest set whose rates vanish at its start values, found by leaving out one after
    the other. Where a rate has no slope there, as a root at zero, other solutions begin as well,
    and nothing is said to rest.
    """
    resting = list(range(system.n_states))
    while resting:
        field = _held(system, resting)
        moving = _moving(system, field, resting)
        if not moving:
            return replace(system, vector_field=field)
        resting = [i for i in resting if i not in moving]
    return system


def _held(system: FirstOrderSystem, resting: Sequence[int]) -> Tape:
    """Return the rates with some states held at their start values, the rates of these as found."""
    builder = Builder(system.vector_field.inputs)
    time, *others = builder.inputs
    states, parameters = others[: system.n_states], others[system.n_states :]
    start = builder.inline(system.start, parameters)
    for i in resting:
        states[i] = start[i]
    return builder.finish(builder.inline(system.vector_field, [time, *states, *parameters]))


def _moving(system: FirstOrderSystem, field: Tape, resting: Sequence[int]) -> set[int]:
    """Return which of the states that are held have a rate, or one that is steep there."""
    precise, moving = Precise(_DIGITS), set[int]()
    slopes = [derivative(system.vector_field, system.states[i]) for i in resting]
    for point in islice(points(system, Random(0)), _POINTS):
        random = Random(_POINTS)
        at = {**point, **{s: number(random, 1) for s in system.states}}
        rates = precise(field, at)
        moving |= {i for i in resting if not abs(rates[i]) < _NOTHING}
        start = dict(zip(system.states, precise(system.start, point), strict=True))
        at |= {system.states[i]: start[system.states[i]] for i in resting}
        for slope in slopes:
            steep = precise(slope, at)
            moving |= {i for i in resting if not math.isfinite(steep[i])}
    return moving
