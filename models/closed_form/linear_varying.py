"""The linear equation dy/dt = a(t)*y + b(t), by an integrating factor.

The factor exp(-integral of a) makes the left side the derivative of a product (Boyce and DiPrima
2012, *Elementary Differential Equations*, section 2.1). The integrals are asked for, and believed
when the solution has been put back.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ..exact.derivation import Step
from ..exact.linear.affine import affine
from ..exact.linear.particular import less
from ..exact.solvable import Block, Solved
from ..exact.workings import Account, Workings
from ..symbolic.integral import integrating_factor
from ..symbolic.oracle import NoAnswerError, ask
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class LinearVaryingClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear equation dy/dt = a(t)*y + b(t), by an integrating factor"

    @property
    def order(self) -> int:
        """After those that need no integral."""
        return 20

    def recognise(self, block: Block) -> LinearVarying | None:
        """Return the equation, None if it is not linear."""
        if block.system.n_states != 1 or affine(block.system) is None:
            return None
        return LinearVarying(block)


SOLVABLE = LinearVaryingClass()


@dataclass(frozen=True)
class LinearVarying:
    """One such equation.

    Parameters
    ----------
    block
        What is asked for.
    """

    block: Block

    @property
    def system(self) -> FirstOrderSystem:
        """The equation."""
        return self.block.system

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if the integrals are elementary."""
        slope, source = self._coefficients()
        with suppress(NoAnswerError):
            found = ask(
                integrating_factor, slope, source, self.system.time, self.system.t0,
                clock=self.block.clock,
            )  # fmt: skip
            yield self._solved(slope, source, found)

    def _coefficients(self) -> tuple[Tape, Tape]:
        """Return a and b as tapes over time and parameters."""
        field, state = self.system.vector_field, self.system.states[0]
        inputs = (self.system.time, *self.system.parameters)
        pair: list[Tape] = []
        for tape in (derivative(field, state), field):
            builder = Builder(inputs)
            at = {state: builder.constant(0.0), **dict(zip(inputs, builder.inputs, strict=True))}
            pair.append(builder.finish(builder.inline(tape, [at[n] for n in tape.inputs])))
        return pair[0], pair[1]

    def _solved(self, slope: Tape, source: Tape, found: Tape) -> Solved:
        w = Workings(self.system)
        account, notation = Account(w, self.block.notation), self.block.notation
        inputs = [w.builder.input(name) for name in found.inputs]
        factor, integral = w.builder.inline(found, inputs)
        a, b = w.inline(slope), w.inline(source)
        solution = _over(w.start + integral, factor)
        formula = w.of_time(solution)
        name = notation.fresh("mu", "m_f")
        left = notation.in_time(name)
        steps: tuple[Step, ...] = (
            account.step(
                f"The rate of change of {notation.name(w.state).text} is linear in it",
                notation.rate(w.state), a * w.y + b, (w.rate(w.y), a * w.y + b),
            ),
            account.step(
                "The integrating factor is exp(-integral of the coefficient)",
                left, factor, (w.slope(factor), -a * factor),
            ),
            account.step(
                "Multiplied with it the input has the integral", notation.in_time("I"),
                integral, (w.slope(integral), b * factor),
            ),
            account.solution("Add the start value, and divide by the factor", solution),
        )  # fmt: skip
        builder = Builder(formula.inputs)
        (value,) = builder.inline(formula, builder.inputs)
        finite = builder.finish([abs(value) < sys.float_info.max])
        domain = (f"valid from {account.begin} as far as the formula is defined without a break",)
        return Solved(formula, formula, domain, steps, finite)


def _over(value: Value, factor: Value) -> Value:
    """Return a quotient, by an exponential a product with the opposite one."""
    builder, node = value.builder, value.builder.nodes[factor.number]
    if node.op != "exp":
        return value / factor
    zero = builder.constant(0.0)
    return value * less(zero, Value(factor.builder, node.args[0])).apply("exp")
