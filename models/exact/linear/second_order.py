"""Linear equations of second order with two solutions known: start values, inputs, derivation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from ...errors import SpecificationError
from ...notation import Shown, chain
from ...symbolic.linear_second import LinearSecond
from ...symbolic.second_order import Basis, basis
from ...tape import Builder, Tape
from ...tape.differentiate import derivative
from ...tape.writing.pieces import number
from ..derivation import Claim, Step
from ..solvable import Block, Solved
from ..workings import fulfilment
from .affine import Affine

_LARGEST = 1e8  # angle of a wave of which floating point leaves digits


@dataclass(frozen=True)
class SecondOrder:
    """The equation y'' = -p(t)*y' - q(t)*y + g(t).

    Parameters
    ----------
    block
        Two states, y and y'.
    """

    block: Block

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if two of the homogeneous equation are found."""
        with suppress(SpecificationError):
            equation = LinearSecond(self.block.system, self.block.clock)
            found = basis(equation.homogeneous) if equation.is_short else None
            particular = equation.particular(found) if found else None
            if found is not None and particular is not None:
                yield self._solved(equation, found, particular)

    def _solved(self, equation: LinearSecond, found: Basis, particular: Any) -> Solved:
        system = self.block.system
        whole = _with_slope(equation.combined(found, particular), system.time)
        domain = f"valid from {system.time} = {number(system.t0)} on as far as it is defined"
        steps = tuple(self._steps(equation, found, particular, whole))
        bounds = [equation.of_time(e) for e in found.positive]
        return Solved(whole, whole, (domain,), steps, _finite(whole, bounds))

    def _steps(
        self, equation: LinearSecond, found: Basis, particular: Any, formula: Tape
    ) -> Iterator[Step]:
        system, notation = self.block.system, self.block.notation
        line, given = equation.line, system.vector_field.select([1])
        name = notation.name(system.states[0])
        yield Step(
            f"This equation for {name.text} is linear, of second order",
            chain(notation.rate(system.states[1]), notation.formula(line)), (Claim(given, line),),
        )  # fmt: skip
        named = ((1, found.one), (2, found.two))
        pair = [self._named(f"{system.states[0]}_{i}", equation.of_time(e)) for i, e in named]
        shown = chain(*(s for s, _ in pair), sign=", ")
        claims = tuple(self._solves(tape, 0.0) for _, tape in pair)
        has_input = particular != 0
        words = "Without its input it has two solutions" if has_input else "It has two solutions"
        yield Step(f"{words}. {found.words}", shown, claims)
        if has_input:
            left, tape = self._named(f"{system.states[0]}_p", equation.of_time(particular))
            words = "Variation of the constants leads to a particular solution"
            yield Step(words, left, (self._solves(tape, 1.0),))
        words = "The start values determine how much there is of each"
        whole = chain(notation.in_time(system.states[0]), notation.answer(formula.select([0])))
        yield Step(words, whole, fulfilment(system, formula))

    def _named(self, name: str, tape: Tape) -> tuple[Shown, Tape]:
        notation = self.block.notation
        return chain(notation.in_time(notation.fresh(name)), notation.answer(tape)), tape

    def _solves(self, tape: Tape, share: float) -> Claim:
        """Claim that a function solves the equation with its input or a share of it."""
        system = self.block.system
        whole = _with_slope(tape, system.time)
        builder = Builder(whole.inputs)
        y = builder.inline(whole, builder.inputs)
        second = builder.inline(derivative(whole.select([1]), system.time), builder.inputs)[0]
        field = system.vector_field.select([1])
        time, *parameters = builder.inputs
        rate = builder.inline(field, [time, *y, *parameters])[0]
        rest = builder.inline(field, [time, *[builder.constant(0.0)] * 2, *parameters])[0]
        right = rate - (1.0 - share) * rest
        return Claim(builder.formula(second), builder.formula(right))


def _with_slope(formula: Tape, time: str) -> Tape:
    """Return a function and its derivative."""
    builder = Builder(formula.inputs)
    parts = formula, derivative(formula, time)
    return builder.finish(builder.inline(part, builder.inputs)[0] for part in parts)


def _finite(formula: Tape, bounds: Sequence[Tape] = ()) -> Tape:
    """Return where a formula is finite, and its waves can be told apart in floating point.

    Parameters
    ----------
    formula
        From time and parameters.
    bounds
        What has to be positive besides.
    """
    builder = Builder(formula.inputs)
    angles = [node.args[0] for node in formula.nodes if node.op in {"sin", "cos"}]
    whole = replace(formula, outputs=(*formula.outputs, *angles))
    y, slope, *inner = builder.inline(whole, builder.inputs)
    valid = (abs(y) < inf).apply("min", abs(slope) < inf)
    for angle in inner:  # one that is undefined belongs to another case
        valid = (_LARGEST < abs(angle)).apply("select", 0.0, valid)
    for bound in bounds:
        valid = valid & (0.0 < builder.inline(bound, [builder.input(n) for n in bound.inputs])[0])
    return builder.finish([valid])


def second_order(block: Block, coefficients: Affine) -> SecondOrder | None:
    """Return a block as one linear equation of second order, None if it is none."""
    if block.system.n_states != 2:
        return None
    first, second = block.system.states
    follows = second == f"{first}'" and {(0, 0), (0, 1)} & coefficients.matrix.keys() == {(0, 1)}
    is_slope = follows and coefficients.matrix[0, 1].constant == 1.0
    return SecondOrder(block) if is_slope and coefficients.source[0].constant == 0.0 else None
