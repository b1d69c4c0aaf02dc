"""Logarithms seen from where they begin: log(1 + u/x_0) instead of log(x_0 + u) - log(x_0).

What cancels between two logarithms is lost in rounding; where little has happened yet, or little
is left to happen, nothing else is of interest.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..tape import Builder, Node, Tape, Value
from .rational import simplified


def from_start(formula: Tape, name: str) -> Tape:
    """Return a formula of one output whose logarithms begin where a variable is zero.

    Parameters
    ----------
    formula
        The formula, on whose way no logarithm's argument changes its sign.
    name
        Of the variable, one of the formula's inputs.
    """
    if not any(node.op == "log" for node in formula.nodes):
        return formula
    builder, zero = Builder(formula.inputs), formula.inputs.index(name)

    def begun(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        return _log(_inner(builder, args[0]), builder, zero) if node.op == "log" else None

    return simplified(builder.finish(builder.replay(formula, builder.inputs, begun)))


def _inner(builder: Builder, value: Value) -> Value:
    """Return what a size is taken of."""
    node = builder.nodes[value.number]
    return Value(builder, node.args[0]) if node.op == "abs" else value


def _log(argument: Value, builder: Builder, zero: int) -> Value:
    """Return the logarithm of a size as its value at the start and what was added since."""
    whole = builder.finish([argument])
    if whole.inputs[zero] not in whole.used():
        return abs(argument).apply("log")
    begun = _at(whole, builder, [0.0 if i == zero else v for i, v in enumerate(builder.inputs)])
    share = simplified(builder.finish([(argument - begun) / begun]))
    return abs(begun).apply("log") + _at(share, builder, builder.inputs).apply("log1p")


def _at(formula: Tape, builder: Builder, places: Sequence[Value | float]) -> Value:
    return builder.inline(formula, places)[0]
