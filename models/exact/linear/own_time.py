"""Solutions in a time of their own, s, brought back to the time there was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...notation import Notation, Shown, chain
from ...system import FirstOrderSystem
from ...tape import Builder, Node, Tape, Value
from ...tape.differentiate import derivative
from ...tape.precise import Precise
from ..solvable import Written
from .pair import Oscillation


@dataclass(frozen=True)
class Rule:
    """What an operation on one value is known to be.

    Parameters
    ----------
    op, number
        The operation, and the number of the value.
    result
        What it is.
    """

    op: str
    number: int
    result: Value


def replayed(builder: Builder, tape: Tape, inputs: Sequence[Value], rule: Rule) -> Value:
    """Return a tape of one output replayed, one operation replaced by what it is."""

    def known(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        return rule.result if node.op == rule.op and args[0].number == rule.number else None

    return builder.replay(tape, inputs, known)[0]


def with_powers(
    builder: Builder, tape: Tape, inputs: Sequence[Value], base: Value, logarithm: Value
) -> list[Value]:
    """Return a tape replayed with exp(c*logarithm), that of the base, written as base^c."""

    def raised(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        power = _multiple(builder, args[0], logarithm.number) if node.op == "exp" else None
        return None if power is None else base**power

    return builder.replay(tape, inputs, raised)


def _multiple(builder: Builder, value: Value, log: int) -> Value | None:
    """Return c if a value is c times a logarithm."""
    node = builder.nodes[value.number]
    if value.number == log:
        return builder.constant(1.0)
    if node.op == "neg":
        inner = _multiple(builder, Value(builder, node.args[0]), log)
        return None if inner is None else -inner
    if node.op == "mul" and log in node.args:
        other = node.args[1] if node.args[0] == log else node.args[0]
        return Value(builder, other)
    return None


@dataclass(frozen=True)
class Brought:
    """A solution in another time, brought back.

    Parameters
    ----------
    inner
        The solution there.
    system, there
        What is solved, and what the solution there solves.
    own
        The other time as a function of time.
    raised
        For each state the power of time it was taken times.
    """

    inner: Written
    system: FirstOrderSystem
    there: FirstOrderSystem
    own: Tape
    raised: tuple[int, ...]

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations; if they cannot be told here, those there and what time is there."""
        if isinstance(self.inner, Oscillation):
            return self.inner.shown_as(notation, lambda tape: notation.answer(self.here(tape)))
        there = Notation.of(self.there)
        time = notation.answer(self.own)
        name = Shown(self.there.time, self.there.time)
        powers = [
            Shown(f"{s} there is {p.text}*{s} here", rf"\text{{{s} there is }} {p.latex} {s}")
            for s, k in zip(self.system.states, self.raised, strict=True)
            if k and (p := self._power(notation, k))
        ]
        return (*self.inner.shown(there), chain(name, time), *powers)

    def here(self, tape: Tape) -> Tape:
        """Return a formula of the time there, and of anything else, as one of the time here."""
        others = [n for n in tape.inputs if n != self.there.time]
        builder = Builder((self.system.time, *others))
        time = builder.inputs[0]
        own = builder.inline(self.own, [time])[0]
        inputs = [own if n == self.there.time else builder.input(n) for n in tape.inputs]
        node = builder.nodes[own.number]
        if node.op != "log":
            return builder.finish(builder.inline(tape, inputs))
        base = Value(builder, node.args[0])
        return builder.finish(with_powers(builder, tape, inputs, base, own))

    def _power(self, notation: Notation, k: int) -> Shown:
        builder = Builder((self.system.time,))
        return notation.answer(builder.finish([builder.inputs[0] ** k]))

    def _there(self, precise: Precise, point: Mapping[str, Any]) -> dict[str, Any]:
        return {**point, self.there.time: precise(self.own, point)[0]}

    def values(self, precise: Precise, point: Mapping[str, Any]) -> Sequence[Any]:
        """Return every state with many digits."""
        time = precise.context.mpf(point[self.system.time])
        values = self.inner.values(precise, self._there(precise, point))
        return [v / time**k for v, k in zip(values, self.raised, strict=True)]

    def slopes(self, precise: Precise, point: Mapping[str, Any]) -> Sequence[Any]:
        """Return the derivatives by time, by the chain and the product rule."""
        time, there = precise.context.mpf(point[self.system.time]), self._there(precise, point)
        rate = precise(derivative(self.own, self.system.time), point)[0]
        rows = zip(
            self.inner.values(precise, there), self.inner.slopes(precise, there), self.raised,
            strict=True,
        )  # fmt: skip
        return [rate * slope / time**k - k * v / time ** (k + 1) for v, slope, k in rows]
