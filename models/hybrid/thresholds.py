"""A state between thresholds: what passes one is set back, or what drives it is switched.

A membrane that leaks, integrates and fires (Gerstner and others 2014, *Neuronal Dynamics*, section
1.3); a thermostat, a relay or a Schmitt trigger with hysteresis (Åström and Murray 2008, *Feedback
Systems*, chapter 1); a stock that is refilled when it has run low. In between the law is
autonomous, and after each event the states are known: so the way to the next one always takes as
long, and the whole repeats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..exact.derivation import Claim, Step
from ..exact.events.between import Between, Law
from ..exact.events.passages import Page
from ..exact.events.recurring import Recurring
from ..exact.events.schedule import acts
from ..exact.events.thresholds import threshold
from ..exact.solvable import Block, Solved
from ..notation import chain
from ..system import FirstOrderSystem
from ..tape import Builder, Tape
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class ThresholdsClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "a state between thresholds, where it is set back or its law is switched"

    def recognise(self, block: Block, values: Mapping[str, float]) -> Thresholds | None:
        """Return the system, or None if it is of another kind."""
        system = block.system
        moving = [i for i, o in enumerate(system.vector_field.outputs) if not _is_zero(system, o)]
        if len(moving) != 1 or system.time in system.vector_field.used():
            return None
        acting = [event for event in system.events if acts(event)]
        found = [threshold(system, moving[0], event) for event in acting]
        ends = {end.way: end for end in found if end is not None}
        if not 0 < len(ends) == len(found):
            return None
        return Thresholds(Between(block, moving[0], ends, values))


SOLVABLE = ThresholdsClass()


def _is_zero(system: FirstOrderSystem, output: int) -> bool:
    node = system.vector_field.nodes[output]
    return node.op == "const" and node.value == 0.0


@dataclass(frozen=True)
class Thresholds:
    """The solution of one such system.

    Parameters
    ----------
    found
        The system.
    """

    found: Between

    def solutions(self) -> Iterator[Recurring]:
        """Yield the solution, if the law and the time to the thresholds have formulas."""
        if not self.found.knows_what_is_held:
            return
        law = self.found.law
        if law is None:
            return
        written, safe = (Page(self.found, law, safe=safe) for safe in (False, True))
        formula = written.states
        solved = Solved(
            formula, safe.states, tuple(self._domain(written)),
            tuple(self._steps(law, written, safe.holds)), safe.holds,
        )  # fmt: skip
        yield Recurring(solved, written.due, dict(self.found.likely))

    def _domain(self, page: Page) -> Iterator[str]:
        notation, system = self.found.block.notation, self.found.system
        yield f"valid from {notation.name(system.time).text} = {system.t0:g} on"
        for way, end in self.found.ends.items():
            following = page.next[way]
            if following is None:
                yield f"where no event follows on {end.label!r}"
            elif following == way:
                yield f"where {end.label!r} happens again and again"
            else:
                yield f"where {self.found.ends[following].label!r} follows on {end.label!r}"

    def _steps(self, law: Law, page: Page, holds: Tape) -> Iterator[Step]:
        notation = self.found.block.notation
        yield from law.moved.steps
        state = notation.name(self.found.state)
        begun, taken = (notation.name(n) for n in (self.found.begun, notation.fresh("T", "T_1")))
        for way, passage in law.passages.items():
            yield from passage.solved.steps if passage.solved else ()
            builder = Builder((*self.found.alone.parameters, self.found.begun))
            *own, start = builder.inputs
            (rate,) = builder.inline(law.rate, [self.found.system.t0, start, *own])
            claim = Claim(
                derivative(passage.written, self.found.begun), builder.formula(-1.0 / rate)
            )
            end = notation.formula(self.found.ends[way].value)
            yield Step(
                f"From {begun.text} it takes the integral of 1/f until {state.text} passes "
                f"{end.text}",
                chain(taken, notation.formula(passage.written)), (claim,),
            )  # fmt: skip
        yield from page.told(holds)
