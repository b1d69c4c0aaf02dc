"""Closed forms with all digits of doubles, at any time: where their terms cancel too.

Where a state passes through zero its terms cancel, and what each has lost to rounding is left. In
numbers of twice the digits they lose nothing that is seen. What is found so takes the place of
values only: derivatives, and what is next to 0/0, stay with the form that is safe there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..tape import Builder, Node, Tape, Value
from ..tape.twofold.number import Twofold, unless_zero
from ..tape.twofold.replayed import replayed

_AGREES = 2.0**-30  # of the terms, by which the safe form may be wrong: what certificates believe
_CANCELS = 2.0**-40  # of the terms; of what is less, twice the digits are not enough


class Sum(NamedTuple):
    """A value, and how large the terms are that it is a sum of."""

    value: Twofold
    size: Value


Rows = Callable[[Sequence[Twofold]], Sequence[Sum] | None]


def refined(safe: Tape, rows: Rows) -> Tape:
    """Return a safe form with the digits of sums, where they cancel little enough and agree.

    Parameters
    ----------
    safe
        The states from time and parameters.
    rows
        From the same inputs the same states; None if they are known in doubles only.
    """
    builder = Builder(safe.inputs)
    sums = rows([Twofold(value) for value in builder.inputs])
    if sums is None:
        return safe
    known = builder.inline(safe, builder.inputs)
    return builder.finish(_refined(y, total) for y, total in zip(known, sums, strict=True))


def _refined(safe: Value, total: Sum) -> Value:
    found = total.value.whole()
    agrees = abs(found - safe) <= _AGREES * total.size
    fine = agrees & (_CANCELS * total.size <= abs(found))
    return safe.apply("refined", fine.apply("select", found, safe))


def rows_of(formula: Tape) -> Rows:
    """Return a formula in numbers of twice the digits."""

    def rows(inputs: Sequence[Twofold]) -> Sequence[Sum] | None:
        found = replayed(inputs[0].high.builder, formula, inputs)
        if found is None:
            return None
        sizes = _Sizes(formula.nodes, found)
        return [Sum(found[o], sizes.of(o)) for o in formula.outputs]

    return rows


class _Sizes:
    """How large the terms of sums are, products of sums and quotients included."""

    def __init__(self, nodes: Sequence[Node], found: Sequence[Twofold]) -> None:
        self.nodes, self.found = nodes, found

    def of(self, number: int) -> Value:
        """Return the size of one value's terms."""
        op, args, _ = self.nodes[number]
        if op in ("add", "sub"):
            return self.of(args[0]) + self.of(args[1])
        if op == "mul":
            return self.of(args[0]) * self.of(args[1])
        if op == "div":
            return self.of(args[0]) / unless_zero(abs(self.found[args[1]].high))
        return self.of(args[0]) if op == "neg" else abs(self.found[number].high)
