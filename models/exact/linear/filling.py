"""The coefficients of dy/dt = (r*y + h)/(v + g*t) + b, and what solves it, in every limit.

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
    source, push
        b and h.
    steady, level, held
        b/(g - r), the particular solution for each unit of volume, -h/r, what belongs to none, and
        both together at the start.
    """

    system: Affine
    rate: Value
    volume: Value
    growth: Value
    power: Value
    source: Value
    push: Value
    steady: Value
    level: Value
    held: Value

    @property
    def now(self) -> Value:
        """The volume at a time."""
        return self.volume + self.growth * self.system.elapsed

    def formula(self) -> Value:
        """Return the solution as it is printed."""
        y = self.system.start[0]
        power = (self.now / self.volume) ** self.power
        if self.held.constant == 0:
            return y * power
        return self.steady * self.now + self.level + less(y, self.held) * power

    def safe(self) -> Value:
        """Return (y + b*v*l*phi((g - r)*l) + h*l*phi(-r*l))*exp(r*l).

        With l = log(1 + g*s/v)/g and phi(z) = expm1(z)/z.
        """
        a = self.system
        x = (0.0 < self.now / self.volume).apply("select", self.growth * a.elapsed / self.volume, 0)
        length = a.elapsed / self.volume * _relative_log(x)
        grown = relative_growth((self.growth - self.rate) * length)
        pushed = self.push * relative_growth(-self.rate * length)
        answer = (self.source * self.volume * grown + pushed) * length
        return (a.start[0] + answer) * (self.rate * length).apply("exp")


def filling(system: Affine) -> Filling | None:
    """Return an equation as one of this kind, None if it is of another.

    One over the coefficient has to grow evenly in time.
    """
    if not system.depends_on_time(system.matrix[0, 0]):
        return None
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
            begin = simple(system.at_start(volume))
            inputs = _inputs(system, volume, begin, growth, identity)
            if inputs is None:
                return None
            source, push = map(simple, inputs)
            steady, level = simple(source / gap), simple(-push / rate)
            power = _cancelled(system, rate / growth, simple(rate / growth))
            held = simple(steady * begin + level)
            return Filling(system, rate, begin, growth, power, source, push, steady, level, held)
    return None


def _inputs(
    system: Affine, volume: Value, begin: Value, growth: Value, identity: Identity
) -> tuple[Value, Value] | None:
    """Return b and h of the source b + h/(v + g*t), None if it is another."""
    source = system.source[0]
    if not system.depends_on_time(source):
        return source, system.builder.constant(0.0)
    whole = source * volume  # even in time; where nothing is left it is h
    if not identity.is_zero(_slope(system, _slope(system, whole))):
        return None
    empty = system.at_start(_slope(system, whole)) * begin / growth
    return empty / begin, system.at_start(whole) - empty


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
