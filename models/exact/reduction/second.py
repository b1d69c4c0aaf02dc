"""One equation of second order that is not linear, y'' = f(t, y, y'), and questions about f."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from ...errors import SpecificationError
from ...notation import Notation, Shown, chain
from ...symbolic.antiderivative import from_tables
from ...symbolic.bridge import from_sympy, symbols, to_sympy
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Tape, Value
from ...tape.differentiate import derivative
from ..linear.affine import affine
from ..motions.conservative import is_second_order
from ..solvable import Block
from .page import Page, free_of

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

    def page(self, *more: str) -> Page:
        """Return a page with time, the two states, the parameters and more names on it."""
        return Page((*self.names, *more))

    def without(self, tape: Tape, names: Iterable[str]) -> Tape | None:
        """Return a function without names that it does not depend on; None if it does."""
        return free_of(tape, names)

    def coefficients(self) -> tuple[Tape, Tape, Tape] | None:
        """Return c, a and b of f = c + a*y' + b*y'^2, by time and y; None if f is no such sum."""
        v = self.system.states[1]
        slope = derivative(self.rate, v)
        bend = self.without(derivative(slope, v), [v])
        if bend is None:
            return None
        page = self.page()
        still = page.put(self.rate, {v: 0.0}), page.put(slope, {v: 0.0}), page.put(bend) / 2.0
        free, linear, square = (simplified(page.builder.formula(value)) for value in still)
        return free, linear, square

    def integrated(self, tape: Tape, name: str) -> Tape | None:
        """Return an integral of a function by one of its inputs, None if none is known."""
        with suppress(SpecificationError):
            known = symbols(self.names)
            (integrand,) = to_sympy(self.page().all(tape), known)
            found = from_tables(integrand, known[name])
            last = (self.system.time, *self.system.states)
            return None if found is None else from_sympy([found], known, last)
        return None

    def started(self, page: Page) -> tuple[Value, Value]:
        """Return the start values of y and y' on a page that has the parameters."""
        y, v = page.every(self.system.start)
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

    def told(self, name: str, page: Page, value: Value) -> Shown:
        """Return what a new name stands for, in writing."""
        return chain(self.notation.name(name), self.notation.formula(page.builder.formula(value)))


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
