"""The linear equation dy/dt = a*y + b with constant coefficients.

Constant means free of time: a and b may be any formulas of parameters. The gap to the value at
which y rests, -b/a, changes in proportion to itself (Boyce and DiPrima 2012, *Elementary
Differential Equations*, section 1.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..exact.derivation import Step
from ..exact.solvable import Block, Solved
from ..exact.workings import Account, Workings
from ..notation import Notation, chain
from ..symbolic.rational import have_common_zero, shortest, simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.composed.confluent import growth, relative_growth
from ..tape.differentiate import derivative

_CHOOSING = frozenset("floor sign lt le eq".split())  # steps: their derivative is no slope


@dataclass(frozen=True)
class LinearScalarClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear equation with constant coefficients, dy/dt = a*y + b"

    @property
    def order(self) -> int:
        """Among the first."""
        return 0

    def recognise(self, within: Block) -> LinearScalar | None:
        """Return the equation with its coefficients, or None if they are not constant."""
        block = within.system
        if block.n_states != 1 or _steps_with(block.vector_field, block.states[0]):
            return None
        state, rate = block.states[0], block.vector_field
        slope = derivative(rate, state)
        builder = Builder(rate.inputs)
        bindings = [0.0 if name == state else builder.input(name) for name in rate.inputs]
        intercept = builder.finish(builder.inline(rate, bindings))
        if {state, block.time} & (slope.used() | intercept.used()):
            return None
        return LinearScalar(block, slope, intercept, within.notation)


SOLVABLE = LinearScalarClass()


def _steps_with(rate: Tape, state: str) -> bool:
    """Tell whether a rate jumps or bends with a state in ways that a derivative does not see."""
    moving = {rate.inputs.index(state)}
    for number, node in enumerate(rate.nodes):
        if moving.intersection(node.args):
            moving.add(number)
            if node.op in _CHOOSING or (node.op == "select" and node.args[0] in moving):
                return True
    return False


class LinearScalar:
    """One such equation.

    Parameters
    ----------
    block
        The equation as a system.
    slope, intercept
        The coefficients a and b, one output each.
    notation
        How names are written.
    """

    def __init__(
        self, block: FirstOrderSystem, slope: Tape, intercept: Tape, notation: Notation
    ) -> None:
        self.workings, self.notation = Workings(block), notation
        self._slope, self._intercept = slope, intercept

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        notation = self.notation
        account = Account(self.workings, notation)
        domain = [f"valid for all {notation.time}"]
        if self.has_limit:
            zero, limit = account.shown(unsigned(self.a)), account.shown(self.even)
            domain.append(f"where {zero} = 0 it is the limit {limit}")
        of_time = self.workings.of_time
        steps = _Explanation(self, notation).steps()
        yield Solved(of_time(self.formula), of_time(self.safe), tuple(domain), steps)

    @cached_property
    def a(self) -> Value:
        """The slope of the rate."""
        return self._simplified(self.workings.inline(self._slope))

    @cached_property
    def b(self) -> Value:
        """The rate where the state is zero."""
        return self._simplified(self.workings.inline(self._intercept))

    @cached_property
    def rest(self) -> Value:
        """The value at which the rate is zero, -b/a."""
        return self._simplified(-self.b / self.a)

    @property
    def is_even(self) -> bool:
        """Whether the rate is constant."""
        return self.a.constant == 0

    @cached_property
    def has_limit(self) -> bool:
        """Whether the rest value is infinite where a is zero, so that there a limit is taken."""
        over = self.workings.of_parameters
        return not self.is_even and have_common_zero(over(self.rest), over(self.a))

    @cached_property
    def gap(self) -> Value:
        """Start value less rest value, the shorter of two ways to write it."""
        plain = self.workings.of_parameters(self.workings.start - self.rest)
        return self.workings.inline(shortest(plain, simplified(plain)))

    @cached_property
    def exponent(self) -> Value:
        """a*(t - t0)."""
        return self.workings.times(self.a, self.workings.elapsed)

    @cached_property
    def even(self) -> Value:
        """The solution where the rate is constant."""
        return self.workings.start + self.workings.times(self.b, self.workings.elapsed)

    @cached_property
    def formula(self) -> Value:
        """The solution as a textbook writes it."""
        if self.is_even:
            return self.even
        return self.rest + self.gap * self.exponent.apply("exp")

    @property
    def safe(self) -> Value:
        """The solution as a sum of terms that neither overflow nor cancel.

        The textbook's rest + (start - rest)*exp(a*t) loses the digits of a start much smaller than
        the rest value, and all of them where the rest value grows beyond bounds as a vanishes.
        """
        if self.is_even:
            return self.even
        begun = self.workings.start * self.exponent.apply("exp")
        if self.has_limit:
            return begun + self.b * self.workings.elapsed * relative_growth(self.exponent)
        return begun - self.rest * growth(self.exponent)

    def _simplified(self, value: Value) -> Value:
        return self.workings.inline(simplified(self.workings.of_parameters(value)))


def unsigned(value: Value) -> Value:
    """Return a value without the minus sign before it."""
    return -value if value.builder.nodes[value.number].op == "neg" else value


class _Explanation:
    """The way from one equation to its solution."""

    def __init__(self, equation: LinearScalar, notation: Notation) -> None:
        self.equation, self.notation, self.workings = equation, notation, equation.workings
        self.account = Account(self.workings, notation)
        self.y = notation.name(self.workings.state).text
        self.gap = notation.fresh("u", "w", "q")
        self.u = self.workings.builder.input(self.gap)
        self.u_start = self.workings.builder.input(notation.fresh(f"{self.gap}_0"))

    def steps(self) -> tuple[Step, ...]:
        """Return all steps."""
        e, w = self.equation, self.workings
        if e.is_even:
            return (self.recognised("constant"), self.integrated("Integrate"))
        if e.rest.constant == 0 and w.start.constant != 0:
            proportional = self.recognised(f"proportional to {self.y} itself")
            return (proportional, *self.grown(w.state, w.y, w.start))
        linear = self.recognised(f"linear in {self.y}, with constant coefficients")
        if e.gap.constant == 0:
            stays = self.account.solution(f"{self.y} starts there and stays", e.formula)
            return (linear, self.at_rest(), stays)
        grown = self.grown(self.gap, self.u, self.u_start)
        limit = [self.limit()] if e.has_limit else []
        return (linear, self.at_rest(), self.from_rest(), *grown, self.begun(), self.back(), *limit)

    def recognised(self, kind: str) -> Step:
        """Say what kind of equation it is."""
        e, w = self.equation, self.workings
        line, written = plus(w.times(e.a, w.y), e.b), w.rate(w.y)
        given = self.account.given
        shown = chain(self.notation.rate(w.state), given(written))
        if "(" in shown.text:  # worth multiplying out
            shown = chain(shown, given(line))
        claim = self.account.claim(written, line)
        return Step(f"The rate of change of {self.y} is {kind}", shown, (claim,))

    def integrated(self, words: str) -> Step:
        """Integrate a constant rate."""
        e, w = self.equation, self.workings
        claims = (w.slope(e.even), e.b), (w.at_start(e.even), w.start)
        left = self.notation.in_time(w.state)
        return self.account.step(f"{words} from {self.account.begin}", left, e.even, *claims)

    def at_rest(self) -> Step:
        """Find where nothing changes."""
        e, name = self.equation, self.notation.name(self.workings.state)
        words = f"{self.y} rests where its rate is zero"
        return self.account.step(words, name, e.rest, (e.a * e.rest, -e.b))

    def from_rest(self) -> Step:
        """Measure from there."""
        e, w = self.equation, self.workings
        moved = w.times(e.a, self.u)
        gap = f"{self.gap} = {self.account.shown(w.y - e.rest)}"
        words = f"The gap to it, {gap}, changes in proportion to itself"
        claim = (w.rate(e.rest + self.u), moved)
        return self.account.step(words, self.notation.rate(self.gap), moved, claim)

    def grown(self, name: str, value: Value, start: Value) -> tuple[Step, Step]:
        """Solve what changes in proportion to itself."""
        e, w, account = self.equation, self.workings, self.account
        zero = f"where {account.shown(start)} = 0, {name} stays 0"
        separate = f"Separate the variables and integrate from {account.begin} ({zero})"
        logarithm = account.shown((value / start).apply("log"))
        integral = (w.slope(e.exponent), e.a), (w.at_start(e.exponent), w.builder.value(0.0))
        grown = start * e.exponent.apply("exp")
        claims = (w.slope(grown), e.a * grown), (w.at_start(grown), start)
        left = self.notation.in_time(name)
        return (
            account.step(separate, logarithm, e.exponent, *integral),
            account.step("Take the exponential of both sides", left, grown, *claims),
        )

    def begun(self) -> Step:
        """Apply the start value."""
        e, left = self.equation, self.account.shown(self.u_start)
        words = f"The gap at {self.account.begin} follows from the start value"
        return self.account.step(words, left, e.gap, (e.gap, self.workings.start - e.rest))

    def back(self) -> Step:
        """Go back from the gap to the state."""
        words = f"Add the gap to the value at which {self.y} rests"
        return self.account.solution(words, self.equation.formula)

    def limit(self) -> Step:
        """Tell what becomes of 0/0."""
        zero = self.account.shown(unsigned(self.equation.a))
        return self.integrated(f"Where {zero} = 0 the rate is constant: integrate")


def plus(x: Value, y: Value) -> Value:
    """Return a sum, written without brackets around the second if that is a sum itself."""
    node = y.builder.nodes[y.number]
    if node.op not in {"add", "sub"}:
        return x + y
    left, right = (Value(y.builder, a) for a in node.args)
    return plus(x, left).apply(node.op, right)
