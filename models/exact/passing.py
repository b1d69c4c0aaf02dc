"""Solutions on which time is a quadrature: u(t) is where the integral of du/h is the time.

All states are functions of the place, which a motion du/dt = h(u) passes without turning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any, NamedTuple

from ..notation import Notation, Shown
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative
from ..tape.passage import passage
from ..tape.precise import Precise
from ..tape.quadrature import precisely
from .derivation import Claim
from .solvable import Point

_DIGITS = 20  # of an integral, compared with doubles
_RULES = 10, 20, 40  # nodes
_HALVINGS = 12  # of the way, where these do not suffice


@dataclass(frozen=True)
class Passing:
    """A solution on which time is the integral of du/h from u = 0.

    Parameters
    ----------
    system
        What is solved; time does not occur in its rates.
    name
        Of the place, u.
    rate
        h, from the system's parameters and u.
    states
        Each state, from the same.
    found
        u in doubles, from time and the system's parameters.
    equations
        The solution in writing.
    """

    system: FirstOrderSystem
    name: str
    rate: Tape
    states: Tape
    found: Tape
    equations: tuple[Shown, ...]
    _known: dict[tuple[Any, ...], Any] = field(
        default_factory=dict[tuple[Any, ...], Any], repr=False, compare=False
    )
    _fewer: Precise = field(default_factory=lambda: Precise(_DIGITS), repr=False, compare=False)

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations."""
        return self.equations

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits."""
        return precise(self.states, {**point, self.name: self._at(precise, point)})

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time, those by the place times its own rate."""
        at = {**point, self.name: self._at(precise, point)}
        (pace,) = precise(self.rate, at)
        return [s * pace for s in precise(self._slopes, at)]

    @cached_property
    def _slopes(self) -> Tape:
        return derivative(self.states, self.name)

    def _at(self, precise: Precise, point: Point) -> Any:
        """Return the place at a time, found once: Newton's method goes on from where doubles lead.

        That the equations are fulfilled does not depend on where exactly it is.
        """
        key = (precise.digits, *point.values())
        if key not in self._known:
            self._known[key] = self._sought(precise.context, point)
        return self._known[key]

    def _sought(self, context: Any, point: Point) -> Any:
        if point[self.system.time] == self.system.t0:
            return context.zero
        (u,) = self.found(*(float(point[name]) for name in self.found.inputs))
        if not isfinite(u):
            return context.nan
        fewer = self._fewer
        elapsed = fewer.context.mpf(point[self.system.time]) - self.system.t0
        end = fewer.context.mpf(u)

        def pace(place: Any) -> Any:
            return fewer(self.rate, {**point, self.name: place})[0]

        took = _time(pace, fewer.context.zero, end, fewer.context, _HALVINGS)
        return context.mpf(end - (took - elapsed) * pace(end))

    def fulfils(self) -> tuple[Claim, ...]:
        """Claim that it fulfils the equations and starts where it should."""
        system = self.system
        builder = Builder(self.states.inputs)
        known = dict(zip(builder.names, builder.inputs, strict=True))
        values = builder.inline(self.states, builder.inputs)
        (pace,) = builder.inline(self.rate, builder.inputs)
        changes = builder.inline(self._slopes, builder.inputs)
        at = known | dict(zip(system.states, values, strict=True))
        at[system.time] = builder.constant(system.t0)  # which does not occur
        rates = builder.inline(system.vector_field, [at[n] for n in system.vector_field.inputs])
        zero = known | {self.name: builder.constant(0.0)}
        begun = builder.inline(self.states, [zero[n] for n in self.states.inputs])
        start = builder.inline(system.start, [known[n] for n in system.parameters])
        pairs = zip([c * pace for c in changes], rates, strict=True)
        begins = zip(begun, start, strict=True)
        return tuple(Claim(builder.formula(a), builder.formula(b)) for a, b in (*pairs, *begins))


def _time(pace: Callable[[Any], Any], begin: Any, end: Any, context: Any, halvings: int) -> Any:
    """Return the integral of du/h, the way cut in half where no rule suffices for the whole.

    It is taken over a share of the logarithm of the rate, as on the tape (`tape.passage`).
    """
    ratio = pace(end) / (pace(begin) or context.nan)
    if not ratio > 0:
        return context.nan
    bend = context.log(ratio) or context.eps
    whole, span = context.expm1(bend), end - begin

    def integrand(x: Any) -> Any:
        share = context.expm1(x * bend)
        rate = pace(begin + span * share / whole) or context.nan
        return span * bend * (1 + share) / (whole * rate)

    time = precisely(integrand, context.zero, context.one, context, _RULES)
    if context.isfinite(time) or not halvings:
        return time
    middle = (begin + end) / 2
    first = _time(pace, begin, middle, context, halvings - 1)
    if not context.isfinite(first):
        return first
    return first + _time(pace, middle, end, context, halvings - 1)


class Passed(NamedTuple):
    """A solution in time: the states, where that is to be relied on, and the place."""

    values: Tape
    valid: Tape
    place: Tape


def passed(
    system: FirstOrderSystem, rate: Tape, states: Tape, name: str, holds: Tape | None
) -> Passed:
    """Return the states in time as tapes of plain operations.

    Parameters
    ----------
    system
        What is solved.
    rate, states
        h and each state, from the system's parameters and the place.
    name
        Of the place.
    holds
        A condition, from the place and the parameters; None for everywhere.
    """
    builder = Builder((system.time, *system.parameters))
    time, *parameters = builder.inputs
    slope = derivative(rate, name)

    def paced(u: Value) -> tuple[Value, Value]:
        at = [*parameters, u]
        return builder.inline(rate, at)[0], builder.inline(slope, at)[0]

    came = passage(paced, builder.constant(0.0), time - system.t0)
    begun = time.apply("eq", system.t0)
    place = begun.apply("select", 0.0, came.place)
    there = builder.inline(states, [*parameters, place])
    start = builder.inline(system.start, parameters)
    values = [begun.apply("select", s, v) for s, v in zip(start, there, strict=True)]
    valid = begun | came.resolved
    if holds is not None:
        valid = valid & builder.inline(holds, [place, *parameters])[0]
    names = (system.time, *system.parameters)
    return Passed(*(builder.finish(v, names) for v in (values, [valid], [place])))
