"""What a step may hide that time alone decides: a pulse, or a pole, between its looks at the rates.

A step looks where its stages are. Between looks a distance s apart a value u leaves the straight
line by s^2/8 times its largest second derivative at most, and is nowhere outside its bounds over
the whole step. Where that is far more than the looks show, the step has no sign of it, and is to be
shorter. A series looks at its begin alone, and at derivatives there.

A divisor that changes its sign from look to look has a zero between them, where the rates have a
pole unless what is divided vanishes too. Steps become shorter until none can be made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from ...models.structure.narrow import clocks, narrow
from ...models.structure.poles import Pole, poles
from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Tape, Value
from ...models.tape.bounds import Bounds, bounds
from ...models.tape.differentiate import accumulate
from ..control import largest
from ..method import Method
from ..tableaux.taylor import TaylorSeries
from .program import Arguments, Program, inputs, vector

APART = 0.1  # of a step, by which looks differ that are taken
# What may be hidden, in units of what shows: of a value that is followed well it is a tenth.
MUCH = 8.0
SHORTER = 0.25  # is a step that would hide too much
ENDLESS = 1e300  # tolerances that a pole takes
_BENT = frozenset("abs min max".split())  # what has no second derivative somewhere


@lru_cache(maxsize=64)
def hidden(system: FirstOrderSystem, method: Method, controlled: int) -> Program | None:
    """Compose how many tolerances a step may hide at most; None where nothing in the rates can.

    Arguments are (t, h, limit, y, atol, rtol, p).
    """
    places, infinite = narrow(system), poles(system)
    if not places and not infinite:
        return None
    n, m = system.n_states, system.n_parameters
    arguments: Arguments = (
        ("t", None), ("h", None), ("limit", None), ("y", n), ("atol", n), ("rtol", None), ("p", m),
    )  # fmt: skip
    look = _Look(system, inputs(arguments), places, controlled, looks(method))
    found = [look.most(j) for j in range(len(places))] + [look.passes(pole) for pole in infinite]
    return Program("hidden", look.builder.finish([largest(found)]), arguments)


def looks(method: Method) -> tuple[float, ...]:
    """Return the parts of a step at which rates count for its error, some distance apart."""
    if isinstance(method.tableau, TaylorSeries):
        return (0.0,)
    tableau, found = method.tableau, [0.0]
    weights = tableau.b_error or tableau.b  # a stage that has none tells nobody of what it met
    for c in sorted(float(c) for c, weight in zip(tableau.c, weights, strict=True) if weight):
        if found[-1] + APART <= c <= 1.0 - APART:
            found.append(c)
    return (*found, 1.0)


class _Look:
    """A step, looked at for what time alone moves in the rates: values `u`, one for each place."""

    def __init__(
        self, system: FirstOrderSystem, builder: Builder, places: Sequence[int], controlled: int,
        parts: tuple[float, ...],
    ) -> None:  # fmt: skip
        self.system, self.builder, self.places, self.parts = system, builder, places, parts
        self.controlled = controlled
        self.y, self.p = (
            vector(builder, "y", system.n_states),
            vector(builder, "p", system.n_parameters),
        )
        self.t, self.h = builder.input("t"), builder.input("h")
        # A rate may jump at the end, where an event is: that is for the next step to see.
        forward = 0.0 <= self.h
        end, limit = self.t + self.h, builder.input("limit")
        if system.events:
            end = forward.apply("select", end.apply("min", limit), end.apply("max", limit))
        self.length = end - self.t
        self.tape = replace(system.vector_field, outputs=tuple(places))
        self.looks = [builder.inline(self.tape, self._at(part)) for part in parts]
        self.bounds = bounds(builder, self.tape, self._between())

    def most(self, j: int) -> Value:
        """Return how many tolerances one value may hide, zero if that is not much."""
        looks = [values[j] for values in self.looks]
        low, high = looks[0], looks[0]
        for value in looks[1:]:
            low, high = low.apply("min", value), high.apply("max", value)
        shown = high - low
        if len(looks) == 1:
            shown, size = self._series(j)
        else:
            size = self._bend(j)
        above = size.apply("min", self.bounds[j][1] - high).apply("max", 0.0)
        below = size.apply("min", low - self.bounds[j][0]).apply("max", 0.0)
        much = MUCH * shown < above.apply("max", below)
        effects = [
            self._effect(j, high, high + above), self._effect(j, low, low - below)
        ]  # fmt: skip
        return much.apply("select", largest(effects), 0.0)

    def passes(self, pole: Pole) -> Value:
        """Return more tolerances than any step may hide if a pole is passed, else zero."""
        tape = replace(self.system.vector_field, outputs=(pole.divisor, *pole.factors))
        parts = self.parts if self.parts[-1] == 1.0 else (*self.parts, 1.0)
        looks: list[tuple[Value, Value]] = []
        for part in parts:
            divisor, *factors = self.builder.inline(tape, self._at(part))
            if pole.wave:
                divisor = divisor.apply(pole.wave)
            looks.append((divisor, math.prod(factors, start=1.0 / divisor)))
        found: list[Value] = []
        for (d, q), (e, r) in pairwise(looks):
            passed = d * e < 0.0
            if pole.factors:  # a quotient that vanishes or goes on has no pole, one that grows has
                grows = 0.0 <= (abs(e) - abs(d)) * (abs(q) - abs(r))
                passed = passed.apply("min", q * r < 0.0).apply("min", grows)
            found.append(passed.apply("select", ENDLESS, 0.0))
        return largest(found)

    def _bend(self, j: int) -> Value:
        """Return how far a value may leave the looks beside it, by its derivatives."""
        tape = replace(self.tape, outputs=self.tape.outputs[j : j + 1])
        bent = any(node.op in _BENT for node in tape.nodes)
        slopes = self._along(tape) if bent else self._along(self._along(tape))
        low, high = bounds(self.builder, slopes, self._between())[0]
        most = low.apply("abs").apply("max", high.apply("abs"))
        found: list[Value] = []
        for (first, a), (second, b) in pairwise(zip(self.looks, self.parts, strict=True)):
            change, part = abs(second[j] - first[j]), (b - a) * abs(self.length)
            if bent:
                found.append((0.5 * (most * part - change)).apply("max", 0.0))
                continue
            room = most * part * part
            peak = 0.125 * (room - 2.0 * change) * (1.0 - 2.0 * change / room)
            found.append((2.0 * change < room).apply("select", peak, 0.0))
        return largest(found)

    def _series(self, j: int) -> tuple[Value, Value]:
        """Return how far two derivatives at the begin take a value, and may take it at most."""
        slope = self._along(replace(self.tape, outputs=self.tape.outputs[j : j + 1]))
        bend, begin, h = self._along(slope), self._at(0.0), abs(self.length)
        here = [abs(self.builder.inline(tape, begin)[0]) for tape in (slope, bend)]
        low, high = bounds(self.builder, bend, self._between())[0]
        most = low.apply("abs").apply("max", high.apply("abs"))
        return h * (here[0] + 0.5 * h * here[1]), h * (here[0] + 0.5 * h * most)

    def _effect(self, j: int, seen: Value, other: Value) -> Value:
        """Return by how many tolerances states change if a value is another for a whole step."""
        one, two = (self._rates(j, value) for value in (seen, other))
        rtol, ratios = self.builder.input("rtol"), [self.builder.constant(0.0)]
        for i in range(self.controlled):
            if one[i].number != two[i].number:
                size = self.builder.input(f"atol[{i}]") + rtol * abs(self.y[i])
                ratios.append(abs(self.length * (two[i] - one[i])) / size)
        return largest(ratios)

    def _rates(self, j: int, value: Value) -> list[Value]:
        """Return the rates where the step begins, one of the values being another."""
        known: Mapping[int, Value] = dict(zip(self.places, self.looks[0], strict=True))
        known = {**known, self.places[j]: value}
        field, found = self.system.vector_field, list[Value]()
        given = [self.t, *self.y, *self.p]
        for number, node in enumerate(field.nodes):
            if number in known:
                found.append(known[number])
            elif node.op == "input":
                found.append(given[number])
            elif node.op == "const":
                found.append(self.builder.constant(node.value))
            else:
                found.append(self.builder.apply(node.op, *(found[a] for a in node.args)))
        return [found[output] for output in field.outputs]

    def _at(self, part: float) -> list[Value]:
        """Return time, clocks and parameters at a part of the step, other states at its begin."""
        rates, since = clocks(self.system), part * self.length
        states = [y + rates[i] * since if i in rates else y for i, y in enumerate(self.y)]
        return [self.t + since, *states, *self.p]

    def _between(self) -> list[Bounds]:
        """Return the bounds over the step of time, states and parameters."""
        found: list[Bounds] = []
        for first, last in zip(self._at(0.0), self._at(1.0), strict=True):
            same = first.number == last.number
            found.append(
                (first, first) if same else (first.apply("min", last), first.apply("max", last))
            )
        return found

    def _along(self, tape: Tape) -> Tape:
        """Return the derivative of one output by time, clocks running with it."""
        builder = Builder(tape.inputs)
        moving = {0: 1.0, **{1 + i: rate for i, rate in clocks(self.system).items()}}
        seeds = {place: {0: builder.constant(rate)} for place, rate in moving.items()}
        _, (slope,) = accumulate(builder, tape, builder.inputs, seeds)
        return builder.finish([slope.get(0, 0.0)])
