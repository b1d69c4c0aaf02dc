"""The linear equation dy/dt = a*y + b(t) with a constant and an input in terms.

The input is a sum of polynomials times exponentials, sines and cosines, in part switched on or off
at some time. To each term belongs a particular solution of the same shape, the method of
undetermined coefficients (Boyce and DiPrima 2012, *Elementary Differential Equations*, section
3.5); what is left of the start value grows or decays with a.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..exact.derivation import Step
from ..exact.linear.affine import Affine, affine
from ..exact.linear.forcing import Term, Terms
from ..exact.linear.particular import Particular
from ..exact.linear.safe import defined, safe_values
from ..exact.linear.switching import Switching
from ..exact.solvable import Block, Solved
from ..exact.workings import Account, Workings
from ..notation import chain
from ..tape import Tape, Value


@dataclass(frozen=True)
class LinearForcedClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return (
            "linear equation dy/dt = a*y + b(t), a constant, b of polynomials, exponentials, sines "
            "and steps"
        )

    @property
    def order(self) -> int:
        """After the constant input."""
        return 1

    def recognise(self, block: Block) -> LinearForced | None:
        """Return the equation with its coefficients, None if it is no such equation."""
        if block.system.n_states != 1:
            return None
        coefficients = affine(block.system)
        if coefficients is None or not coefficients.is_constant:
            return None
        terms = Terms(coefficients.builder)
        found = terms.of(coefficients.source[0])
        return None if found is None else LinearForced(block, coefficients, found, terms)


SOLVABLE = LinearForcedClass()


class LinearForced:
    """One such equation.

    Parameters
    ----------
    block
        What is asked for.
    coefficients
        a, b and the start.
    inputs
        b in terms.
    terms
        What read them.
    """

    def __init__(
        self, block: Block, coefficients: Affine, inputs: Sequence[Term], terms: Terms
    ) -> None:
        self.block, self.coefficients, self.terms = block, coefficients, terms
        self.inputs = tuple(inputs)
        self.switching = Switching(coefficients, self.inputs, terms.identity)
        zero = coefficients.builder.constant(0.0)
        rate = coefficients.matrix.get((0, 0), zero)
        self.particular = Particular(coefficients, rate, terms.identity)

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        tape = safe_values(self.block, self.coefficients, [self.inputs], self.terms.identity)
        if tape is None:
            return
        start = self.coefficients.start[0]
        formula = self.particular.solution(self.switching.always, start)
        for begin, terms in self.switching.later:
            formula = formula + self._answer(begin, terms)
        written = self.coefficients.on_time([formula])
        yield Solved(
            written, defined(tape, written), self.switching.domain(self.block.notation),
            self._steps(written), self.switching.holds,
        )  # fmt: skip

    def _answer(self, begin: Value, terms: Sequence[Term]) -> Value:
        """Return what inputs add that are switched on later."""
        elapsed = self.coefficients.elapsed
        moved = self.particular.solution(terms, None, begin)
        return (elapsed < begin).apply("select", 0.0, moved)

    def _steps(self, formula: Tape) -> tuple[Step, ...]:
        w = Workings(self.block.system)
        account = Account(w, self.block.notation)
        notation, a = self.block.notation, self.coefficients
        y, name = notation.name(w.state).text, notation.fresh("u", "w", "q")
        if self.particular.rate.constant == 0 and not self.switching.later:
            return self._integrated(account, w.inline(formula))
        rate = w.inline(a.on_time([self.particular.rate]))
        line = rate * w.y + w.inline(a.on_time(a.source))
        shown = account.given(w.rate(w.y)) if self._is_alone else account.shown(line)
        words = f"The rate of change of {y} is linear in {y}, with a constant coefficient"
        whole = chain(notation.rate(w.state), shown)
        steps = [Step(words, whole, (account.claim(w.rate(w.y), line),))]
        if not self.switching.later:
            p = w.inline(a.on_time([self.particular.steady(self.switching.always)]))
            u = w.builder.input(name)
            words = "A particular solution has the shape of the input (undetermined coefficients)"
            claim = (w.slope(p), w.rate(p))
            steps.append(account.step(words, notation.in_time(f"{w.state}_p"), p, claim))
            words = f"The gap to it, {name} = {y} - {y}_p, changes in proportion to itself"
            claim = (w.rate(p + u) - w.slope(p), rate * u)
            steps.append(account.step(words, notation.rate(name), rate * u, claim))
        holds = w.builder.constant(1.0)
        if self.switching.holds is not None:
            holds = w.inline(self.switching.holds)
        solution = w.inline(formula)
        claims = (
            (holds * w.slope(solution), holds * w.rate(solution)),
            (holds * w.at_start(solution), holds * w.start),
        )
        words = "Add what grows or decays by itself, and apply the start value"
        if self.switching.later:
            words = "Solve from the start, and from each time at which something is switched on"
        steps.append(account.step(words, notation.in_time(w.state), solution, *claims))
        return tuple(steps)

    @property
    def _is_alone(self) -> bool:
        """Whether the rate is shown as it was given, no other state being put in."""
        return self.block.closure.n_states == 1

    def _integrated(self, account: Account, solution: Value) -> tuple[Step, ...]:
        """Return the steps where the rate depends on time alone."""
        w, notation = account.workings, account.notation
        y, rate = notation.name(w.state).text, w.rate(w.y)
        left = notation.rate(w.state)
        words = f"The rate of change of {y} does not depend on {y}"
        shown = account.given(rate) if self._is_alone else account.shown(rate)
        claim = account.claim(rate, w.rate(w.builder.value(0.0)))
        return (
            Step(words, chain(left, shown), (claim,)),
            account.solution(f"Integrate from {account.begin}", solution),
        )
