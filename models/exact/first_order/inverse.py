"""A solution left as an equation between integrals that are no known functions.

Where du/dt = g(t)*h(u) for a combination u of time and state,

    integral of dw/h(w) from u(t0) to u(t) = integral of g(s) ds from t0 to t.

The tape follows the solution by Runge and Kutta's method and ends with Newton's on this equation,
its integrals by a rule of 64 nodes; where these do not suffice, no value is given. Where h is a
quotient of polynomials, u passes by it from rest to rest as in `tape.passage`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NamedTuple

from ...notation import Notation, Shown
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.composed.passage import passage
from ...tape.composed.quadrature import integral, precisely
from ...tape.differentiate import derivative
from ...tape.precise import Precise
from ..motions.passing import time_between
from ..solvable import Point
from .implicit import paths

COMBINATION = "combination"  # inputs that no name of a model is: "s of integration" has spaces
_RATIONAL = frozenset("input const add sub mul div neg pow".split())
_DIGITS = 20  # of the state, compared with doubles
_NEWTON = 3  # steps that take three digits to those of a double
_CLOSE = 2e-3  # of the way, by which the paths and the root may differ
_LAST = 1e-6  # relative, of Newton's last step, whose square is left


class Parts(NamedTuple):
    """What an equation is made of that separates in one combination.

    Parameters
    ----------
    of_both
        The combination, from time, state and parameters.
    back
        The state, from time, `COMBINATION` and parameters.
    growth
        The factor h, from `COMBINATION` and parameters.
    pace
        The factor g, from time and parameters.
    """

    of_both: Tape
    back: Tape
    growth: Tape
    pace: Tape

    @property
    def is_rational(self) -> bool:
        """Whether h is a quotient of polynomials, smooth up to where it is zero or infinite."""
        nodes = self.growth.nodes
        powers = (nodes[n.args[1]] for n in nodes if n.op == "pow")
        whole = all(p.op == "const" and p.value.is_integer() for p in powers)
        return whole and all(n.op in _RATIONAL for n in nodes)


@dataclass(frozen=True)
class Inverse:
    """The state whose combination takes a known time to reach.

    Parameters
    ----------
    system
        The equation.
    parts
        What it is made of.
    tape
        The state, found on it.
    equation
        The solution in writing.
    """

    system: FirstOrderSystem
    parts: Parts
    tape: Tape
    equation: Shown
    _fewer: Precise = field(default_factory=lambda: Precise(_DIGITS), repr=False, compare=False)

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equation between the integrals."""
        return (self.equation,)

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the state: Newton's method, with twenty digits, begins where doubles lead.

        That the equation is fulfilled does not depend on its value, only on its slope.
        """
        numbers = [float(point[name]) for name in self.tape.inputs]
        (y,) = self.tape(*numbers)
        if float(point[self.system.time]) == self.system.t0:
            return precise(self.system.start, point)
        if not isfinite(y):
            return [precise.context.nan]
        return precise(self.parts.back, {**point, COMBINATION: self._reached(point, y)})

    def _reached(self, point: Point, y: float) -> Any:
        """Return the combination with twenty digits."""
        fewer, time = self._fewer, self.system.time
        state = self.system.states[0]
        there = {**point, time: self.system.t0}
        (start,) = fewer(self.system.start, there)
        (begun,) = fewer(self.parts.of_both, {**there, state: start})
        (u,) = fewer(self.parts.of_both, {**point, state: y})
        begin, end = map(fewer.context.mpf, (self.system.t0, point[time]))

        def pace(s: Any) -> Any:
            return fewer(self.parts.pace, {**point, time: s})[0]

        def slowness(w: Any) -> Any:
            (growth,) = fewer(self.parts.growth, {**point, COMBINATION: w})
            return 1 / growth if growth else fewer.context.nan

        span = precisely(pace, begin, end, fewer.context)
        add_up = time_between if self.parts.is_rational else precisely
        passed = add_up(slowness, begun, u, fewer.context)
        return u - (passed - span) / slowness(u)

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return its derivative, by the chain rule on the combination."""
        time, state = self.system.time, self.system.states[0]
        at = {**point, state: self.values(precise, point)[0]}
        (u,) = precise(self.parts.of_both, at)
        (growth,) = precise(self.parts.growth, {**point, COMBINATION: u})
        (pace,) = precise(self.parts.pace, point)
        by_time, by_state = (
            precise(derivative(self.parts.of_both, name), at)[0] for name in (time, state)
        )
        return [(growth * pace - by_time) / by_state if by_state else precise.context.nan]


def reached(system: FirstOrderSystem, parts: Parts) -> tuple[Tape, Tape]:
    """Return the state as a tape, and a tape that tells where that can be relied on.

    Parameters
    ----------
    system
        The equation, of one state.
    parts
        What it is made of.
    """
    builder = Builder((system.time, *system.parameters))
    known = dict(zip(builder.names, builder.inputs, strict=True))
    time, begin = known[system.time], builder.constant(system.t0)

    def put(tape: Tape, **more: Value) -> Value:
        return builder.inline(tape, [{**known, **more}[n] for n in tape.inputs])[0]

    start = put(system.start)
    begun = put(parts.of_both, **{system.time: begin, system.states[0]: start})
    at_start = (time - system.t0).apply("eq", 0.0)
    if parts.is_rational:
        slope = derivative(parts.growth, COMBINATION)
        span = integral(lambda s: put(parts.pace, **{system.time: s}), begin, time)
        came = passage(
            lambda w: put(parts.growth, **{COMBINATION: w}),
            lambda w: put(slope, **{COMBINATION: w}), begun, span.value,
        )  # fmt: skip
        value = at_start.apply("select", start, put(parts.back, **{COMBINATION: came.place}))
        reliable = at_start.apply("max", span.resolved & came.resolved)
        return builder.finish([value]), builder.finish([reliable])
    (coarse, _), (fine, gone) = paths(builder, system, start)
    u = put(parts.of_both, **{system.states[0]: fine})
    span = integral(lambda s: put(parts.pace, **{system.time: s}), begin, time)
    reliable, step = span.resolved, u
    for _ in range(_NEWTON):
        passed = integral(lambda w: 1.0 / put(parts.growth, **{COMBINATION: w}), begun, u)
        step = (passed.value - span.value) * put(parts.growth, **{COMBINATION: u})
        reliable = reliable & passed.resolved
        u = u - step
    y = put(parts.back, **{COMBINATION: u})
    reach = _CLOSE * (gone + _CLOSE * abs(start))
    small = abs(step) <= _LAST * (abs(u) + abs(u - begun))
    reliable = reliable & (abs(coarse - fine) <= reach) & (abs(y - fine) <= reach) & small
    value = at_start.apply("select", start, y)
    return builder.finish([value]), builder.finish([at_start.apply("max", reliable)])
