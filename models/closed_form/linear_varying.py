"""The linear equation dy/dt = a(t)*y + b(t), by an integrating factor.

The factor exp(-integral of a) makes the left side the derivative of a product (Boyce and DiPrima
2012, *Elementary Differential Equations*, section 2.1). The integrals are asked for, and believed
when the solution has been put back.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

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


_GROWING = frozenset("exp sin cos".split())  # their integrals divide by a rate or frequency

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
        factor, integral = w.builder.inline(found, [w.builder.input(n) for n in found.inputs])
        solution = _over(w.start + integral, factor)
        formula = w.of_time(solution)
        steps = self._steps(w, (w.inline(slope), w.inline(source)), (factor, integral), solution)
        tape = (self._by_growth(slope) if integral.constant == 0 else None) or formula
        builder = Builder(tape.inputs)
        (value,) = builder.inline(tape, builder.inputs)
        finite = builder.finish([abs(value) < sys.float_info.max])
        begin = Account(w, self.block.notation).begin
        domain = (f"valid from {begin} as far as the formula is defined without a break",)
        return Solved(formula, tape, domain, steps, finite)

    def _by_growth(self, slope: Tape) -> Tape | None:
        """Return y0*exp(u) with du/dt = a(t) solved on its own, safe where rates in a are zero.

        None where the integral of a divides by nothing that could be, or has no other solution.
        """
        if not any(node.op in _GROWING for node in slope.nodes):
            return None
        system = self.system
        rate, start = Builder(system.vector_field.inputs), Builder(system.start.inputs)
        rates = rate.inline(slope, [rate.input(name) for name in slope.inputs])
        grown = self.block.again(
            replace(system, vector_field=rate.finish(rates), start=start.finish([0.0]))
        )
        if grown is None:
            return None
        builder = Builder(slope.inputs)
        (u,) = builder.inline(grown.tape, builder.inputs)
        (begun,) = builder.inline(system.start, builder.inputs[1:])
        return builder.finish([begun * u.apply("exp")])

    def _steps(
        self, w: Workings, given: tuple[Value, Value], found: tuple[Value, Value], solution: Value
    ) -> tuple[Step, ...]:
        (a, b), (factor, integral) = given, found
        account, notation = Account(w, self.block.notation), self.block.notation
        own = notation.name(w.state).text
        linear = account.step(
            f"The rate of change of {own} is linear in it",
            notation.rate(w.state), a * w.y + b, (w.rate(w.y), a * w.y + b),
        )  # fmt: skip
        factored = account.step(
            "The integrating factor is exp(-integral of the coefficient)",
            notation.in_time(notation.fresh("mu", "m_f")), factor, (w.slope(factor), -a * factor),
        )  # fmt: skip
        if integral.constant == 0:
            words = f"Multiplied with it {own} is constant: divide the start value by the factor"
            return linear, factored, account.solution(words, solution)
        total = account.step(
            "Multiplied with it the input has the integral",
            notation.in_time(notation.fresh("I", "J", "H")), integral,
            (w.slope(integral), b * factor),
        )  # fmt: skip
        last = account.solution("Add the start value, and divide by the factor", solution)
        return linear, factored, total, last


def _over(value: Value, factor: Value) -> Value:
    """Return a quotient, by an exponential a product with the opposite one."""
    builder, node = value.builder, value.builder.nodes[factor.number]
    if node.op != "exp":
        return value / factor
    zero = builder.constant(0.0)
    return value * less(zero, Value(factor.builder, node.args[0])).apply("exp")
