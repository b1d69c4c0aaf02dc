"""Riccati's equation with coefficients that vary: scaled to constant ones, or by a linear one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import inf, nan
from typing import Any

from ...errors import SpecificationError
from ...notation import Notation
from ...symbolic.algebra import Scalar
from ...symbolic.power_stages import scaled_riccati_stages
from ...symbolic.powers import Powers, riccati_formula
from ...symbolic.quadratic import (
    Quadratic,
    combined,
    linear,
    linear_stages,
    quadratic,
    scaling,
)
from ...symbolic.second_order import Basis
from ...tape import Builder, Tape, Value
from ..derivation import Step
from ..solvable import Block, Recognised, Solved
from ..workings import Account, Workings
from .explicit import ByPowers
from .powers import riccati_safe
from .scalar import scalar
from .stages import Writer


@dataclass(frozen=True)
class Varying:
    """A Riccati equation with coefficients that vary.

    Parameters
    ----------
    equation
        The equation.
    notation
        How names are written.
    coefficients
        Its own.
    """

    equation: Scalar
    notation: Notation
    coefficients: Quadratic

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, scaled to constant coefficients or by a linear equation."""
        equation = self.equation
        found = scaling(equation.rate, self.coefficients, equation.t0)
        if found is not None:
            begun = found.phi.subs(equation.rate.t, equation.t0)
            coefficients = (*found.powers.coefficients, found.phi, begun)
            powers = found.powers._replace(coefficients=coefficients)
            scaled = ByPowers(
                equation, self.notation, powers, _formula, _safe, scaled_riccati_stages
            )
            yield from scaled.solutions()
        yield from self._by_linear()

    def _by_linear(self) -> Iterator[Solved]:
        """Yield the solution, if two of the linear equation are known."""
        with suppress(SpecificationError):
            pair = linear(self.equation.rate, self.coefficients, self.equation.t0)
            if pair is not None:
                yield self._solved(pair)

    def _solved(self, pair: Basis) -> Solved:
        equation = self.equation
        plain, safe = combined(equation.rate, self.coefficients, pair, equation.start, equation.t0)
        formula, tape = self.equation.of_time(plain), self.equation.of_time(safe)
        builder = Builder(formula.inputs)
        (value,) = builder.inline(tape, builder.inputs)
        finite = builder.finish([abs(value) < inf])
        time = self.notation.time
        domain = f"valid from {time} = {self.equation.t0} on until it becomes infinite, if it does"
        return Solved(formula, tape, (domain,), tuple(self._steps(pair, formula, finite)), finite)

    def _steps(self, pair: Basis, formula: Tape, finite: Tape) -> Iterator[Step]:
        equation, notation = self.equation, self.notation
        stages = linear_stages(equation.rate, self.coefficients, pair)
        yield from Writer(equation, notation).steps(stages)
        workings = Workings(equation.system)
        y, valid = workings.inline(formula), workings.inline(finite)
        slope = valid.apply("select", workings.slope(y), nan)
        yield Account(workings, notation).step(
            "Combine both so that the start value is met", notation.in_time(workings.state), y,
            (slope, workings.rate(y)), (workings.at_start(y), workings.start),
        )  # fmt: skip


def _formula(powers: Powers, y0: Any) -> Any:
    a, b, c, phi, begun = powers.coefficients
    return phi * riccati_formula(powers._replace(coefficients=(a, b, c)), y0 / begun)


def _safe(
    y0: Value, a: Value, b: Value, c: Value, phi: Value, begun: Value, clock: Value
) -> tuple[Value, Value]:
    u, condition = riccati_safe(y0 / begun, a, b, c, clock)
    return phi * u, condition.apply("min", abs(phi / begun) < inf)


def varying_riccati(block: Block) -> Recognised | None:
    """Return a Riccati equation with coefficients that vary."""
    equation = scalar(block)
    found = quadratic(equation.rate) if equation else None
    return Varying(equation, block.notation, found) if equation and found else None
