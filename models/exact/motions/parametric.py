"""Solutions in a parameter: state and time are both functions of it, and the time is inverted.

The tape finds the parameter that belongs to a time; with many digits Newton's method goes on from
there, and the slope of a state is the quotient of the two derivatives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

from ...notation import Notation, Shown
from ...system import FirstOrderSystem
from ...tape import Builder, Tape
from ...tape.differentiate import derivative
from ...tape.precise import Precise
from ..derivation import Claim
from ..solvable import Point

_NEWTON = 8  # steps, each of which doubles the digits


@dataclass(frozen=True)
class Parametric:
    """States and time as functions of a parameter that is zero at the start.

    Parameters
    ----------
    system
        What is solved; time does not occur in its rates.
    name
        Of the parameter.
    curve
        The time since the start, then each state, from the system's parameters and this one.
    found
        The parameter in doubles, from time and the system's parameters.
    equations
        The solution in writing.
    """

    system: FirstOrderSystem
    name: str
    curve: Tape
    found: Tape
    equations: tuple[Shown, ...]

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations."""
        return self.equations

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits."""
        return precise(self.curve, {**point, self.name: self._at(precise, point)})[1:]

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time."""
        pace, *slopes = precise(self._slopes, {**point, self.name: self._at(precise, point)})
        return [s / pace if pace else precise.context.nan for s in slopes]

    @cached_property
    def _slopes(self) -> Tape:
        return derivative(self.curve, self.name)

    def _at(self, precise: Precise, point: Point) -> Any:
        """Return the parameter at a time, with many digits."""
        context, time = precise.context, self.system.time
        (s,) = self.found(*(float(point[name]) for name in self.found.inputs))
        elapsed = context.mpf(point[time]) - self.system.t0
        if not isfinite(s) or not elapsed:
            return context.zero if not elapsed else context.nan
        clock, pace = self.curve.select([0]), self._slopes.select([0])
        s = context.mpf(s)
        for _ in range(_NEWTON):
            at = {**point, self.name: s}
            step = (precise(clock, at)[0] - elapsed) / (precise(pace, at)[0] or context.nan)
            s -= step
            if abs(step) <= abs(s) * context.eps:
                break
        return s

    def fulfils(self) -> tuple[Claim, ...]:
        """Claim that it fulfils the equations and starts where it should."""
        system, slopes = self.system, self._slopes
        builder = Builder(self.curve.inputs)
        known = dict(zip(builder.names, builder.inputs, strict=True))
        _, *states = builder.inline(self.curve, builder.inputs)
        pace, *changes = builder.inline(slopes, builder.inputs)
        at = known | dict(zip(system.states, states, strict=True))
        at[system.time] = builder.constant(system.t0)  # which does not occur
        rates = builder.inline(system.vector_field, [at[n] for n in system.vector_field.inputs])
        zero = known | {self.name: builder.constant(0.0)}
        begun = builder.inline(self.curve, [zero[n] for n in self.curve.inputs])
        start = builder.inline(system.start, [known[n] for n in system.parameters])
        left = (*(c / pace for c in changes), *begun)
        pairs = zip(left, (*rates, builder.constant(0.0), *start), strict=True)
        return tuple(Claim(builder.formula(a), builder.formula(b)) for a, b in pairs)
