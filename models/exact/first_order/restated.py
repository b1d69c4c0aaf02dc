"""An equation solved in another state, of which its own is a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from math import inf, nan
from typing import Any

from ...errors import SpecificationError
from ...notation import chain
from ...symbolic.algebra import Scalar
from ...symbolic.bridge import from_sympy
from ...symbolic.distances import distances
from ...symbolic.first_integral import Rate
from ...symbolic.reciprocals import reciprocals
from ...symbolic.restated import Restated, restatements
from ...symbolic.stage import WITH, Same, Slope, Stage
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ..derivation import Step
from ..solvable import Block, Solved
from ..transformed import Transformed
from ..workings import Account, Workings
from .scalar import scalar
from .stages import Writer

_OPS = frozenset("sin cos tan exp log atan asin asinh atanh sinh cosh tanh sqrt pow".split())
_LOOKS, _SHORT = 12, 300  # between start and present, at a tape of so many values


@dataclass(frozen=True)
class ByAnotherState:
    """An equation that is simpler in other states.

    Parameters
    ----------
    block
        What is asked for.
    equation
        The same for algebra.
    find
        Yields the equation in other states.
    """

    block: Block
    equation: Scalar
    find: Callable[[Rate, Any], Iterator[Restated]] = restatements

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution by each of the other states whose equation is solved."""
        for found in self.find(self.equation.rate, self.equation.start):
            self.block.clock.check()
            with suppress(SpecificationError):
                yield from _Way(self.block, self.equation, found).solutions()


@dataclass(frozen=True)
class _Way:
    """The way by one other state."""

    block: Block
    equation: Scalar
    found: Restated

    def solutions(self) -> Iterator[Solved]:
        inner = self.block.again(self.inner)
        if inner is None:
            return
        tape, holds = self._outer(inner.tape), self._holds(inner)
        steps = (self._substituted(), *inner.steps)
        if isinstance(inner.formula, Tape):
            formula = self._outer(inner.formula)
            yield Solved(
                formula, tape, self._domain(inner), (*steps, self._back(formula, holds)), holds
            )
            return
        system = self.block.system
        written = Transformed(inner.formula, (self.name,), system.time, system.states, self.back)
        shown = chain(*written.shown(self.block.notation), sign=", ")
        last = Step("Go back to the state", shown, solution=True)
        yield Solved(written, tape, self._domain(inner), (*steps, last), holds)

    def _domain(self, inner: Solved) -> tuple[str, ...]:
        if self.found.within is None:
            return inner.domain
        shown = Writer(self.equation, self.block.notation).shown(self.found.of_both).text
        most = self.block.notation.formula(self._tape(self.found.within)).text
        return *inner.domain, f"valid as long as {shown} stays between -{most} and {most}"

    @cached_property
    def name(self) -> str:
        """The name of the other state."""
        return self.block.notation.fresh("u", "w", "q", "u_1")

    @cached_property
    def inner(self) -> FirstOrderSystem:
        """The equation in it."""
        system, found = self.block.system, self.found
        growth = self._tape(found.growth)
        begun = self.equation.begun(found.of_both)
        start = from_sympy([begun], self._known(system.parameters))
        return replace(
            system, states=(self.name,), vector_field=growth, start=start, events=(),
        )  # fmt: skip

    @cached_property
    def back(self) -> Tape:
        """The state, from time, the other state and parameters."""
        return self._tape(self.found.back)

    def _tape(self, expression: object) -> Tape:
        system = self.block.system
        known = {
            system.time: self.equation.rate.t, self.name: self.found.u,
            **self._known(system.parameters),
        }  # fmt: skip
        return from_sympy([expression], known, (system.time, self.name))

    def _known(self, names: tuple[str, ...]) -> dict[str, object]:
        return {n: self.equation.symbols[n] for n in names}

    def _outer(self, inner: Tape) -> Tape:
        """Return the state from time and parameters."""
        builder = Builder(inner.inputs)
        (value,) = builder.inline(inner, builder.inputs)
        time, *parameters = builder.inputs
        return builder.finish(builder.inline(self.back, [time, value, *parameters]))

    def _holds(self, inner: Solved) -> Tape:
        """Return that the other state is valid and this one a number."""
        tape = self._outer(inner.tape)
        builder = Builder(tape.inputs)
        valid = abs(builder.inline(tape, builder.inputs)[0]) < inf
        if self.found.within is not None:
            valid = valid & self._is_within(builder, inner.tape)
        if inner.holds is not None:
            valid = valid & builder.inline(inner.holds, builder.inputs)[0]
        return builder.finish([valid])

    def _is_within(self, builder: Builder, inner: Tape) -> Value:
        """Return that the other state has stayed in the range of the function it is.

        An explicit one is looked at in between as well: it may have left and come back.
        """
        time, *parameters = builder.inputs
        (most,) = builder.inline(self._tape(self.found.within), [time, 0.0, *parameters])
        begin = builder.constant(self.block.system.t0)
        looks = _LOOKS if len(inner.nodes) <= _SHORT else 1
        places = [begin + (k / looks) * (time - begin) for k in range(1, looks)]
        sizes = [abs(builder.inline(inner, [at, *parameters])[0]) for at in (*places, time)]
        return reduce(Value.__and__, [size < most for size in sizes])

    def _substituted(self) -> Step:
        rate, found = self.equation.rate, self.found
        stage = Stage(
            "In a function of the state the equation is simpler",
            (Slope(found.u, rate.t), "=", found.growth, WITH, found.u, "=", found.of_both),
            (Same(found.of_both, found.growth.subs(found.u, found.of_both), rate.along()),),
        )  # fmt: skip
        return Writer(self.equation, self.block.notation).step(stage)

    def _back(self, formula: Tape, holds: Tape) -> Step:
        w = Workings(self.block.system)
        y, valid = w.inline(formula), w.inline(holds)
        slope = valid.apply("select", w.slope(y), nan)
        return Account(w, self.block.notation).step(
            "Go back to the state", self.block.notation.in_time(w.state), y,
            (slope, w.rate(y)), (w.at_start(y), w.start),
        )  # fmt: skip


def restated(block: Block) -> ByAnotherState | None:
    """Return an equation with functions of the state, or None if it has none."""
    system = block.system
    if system.n_states != 1 or not any(n.op in _OPS for n in system.vector_field.nodes):
        return None
    if system.time not in system.vector_field.used():
        return None
    equation = scalar(block)
    return None if equation is None else ByAnotherState(block, equation)


def by_distance(block: Block) -> ByAnotherState | None:
    """Return an equation that may be simpler for a distance of the state, None for no chance."""
    system = block.system
    if system.n_states != 1 or system.time not in system.vector_field.used():
        return None
    equation = scalar(block)
    return None if equation is None else ByAnotherState(block, equation, distances)


def by_reciprocal(block: Block) -> ByAnotherState | None:
    """Return an equation that is linear, with a constant coefficient, for one over the state."""
    system = block.system
    if system.n_states != 1 or system.time not in system.vector_field.used():
        return None
    equation = scalar(block)
    return None if equation is None else ByAnotherState(block, equation, reciprocals)
