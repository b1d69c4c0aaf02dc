"""Answers for powers with constant coefficients: the textbook's formula beside a safe tape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import nan
from typing import Any

from ...errors import SpecificationError, listing
from ...notation import Notation
from ...symbolic.algebra import Scalar
from ...symbolic.powers import Powers
from ...symbolic.stage import Stage
from ...tape import Builder, Tape, Value
from ..derivation import Step
from ..proof.on_the_way import extremes, turns_nowhere
from ..solvable import Solved
from ..workings import Account, Workings
from .ending import Ending
from .stages import Writer

Safe = Callable[..., tuple[Value, Value]]
Write = Callable[[Powers, Any], Any]
Tell = Callable[[Scalar, Powers], Iterator[Stage]]


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
    tell
        Returns the stages on the way to it.
    domain
        Where it is valid, in words, or what tells that.
    """

    equation: Scalar
    notation: Notation
    powers: Powers
    write: Write
    safe: Safe
    tell: Tell
    domain: str | Callable[[Ending], str] = "valid until it becomes infinite, if it does"

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        with suppress(SpecificationError):
            formula = self.equation.of_time(self.write(self.powers, self.equation.start))
            tape, holds = self._safe()
            steps = tuple(self._steps(formula, holds))
            yield Solved(formula, tape, (self._domain(), *self._declared(formula)), steps, holds)

    def _domain(self) -> str:
        if isinstance(self.domain, str):
            return self.domain
        notation, system = self.notation, self.equation.system
        builder = Builder((system.time, *system.parameters, *system.states))

        def shown(value: Value) -> str:
            return notation.answer(builder.formula(value)).text

        begin = system.t0 if self.powers.pace == 1 else None
        time, state = notation.name(notation.time).text, builder.inputs[-1]
        return self.domain(Ending(state, self._values(builder), begin, time, shown))

    def _values(self, builder: Builder) -> list[Value]:
        """Return the start, the coefficients and the clock."""
        of_time = self.equation.of_time
        parts = (self.equation.start, *self.powers.coefficients, self.powers.clock)
        n = 1 + len(self.equation.system.parameters)
        return [builder.inline(of_time(part), builder.inputs[:n])[0] for part in parts]

    def _declared(self, formula: Tape) -> tuple[str, ...]:
        """Say for which parameters their declared sign may have been used."""
        names = sorted(formula.used() & self.equation.system.positive)
        return (f"for positive {listing(map(self._told, names))}",) if names else ()

    def _told(self, name: str) -> str:
        return self.notation.name(name).text

    def _safe(self) -> tuple[Tape, Tape]:
        system = self.equation.system
        builder = Builder((system.time, *system.parameters))
        *known, clock = self._values(builder)
        y, condition = self.safe(*known, clock)
        for shown in self._turns(builder):
            condition = condition.apply("min", self.safe(*known, shown)[1])
        return builder.finish([y]), builder.finish([condition])

    def _turns(self, builder: Builder) -> tuple[Value, ...]:
        """Return the least and the most that the clock has shown, if it may turn back."""
        clock = self.equation.of_time(self.powers.clock)
        begin = self.equation.system.t0
        return () if turns_nowhere(clock, begin) else extremes(builder, clock, begin)

    def _steps(self, formula: Tape, holds: Tape) -> Iterator[Step]:
        equation, notation = self.equation, self.notation
        yield from Writer(equation, notation).steps(self.tell(equation, self.powers))
        workings = Workings(equation.system)
        y, valid = workings.inline(formula), workings.inline(holds)
        slope = valid.apply("select", workings.slope(y), nan)
        yield Account(workings, notation).step(
            f"Solve for {notation.name(workings.state).text}", notation.in_time(workings.state), y,
            (slope, workings.rate(y)), (workings.at_start(y), workings.start),
        )  # fmt: skip
