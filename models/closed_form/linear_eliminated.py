"""Two linear equations whose coefficients vary: one state is eliminated.

x' = a*x + b*y + f leads to y = (x' - a*x - f)/b and to one equation of second order for x (Boyce
and DiPrima 2012, *Elementary Differential Equations*, section 7.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isfinite

from ..exact.linear.affine import Affine, varying
from ..exact.motions.conservative import is_second_order
from ..exact.reduction.change import Change
from ..exact.reduction.page import Page
from ..exact.solvable import Block, Solved
from ..notation import chain
from ..symbolic.rational import simplified
from ..tape import Tape, Value
from ..tape.differentiate import derivative

_LONGEST = 60  # operations of both rates


@dataclass(frozen=True)
class LinearEliminatedClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "two linear equations with coefficients that vary, one state eliminated"

    @property
    def order(self) -> int:
        """After those whose solutions without input are known: an input keeps its integral."""
        return 27

    def recognise(self, block: Block) -> LinearEliminated | None:
        """Return the pair, None if it is none or has constant coefficients."""
        system = block.system
        field = system.vector_field
        if system.n_states != 2 or len(field.nodes) - len(field.inputs) > _LONGEST:
            return None
        if is_second_order(field, system.states):
            return None
        found = varying(system)
        if found is None or len(found.matrix) < 3:
            return None
        return LinearEliminated(block, found)


SOLVABLE = LinearEliminatedClass()


@dataclass(frozen=True)
class LinearEliminated:
    """One such pair.

    Parameters
    ----------
    block
        What is asked for.
    coefficients
        Its matrix and its input.
    """

    block: Block
    coefficients: Affine

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution by the equation of either state."""
        for kept in sorted((0, 1), key=self._effort):
            if (kept, 1 - kept) in self.coefficients.matrix and self._can_begin(kept):
                yield from self._eliminated(kept).solutions()

    def _effort(self, kept: int) -> int:
        """Return how long what is divided by is."""
        entry = self.coefficients.matrix.get((kept, 1 - kept))
        return 0 if entry is None else len(self.coefficients.builder.formula(entry).nodes)

    def _can_begin(self, kept: int) -> bool:
        """Tell whether what is divided by is not zero at the start."""
        system = self.block.system
        entry = self.coefficients.on_time([self.coefficients.matrix[kept, 1 - kept]])
        trial = [1.3 + 0.17 * i for i in range(system.n_parameters)]
        (value,) = entry(system.t0, *trial)
        return isfinite(value) and value != 0.0

    def _eliminated(self, kept: int) -> Change:
        """Return the equation of one state."""
        system = self.block.system
        x, y = system.states[kept], system.states[1 - kept]
        slope = f"{x}'"
        names = x, slope
        rate, other = system.vector_field.select([kept]), system.vector_field.select([1 - kept])
        here = Page((system.time, *names, *system.parameters))
        gone = self._gone(kept, here)
        along = derivative(rate, system.time), derivative(rate, x), derivative(rate, y)
        by_time, by_x, by_y = (here.put(tape, {y: gone}) for tape in along)
        bend = by_time + by_x * here[slope] + by_y * here.put(other, {y: gone})
        start = Page(system.parameters)
        begun = start.every(system.start)
        first = start.put(rate, {system.time: system.t0, x: begun[kept], y: begun[1 - kept]})
        back = Page((system.time, *system.parameters, *names))
        values = back[x], self._gone(kept, back)
        there = Page((system.time, *names, *system.parameters))
        told = self.block.notation.formula(there.builder.formula(self._gone(kept, there)))
        return Change(
            self.block,
            replace(
                system, states=names, start=start.of(begun[kept], first), events=(),
                vector_field=_linear(here, bend, names),
            ),
            back.of(*(values if kept == 0 else values[::-1])),
            "Eliminate one state: for the other one an equation of second order is left",
            (chain(self.block.notation.name(y), told),),
        )  # fmt: skip

    def _gone(self, kept: int, page: Page) -> Value:
        """Return the state that is eliminated, by the other one and its slope."""
        system = self.block.system
        x, y = system.states[kept], system.states[1 - kept]
        rate = system.vector_field.select([kept])
        rest = page.put(rate, {y: 0.0})
        return (page[f"{x}'"] - rest) / page.put(derivative(rate, y), {y: 0.0})


def _linear(page: Page, bend: Value, names: tuple[str, str]) -> Tape:
    """Return both rates, the second one as a sum with short coefficients."""
    whole = page.of(bend)
    still = dict.fromkeys(names, 0.0)
    total = page.put(simplified(page.of(page.put(whole, still))))
    for name in names:
        slope = page.put(derivative(whole, name), still)
        total = total + page.put(simplified(page.of(slope))) * page[name]
    return page.of(page[names[1]], total)
