"""Thresholds: where a state is when an event happens, and what all states are afterwards."""

from __future__ import annotations

import math
from typing import NamedTuple

from ...symbolic.rational import simplified
from ...system import BEFORE, FirstOrderSystem, SystemEvent
from ...tape import Builder, Tape
from ...tape.differentiate import derivative

UP, DOWN = 1, -1


class End(NamedTuple):
    """A threshold.

    Parameters
    ----------
    way
        Which way it is passed, up or down.
    label
        Of its event.
    value
        Of the state there, from the parameters.
    after
        All states after its event, from the parameters.
    """

    way: int
    label: str
    value: Tape
    after: Tape


def threshold(system: FirstOrderSystem, moving: int, event: SystemEvent) -> End | None:
    """Return where an event happens and what is so afterwards, None if that is not always so."""
    if event.trigger is None or event.reset is None or event.stops:
        return None
    state = system.states[moving]
    slope = derivative(event.trigger, state)
    if slope.used() or (event.trigger.used() - {state, *system.parameters}):
        return None
    builder = Builder(system.parameters)
    known = {n: builder.constant(0.0) for n in (system.time, BEFORE, *system.states)}
    known |= dict(zip(system.parameters, builder.inputs, strict=True))
    (begin,) = builder.inline(event.trigger, [known[n] for n in event.trigger.inputs])
    (steep,) = builder.inline(slope, [known[n] for n in slope.inputs])
    if not steep.constant:
        return None
    value = simplified(builder.finish([-begin / steep]))
    known[state] = builder.inline(value, builder.inputs)[0]
    if not all(_is_known(system, moving, event.reset, place) for place in range(system.n_states)):
        return None
    after = builder.finish(builder.inline(event.reset, [known[n] for n in event.reset.inputs]))
    return End(int(math.copysign(1, steep.constant)), event.label, value, after)


def _is_known(system: FirstOrderSystem, moving: int, reset: Tape, place: int) -> bool:
    """Tell whether what a state is after an event depends on no other; or it is left as it is."""
    others = {*system.states} - {system.states[moving]}
    return not sets(reset, system.states[place], place) or others.isdisjoint(
        reset.select([place]).used()
    )


def sets(reset: Tape, name: str, place: int) -> bool:
    """Tell whether an event sets a state."""
    return reset.outputs[place] != reset.inputs.index(name)
