"""One scalar equation, its first integral, and the solutions that follow from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from math import inf

from ...errors import SpecificationError
from ...notation import Notation, chain
from ...symbolic.algebra import Formula, Scalar
from ...symbolic.first_integral import Integral, Way, found
from ...tape import Builder, Tape
from ...tape.differentiate import derivative
from ..derivation import Claim, Step
from ..solvable import Block, Solved
from .implicit import Implicit, followed

_CHOOSING = frozenset("floor sign lt le eq select min max".split())


def scalar(block: Block) -> Scalar | None:
    """Return a block as one equation for algebra, or None if it is of another kind."""
    system = block.system
    if system.n_states != 1 or any(n.op in _CHOOSING for n in system.vector_field.nodes):
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
    kind
        What the equation is, in words.
    """

    equation: Scalar
    notation: Notation
    ways: tuple[Way, ...]
    kind: str

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
        yield self._implicit()

    def _is_constant(self) -> bool:
        """Tell whether it has a chance, at a few points; the certificate judges."""
        return self.problem.equation.is_constant(self.integral.constant)

    def _explicit(self, formula: Formula) -> Solved:
        until = "valid while the root it is made of is the one that begins at the start value"
        defined = f"valid for all {self.problem.notation.time} where it is defined"
        steps = (*self._steps(), self._solved_for(formula.tape))
        domain = (defined,) if formula.holds is None else (defined, until)
        return Solved(formula.tape, formula.tape, domain, steps, self._begun(formula))

    def _begun(self, formula: Formula) -> Tape:
        """Return the condition that a formula is no 0/0 at the start, and its own."""
        system = self.problem.equation.system
        builder = Builder(formula.tape.inputs)
        time, *parameters = builder.inputs
        begun = builder.inline(formula.tape, [system.t0, *parameters])[0]
        finite = abs(begun) < inf
        if formula.holds is None:
            return builder.finish([finite])
        own = builder.inline(formula.holds, [time, *parameters])[0]
        return builder.finish([finite.apply("min", own)])

    def _implicit(self) -> Solved:
        system = self.problem.equation.system
        tape, reliable = followed(system, self.constant)
        name = self.problem.notation.name(system.states[0]).text
        domain = f"as long as the curve can be followed from the start value of {name}"
        written = Implicit(system, self.constant, tape)
        return Solved(written, tape, (domain,), tuple(self._steps()), reliable)

    def _steps(self) -> Iterator[Step]:
        system, notation = self.problem.equation.system, self.problem.notation
        state = system.states[0]
        builder = Builder((system.time, state, *system.parameters))
        rate = builder.inline(system.vector_field, builder.inputs)[0]
        by_time, by_state = (
            builder.inline(derivative(self.constant, n), builder.inputs)[0]
            for n in (system.time, state)
        )
        both = builder.formula(-by_time / by_state), builder.formula(rate)
        written = chain(notation.rate(state), notation.formula(builder.formula(rate)))
        yield Step(self.problem.kind, written, (Claim(both[1], both[1]),))
        curve = Implicit(system, self.constant, self.constant).shown(notation)[0]
        yield Step(self.integral.words, curve, (Claim(*both),))

    def _solved_for(self, formula: Tape) -> Step:
        system, notation = self.problem.equation.system, self.problem.notation
        state = system.states[0]
        builder = Builder(system.parameters)
        begun = builder.inline(formula, [system.t0, *builder.inputs])[0]
        start = builder.inline(system.start, builder.inputs)[0]
        claim = Claim(builder.formula(begun), builder.formula(start))
        shown = chain(notation.in_time(state), notation.formula(formula))
        return Step(f"Solve for {notation.name(state).text}", shown, (claim,))
