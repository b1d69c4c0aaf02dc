"""The coefficients of dy/dt = r*y/(v + g*t) + b, and what solves it, in every limit.

Where the volume v + g*t is constant the power of it becomes an exponential, and where g = r a
logarithm appears; the form that is safe in floating point has both.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...tape import Tape, Value
from ...tape.composed.confluent import relative_growth
from ...tape.differentiate import derivative
from .affine import ELAPSED, Affine
from .identity import Identity
from .particular import Particular, less


@dataclass(frozen=True)
class Filling:
    """One such equation.

    Parameters
    ----------
    system
        Its coefficients.
    rate, volume, growth
        r, v + g*t at the start, and g, over the parameters.
    power
        r/g, of the volume.
    steady, held
        b/(g - r), the particular solution for each unit of volume, and that at the start.
    """

    system: Affine
    rate: Value
    volume: Value
    growth: Value
    power: Value
    steady: Value
    held: Value

    @property
    def now(self) -> Value:
        """The volume at a time."""
        return self.volume + self.growth * self.system.elapsed

    def formula(self) -> Value:
        """Return the solution as it is printed."""
        y = self.system.start[0]
        power = (self.now / self.volume) ** self.power
        if self.steady.constant == 0:
            return y * power
        return self.steady * self.now + less(y, self.held) * power

    def safe(self) -> Value:
        """Return (y + b*v*l*phi((g - r)*l))*exp(r*l), l = log(1 + g*s/v)/g, phi = expm1(z)/z."""
        a = self.system
        x = (0.0 < self.now / self.volume).apply("select", self.growth * a.elapsed / self.volume, 0)
        length = a.elapsed / self.volume * _relative_log(x)
        grown = relative_growth((self.growth - self.rate) * length)
        answer = a.source[0] * self.volume * length * grown
        return (a.start[0] + answer) * (self.rate * length).apply("exp")


def filling(system: Affine) -> Filling | None:
    """Return an equation as one of this kind, None if it is of another.

    One over the coefficient has to grow evenly in time.
    """
    builder, identity = system.builder, Identity(system.builder)
    simple = Particular(system, builder.constant(0.0), identity).simple
    tape = builder.formula(system.matrix[0, 0])
    for node in reversed([node for node in tape.nodes if node.op == "div"]):
        volume = _part(system, tape, node.args[1])
        slope, power = _slope(system, volume), system.matrix[0, 0] * volume
        if all(identity.is_zero(_slope(system, v)) for v in (slope, power)):
            rate, growth = (simple(system.at_start(v)) for v in (power, slope))
            gap = growth - rate
            if identity.is_zero(growth) or identity.is_zero(gap):
                return None
            steady, begin = simple(system.source[0] / gap), simple(system.at_start(volume))
            power = _cancelled(system, rate / growth, simple(rate / growth))
            return Filling(system, rate, begin, growth, power, steady, simple(steady * begin))
    return None


def _cancelled(system: Affine, power: Value, short: Value) -> Value:
    """Return the shorter form of a power if something cancels in it, else as the volume has it."""
    names = [len(system.builder.formula(form).inputs) for form in (short, power)]
    return short if names[0] < names[1] else power


def _part(system: Affine, tape: Tape, number: int) -> Value:
    part = Tape(tape.inputs, tape.nodes[: number + 1], (number,))
    return system.builder.inline(part, [system.builder.input(n) for n in part.inputs])[0]


def _slope(system: Affine, value: Value) -> Value:
    tape = system.builder.formula(value)
    if ELAPSED not in tape.inputs:
        return system.builder.constant(0.0)
    slope = derivative(tape, ELAPSED)
    return system.builder.inline(slope, [system.builder.input(n) for n in slope.inputs])[0]


def _relative_log(x: Value) -> Value:
    """Return log(1 + x)/x, 1 where x is 0."""
    nothing = x.apply("eq", 0.0)
    away = nothing.apply("select", 1.0, x)
    return nothing.apply("select", 1.0, away.apply("log1p") / away)
