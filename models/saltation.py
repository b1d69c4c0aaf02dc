"""Sensitivities through events: what an event does to dy/dp beside what it does to y.

An event at the time T(p) moves with p. With the rates f- just before it and f+ just after, the
states y- before it, their sensitivities S- = dy-/dp at fixed time, and a reset y+ = g(T, y-, p):

    states before it, followed to the moving time    dy-/dp = S- + f- dT/dp
    the reset, total derivative                      dy+/dp = g_t dT/dp + g_y dy-/dp + g_p
    states after it, followed likewise               dy+/dp = S+ + f+ dT/dp

so S+ = g_y (S- + f- dT/dp) + g_t dT/dp + g_p - f+ dT/dp (Hiskens and Pai 2000, *Trajectory
sensitivity analysis of hybrid systems*, IEEE Transactions on Circuits and Systems I 47(2), 204-220,
doi:10.1109/81.828574). Where an input jumps nothing is reset: S+ = S- + (f- - f+) dT/dp. The time
of an event is a formula of p, or a trigger h is zero there, h(T, y-, p) = 0, whose total derivative
is dT/dp (h_t + h_y f-) + h_y S- + h_p = 0. An event that another one sets off happens at the time
of that one, whose dT/dp it is given: hence dT/dp is an input of what resets sensitivities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from .system import BEFORE, FirstOrderSystem, SystemEvent
from .tape import Builder, Node, Tape, Value
from .tape.differentiate import Partials, accumulate

_ALONG = -1  # the direction of time, followed along the trajectory; parameters count from 0


def salted(
    system: FirstOrderSystem, by: Sequence[str], extra: Sequence[str]
) -> tuple[SystemEvent, ...]:
    """Return the events of a system followed by its sensitivities.

    Parameters
    ----------
    system
        Without sensitivities.
    by
        The parameters of the sensitivities.
    extra
        Names of the sensitivities, all states for the first parameter, then the next.
    """
    return tuple(_event(system, event, by, extra) for event in system.events)


def _event(
    system: FirstOrderSystem, event: SystemEvent, by: Sequence[str], extra: Sequence[str]
) -> SystemEvent:
    at = _moment(system, by, extra)
    own = _moves(at, event)
    return replace(
        event,
        trigger=event.trigger and _widened(event.trigger, system, extra),
        reset=_reset(at, system, event, moves=bool(own)),
        shift=_shift(at, own),
    )


def _widened(trigger: Tape, system: FirstOrderSystem, extra: Sequence[str]) -> Tape:
    """Return a trigger as a function of the larger system."""
    n, names = system.n_states, trigger.inputs
    builder = Builder((*names[: 1 + n], *extra, *names[1 + n :]))
    return builder.finish(builder.inline(trigger, [builder.input(name) for name in names]))


@dataclass(frozen=True, slots=True)
class _Moment:
    """What there is just before an event, recorded.

    Parameters
    ----------
    before, time
        The number just before the time of the event, and that time.
    states, parameters, rates
        Values; the rates are those before the event.
    sensitivities, own
        Derivatives of each state, and of each parameter, by the parameters asked for.
    shift
        Derivative of the time by each of those.
    """

    builder: Builder
    before: Value
    time: Value
    states: Sequence[Value]
    parameters: Sequence[Value]
    rates: Sequence[Value]
    sensitivities: Sequence[Partials]
    own: Sequence[Partials]
    shift: Partials

    def derive(
        self, tape: Tape, values: Sequence[Value], partials: Sequence[Partials]
    ) -> tuple[list[Value], list[Partials]]:
        """Return outputs and derivatives of a tape whose last inputs are the parameters."""
        seeds = dict(enumerate([*partials, *self.own]))
        return accumulate(self.builder, tape, [*values, *self.parameters], seeds)


def _moment(system: FirstOrderSystem, by: Sequence[str], extra: Sequence[str]) -> _Moment:
    n, (time, *names) = system.n_states, system.vector_field.inputs
    shifts = [f"d({time})/d({p})" for p in by]
    builder = Builder((BEFORE, time, *names[:n], *extra, *names[n:], *shifts))
    before, now, *rest = builder.inputs
    states, parameters = rest[:n], rest[n + len(extra) : len(rest) - len(by)]
    rates = builder.inline(system.vector_field, [before, *states, *parameters])
    columns: list[Partials] = [{j: rest[n + j * n + i] for j in range(len(by))} for i in range(n)]
    one = builder.constant(1.0)
    own: list[Partials] = [{j: one for j, p in enumerate(by) if p == q} for q in names[n:]]
    shift: Partials = dict(enumerate(rest[len(rest) - len(by) :]))
    return _Moment(builder, before, now, states, parameters, rates, columns, own, shift)


def _shift(at: _Moment, own: Partials) -> Tape | None:
    """Return the derivative of an event's own time by each parameter; None where all are zero."""
    names = at.builder.names[: len(at.builder.names) - len(at.shift)]
    return at.builder.finish([own.get(j, 0.0) for j in at.shift], names) if own else None


def _reset(
    at: _Moment, system: FirstOrderSystem, event: SystemEvent, *, moves: bool
) -> Tape | None:
    """Return the states and sensitivities after an event; None where nothing changes.

    Its own time moves or not; a condition may be set off by another event besides.
    """
    if event.reset is None and (event.label or not moves):
        return None
    shift = at.shift if moves or event.trigger is not None else {}
    states = at.states
    total = [_along(s, f, shift) for s, f in zip(at.sensitivities, at.rates, strict=True)]
    if event.reset is not None:
        values, partials = [at.before, at.time, *at.states], [shift, shift, *total]
        states, total = at.derive(event.reset, values, partials)
    rates = at.builder.inline(system.vector_field, [at.time, *states, *at.parameters])
    after = [_along(s, -f, shift) for s, f in zip(total, rates, strict=True)]
    n_columns = len(at.sensitivities[0])
    return at.builder.finish([*states, *(s.get(j, 0.0) for j in range(n_columns) for s in after)])


def _moves(at: _Moment, event: SystemEvent) -> Partials:
    """Return the derivative of the event's time by each parameter, absent where it is zero."""
    if event.occasion is not None:
        return _moves_of_occasion(at, event.occasion)
    if event.trigger is None:
        return {}
    pairs = zip(at.sensitivities, at.rates, strict=True)
    followed: list[Partials] = [{**s, _ALONG: f} for s, f in pairs]
    clock: Partials = {_ALONG: at.builder.constant(1.0)}
    values = [at.before, *at.states]
    trigger = of_what_moves(event.trigger, len(at.states))
    _, (partials,) = at.derive(trigger, values, [clock, *followed])
    speed = partials.pop(_ALONG, None)  # without it the trigger does not move, nor ever turns
    return {} if speed is None else {j: -slope / speed for j, slope in partials.items()}


@lru_cache(maxsize=256)
def of_what_moves(trigger: Tape, n: int) -> Tape:
    """Return a trigger without the conditions, joined to others, in which nothing moves.

    They say whether something happens and never when; one that just holds, as k >= 3 where k is 3,
    is smaller than the gap that is closing.
    """
    moves: list[bool] = []
    for number, node in enumerate(trigger.nodes):
        moves.append(number <= n if node.op == "input" else any(moves[a] for a in node.args))
    joins, waiting = set[int](), list(trigger.outputs)
    while waiting:
        number = waiting.pop()
        if trigger.nodes[number].op in ("min", "max") and number not in joins:
            joins.add(number)
            waiting += trigger.nodes[number].args

    def instead(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        some = [moves[a] for a in node.args]
        return args[some.index(True)] if number in joins and sum(some) == 1 else None

    builder = Builder(trigger.inputs)
    return builder.finish(builder.replay(trigger, builder.inputs, instead))


def _moves_of_occasion(at: _Moment, occasion: Tape) -> Partials:
    (first, period, _), (by_first, by_period, _) = at.derive(occasion, [], [])
    if not by_period:
        return by_first
    count = ((at.time - first) / period + 0.5).apply("floor")  # of the periods that have passed
    return _along(by_first, count, by_period)


def _along(partials: Partials, slope: Value, moves: Partials) -> Partials:
    """Return derivatives at a moving time: those at fixed time, and the slope in time."""
    total = dict(partials)
    for j, move in moves.items():
        term = slope * move
        total[j] = total[j] + term if j in total else term
    return total
