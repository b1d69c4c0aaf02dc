"""Solutions on which time is a quadrature: u(t) is where the integral of du/h is the time.

All states are functions of the place, which a motion du/dt = h(u) passes without turning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...system import FirstOrderSystem
from ...tape import Builder, Tape
from ...tape.composed.passage import Along, passage
from ...tape.composed.quadrature import precisely
from ...tape.differentiate import derivative
from ...tape.precise import Precise
from ..derivation import Claim
from .located import Located, Pace

_DIGITS = 20  # of an integral, compared with doubles
_RULES = 10, 20, 40  # nodes
_HALVINGS = 12  # of the way, where these do not suffice


@dataclass(frozen=True)
class Passing(Located):
    """A solution on which time is an integral over a place that is passed without turning."""

    _fewer: Precise = field(default_factory=lambda: Precise(_DIGITS), repr=False, compare=False)

    def late(self, pace: Pace, begin: Any, end: Any, elapsed: Any, context: Any) -> Any:
        """Return how much later than asked a place is reached."""
        return time_between(pace, begin, end, context) - elapsed

    def starts(self) -> Iterator[Claim]:
        """Claim that it starts where it should, whatever the roots are."""
        builder = Builder(self.states.inputs)
        known = dict(zip(builder.names, builder.inputs, strict=True))
        (place,) = builder.inline(self.begin, [known[n] for n in self.begin.inputs])
        at = known | {self.name: place}
        begun = builder.inline(self.states, [at[n] for n in self.states.inputs])
        start = builder.inline(self.system.start, [known[n] for n in self.system.parameters])
        for one, other in zip(begun, start, strict=True):
            yield Claim(builder.formula(one), builder.formula(other))


def time_between(pace: Pace, begin: Any, end: Any, context: Any, halvings: int = _HALVINGS) -> Any:
    """Return the integral of the pace, the way cut in half where no rule suffices for the whole.

    It is taken over a share of the logarithm of the rate, as on the tape (`tape.passage`).
    """
    ratio = pace(begin) / (pace(end) or context.nan)
    if not ratio > 0:
        return context.nan
    bend = context.log(ratio) or context.mpf(context.eps)  # itself it shrinks with more digits
    whole, span = context.expm1(bend), end - begin

    def integrand(x: Any) -> Any:
        share = context.expm1(x * bend)
        return span * bend * (1 + share) / whole * pace(begin + span * share / whole)

    time = precisely(integrand, context.zero, context.one, context, _RULES)
    if context.isfinite(time) or not halvings:
        return time
    middle = (begin + end) / 2
    first = time_between(pace, begin, middle, context, halvings - 1)
    if not context.isfinite(first):
        return first
    return first + time_between(pace, middle, end, context, halvings - 1)


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

    def along(tape: Tape) -> Along:
        return lambda u: builder.inline(tape, [*parameters, u])[0]

    slope = derivative(rate, name)
    came = passage(along(rate), along(slope), builder.constant(0.0), time - system.t0)
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
