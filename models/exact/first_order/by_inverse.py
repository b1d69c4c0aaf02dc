"""Equations that separate in one combination, whose integral is no known function."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ...errors import SpecificationError
from ...notation import Shown, chain
from ...symbolic.algebra import Scalar
from ...symbolic.antiderivative import from_tables
from ...symbolic.bridge import from_sympy
from ...symbolic.first_integral import Reduced
from ...symbolic.reduced import reductions
from ...symbolic.stage import Same, Slope, Stage
from ...tape import Builder, Tape
from ..derivation import Step
from ..solvable import Block, Solved
from .inverse import COMBINATION, Inverse, Parts, reached
from .scalar import scalar
from .stages import Writer


@dataclass(frozen=True)
class ByInverse:
    """An equation that may separate in one combination.

    Parameters
    ----------
    block
        What is asked for.
    equation
        The same for algebra.
    """

    block: Block
    equation: Scalar

    def solutions(self) -> Iterator[Solved]:
        """Yield the equation between both integrals for the first combination there is."""
        for found in reductions(self.equation.rate):
            self.block.clock.check()
            with suppress(SpecificationError):
                yield self._solved(found)

    def _solved(self, found: Reduced) -> Solved:
        system, notation = self.block.system, self.block.notation
        parts = self._parts(found)
        tape, reliable = reached(system, parts)
        equation = self._written(found, parts)
        last = Step(
            "Separate the variables and integrate from the start: the integral is no known "
            "function and stays", equation, solution=True,
        )  # fmt: skip
        stages = (*found.stages, self._rate_of(found))
        steps = (*Writer(self.equation, notation).steps(stages), last)
        name = notation.name(system.states[0]).text
        domain = (
            f"as long as the curve can be followed from the start value of {name}",
            "as long as 64 nodes resolve the integral",
        )
        if parts.is_rational:
            domain = ("as far as the time to a place can be integrated",)
        formula = Inverse(system, parts, tape, equation)
        return Solved(formula, tape, domain, steps, reliable)

    def _parts(self, found: Reduced) -> Parts:
        system, rate = self.block.system, self.equation.rate
        own = self._own()
        time = {system.time: rate.t}

        def tape(expression: object, known: dict[str, object]) -> Tape:
            return from_sympy([expression], known, tuple(n for n in known if n not in own))

        return Parts(
            tape(found.of_both, {**time, system.states[0]: rate.y, **own}),
            tape(found.back, {**time, COMBINATION: found.u, **own}),
            tape(found.growth, {COMBINATION: found.u, **own}),
            tape(found.pace, {**time, **own}),
        )  # fmt: skip

    def _rate_of(self, found: Reduced) -> Stage:
        rate = self.equation.rate
        whole = found.pace * found.growth
        back = whole.subs(found.u, found.of_both)
        return Stage(
            "Its rate is a function of time times a function of itself",
            (Slope(found.u, rate.t), "=", whole), (Same(found.of_both, back, rate.along()),),
        )  # fmt: skip

    def _written(self, found: Reduced, parts: Parts) -> Shown:
        """Return the equation between both integrals in writing."""
        system, notation = self.block.system, self.block.notation
        own = self._own()
        letter = notation.fresh("w", "q", "z", "w_1")
        slowness = from_sympy([1 / found.growth], {**own, letter: found.u}, (letter,))
        begin = Builder(system.parameters)
        known = {system.time: begin.constant(system.t0)}
        known |= {system.states[0]: begin.inline(system.start, begin.inputs)[0]}
        known |= dict(zip(begin.names, begin.inputs, strict=True))
        begun = begin.inline(parts.of_both, [known[n] for n in parts.of_both.inputs])[0]
        left = _between(
            notation.formula(slowness), notation.name(letter),
            notation.formula(begin.formula(begun)), notation.formula(parts.of_both),
        )  # fmt: skip
        return chain(left, self._elapsed(found))

    def _elapsed(self, found: Reduced) -> Shown:
        """Return the integral of the pace in writing, as a function if it is known."""
        system, notation, t = self.block.system, self.block.notation, self.equation.rate.t
        whole = from_tables(found.pace, t)
        if whole is not None:
            elapsed = whole - whole.subs(t, self.equation.t0)
            return notation.formula(self.equation.of_time(elapsed))
        letter = notation.fresh("s", "r", "tau", "s_1")
        pace = from_sympy([found.pace], {**self._own(), letter: t}, (letter,))
        begin = Shown(f"{system.t0:g}", f"{system.t0:g}")
        return _between(
            notation.formula(pace), notation.name(letter), begin, notation.name(system.time)
        )

    def _own(self) -> dict[str, object]:
        return {n: self.equation.symbols[n] for n in self.block.system.parameters}


def _between(integrand: Shown, variable: Shown, begin: Shown, end: Shown) -> Shown:
    """Return an integral in writing."""
    text = f"integral({integrand.text}, {variable.text} = {begin.text}..{end.text})"
    latex = (
        rf"\int_{{{begin.latex}}}^{{{end.latex}}} {integrand.latex} \,\mathrm{{d}}{variable.latex}"
    )
    return Shown(text, latex)


def by_inverse(block: Block) -> ByInverse | None:
    """Return an equation for algebra, None if it is none."""
    equation = scalar(block)
    return None if equation is None else ByInverse(block, equation)
