"""Gradients of sums through events: back over the steps between them, and over each event.

Between two events a trajectory is a problem of its own, whose start values are parameters: what it
adds to the slopes of a loss is found by going back over its steps. With the slopes s by the states
after an event at the time T, which the event has set to g(T, y, p), the states before it have

    s g_y - c h_y / (h_t + h_y f-),     c = s (g_y f- + g_t - f+),

and parameters s g_p and c dT/dp, where h is what turned at T, with the rates f- before it and f+
after it: what `models.saltation` derives, gone over the other way.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from ....models.saltation import of_what_moves
from ....models.system import FirstOrderSystem
from ....models.tape import Builder, Tape
from ....models.tape.pullback import pull_back
from ...arrays import Float
from ...event_log import EventLog
from ...events.calendar import SAME
from ...method import Method
from ...problem import InitialValueProblem
from ...status import Status
from ...tally import Tally
from ...trajectories import Trajectories
from ..batch import Batch
from .halts import Deed, Halt, Point, as_column, halts, states_after, states_before
from .way_back import start_slopes

BEGUN, UNTIL, LAST = "begun[]", "until[]", "last[]"  # no names that a model may have


def through_events(problem: InitialValueProblem, tally: Tally, method: Method) -> Trajectories:
    """Return what a tally adds up of trajectories to which something happens, and its gradient.

    Where one does not reach its end, both are nan.
    """
    found = Batch(replace(problem, tally=None), method).go(None)
    sums = np.full((len(tally.tape.outputs) + len(tally.by), problem.batch), np.nan)
    log = found.log or EventLog.empty(len(problem.y0))
    for i in np.flatnonzero(found.status == Status.SUCCESS).tolist():
        own = np.array([i], dtype=np.int64)
        way = _Way(problem.members(own), tally.members(own), method)
        sums[:, i] = way.back(halts(way.problem, log.some(np.flatnonzero(log.member == i))))
    return replace(found, y=found.y[:, :, :0], sums=sums)


class _Way:
    """One trajectory on its way back: sums and slopes so far."""

    def __init__(self, problem: InitialValueProblem, tally: Tally, method: Method) -> None:
        self.problem, self.tally, self.method = problem, tally, method
        self.system, self.p = problem.system, problem.p[:, 0].tolist()
        self.times = problem.t_eval[tally.places]
        self.weights = tally.each_weight(1)[:, 0]
        self.sums: Float = np.zeros(len(self.weights))
        self.by_y: Float = np.zeros(len(problem.y0))
        self.by_p: Float = np.zeros(len(problem.p))

    def back(self, met: list[Halt]) -> Float:
        """Return the sums, and the derivatives of their weighted sum, (term + parameter,)."""
        problem, begin = self.problem, [self.problem.t0, *(halt.time for halt in met)]
        starts, before = self._ahead(met)
        for number in range(len(met), -1, -1):
            last = number == len(met)
            self._piece(begin[number], problem.t_end if last else begin[number + 1],
                        starts[number], last=last)  # fmt: skip
            if number:
                self._over(met[number - 1], before[number - 1], starts[number])
        start, parameters = start_slopes(self.system.start, self.tally.by), self.system.parameters
        found = self.by_p[[parameters.index(name) for name in self.tally.by]]
        for i, j, entry in zip(start.rows, start.columns, start.tape(*self.p), strict=True):
            found[j] += self.by_y[i] * entry
        return np.concatenate([self.sums, found])

    def _ahead(self, met: list[Halt]) -> tuple[list[Point], list[Point]]:
        """Return the states at the begin of each piece, and those just before each halt."""
        starts, before = [tuple(self.problem.y0[:, 0].tolist())], list[Point]()
        time = self.problem.t0
        for halt in met:
            after = states_after(halt)
            here = starts[-1] if after or halt.time == time else self._go(starts[-1], time, halt)
            before.append(states_before(halt, here))
            starts.append(after or here)
            time = halt.time
        return starts, before

    def _go(self, start: Point, time: float, halt: Halt) -> Point:
        """Return the states up to which a piece goes at whose end no event is told of."""
        length = np.array([halt.time - time])
        found = Batch(replace(self._own(start, time, halt.time, last=False), t_eval=length),
                      self.method).go(None)  # fmt: skip
        return tuple(found.y[:, 0, -1].tolist())

    def _own(self, start: Point, begin: float, end: float, *, last: bool) -> InitialValueProblem:
        """Return the problem of a piece, without output times."""
        problem, until = self.problem, np.inf if last else np.nextafter(end, begin)
        y0 = as_column(start)
        p = np.concatenate([problem.p, y0, [[begin], [until]]])
        own = {"system": piece_of(problem.system), "y0": y0, "p": p, "tally": None}
        return replace(problem, **own)

    def _piece(self, begin: float, end: float, start: Point, *, last: bool) -> None:
        """Go back over a piece, whose outputs are those from its begin on."""
        # An output a rounding before an event shows what is after it.
        first, until = (t - SAME * abs(t) for t in (begin, end))
        rows = np.flatnonzero((self.times >= first) & ((self.times < until) | last))
        if begin == end and not rows.size:
            return
        problem, n, m = self._own(start, begin, end, last=last), len(self.by_y), len(self.by_p)
        at = np.append(np.maximum(self.times[rows] - begin, 0.0), end - begin)
        t_eval, places = np.unique(at, return_inverse=True)
        readings = np.ones((len(self.tally.readings) + 1, len(at)))
        readings[:-1, :-1], readings[-1, :-1] = self.tally.readings[:, rows], 0.0
        names = problem.system.parameters[: m + n]
        weights = np.concatenate([self.weights, self.by_y])[:, None]
        tape = tally_of(self.tally.tape, problem.system, m)
        tally = Tally(tape, places.reshape(-1), readings, names, weights)
        problem = replace(problem, t_eval=t_eval, tally=tally)
        sums, slopes = self._found(problem, tally)
        self.sums += sums[: len(self.sums)]
        self.by_p, self.by_y = self.by_p + slopes[:m], slopes[m:]

    def _found(self, problem: InitialValueProblem, tally: Tally) -> tuple[Float, Float]:
        """Return sums and slopes of a piece, which may have no length."""
        terms, n = len(tally.tape.outputs), len(problem.y0)
        if problem.t_end > 0.0:
            found = Batch(problem, self.method).go(None).sums
            assert found is not None
            return found[:terms, 0], found[terms:, 0]
        rows = len(tally.places)
        sums = tally.rows(np.zeros(rows), np.repeat(problem.y0[:, :, None], rows, axis=2),
                          problem.p, slice(None)).sum(axis=2)  # fmt: skip
        slopes = tally.slopes_at_start(problem)[:, 0]
        by_p = slopes[n:][: len(tally.by)]
        by_p[-n:] += slopes[:n]
        return sums[:, 0], by_p

    def _over(self, halt: Halt, before: Point, after: Point) -> None:
        """Go back over all that happened at one time."""
        moves: dict[int, float] = {}
        for k in range(len(halt.deeds) - 1, -1, -1):
            deed = halt.deeds[k]
            later = next((d.ends[0] for d in halt.deeds[k + 1 :] if d.ends), after)
            earlier = [d.ends[1] for d in halt.deeds[:k] if d.ends]
            ends = deed.ends or ((earlier[-1] if earlier else before), later)
            move = self._over_deed(halt.time, deed, ends)
            moves[deed.cause] = moves.get(deed.cause, 0.0) + move
        for event, move in moves.items():
            self._moved(event, move, halt, before)

    def _over_deed(self, time: float, deed: Deed, ends: tuple[Point, Point]) -> float:
        """Go back over one event at a fixed time; return the slope by its time."""
        rates, old = self.system.vector_field, self.by_y
        ahead = np.array(rates(deed.before, *ends[0], *self.p))
        behind = np.array(rates(time, *ends[1], *self.p))
        reset, by_time = self.system.events[deed.event].reset, 0.0
        if reset is not None:
            slopes = _slopes(reset)(deed.before, time, *ends[0], *self.p, *old)
            by_time = slopes[0] + slopes[1]
            self._add(slopes[2:])
        return float(by_time + self.by_y @ ahead - old @ behind)

    def _add(self, slopes: tuple[float, ...]) -> None:
        """Take over slopes by states, and add those by parameters."""
        n, m = len(self.by_y), len(self.by_p)
        self.by_y = np.array(slopes[:n])
        self.by_p = self.by_p + np.array(slopes[n : n + m])

    def _moved(self, number: int, move: float, halt: Halt, before: Point) -> None:
        """Add how the time of an event moves with states and parameters before it."""
        event, n, m = self.system.events[number], len(self.by_y), len(self.by_p)
        if event.occasion is not None:
            first, period, _ = event.occasion(*self.p)
            count = round((halt.time - first) / period) if period > 0 else 0
            slopes = _slopes(event.occasion)(*self.p, move, move * count, 0.0)
            self.by_p = self.by_p + np.array(slopes[:m])
        elif event.trigger is not None:
            time = halt.deeds[0].before
            ahead = np.array(self.system.vector_field(time, *before, *self.p))
            slopes_of = _slopes(of_what_moves(event.trigger, n))
            slopes = np.array(slopes_of(time, *before, *self.p, 1.0))
            speed = slopes[0] + slopes[1 : 1 + n] @ ahead
            self.by_y = self.by_y - move / speed * slopes[1 : 1 + n]
            self.by_p = self.by_p - move / speed * slopes[1 + n : 1 + n + m]


@lru_cache(maxsize=64)
def piece_of(system: FirstOrderSystem) -> FirstOrderSystem:
    """Return a system between events, its time counted from the begin of a piece.

    Its parameters are followed by the start values, the time at which the piece has begun, and the
    last time at which rates are those of the piece.
    """
    starts = [f"start[{i}]" for i in range(system.n_states)]
    parameters = (*system.parameters, *starts, BEGUN, UNTIL)
    builder = Builder((system.time, *system.states, *parameters))
    clock = builder.input(BEGUN) + builder.input(system.time)
    given = [builder.input(name) for name in system.vector_field.inputs[1:]]
    within = clock.apply("min", builder.input(UNTIL))
    field = builder.finish(builder.inline(system.vector_field, [within, *given]))
    start = Builder(parameters)
    return FirstOrderSystem(system.states, parameters, field,
                            start.finish(start.input(name) for name in starts),
                            system.time, 0.0)  # fmt: skip


@lru_cache(maxsize=64)
def tally_of(tape: Tape, piece: FirstOrderSystem, count: int) -> Tape:
    """Return the terms of outputs within a piece, and the states at its end as further ones.

    The latter count in the row whose last reading is 1, the former in all others; `count` is how
    many parameters the terms know of.
    """
    n = piece.n_states
    readings = [f"reading[{i}]" for i in range(len(tape.inputs) - 1 - n - count)]
    builder = Builder((piece.time, *piece.states, *piece.parameters, *readings, LAST))
    time, *rest = builder.inputs
    states, last = rest[:n], rest[-1]
    clock = builder.input(BEGUN) + time
    given = [*states, *rest[n : n + count], *(builder.input(name) for name in readings)]
    terms = builder.inline(tape, [clock, *given])
    return builder.finish([
        *(last.apply("select", 0.0, term) for term in terms),
        *(last.apply("select", state, 0.0) for state in states),
    ])  # fmt: skip


@lru_cache(maxsize=256)
def _slopes(tape: Tape) -> Tape:
    """Return the slopes of the weighted sum of a tape's outputs, its weights being the last."""
    weights = [f"weight[{i}]" for i in range(len(tape.outputs))]
    builder = Builder((*tape.inputs, *weights))
    own, given = builder.inputs[: len(tape.inputs)], builder.inputs[len(tape.inputs) :]
    return builder.finish(pull_back(builder, tape, own, given)[1])
