"""What an event does to a system, and what it means for conditions on its states, on the tape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...models.system import BEFORE, FirstOrderSystem, SystemEvent
from ...models.tape import Tape, Value
from ...models.tape.composed.special import uncomposed
from ..events.roundings import roundings
from ..events.triggers import on_states, speed
from .program import Arguments, Program, inputs, vector

LONGEST = 2_000  # operations of an event that is compiled along with the steps


@dataclass(frozen=True, eq=False)
class Leaps:
    """The events of a system, as code that runs along with steps takes them.

    Parameters
    ----------
    programs
        For each event (before, t, y, p) to the states after it; sensitivities leap by the
        derivative of the event's own time. None where it is left to others.
    told, stops
        Of each event, whether someone asked to be told of it, and whether it is the end.
    triggers
        The events that have a condition on states.
    after
        (t, y, z, p), with y and z the states before and after an event, to the values of those
        conditions before, then after it, then how fast they change before and after, and last how
        far they may be from zero by rounding after it; None if there are none.
    """

    programs: tuple[Program | None, ...]
    told: tuple[bool, ...]
    stops: tuple[bool, ...]
    triggers: tuple[int, ...]
    after: Program | None

    @property
    def inside(self) -> tuple[bool, ...]:
        """For each condition whether its event is not left to others."""
        return tuple(self.programs[e] is not None for e in self.triggers)


def leaps(system: FirstOrderSystem) -> Leaps:
    """Compose the events of a system."""
    events, triggers = system.events, tuple(on_states(system))
    found = [_leap(system, event) for event in events]
    after = _after(system)
    possible = after is None or _short(after)
    return Leaps(
        tuple(p if possible and _short(p) else None for p in found),
        tuple(bool(event.label) for event in events), tuple(event.stops for event in events),
        triggers, after if possible else None,
    )  # fmt: skip


def _short(program: Program) -> bool:
    tape = program.tape
    return len(tape.nodes) - len(tape.inputs) <= LONGEST and not uncomposed(tape)


def _leap(system: FirstOrderSystem, event: SystemEvent) -> Program:
    n, m = system.n_states, system.n_parameters
    arguments: Arguments = ((BEFORE, None), ("t", None), ("y", n), ("p", m))
    builder = inputs(arguments)
    given = list(builder.inputs)
    states: Sequence[Value] = vector(builder, "y", n)
    if event.reset is not None:
        shifts = [builder.constant(0.0)] * (len(event.reset.inputs) - len(given))
        if event.shift is not None:
            shifts = builder.inline(event.shift, given)
        states = builder.inline(event.reset, [*given, *shifts])
    return Program("leap", builder.finish(states), arguments)


def _after(system: FirstOrderSystem) -> Program | None:
    conditions = list(on_states(system).values())
    if not conditions:
        return None
    n, m = system.n_states, system.n_parameters
    arguments: Arguments = (("t", None), ("y", n), ("z", n), ("p", m))
    builder = inputs(arguments)
    t, p = builder.input("t"), vector(builder, "p", m)

    def values(states: str, tapes: Sequence[Tape]) -> list[Value]:
        given = [t, *vector(builder, states, n), *p]
        return [builder.inline(tape, given)[0] for tape in tapes]

    speeds = [speed(system, condition) for condition in conditions]
    rows = [row for tapes in (conditions, speeds) for y in ("y", "z") for row in values(y, tapes)]
    noise = [row for tape in conditions for row in values("z", [roundings(tape)])]
    return Program("after", builder.finish([*rows, *noise]), arguments)
