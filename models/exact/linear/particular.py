"""Solutions of dy/ds = a*y + input, term by term, as a textbook writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import factorial

from ...symbolic.rational import shortest, simplified
from ...tape import Node, Tape, Value
from .affine import ELAPSED, Affine
from .forcing import Term
from .identity import Identity

_ONE = Node("const", (), 1.0)
_SHORT = 16  # operations of a coefficient that is worth simplifying


class Particular:
    """The solutions of one equation.

    Parameters
    ----------
    system
        Whose time and parameters are used.
    rate
        a, free of time.
    identity
        Tells equal rates.
    """

    def __init__(self, system: Affine, rate: Value, identity: Identity) -> None:
        self.system, self.builder, self.identity = system, system.builder, identity
        self.zero = self.builder.constant(0.0)
        self._short: dict[int, Value] = {}
        self.rate = self.simple(rate)

    def solution(
        self, terms: Sequence[Term], start: Value | None, begin: Value | None = None
    ) -> Value:
        """Return the solution that has a value at the beginning, zero if none is given."""
        steady = self.steady(t for t in terms if not self._resonates(t))
        time = self.system.elapsed
        gone = time if begin is None else time - begin
        left = less(self.zero if start is None else start, self._at(steady, begin))
        left = self.builder.inline(
            shortest(self._tape(left), self._tape(self.simple(left))), self._parameters()
        )[0]
        for term in terms:
            if self._resonates(term):
                left = left + self._risen(term, begin)
        return steady + left * along(self.rate, gone).apply("exp")

    def steady(self, terms: Iterable[Term]) -> Value:
        """Return a particular solution."""
        total, rest = self._hyperbolic([*terms])
        for term in rest:
            if self._resonates(term):
                grown = along(self.rate, self.system.elapsed).apply("exp")
                total = total + self._risen(term, None) * grown
            else:
                total = total + self._of(term)
        return total

    def _hyperbolic(self, terms: list[Term]) -> tuple[Value, list[Term]]:
        """Return what pairs of opposite rates add by cosh and sinh, and the terms left over."""
        total, rest = self.zero, list[Term]()
        while terms:
            term, *terms = terms
            place = next((i for i, t in enumerate(terms) if self._is_opposite(term, t)), None)
            both = None if place is None else self._as_hyperbolic(term, terms[place])
            if place is None or both is None:
                rest.append(term)
            else:
                total = total + both
                del terms[place]
        return total, rest

    def _as_hyperbolic(self, term: Term, other: Term) -> Value | None:
        """Return what two terms of opposite rates add by cosh and sinh, None if that is longer."""
        assert term.rate is not None
        one, two = self._polynomial(term), self._polynomial(other)
        even, odd = self.simple(one + two), self.simple(one - two)
        if sum(map(self._operations, (even, odd))) >= sum(map(self._operations, (one, two))):
            return None
        angle = along(self.simple(term.rate), self.system.elapsed)
        return even * angle.apply("cosh") + odd * angle.apply("sinh")

    def _is_opposite(self, one: Term, other: Term) -> bool:
        """Tell whether two terms are exponentials of opposite rates, none of them the own one."""
        if one.rate is None or other.rate is None or one.power or other.power:
            return False
        waves = one.frequency is not None or other.frequency is not None
        if waves or not self.identity.is_zero(one.rate + other.rate):
            return False
        return not (self._resonates(one) or self._resonates(other))

    def _operations(self, value: Value) -> int:
        return sum(bool(node.args) for node in self._tape(value).nodes)

    def simple(self, value: Value) -> Value:
        """Return a value free of time in a short form."""
        if value.number not in self._short:
            tape = self._tape(value)
            operations = sum(bool(node.args) for node in tape.nodes)
            short = simplified(tape) if 1 < operations <= _SHORT else tape
            self._short[value.number] = self.builder.inline(short, self._parameters())[0]
        return self._short[value.number]

    def _tape(self, value: Value) -> Tape:
        return self.builder.finish([value], self.system.system.parameters)

    def _parameters(self) -> list[Value]:
        return [self.builder.input(name) for name in self.system.system.parameters]

    def _at(self, value: Value, begin: Value | None) -> Value:
        """Return a function of time at the beginning."""
        tape = self.builder.formula(value)
        at = self.zero if begin is None else begin
        bindings = [at if n == ELAPSED else self.builder.input(n) for n in tape.inputs]
        return self.builder.inline(tape, bindings)[0]

    def _gap(self, term: Term) -> Value:
        return self.simple((self.zero if term.rate is None else term.rate) - self.rate)

    def _resonates(self, term: Term) -> bool:
        return term.frequency is None and self.identity.is_zero(self._gap(term))

    def _risen(self, term: Term, begin: Value | None) -> Value:
        """Return the integral of what a term of the same rate adds, its growth left out."""
        time, power = self.system.elapsed, term.power + 1
        risen = time**power if begin is None else time**power - begin**power
        grown = self.builder.constant(1.0)
        if begin is not None and term.rate is not None:
            grown = along(self.rate, begin).apply("exp")
        return self.simple(term.coefficient / power) * risen * grown

    def _of(self, term: Term) -> Value:
        time = self.system.elapsed
        shape = self.builder.constant(1.0)
        if term.rate is not None:
            shape = along(self.simple(term.rate), time).apply("exp")
        if term.frequency is None:
            return self._polynomial(term) * shape
        return self._wave(term) * shape

    def _polynomial(self, term: Term) -> Value:
        """Return c times the sum of (-1)^j*k!/(k - j)!*s^(k - j)/gap^(j + 1)."""
        time, k, gap = self.system.elapsed, term.power, self._gap(term)
        total = self.zero
        for j in range(k + 1):
            weight = (-1) ** j * factorial(k) // factorial(k - j)
            coefficient = self.simple(weight * term.coefficient / gap ** (j + 1))
            total = total + coefficient * time ** (k - j)
        return total

    def _wave(self, term: Term) -> Value:
        """Return the same for a sine or cosine, gap and coefficients being complex."""
        assert term.frequency is not None
        frequency = self.simple(term.frequency)
        time, k, gap = self.system.elapsed, term.power, self._gap(term)
        square = self.simple(gap**2 + frequency**2)
        angle = along(frequency, time)
        cosine, sine = angle.apply("cos"), angle.apply("sin")
        if gap.constant == 0 and k == 0:
            return self.simple(term.coefficient / frequency) * (-cosine if term.is_sine else sine)
        real, imaginary = self.builder.constant(1.0), self.zero  # of (gap - i*frequency)^(j + 1)
        total = self.zero
        for j in range(k + 1):
            real, imaginary = (
                real * gap + imaginary * frequency,
                imaginary * gap - real * frequency,
            )
            weight = (-1) ** j * factorial(k) // factorial(k - j)
            wave = real * sine + imaginary * cosine
            if not term.is_sine:
                wave = real * cosine - imaginary * sine
            total = total + weight * time ** (k - j) * wave / square ** (j + 1)
        return self.simple(term.coefficient) * total


def along(rate: Value, time: Value) -> Value:
    """Return rate*time; at a rate of 1/3 that is written time/3."""
    nodes = rate.builder.nodes
    node = nodes[rate.number]
    if node.op == "neg":
        return -along(Value(rate.builder, node.args[0]), time)
    if node.op == "div" and nodes[node.args[0]] == _ONE:
        return time / Value(rate.builder, node.args[1])
    return rate * time


def less(x: Value, y: Value) -> Value:
    """Return a difference, written without brackets around the second if that is a sum."""
    node = y.builder.nodes[y.number]
    if node.op not in {"add", "sub"}:
        return x - y
    left, right = (Value(y.builder, a) for a in node.args)
    return less(x, left) - right if node.op == "add" else less(x, left) + right
