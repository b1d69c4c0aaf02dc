"""Events of linear systems that repeat without end: doses that add up, and one linear round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import SparseJacobian, jacobian
from ..linear.affine import affine, bends
from .course import reset
from .flow import Flow
from .repeated import LEVELS, after_rounds, squares
from .schedule import Due

_STATES = 4  # up to which rounds are multiplied out
_MISSED = 1e-9  # of a period, by which the last time may be missed


def response(flow: Flow) -> SparseJacobian | None:
    """Return the derivatives of a flow by its start, None if they depend on where it begins."""
    system = flow.piece.system
    linear = affine(system)
    if linear is None or not linear.is_constant or system.n_states > _STATES:
        return None
    found = jacobian(flow.tape, flow.starts)
    return None if found.tape.used() & {flow.begun, *flow.starts} else found


def added(due: Due, system: FirstOrderSystem) -> Tape | None:
    """Return what an event adds to each state, from time and parameters; None if it does more."""
    tape, slopes = due.event.reset, _slopes(due, system)
    if tape is None or due.event.stops or slopes is None or slopes.rows != slopes.columns:
        return None
    ones = [slopes.tape.nodes[o] for o in slopes.tape.outputs]
    if len(ones) != system.n_states or any(n.op != "const" or n.value != 1 for n in ones):
        return None
    found = _without_states(tape, system)
    return found if due.once or system.time not in found.used() else None


def one_round(due: Due, system: FirstOrderSystem) -> bool:
    """Tell whether an event moves the states linearly, and in the same way each time."""
    tape, slopes = due.event.reset, _slopes(due, system)
    if tape is None or due.event.stops or slopes is None:
        return False
    return not (slopes.tape.used() | _without_states(tape, system).used()) & {
        "before", system.time, *system.states,
    }  # fmt: skip


def _slopes(due: Due, system: FirstOrderSystem) -> SparseJacobian | None:
    tape = due.event.reset
    if tape is None or bends(tape, frozenset(system.states)):
        return None
    found = jacobian(tape, system.states)
    return None if found.tape.used() & {*system.states} else found


def _without_states(tape: Tape, system: FirstOrderSystem) -> Tape:
    builder = Builder((system.time, *system.parameters))
    own = {"before": builder.inputs[0]} | dict.fromkeys(system.states, builder.constant(0.0))
    bindings = [own[n] if n in own else builder.input(n) for n in tape.inputs]
    return builder.finish(builder.inline(tape, bindings))


class Rounds:
    """How often an event has happened.

    Parameters
    ----------
    flow
        Between two of its times.
    due
        The event.
    builder
        Where it is recorded; its inputs are time and the parameters.
    until
        The time up to which it is counted, itself included.
    """

    def __init__(self, flow: Flow, due: Due, builder: Builder, until: Value) -> None:
        own = [builder.input(n) for n in flow.whole.parameters]
        first, self.period, last = builder.inline(due.times, own)
        t0, self.flow, self.builder = flow.whole.t0, flow, builder
        early = (-(first - t0) / self.period).apply("max", 0.0)
        skipped = -(-early).apply("floor")  # which would be before the start
        self.first = first + skipped * self.period
        end = until.apply("min", last + _MISSED * self.period)
        count = ((end - self.first) / self.period).apply("floor")
        count = count + (self.first + (count + 1.0) * self.period <= end)  # but for rounding
        count = count - (end < self.first + count * self.period)
        self.count = (count + 1.0).apply("max", 0.0)
        self.last = self.first + (self.count - 1.0) * self.period

    @property
    def holds(self) -> Value:
        """Whether the period is one, and the number not too large."""
        return (0.0 < self.period) & (self.count < 2.0**LEVELS)

    def total(self, response: SparseJacobian, shift: Sequence[Value]) -> list[Value]:
        """Return what is left, just after the last one, of all that was added."""

        def power(level: int) -> list[list[Value]]:
            return matrix(self.flow, self.builder, response, 2.0**level * self.period)

        nothing = [self.builder.constant(0.0)] * len(shift)
        return after_rounds(self.count, nothing, power, shift)


def matrix(
    flow: Flow, builder: Builder, response: SparseJacobian, elapsed: Value
) -> list[list[Value]]:
    """Return the derivatives of a flow by its start, after some time."""
    n = flow.whole.n_states
    own = [builder.input(p) for p in flow.whole.parameters]
    others = [0.0] * (len(response.tape.inputs) - 1 - len(own))
    entries = builder.inline(response.tape, [elapsed, *own, *others])
    rows = [[builder.constant(0.0)] * n for _ in range(n)]
    for i, j, value in zip(response.rows, response.columns, entries, strict=True):
        rows[i][j] = value
    return rows


def sum_of_doses(flow: Flow, dues: Sequence[Due]) -> tuple[Tape, Tape]:
    """Return the states, to which events only add, and where that holds."""
    system = flow.whole
    builder = Builder((system.time, *system.parameters))
    time, *own = builder.inputs
    start = builder.inline(system.start, own)
    begun = builder.constant(system.t0)
    y = flow.on(builder, time - system.t0, begun, start, [])
    condition = begun <= time
    for due in dues:
        rest, valid = (builder.inline(tape, builder.inputs) for tape in rest_of(flow, due))
        y = [a + b for a, b in zip(y, rest, strict=True)]
        condition = condition & valid[0]
    return builder.finish(y), builder.finish([condition])


def rest_of(flow: Flow, due: Due) -> tuple[Tape, Tape]:
    """Return what is left of all that an event has added, and where that holds."""
    system, slopes = flow.whole, response(flow)
    builder = Builder((system.time, *system.parameters))
    assert slopes is not None
    rest, valid = _left(flow, due, slopes, builder)
    return builder.finish(rest), builder.finish([valid])


def _left(
    flow: Flow, due: Due, response: SparseJacobian, builder: Builder
) -> tuple[list[Value], Value]:
    """Return what is left of all that an event has added, and where that holds."""
    time, *own = builder.inputs
    shift_of = added(due, flow.whole)
    assert shift_of is not None
    if due.once:
        at = builder.inline(due.times, own)[0]
        happened = (at <= time) & (builder.constant(flow.whole.t0) <= at)
        total, valid = builder.inline(shift_of, [at, *own]), builder.constant(1.0)
    else:
        rounds = Rounds(flow, due, builder, time)
        at, happened, valid = rounds.last, 0.0 < rounds.count, rounds.holds
        total = rounds.total(response, builder.inline(shift_of, [time, *own]))
    gone = happened.apply("select", time - at, 0.0)
    rows = matrix(flow, builder, response, gone)
    left = [sum((a * b for a, b in zip(row, total, strict=True)), builder.constant(0.0))
            for row in rows]  # fmt: skip
    return [happened.apply("select", v, 0.0) for v in left], valid


def rounds_of_one(flow: Flow, due: Due) -> tuple[Tape, Tape]:
    """Return the states of a linear system on which one event works again and again."""
    system = flow.whole
    builder = Builder((system.time, *system.parameters))
    time, *own = builder.inputs
    begun = builder.constant(system.t0)
    rounds = Rounds(flow, due, builder, time)
    start = builder.inline(system.start, own)
    none = 0.0 < rounds.count
    at = none.apply("select", rounds.first, system.t0)
    y = reset(builder, system, due.event, at, flow.on(builder, at - system.t0, begun, start, []))
    y = [none.apply("select", a, b) for a, b in zip(y, start, strict=True)]
    columns = [_moved(flow, due, builder, rounds.period, e) for e in units(builder, len(y))]
    shift = columns.pop()
    power = squares([[c[i] - shift[i] for c in columns] for i in range(len(y))])
    y = after_rounds((rounds.count - 1.0).apply("max", 0.0), y, power, shift)
    last = none.apply("select", rounds.last, system.t0)
    states = flow.on(builder, time - last, begun, y, [])
    return builder.finish(states), builder.finish([(begun <= time) & rounds.holds])


def units(builder: Builder, n: int) -> Iterator[list[Value]]:
    """Yield the unit vectors, then zero."""
    for j in range(n + 1):
        yield [builder.constant(float(i == j)) for i in range(n)]


def _moved(
    flow: Flow, due: Due, builder: Builder, period: Value, y: Sequence[Value]
) -> list[Value]:
    """Return the states after one round: a period, then the event."""
    zero = builder.constant(0.0)
    return reset(builder, flow.whole, due.event, zero, flow.on(builder, period, zero, y, []))
