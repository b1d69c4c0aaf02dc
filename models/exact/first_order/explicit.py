"""Answers for powers with constant coefficients: the textbook's formula beside a safe tape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ...errors import SpecificationError
from ...notation import Notation, chain
from ...symbolic.algebra import Scalar
from ...symbolic.powers import Powers
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..derivation import Claim, Step
from ..solvable import Solved

Safe = Callable[..., tuple[Value, Value]]
Write = Callable[[Powers, Any], Any]


@dataclass(frozen=True)
class ByPowers:
    """An equation whose coefficients are known.

    Parameters
    ----------
    equation
        The equation.
    notation
        How names are written.
    powers
        Its coefficients and its clock.
    write
        Returns the formula.
    safe
        Returns the solution in floating point, and its condition.
    words
        What it is, and how it is solved.
    """

    equation: Scalar
    notation: Notation
    powers: Powers
    write: Write
    safe: Safe
    words: tuple[str, str]

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        with suppress(SpecificationError):
            formula = self.equation.of_time(self.write(self.powers, self.equation.start))
            tape, holds = self._safe()
            domain = "valid until it becomes infinite, if it does"
            yield Solved(formula, tape, (domain,), tuple(self._steps(formula)), holds)

    def _safe(self) -> tuple[Tape, Tape]:
        of_time, system = self.equation.of_time, self.equation.system
        builder = Builder((system.time, *system.parameters))
        parts = (self.equation.start, *self.powers.coefficients, self.powers.clock)
        values = [builder.inline(of_time(part), builder.inputs)[0] for part in parts]
        y, condition = self.safe(*values)
        return builder.finish([y]), builder.finish([condition])

    def _steps(self, formula: Tape) -> Iterator[Step]:
        system, notation = self.equation.system, self.notation
        state = system.states[0]
        builder = Builder((system.time, state, *system.parameters))
        time, _, *parameters = builder.inputs
        rate = builder.inline(system.vector_field, builder.inputs)[0]
        written = chain(notation.rate(state), notation.formula(builder.formula(rate)))
        same = builder.formula(rate)
        yield Step(self.words[0], written, (Claim(same, same),))
        slope = builder.inline(derivative(formula, system.time), [time, *parameters])[0]
        y = builder.inline(formula, [time, *parameters])[0]
        moved = builder.inline(system.vector_field, [time, y, *parameters])[0]
        shown = chain(notation.in_time(state), notation.formula(formula))
        claim = Claim(builder.formula(slope), builder.formula(moved))
        yield Step(self.words[1], shown, (claim,))
