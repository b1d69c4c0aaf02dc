"""One scalar equation, its first integral, and the solutions that follow from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from math import inf, nan

from ...errors import SpecificationError
from ...notation import Notation, chain
from ...symbolic.algebra import Formula, Scalar
from ...symbolic.first_integral import Integral, Way, found
from ...symbolic.stage import determined
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ...tape.unbounded import unbounded
from ..derivation import Claim, Step
from ..solvable import Block, Solved, has_lambert
from .implicit import Implicit, followed
from .stages import Writer

_CLOSE = 2.0**-10  # of the time since the start, where a solution is put back into its curve
_LONGEST = 400  # values on the tape of a rate that is turned into algebra at all
_GROWING = frozenset("exp erfi sinh cosh expi".split())
_STEEP = frozenset({"sqrt", "pow"})  # with an endless slope where they are zero
_BEYOND = frozenset({"expi", "erfi"})
_CHOOSING = frozenset("floor sign lt le eq select min max".split())


def scalar(block: Block) -> Scalar | None:
    """Return a block as one equation for algebra, or None if it is of another kind."""
    system = block.system
    nodes = system.vector_field.nodes
    if system.n_states != 1 or len(nodes) > _LONGEST or any(n.op in _CHOOSING for n in nodes):
        return None
    with suppress(SpecificationError):
        equation = Scalar(system, block.clock)
        return equation if equation.rate.is_short else None
    return None


@dataclass(frozen=True)
class ByFirstIntegral:
    """An equation with ways to a first integral.

    Parameters
    ----------
    equation
        The equation.
    notation
        How names are written.
    ways
        Tried in this order.
    """

    equation: Scalar
    notation: Notation
    ways: tuple[Way, ...]

    def solutions(self) -> Iterator[Solved]:
        """Yield the explicit solutions of each first integral, then the curve itself."""
        for way in self.ways:
            for integral in found(way, self.equation.rate):
                with suppress(SpecificationError):
                    yield from _Answers(self, integral).all()


@dataclass(frozen=True)
class _Answers:
    """What follows from one first integral."""

    problem: ByFirstIntegral
    integral: Integral

    @cached_property
    def constant(self) -> Tape:
        """The first integral; inputs are time, state and parameters."""
        return self.problem.equation.of_state(self.integral.constant)

    def all(self) -> Iterator[Solved]:
        if not self._is_constant():
            return
        for formula in self.problem.equation.solved(self.integral.constant):
            yield self._explicit(formula)
            if formula.safe is None and not has_lambert(formula.tape) and _grows(formula.tape):
                yield self._explicit(formula, by_curve=True)
        yield self._implicit()

    def _is_constant(self) -> bool:
        """Tell whether it has a chance, at a few points; the certificate judges."""
        return self.problem.equation.is_constant(self.integral.constant)

    def _explicit(self, formula: Formula, *, by_curve: bool = False) -> Solved:
        """Return the solution as a formula; its values by the curve where it may overflow."""
        until = "valid while the root it is made of is the one that begins at the start value"
        defined = f"valid for all {self.problem.notation.time} where it is defined"
        steps = (*self._steps, self._solved_for(formula))
        domain = (defined,) if formula.holds is None else (defined, until)
        if formula.safe is not None:
            reliable = self._begun(formula, _finite(formula.safe))
            return Solved(formula.tape, formula.safe, domain, steps, reliable)
        if by_curve or has_lambert(formula.tape):
            tape, reliable = followed(
                self.problem.equation.system, self.constant, monotone=not by_curve
            )
            domain = (*domain, self._as_long) if by_curve else domain
            return Solved(formula.tape, tape, domain, steps, self._begun(formula, reliable))
        # What exponential integrals are multiplied with is small where they are large.
        far = not _BEYOND.isdisjoint(formula.tape.operations)
        tape = unbounded(formula.tape) if far else formula.tape
        return Solved(formula.tape, tape, domain, steps, self._begun(formula))

    def _begun(self, formula: Formula, reliable: Tape | None = None) -> Tape:
        """Return the condition that formula and rate are no 0/0 at the start, and its own.

        Where values do not come from the formula, the condition for them takes its place.
        """
        system = self.problem.equation.system
        builder = Builder(formula.tape.inputs)
        time, *parameters = builder.inputs
        if reliable is None:
            begun = builder.inline(formula.tape, [system.t0, *parameters])[0]
            valued = abs(begun) < inf
        else:
            (valued,) = builder.inline(reliable, [time, *parameters])
        holds = valued & self._is_single(builder)
        if formula.holds is not None:
            holds = holds & builder.inline(formula.holds, [time, *parameters])[0]
        return builder.finish([holds])

    def _is_single(self, builder: Builder) -> Value:
        """Return that no other solution begins at this start value.

        Several do where the rate is 0/0 at this start value alone, and where it is zero with an
        endless slope. Where it is 0/0 whatever the start value, as sin(t)/t at 0, it may have a
        limit.
        """
        system = self.problem.equation.system
        start = builder.inline(system.start, builder.inputs[1:])[0]
        there, beside = (
            builder.inline(system.vector_field, [system.t0, y, *builder.inputs[1:]])[0]
            for y in (start, start + _CLOSE)
        )
        beside_is = abs(beside) <= inf
        single = (abs(there) <= inf).apply("max", 1.0 - beside_is)
        if not any(node.op in _STEEP for node in system.vector_field.nodes):
            return single
        slope = derivative(system.vector_field, system.states[0])
        steep = builder.inline(slope, [system.t0, start, *builder.inputs[1:]])[0]
        return single & (1.0 - there.apply("eq", 0.0) * (1.0 - (abs(steep) < inf)))

    def _implicit(self) -> Solved:
        system = self.problem.equation.system
        tape, reliable = followed(system, self.constant)
        written = self._curve(tape)
        shown = written.shown(self.problem.notation)[0]
        last = Step("The solution is the curve on which the constant keeps its value", shown,
                    (self._follows(),))  # fmt: skip
        return Solved(written, tape, (self._as_long,), (*self._steps, last), reliable)

    @property
    def _as_long(self) -> str:
        system, notation = self.problem.equation.system, self.problem.notation
        name = notation.name(system.states[0]).text
        return f"as long as the curve can be followed from the start value of {name}"

    def _curve(self, tape: Tape) -> Implicit:
        equation = self.problem.equation
        begun = equation.of_time(equation.begun(self.integral.constant))
        return Implicit(equation.system, self.constant, begun, tape)

    @cached_property
    def _steps(self) -> tuple[Step, ...]:
        """The steps to the first integral, and its value at the start."""
        equation, whole = self.problem.equation, self.integral.constant
        stages = (*self.integral.stages, determined(whole, equation.begun(whole)))
        return Writer(equation, self.problem.notation).steps(stages)

    def _follows(self) -> Claim:
        """Return that the slope of the curve, -F_t/F_y, is the rate, from the start on."""
        system = self.problem.equation.system
        builder = Builder((system.time, *system.states, *system.parameters))
        elapsed, *others = builder.inputs
        at = [system.t0 + abs(elapsed), *others]
        rate = builder.inline(system.vector_field, at)[0]
        by_time, by_state = (
            builder.inline(derivative(self.constant, n), at)[0]
            for n in (system.time, system.states[0])
        )
        return Claim(builder.formula(-by_time / by_state), builder.formula(rate))

    def _solved_for(self, formula: Formula) -> Step:
        system, notation = self.problem.equation.system, self.problem.notation
        state = system.states[0]
        shown = chain(notation.in_time(state), notation.answer(formula.tape))
        claims = (self._begins(formula), self._fulfils(formula))
        return Step(f"Solve for {notation.name(state).text}", shown, claims)

    def _begins(self, formula: Formula) -> Claim:
        """Return that the solution begins at the start value, where it holds."""
        system = self.problem.equation.system
        builder = Builder(system.parameters)
        at = [system.t0, *builder.inputs]
        (begun,) = builder.inline(formula.tape, at)
        (start,) = builder.inline(system.start, builder.inputs)
        if formula.holds is not None:
            begun = builder.inline(formula.holds, at)[0].apply("select", begun, nan)
        return Claim(builder.formula(begun), builder.formula(start))

    def _fulfils(self, formula: Formula) -> Claim:
        """Return that the solution lies on the curve, close to the start, where it holds.

        Further on it may have passed a place where the first integral jumps to its next branch.
        """
        system = self.problem.equation.system
        builder = Builder((system.time, *system.parameters))
        time, *parameters = builder.inputs
        near = system.t0 + (time - system.t0) * _CLOSE
        y = builder.inline(formula.tape, [near, *parameters])[0]
        start = builder.inline(system.start, parameters)[0]
        there = builder.inline(self.constant, [near, y, *parameters])[0]
        begun = builder.inline(self.constant, [system.t0, start, *parameters])[0]
        holds = builder.inline(self._begun(formula), [near, *parameters])[0]
        there = holds.apply("select", there, nan)
        return Claim(builder.formula(there), builder.formula(begun))


def _grows(tape: Tape) -> bool:
    """Tell whether a formula has something that soon is no double, though it may be one itself."""
    return any(node.op in _GROWING for node in tape.nodes)


def _finite(tape: Tape) -> Tape:
    """Return where a value is a number."""
    builder = Builder(tape.inputs)
    return builder.finish(abs(v) < inf for v in builder.inline(tape, builder.inputs))
