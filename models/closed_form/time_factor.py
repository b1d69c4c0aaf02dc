"""Equations whose rates have a function of time for a common factor, dy/dt = g(t)*f(y).

In a time of their own, ds = g(t)*dt, they are autonomous.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from ..errors import SpecificationError
from ..exact.linear.affine import affine
from ..exact.linear.identity import Identity
from ..exact.reduction.change import Change
from ..exact.reduction.page import Page, free_of
from ..exact.solvable import Block, Solved
from ..symbolic.scales import added, moving
from ..tape import Tape, Value

_LONGEST = 120  # operations of the rates
_CHOOSING = frozenset("floor sign lt le eq select min max abs".split())
_MOST = 4  # states
_APART = 0.375  # from the start, where the factor is compared


@dataclass(frozen=True)
class TimeFactorClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equations with a function of time for a common factor, autonomous in another time"

    @property
    def order(self) -> int:
        """Before all that needs rates without time."""
        return 11

    def recognise(self, block: Block) -> TimeFactor | None:
        """Return the system, None if time is no common factor of its rates."""
        system = block.system
        field = system.vector_field
        if not 2 <= system.n_states <= _MOST or len(field.nodes) - len(field.inputs) > _LONGEST:
            return None
        if system.time not in field.used() or any(n.op in _CHOOSING for n in field.nodes):
            return None
        factor = _factor(block)
        return None if factor is None or affine(system) is not None else TimeFactor(block, factor)


SOLVABLE = TimeFactorClass()


def _factor(block: Block) -> Tape | None:
    """Return g, or a multiple of it, if it is common to all rates."""
    system = block.system
    page = Page((system.time, *system.states, *system.parameters))
    rates = page.every(system.vector_field)
    then = page.every(system.vector_field, {system.time: system.t0 + _APART})
    identity = Identity(page.builder)
    first, begun = rates[0], then[0]
    if identity.is_zero(begun):
        return None
    for rate, other in zip(rates[1:], then[1:], strict=True):
        if not identity.same(rate * begun, other * first):
            return None
    return free_of(page.of(first / begun), system.states)


@dataclass(frozen=True)
class TimeFactor:
    """One such system.

    Parameters
    ----------
    block
        What is asked for.
    factor
        g, from time and parameters.
    """

    block: Block
    factor: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if g has an integral and the autonomous equations have one."""
        system = self.block.system
        names = (system.time, *system.parameters)
        with suppress(SpecificationError):
            shape = moving(self.factor, names)
            own, rates = added(shape, names, system.t0), self._rates(shape)
            if own is not None and rates is not None:
                yield from self._change(own, rates).solutions()

    def _rates(self, shape: Tape) -> Tape | None:
        """Return the rates without the factor."""
        system = self.block.system
        page = Page((system.time, *system.states, *system.parameters))
        found: list[Value] = []
        for rate in page.every(system.vector_field):
            alone = free_of(page.of(rate / page.put(shape)), [system.time])
            if alone is None:
                return None
            found.append(page.put(alone))
        return page.of(*found)

    def _change(self, own: Tape, rates: Tape) -> Change:
        system = self.block.system
        name = self.block.notation.fresh("s", "tau", "s_1")
        page = Page((name, *system.states, *system.parameters))
        still = page.of(*page.every(rates, {system.time: system.t0 + _APART}))
        inner = replace(system, vector_field=still, time=name, t0=0.0, events=())
        back = Page((system.time, *system.parameters, *system.states))
        return Change(
            self.block, inner, back.of(*(back[s] for s in system.states)),
            "A function of time is a factor of all rates: in a time of its own there is no time",
            (), own=own,
        )  # fmt: skip
