"""Conditions without special functions: they tell in microseconds where a solution is not returned.

Of a condition with special functions the others are looked at first. Where one fails the argument
of a function may well be beyond all doubles, and its value then takes longest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

from ...tape import Builder, Node, Tape, Value
from ...tape.composed.special import special_names

_NEVER = Node("const", (), 0.0)
_LARGE = 100.0  # for order and argument of a Bessel function: neither of its series is short then


def without_functions(holds: Tape) -> Tape:
    """Return those of the conditions that are joined in one which have no special function.

    Parameters
    ----------
    holds
        The whole condition: one output.

    Returns
    -------
    conditions
        As many outputs, each zero where the whole is certainly zero; none if that is no gain.
    """
    if not special_names(holds):
        return holds.select([])
    builder = Builder(holds.inputs)
    parts = (replace(holds, outputs=(place,)) for place in _joined(holds, holds.outputs[0]))
    selected = (part.select([0]) for part in parts)
    plain = (part for part in selected if not special_names(part))
    return builder.finish(v for part in plain for v in builder.inline(part, builder.inputs))


def manageable(formula: Tape) -> Tape:
    """Return conditions, one for each function of several arguments, that one of them is no giant.

    Parameters
    ----------
    formula
        With special functions; those of others are left out.
    """
    builder = Builder(formula.inputs)
    names = {*special_names(formula)}
    calls = (node.args for node in formula.nodes if node.op in names and len(node.args) > 1)
    arguments = (replace(formula, outputs=args).select(range(len(args))) for args in calls)
    plain = (builder.inline(part, builder.inputs) for part in arguments if not special_names(part))
    # in a case that is not taken they may be no numbers, which are no giants
    return builder.finish(~(reduce(_smaller, map(abs, values)) >= _LARGE) for values in plain)


def _smaller(one: Value, other: Value) -> Value:
    return one.apply("min", other)


def _joined(tape: Tape, place: int) -> Iterator[int]:
    """Yield the places of what has to hold together."""
    node = tape.nodes[place]
    if node.op == "min":
        for below in node.args:
            yield from _joined(tape, below)
    elif node.op == "select" and tape.nodes[node.args[1]] == _NEVER:
        yield from _joined(tape, node.args[2])
    else:
        yield place
