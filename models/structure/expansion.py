"""Formulas multiplied out, exactly: sums of fractions times products of whole powers of symbols.

A symbol is an input of the tape, or a part without inner structure: pi, a function of something, a
power that is not whole, the inverse of a sum. Equal parts are one symbol, in whatever order their
terms were written. Numbers are taken as what they mean: 0.1 is a tenth. A product that would have
too many terms becomes a part too, so that the work stays in proportion to the tape.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from ..tape import Tape
from ..tape.meaning import meaning

Monomial = tuple[tuple[int, int], ...]  # symbols with their powers, sorted by symbol
Sum = dict[Monomial, Fraction]
Frozen = frozenset[tuple[Monomial, Fraction]]

_LONGEST = 1000  # terms of a product that is multiplied out
_HIGHEST = 64  # whole power that is multiplied out
_ONE = Fraction(1)


class Part(NamedTuple):
    """An operation that stays as it is, on sums."""

    op: str
    arguments: tuple[Frozen, ...] = ()
    value: str = ""


@dataclass(frozen=True, eq=False)
class Expansion:
    """The outputs of a tape, multiplied out.

    Parameters
    ----------
    sums
        For each output its terms.
    parts
        The symbols that are no inputs; they are numbered after these.
    contents
        For each symbol the inputs that occur in it, one bit each.
    """

    sums: tuple[Sum, ...]
    parts: tuple[Part, ...]
    contents: tuple[int, ...]

    def degrees(self, by: int) -> tuple[int | None, ...]:
        """Return the degree of each output in some inputs, one bit each; None if no polynomial."""
        degrees: list[int | None] = []  # of each symbol; a part contains only those before it

        def of_sum(monomials: Iterable[Monomial]) -> int | None:
            return _largest(of_monomial(m) for m in monomials)

        def of_monomial(monomial: Monomial) -> int | None:
            varying = [(degrees[s], power) for s, power in monomial if self.contents[s] & by]
            if any(degree is None or power < 0 for degree, power in varying):
                return None
            return sum((degree or 0) * power for degree, power in varying)

        for symbol in range(len(self.contents)):
            op, arguments, _ = self._operation(symbol)
            inner = [of_sum(m for m, _ in a) for a in arguments]
            whole = op in {"input", "mul"} and None not in inner
            degrees.append(sum(d or 0 for d in inner) + (op == "input") if whole else None)
        return tuple(map(of_sum, self.sums))

    def are_rational(self, by: int) -> tuple[bool, ...]:
        """Tell for each output whether it is a quotient of polynomials in some inputs."""
        rational: list[bool] = []  # for each symbol

        def is_sum(monomials: Iterable[Monomial]) -> bool:
            return all(rational[s] for m in monomials for s, _ in m)

        for symbol, content in enumerate(self.contents):
            op, arguments, _ = self._operation(symbol)
            inner = op in {"input", "mul", "inverse"} and all(
                is_sum(m for m, _ in a) for a in arguments
            )
            rational.append(inner or not content & by)
        return tuple(map(is_sum, self.sums))

    def are_homogeneous(self, by: int) -> tuple[bool, ...]:
        """Tell for each output whether every term contains some of the inputs, one bit each."""
        return tuple(
            all(any(self.contents[s] & by for s, _ in m) for m in terms) for terms in self.sums
        )

    def _operation(self, symbol: int) -> Part:
        inputs = len(self.contents) - len(self.parts)
        return self.parts[symbol - inputs] if symbol >= inputs else Part("input")


def _largest(degrees: Iterable[int | None]) -> int | None:
    found = list(degrees)
    return None if None in found else max((d or 0 for d in found), default=0)


def expand(tape: Tape) -> Expansion:
    """Return the outputs of a tape, multiplied out."""
    return _Expander(tape).expansion()


class _Expander:
    """Multiplies out one tape, node by node."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.parts: dict[Part, int] = {}
        self.contents = [1 << i for i in range(len(tape.inputs))]
        self.uses = Counter([a for node in tape.nodes for a in node.args] + list(tape.outputs))
        self.sums: list[Sum] = []
        self.rules: Mapping[str, Callable[[int, int], Sum]] = {
            "add": lambda x, y: self.added(x, y, 1),
            "sub": lambda x, y: self.added(x, y, -1),
            "mul": lambda x, y: self.times(self.sums[x], self.sums[y]),
            "div": lambda x, y: self.times(self.sums[x], self.inverse(self.sums[y])),
            "pow": self.power,
        }

    def expansion(self) -> Expansion:
        for number, node in enumerate(self.tape.nodes):
            if node.op == "input":
                self.sums.append({((number, 1),): _ONE})
            elif node.op == "const":
                self.sums.append(self.number(node.value))
            elif node.op == "neg":
                self.sums.append({m: -c for m, c in self.sums[node.args[0]].items()})
            elif node.op in self.rules:
                self.sums.append(self.rules[node.op](*node.args))
            else:
                self.sums.append(self.part(node.op, *(self.sums[a] for a in node.args)))
        outputs = tuple(self.sums[o] for o in self.tape.outputs)
        return Expansion(outputs, tuple(self.parts), tuple(self.contents))

    def part(self, op: str, *arguments: Sum, value: str = "") -> Sum:
        """Return an operation as one symbol."""
        part = Part(op, tuple(frozenset(a.items()) for a in arguments), value)
        if part not in self.parts:
            self.parts[part] = len(self.contents)
            inside = 0
            for s in (s for a in arguments for m in a for s, _ in m):
                inside |= self.contents[s]
            self.contents.append(inside)
        return {((self.parts[part], 1),): _ONE}

    def number(self, value: float) -> Sum:
        if not math.isfinite(value):
            return self.part("number", value=repr(value))
        exact, of_pi = meaning(value)
        if not exact:
            return {}
        return {next(iter(self.part("pi"))) if of_pi else (): exact}

    def added(self, x: int, y: int, sign: int) -> Sum:
        # A sum that nothing else needs is added to in place: n terms then cost n steps, not n^2.
        total = self.sums[x] if self.uses[x] == 1 else dict(self.sums[x])
        for monomial, c in self.sums[y].items():
            _add(total, monomial, c if sign > 0 else -c)
        return total

    def times(self, x: Sum, y: Sum) -> Sum:
        if len(x) * len(y) > _LONGEST:
            return self.part("mul", x, y)
        return multiplied(x, y)

    def inverse(self, x: Sum) -> Sum:
        if not x:
            return self.part("inverse", x)
        leading = x[min(x)]
        if len(x) == 1:
            return {tuple((s, -p) for s, p in min(x)): 1 / leading}
        (symbol,) = self.part("inverse", {m: c / leading for m, c in x.items()})
        return {symbol: 1 / leading}

    def power(self, x: int, y: int) -> Sum:
        base, exponent = self.sums[x], self.sums[y].get((), Fraction(0))
        whole = not self.sums[y].keys() - {()} and exponent.denominator == 1
        if not whole or abs(exponent) > _HIGHEST:
            return self.part("pow", base, self.sums[y])
        result: Sum = {(): _ONE}
        for _ in range(abs(int(exponent))):
            result = self.times(result, base)
        return result if exponent >= 0 else self.inverse(result)


def multiplied(x: Sum, y: Sum) -> Sum:
    """Return a product, term by term."""
    product: Sum = {}
    for a, c in x.items():
        for b, d in y.items():
            _add(product, _joined(a, b), c * d)
    return product


def _add(total: Sum, monomial: Monomial, c: Fraction) -> None:
    new = total.get(monomial, 0) + c
    if new:
        total[monomial] = Fraction(new)
    else:
        total.pop(monomial, None)


def _joined(a: Monomial, b: Monomial) -> Monomial:
    if not a or not b:
        return a or b
    powers = dict(a)
    for symbol, power in b:
        powers[symbol] = powers.get(symbol, 0) + power
    return tuple(sorted((s, p) for s, p in powers.items() if p))
