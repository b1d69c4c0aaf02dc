"""A case in which a formula is none: a parameter is a number, another one, or negative."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..jumps import switches
from ..notation import Notation
from ..sensitivity import augment
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.writing.pieces import number
from .proof.points import Point


@dataclass(frozen=True)
class Case:
    """A parameter that is a number, as zero, equal to another one, or negative.

    Parameters
    ----------
    name
        The parameter.
    other
        The one it is equal to; empty for a number.
    negative
        Whether it is negative instead.
    number
        What it is equal to if that is a number.
    """

    name: str
    other: str = ""
    negative: bool = False
    number: float = 0.0

    def moved(self, point: Point) -> Point:
        """Return a point at which this is the case."""
        if self.negative:
            return {**point, self.name: -abs(point[self.name])}
        return {**point, self.name: point[self.other] if self.other else self.number}

    def told(self, notation: Notation) -> str:
        """Return the condition in writing."""
        name = notation.name(self.name).text
        if self.negative:
            return f"{name} < 0, written as -{name}"
        other = notation.name(self.other).text if self.other else number(self.number)
        return f"{name} = {other}"

    def holds(self, builder: Builder) -> Value:
        """Return whether this is the case."""
        value = builder.input(self.name)
        if self.negative:
            return value < 0.0
        return value.apply("eq", builder.input(self.other) if self.other else self.number)

    def there(self, builder: Builder) -> list[Value]:
        """Return what the solution of this case is taken of, harmless where this is not the case.

        Of what is not chosen derivatives are taken as well: nothing may be 0/0 in it.
        """
        value = builder.input(self.name)
        size = self.holds(builder).apply("select", -value, abs(value) + 1.0)
        return self._bound(builder, size if self.negative else value)

    def elsewhere(self, builder: Builder) -> list[Value]:
        """Return what the formula is taken of, harmless where this is the case."""
        value = builder.input(self.name)
        harmless = -value if self.negative else value + 1.0
        return self._bound(builder, self.holds(builder).apply("select", harmless, value))

    def beyond(self, builder: Builder) -> Value:
        """Return how far the parameter is from where this is the case."""
        value = builder.input(self.name)
        return value - (builder.input(self.other) if self.other else self.number)

    def put_in(self, system: FirstOrderSystem) -> FirstOrderSystem:
        """Return the system where this is the case.

        A negative parameter stands for its size and stays.
        """
        field, start = (self._put_in(t) for t in (system.vector_field, system.start))
        signs = {self.name} if self.negative else set[str]()
        return replace(system, vector_field=field, start=start, positive=system.positive | signs)

    def with_slopes(self, system: FirstOrderSystem) -> FirstOrderSystem | None:
        """Return the system where this is the case, followed by its sensitivity to the parameter.

        None where it needs none, the parameter being left, and where it has none: a sensitivity
        jumps with an input whose jump the parameter moves.
        """
        jumping = switches(system)
        moves = jumping is not None and self.name in jumping.used()
        if self.negative or moves:
            return None
        return self.put_in(replace(augment(system, [self.name]), positive=system.positive))

    def _put_in(self, tape: Tape) -> Tape:
        builder = Builder(tape.inputs)
        value = builder.input(self.other) if self.other else builder.constant(self.number)
        bound = self._bound(builder, -builder.input(self.name) if self.negative else value)
        return builder.finish(builder.inline(tape, bound), tape.inputs)

    def _bound(self, builder: Builder, value: Value) -> list[Value]:
        """Return the inputs there are, the parameter bound to a value."""
        return [value if name == self.name else builder.input(name) for name in builder.names]
