"""One equation of second order that is not linear, y'' = f(t, y, y'), and questions about f."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ...notation import Notation, Shown, chain
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..linear.affine import affine
from ..linear.identity import Identity
from ..motions.conservative import is_second_order
from ..solvable import Block

_LONGEST = 80  # operations of a rate that is looked at
_CHOOSING = frozenset("floor sign lt le eq select min max abs".split())


@dataclass(frozen=True)
class SecondOrderEquation:
    """The equation y'' = f(t, y, y').

    Parameters
    ----------
    block
        What is asked for, two states: y and y'.
    """

    block: Block

    @property
    def system(self) -> FirstOrderSystem:
        """The equation as a system of two states."""
        return self.block.system

    @property
    def notation(self) -> Notation:
        """How names are written."""
        return self.block.notation

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Time, the two states and the parameters."""
        return (self.system.time, *self.system.states, *self.system.parameters)

    @cached_property
    def rate(self) -> Tape:
        """f, from time, states and parameters."""
        return self.system.vector_field.select([1])

    @cached_property
    def used(self) -> frozenset[str]:
        """The names f depends on."""
        return self.rate.used()

    def slope(self, tape: Tape, name: str) -> Tape:
        """Return the derivative of a function of time, states and parameters."""
        return derivative(tape, name)

    def page(self, *more: str) -> tuple[Builder, Value, Value, Value, Sequence[Value]]:
        """Return a builder with time, the two states, the parameters and more names on it."""
        builder = Builder((*self.names, *more))
        time, y, v, *rest = builder.inputs
        return builder, time, y, v, rest[: self.system.n_parameters]

    def without(self, tape: Tape, names: Iterable[str], at: float = 1.0) -> Tape | None:
        """Return a function with some names gone that it does not depend on; None if it does.

        Parameters
        ----------
        tape
            From time, states and parameters.
        names
            What it may not depend on.
        at
            The number that is put in their place.
        """
        short = simplified(tape)
        builder = Builder(short.inputs)
        (value,) = builder.inline(short, builder.inputs)
        gone = [n for n in names if n in short.used()]
        identity = Identity(builder)
        for name in gone:
            (by,) = builder.inline(derivative(short, name), builder.inputs)
            if not identity.is_zero(by):
                return None
        put = [at if n in gone else builder.input(n) for n in short.inputs]
        return simplified(builder.finish(builder.inline(short, put))) if gone else short

    def started(self, builder: Builder) -> tuple[Value, Value]:
        """Return the start values of y and y' on a builder that has the parameters."""
        parameters = [builder.input(n) for n in self.system.parameters]
        y, v = builder.inline(self.system.start, parameters)
        return y, v

    def other(
        self, states: tuple[str, ...], rates: Tape, start: Tape, time: str = "", t0: float = 0.0
    ) -> FirstOrderSystem:
        """Return other equations with the same parameters, in the same time if none is given."""
        own = (time, t0) if time else (self.system.time, self.system.t0)
        return replace(
            self.system, states=states, vector_field=rates, start=start, events=(),
            time=own[0], t0=own[1],
        )  # fmt: skip

    def told(self, name: str, builder: Builder, value: Value) -> Shown:
        """Return what a new name stands for, in writing."""
        return chain(self.notation.name(name), self.notation.formula(builder.formula(value)))


def nonlinear(block: Block) -> SecondOrderEquation | None:
    """Return a block as one equation of second order, None if it is linear or of another kind."""
    system = block.system
    field = system.vector_field
    if system.n_states != 2 or not is_second_order(field, system.states):
        return None
    if len(field.nodes) - len(field.inputs) > _LONGEST:
        return None
    if any(n.op in _CHOOSING for n in field.nodes) or affine(system) is not None:
        return None
    return SecondOrderEquation(block)
