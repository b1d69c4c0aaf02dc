"""Linear equations of second order whose input a polynomial solution takes up.

y'' = p(t)*y' + q(t)*y + g(t) with rational coefficients: a polynomial of low degree that fulfils it
is found by comparing coefficients, and the rest fulfils the equation without input (undetermined
coefficients; Boyce and DiPrima 2012, *Elementary Differential Equations*, section 3.5).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ..errors import SpecificationError
from ..exact.linear.affine import Affine, varying
from ..exact.motions.conservative import is_second_order
from ..exact.reduction.change import Change
from ..exact.reduction.page import Page
from ..exact.solvable import Block, Solved
from ..notation import chain
from ..symbolic.undetermined import polynomial_solution
from ..system import FirstOrderSystem
from ..tape import Tape
from ..tape.differentiate import derivative

_LONGEST = 80  # operations of the rate


@dataclass(frozen=True)
class LinearShiftedClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear equation of second order with a polynomial for a particular solution"

    @property
    def order(self) -> int:
        """After equations with elementary solutions, whose inputs are integrated."""
        return 15

    def recognise(self, block: Block) -> LinearShifted | None:
        """Return the equation, None if it is another or has no input or constant coefficients."""
        system = block.system
        field = system.vector_field
        if system.n_states != 2 or not is_second_order(field, system.states):
            return None
        if len(field.nodes) - len(field.inputs) > _LONGEST:
            return None
        found = varying(system)
        if found is None or found.source[1].constant == 0.0:
            return None
        return LinearShifted(block, found)


SOLVABLE = LinearShiftedClass()


@dataclass(frozen=True)
class LinearShifted:
    """One such equation.

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
        """Yield the solution, if there is such a polynomial and the equation without input has."""
        a, zero = self.coefficients, self.coefficients.builder.constant(0.0)
        parts = [a.on_time([v]) for v in (
            a.matrix.get((1, 1), zero), a.matrix.get((1, 0), zero), a.source[1]
        )]  # fmt: skip
        with suppress(SpecificationError):
            particular = polynomial_solution(*parts, time=self.block.system.time)
            if particular is not None:
                yield from self._change(parts[0], parts[1], particular).solutions()

    def _change(self, p: Tape, q: Tape, particular: Tape) -> Change:
        """Return the equation without input."""
        system, notation = self.block.system, self.block.notation
        time, y = system.time, system.states[0]
        slope = derivative(particular, time)
        z = notation.fresh("z", "w", "z_1")
        names = z, f"{z}'"
        inner = Page((time, *names, *system.parameters))
        rate = inner.put(p) * inner[names[1]] + inner.put(q) * inner[z]
        start = Page(system.parameters)
        begun, speed = start.every(system.start)
        now = {time: system.t0}
        back = Page((time, *system.parameters, *names))
        there = Page((time, *names, *system.parameters))
        told = there[z] + there.put(particular)
        return Change(
            self.block,
            FirstOrderSystem(
                names, system.parameters, inner.of(inner[names[1]], rate),
                start.of(begun - start.put(particular, now), speed - start.put(slope, now)),
                time, system.t0, positive=system.positive,
            ),
            back.of(back[z] + back.put(particular), back[names[1]] + back.put(slope)),
            "A polynomial takes up the input; what is left fulfils the equation without it",
            (chain(notation.name(y), notation.formula(there.builder.formula(told))),),
        )  # fmt: skip
