"""What falls due on the way, and when: times that are formulas of the parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...errors import NoClosedFormError
from ...system import FirstOrderSystem, SystemEvent
from ...tape import Builder, Node, Tape, Value
from ...tape.operations import evaluate

MOST = 60  # times, one after the other, up to which a series of numbers is written out
_MISSED = 1e-9  # of a period, by which the last time may be missed


@dataclass(frozen=True)
class Due:
    """One event and its times.

    Parameters
    ----------
    event
        What happens.
    times
        From the parameters to first time, period and last time.
    once
        Whether it is due at its first time only.
    """

    event: SystemEvent
    times: Tape
    once: bool

    @property
    def first(self) -> float | None:
        """The first time, if that is a number."""
        return _numbers(self.times)[0]

    @property
    def acts(self) -> bool:
        """Whether it sets states or stops."""
        return acts(self.event)


def acts(event: SystemEvent) -> bool:
    """Tell whether an event sets states or stops."""
    return event.reset is not None or event.stops


def schedule(system: FirstOrderSystem, values: Mapping[str, float]) -> tuple[Due, ...]:
    """Return what happens to a system, in the order of the times; series that do not end, last.

    Parameters
    ----------
    system
        With its events.
    values
        Those of the parameters that are known: they say which of two formulas comes first.

    Raises
    ------
    NoClosedFormError
        If a time depends on the states, or is no formula.
    """
    found = [due for event in system.events for due in _of_event(event, system.time)]

    def place(due: Due) -> float:
        if not due.once:
            return math.inf
        known = all(name in values for name in due.times.used())
        return due.times(*(values.get(n, 0.0) for n in due.times.inputs))[0] if known else math.inf

    return tuple(sorted(found, key=place))


def _of_event(event: SystemEvent, time: str) -> Iterator[Due]:
    if event.label and not acts(event):
        return  # it is only noted
    if event.occasion is None:
        raise NoClosedFormError(_unforeseen(event, time))
    occasion = _settled(event.occasion)
    first, period, last = _numbers(occasion)
    if last == -math.inf:
        return  # there is no such time
    if period == 0:
        yield Due(event, occasion, once=True)
    elif first is None or period is None or last is None or (last - first) / period > MOST:
        yield Due(event, occasion, once=False)
    else:
        for k in range(1 + math.floor((last - first) / period + _MISSED)):
            yield Due(event, _at(occasion.inputs, first + k * period), once=True)


def _settled(times: Tape) -> Tape:
    """Return times with whatever is made of numbers alone worked out."""
    builder = Builder(times.inputs)

    def known(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        numbers = [a.constant for a in args if a.constant is not None]
        return builder.constant(evaluate(node.op, *numbers)) if len(numbers) == len(args) else None

    return builder.finish(builder.replay(times, builder.inputs, known))


def _unforeseen(event: SystemEvent, time: str) -> str:
    if event.label:
        return (
            f"when the event {event.label!r} happens depends on the states, and a closed form goes "
            f"only through events at times that are formulas, as in `at {time} = 5: …` or "
            "`every 24: …`, through thresholds of one state after which all states are known, and "
            "through the bounces of a body that falls evenly. For numbers there is solve(model, "
            "times)"
        )
    return (
        "an input jumps at times that have no formula. For numbers, piece by piece, there is "
        'solve(model, times, method="exact")'
    )


def _numbers(times: Tape) -> Sequence[float | None]:
    nodes = (times.nodes[o] for o in times.outputs)
    return [node.value if node.op == "const" else None for node in nodes]


def _at(inputs: Sequence[str], time: float) -> Tape:
    return Builder(inputs).finish([time, 0.0, time])
