"""The solution of one equation with two laws: up to the value in between, and from there on.

Each law is solved from any state. An autonomous solution is monotone, so that it passes the value
in between once at most, after the integral of 1/f from the start to there; then it goes on by the
other law, or rests.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from ...notation import Shown, chain
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Tape
from ...tape.differentiate import derivative
from ..derivation import Claim, Step
from ..linear.identity import Identity
from ..solvable import Block, Solved
from ..workings import fulfilment
from .elapsed import Elapsed, elapsed
from .sides import ABOVE, BELOW, Sides
from .two_laws import Law, Page


@dataclass(frozen=True)
class Crossing:
    """One such equation that is autonomous.

    Parameters
    ----------
    block
        What is asked for.
    sides
        Its laws.
    """

    block: Block
    sides: Sides

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if both laws and the time to the edge have one."""
        laws = self.laws
        if len(laws) == 2:
            formula, tape = (Page(self.sides, laws, safe=safe) for safe in (False, True))
            yield Solved(
                formula.state, tape.state, tuple(self.domain(laws)),
                tuple(self._steps(laws, formula.state, tape.holds)), tape.holds,
            )  # fmt: skip

    @cached_property
    def laws(self) -> dict[int, Law]:
        """What is known of each side; of both, if there is a solution."""
        return {side: law for side in (ABOVE, BELOW) if (law := self._law(side)) is not None}

    @cached_property
    def _stays_at_edge(self) -> bool:
        """Whether the rate at the edge itself is zero, whatever the parameters."""
        system = self.sides.system
        builder = Builder(system.parameters)
        (edge,) = builder.inline(self.sides.edge, builder.inputs)
        (rate,) = builder.inline(system.vector_field, [system.t0, edge, *builder.inputs])
        return Identity(builder).is_zero(rate)

    def _law(self, side: int) -> Law | None:
        """Return what is known of one side, None if it has no formula."""
        moved = self.block.again(self._from_anywhere(side))
        if moved is None or not isinstance(moved.formula, Tape):
            return None
        if self.sides.lasts(side) or self.sides.departs(side):
            return Law(side, moved, None)
        sides = self.sides
        passage = elapsed(sides.laws[side], sides.edge, sides.system, self._begun, self.block.again)
        return passage and Law(side, moved, passage)

    @cached_property
    def _begun(self) -> str:
        return self.block.notation.fresh(f"{self.sides.system.states[0]}_begun", "begun", "start")

    def _from_anywhere(self, side: int) -> FirstOrderSystem:
        system = self.sides.system
        builder = Builder((system.time, *system.states, *system.parameters, self._begun))
        rates = builder.inline(self.sides.laws[side], builder.inputs[:-1])
        names = (*system.parameters, self._begun)
        own = Builder(names)
        return replace(
            system, parameters=names, vector_field=builder.finish(rates),
            start=own.finish([own.input(self._begun)]), t0=0.0, events=(),
        )  # fmt: skip

    def domain(self, laws: dict[int, Law]) -> Iterator[str]:
        """Yield in words where the solution is valid."""
        system, notation = self.sides.system, self.block.notation
        time = notation.name(system.time).text
        yield f"valid from {time} = {system.t0:g} on"
        yield from (f"where {text}" for text in self._needed())
        held = any(
            law.elapsed is not None and self.sides.towards(-side) != {-1}
            for side, law in laws.items()
        )
        if held and not self._stays_at_edge:
            state, edge = notation.name(system.states[0]), notation.formula(self.sides.edge)
            yield (
                f"until {state.text} reaches {edge.text}, if the rates of both sides hold it there"
            )

    def _needed(self) -> Iterator[str]:
        """Yield what has to be positive."""
        notation, sides = self.block.notation, self.sides
        builder = Builder(sides.system.parameters)
        if sides.upward is not None:
            yield notation.formula(sides.upward).text
        for side in (BELOW, ABOVE):
            towards = sides.at_edge(side)
            if towards.used() and sides.towards(side) == {-1} and not sides.lasts(side):
                away = builder.inline(towards, builder.inputs)[0]
                yield f"0 <= {notation.formula(simplified(builder.finish([-away]))).text}"

    def _steps(self, laws: dict[int, Law], formula: Tape, holds: Tape) -> Iterator[Step]:
        system, notation = self.sides.system, self.block.notation
        state, edge = notation.name(system.states[0]), notation.formula(self.sides.edge)
        rates = [
            chain(notation.rate(system.states[0]), self._rate(side)) for side in (BELOW, ABOVE)
        ]
        cases = (
            Shown(f"{rate.text} for {state.text} {sign} {edge.text}",
                  rf"{rate.latex} \text{{ for }} {state.latex} {sign} {edge.latex}")
            for rate, sign in zip(rates, "<>", strict=True)
        )  # fmt: skip
        yield Step(
            f"Below and above {edge.text} there is a rate without a condition, which is solved "
            "from any state", chain(*cases, sign=", "), tuple(map(self._is_law, laws)),
        )  # fmt: skip
        for law in laws.values():
            yield from law.moved.steps
            yield from self._passage(law.side, law.elapsed) if law.elapsed else ()
        shown = chain(notation.in_time(system.states[0]), notation.formula(formula))
        yield Step(
            "The start tells the side; where the state reaches the value in between, it goes on by "
            "the other rate", shown, tuple(self._claims(formula, holds)),
        )  # fmt: skip

    def _is_law(self, side: int) -> Claim:
        """Claim that the rate is a law on its side."""
        system, away = self.sides.system, self.block.notation.fresh("d", "u")
        builder = Builder((system.time, *system.parameters, away))
        time, *own, distance = builder.inputs
        (edge,) = builder.inline(self.sides.edge, own)
        at = [time, edge + side * (1.0 + distance**2), *own]
        if self.sides.upward is not None:
            (upward,) = builder.inline(self.sides.upward, own)
            at = [upward.apply("select", v, math.nan) for v in at]
        tapes = (system.vector_field, self.sides.laws[side])
        return Claim(*(builder.formula(builder.inline(tape, at)[0]) for tape in tapes))

    def _passage(self, side: int, passage: Elapsed) -> Iterator[Step]:
        """Tell how long it takes to the edge: the less, the nearer it begins."""
        system, notation = self.sides.system, self.block.notation
        yield from passage.solved.steps if passage.solved else ()
        builder = Builder((*system.parameters, self._begun))
        *own, begun = builder.inputs
        rate = builder.inline(self.sides.laws[side], [system.t0, begun, *own])[0]
        edge, start = notation.formula(self.sides.edge), notation.name(self._begun)
        shown = chain(notation.name(notation.fresh("T", "T_1")), notation.formula(passage.written))
        claim = Claim(derivative(passage.written, self._begun), builder.formula(-1.0 / rate))
        words = f"From {start.text} it takes the integral of 1/f to reach {edge.text}"
        yield Step(words, shown, (claim,))

    def _claims(self, formula: Tape, holds: Tape) -> Iterator[Claim]:
        """Claim that a formula fulfils equation and start where it holds."""
        system = self.sides.system
        builder = Builder((system.time, *system.parameters))
        time, *own = builder.inputs
        at = {True: [time, *own], False: [builder.constant(system.t0), *own]}
        claims = fulfilment(system, formula)
        for claim, moves in zip(claims, (True, False), strict=True):
            (valid,) = builder.inline(holds, at[moves])
            left = builder.inline(claim.left, [builder.input(n) for n in claim.left.inputs])[0]
            yield Claim(builder.formula(valid.apply("select", left, math.nan)), claim.right)

    def _rate(self, side: int) -> Shown:
        return self.block.notation.formula(simplified(self.sides.laws[side]))


def crossing(block: Block, sides: Sides) -> Crossing | None:
    """Return an equation with two laws if it is autonomous."""
    if sides.system.time in sides.system.vector_field.used():
        return None
    return Crossing(block, sides)
