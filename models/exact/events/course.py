"""One piece after the other, on the tape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from ...system import BEFORE, FirstOrderSystem, SystemEvent
from ...tape import Builder, Tape, Value
from .flow import Flow
from .schedule import Due

_MOST = 6  # times that are put in their order


def course(flow: Flow, dues: Sequence[Due]) -> Tape:
    """Return the states through events in their order, from time and parameters.

    Up to the time of an event the states are those of the piece before; from there on they begin
    anew. What would be due before the start does not happen. Where only inputs turn, times that are
    formulas are put in their order.
    """
    system = flow.whole
    builder = Builder((system.time, *system.parameters))
    time, *parameters = builder.inputs
    begun: Value = builder.constant(system.t0)
    y = builder.inline(system.start, parameters)
    pieces: list[tuple[Value, list[Value]]] = []
    times = [builder.inline(due.times, parameters)[0] for due in dues]
    if in_any_order(dues):
        times = _sorted([at.apply("max", system.t0) for at in times])
    for due, at in zip(dues, times, strict=True):
        happens = _from_start(at, system.t0)
        end = happens.apply("select", at, begun)
        until = (time < end).apply("select", time, end)  # at the end, it moves with the event
        now = _end_of(flow, builder, begun, until, y)
        pieces.append((end, now))
        after = reset(builder, system, due.event, end, now)
        y = [happens.apply("select", a, n) for a, n in zip(after, now, strict=True)]
        begun = end
        if due.event.stops:
            stays = (time <= end) | (1.0 - happens)
            y = [stays.apply("select", v, math.nan) for v in y]
    found = _end_of(flow, builder, begun, time, y)
    for end, now in reversed(pieces):
        before = time < end
        found = [before.apply("select", n, f) for n, f in zip(now, found, strict=True)]
    return builder.finish(found)


def in_order(
    flow: Flow, builder: Builder, time: Value, y: Sequence[Value], turns: Sequence[Value]
) -> list[Value]:
    """Return where states at the start lead, inputs turning at some times, in whatever order."""
    begun: Value = builder.constant(flow.whole.t0)
    found = list(y)
    for end in _sorted(turns):
        until = (time < end).apply("select", time, end)
        found, begun = _end_of(flow, builder, begun, until, found), until
    return _end_of(flow, builder, begun, time, found)


def in_any_order(dues: Sequence[Due]) -> bool:
    """Tell whether events may come in another order: few, and none sets states or stops."""
    return len(dues) <= _MOST and not any(due.acts for due in dues)


def _sorted(times: Sequence[Value]) -> list[Value]:
    """Return times in their order, by exchanges of neighbours."""
    found = list(times)
    for last in range(len(found) - 1, 0, -1):
        for k in range(last):
            one, other = found[k], found[k + 1]
            if one.constant is None or other.constant is None or other.constant < one.constant:
                found[k], found[k + 1] = one.apply("min", other), one.apply("max", other)
    return found


def begun(flow: Flow) -> Tape:
    """Return whether time is after the start."""
    builder = Builder((flow.whole.time, *flow.whole.parameters))
    return builder.finish([builder.constant(flow.whole.t0) <= builder.inputs[0]])


def holds(flow: Flow, dues: Sequence[Due]) -> Tape:
    """Return whether time is after the start and the events are in this order."""
    system = flow.whole
    builder = Builder((system.time, *system.parameters))
    time, *parameters = builder.inputs
    condition = builder.constant(system.t0) <= time
    times = [builder.inline(due.times, parameters)[0].apply("max", system.t0) for due in dues]
    for one, other in pairwise(times):
        if one.constant is None or other.constant is None:
            condition = condition & (one <= other)
    return builder.finish([condition])


def reset(
    builder: Builder, system: FirstOrderSystem, event: SystemEvent, time: Value, y: Sequence[Value]
) -> list[Value]:
    """Return the states after an event."""
    if event.reset is None:
        return list(y)
    own = {BEFORE: time, system.time: time} | dict(zip(system.states, y, strict=True))
    bindings = [own[n] if n in own else builder.input(n) for n in event.reset.inputs]
    return builder.inline(event.reset, bindings)


def _from_start(time: Value, t0: float) -> Value:
    if time.constant is not None:
        return time.builder.constant(float(time.constant >= t0))
    return time.builder.constant(t0) <= time


def _end_of(
    flow: Flow, builder: Builder, begun: Value, end: Value, y: Sequence[Value]
) -> list[Value]:
    switches = flow.switches(builder, 0.5 * (begun + end))
    return flow.on(builder, end - begun, begun, y, switches)
