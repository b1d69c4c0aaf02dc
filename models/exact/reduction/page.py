"""Paper for formulas whose inputs go by name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import Random

from ...symbolic.rational import simplified
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..linear.identity import Identity

_VISIBLE = 1e-6  # of the largest number on the way


class Page:
    """Where formulas of some names are written.

    Parameters
    ----------
    names
        The inputs of these formulas.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self.builder = Builder(self.names)

    def __getitem__(self, name: str) -> Value:
        return self.builder.input(name)

    def put(self, tape: Tape, given: Mapping[str, Value | float] | None = None) -> Value:
        """Return a formula of one output, its inputs by name, some of them given."""
        return self.every(tape, given)[0]

    def every(self, tape: Tape, given: Mapping[str, Value | float] | None = None) -> list[Value]:
        """Return a tape's outputs, its inputs by name, some of them given."""
        given = given or {}
        bindings = [given[n] if n in given else self[n] for n in tape.inputs]
        return self.builder.inline(tape, bindings)

    def of(self, *values: Value | float) -> Tape:
        """Return values as a tape over all names."""
        return self.builder.finish(values, self.names)

    def all(self, tape: Tape) -> Tape:
        """Return a tape of some names as one over all."""
        return self.of(*self.every(tape))


def free_of(tape: Tape, names: Iterable[str], at: float = 1.0) -> Tape | None:
    """Return a function without names that it does not depend on; None if it does.

    Parameters
    ----------
    tape
        The function.
    names
        What it may not depend on.
    at
        The number that is put in their place.
    """
    gone = [n for n in names if n in tape.inputs]
    if _visibly_depends(tape, gone):
        return None
    page = Page(tape.inputs)
    short = page.put(simplified(tape))
    gone = [n for n in gone if n in page.builder.formula(short).inputs]
    identity = Identity(page.builder)
    if not all(identity.is_zero(page.put(derivative(page.of(short), n))) for n in gone):
        return None
    found = page.put(page.of(short), dict.fromkeys(gone, at))
    return simplified(page.builder.formula(found))


def _visibly_depends(tape: Tape, names: Iterable[str]) -> bool:
    """Tell whether a function changes with some names at a point, by far more than roundings.

    Roundings are of what it is made of: a sum that is zero is some of their last bits.
    """
    random, whole = Random(0), replace(tape, outputs=tuple(range(len(tape.nodes))))
    point = {n: random.uniform(0.5, 2.0) for n in tape.inputs}
    moved = {**point, **{n: random.uniform(0.5, 2.0) for n in names}}
    before, after = (whole(*(at[n] for n in tape.inputs)) for at in (point, moved))
    (end,) = tape.outputs
    size = max(map(abs, (*before, *after)))
    return math.isfinite(size) and abs(before[end] - after[end]) > _VISIBLE * size


def is_zero(formula: Tape) -> bool:
    """Tell whether a formula, simplified before, is zero."""
    end = formula.nodes[formula.outputs[0]]
    return end.op == "const" and end.value == 0.0
