"""Two populations, each of which grows at a rate that is linear in the other: recognised.

x' = x*(P + Q*y), y' = y*(M + N*x), and the page on which their solution is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...notation import Shown
from ...structure.dependencies import is_autonomous
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..solvable import Block

_LONGEST = 40  # operations of both rates


class Populations(NamedTuple):
    """P and M, then Q and N, each from the parameters."""

    rates: tuple[Tape, Tape]
    slopes: tuple[Tape, Tape]


def populations(block: Block) -> Populations | None:
    """Return the growth rates of two populations, None if a block is something else."""
    system = block.system
    if system.n_states != 2 or not is_autonomous(system):
        return None
    if len(system.vector_field.nodes) - len(system.vector_field.inputs) > _LONGEST:
        return None
    if not all(_grows_alone(system, i) for i in (0, 1)):
        return None
    one, other = (_growth(block, i) for i in (0, 1))
    return Populations((one[0], other[0]), (one[1], other[1])) if one and other else None


def _grows_alone(system: FirstOrderSystem, i: int) -> bool:
    """Tell whether a state grows, at some values of the parameters, where there is next to none.

    Quickly: an epidemic, say, is no such system, and its search has no time to spare.
    """
    field = system.vector_field
    slope = derivative(field.select([i]), system.states[i])
    values = {name: 1.1 + 0.3 * k for k, name in enumerate(system.parameters)}
    values |= dict.fromkeys(system.states, 0.0) | {system.time: system.t0}
    (found,) = slope(*(values[name] for name in slope.inputs))
    return bool(found != 0)


def _growth(block: Block, i: int) -> tuple[Tape, Tape] | None:
    """Return P and Q of the rate x*(P + Q*y), from the parameters; None if it is another."""
    system = block.system
    own, other = system.states[i], system.states[1 - i]
    if derivative(derivative(system.vector_field.select([i]), own), own).used():
        return None
    builder = Builder((*system.states, *system.parameters))
    known = dict(zip(builder.names, builder.inputs, strict=True))
    known[system.time] = builder.constant(system.t0)
    (rate,) = builder.inline(
        system.vector_field.select([i]), [known[n] for n in system.vector_field.inputs]
    )
    growth = simplified(builder.finish([rate / known[own]]))
    slope = simplified(derivative(growth, other))
    if own in growth.used() or {*system.states} & slope.used():
        return None
    free = Builder(system.parameters)
    at = [free.constant(0.0), free.constant(0.0), *free.inputs]
    first, second = (simplified(free.finish(free.inline(t, at))) for t in (growth, slope))
    both = [t.nodes[t.outputs[0]] for t in (first, second)]
    return None if any(n.op == "const" and n.value == 0 for n in both) else (first, second)


class Page:
    """What the solution is made of, from parameters and others by name.

    Parameters
    ----------
    block
        What is solved.
    found
        The growth rates.
    names
        Of other inputs, first.

    Attributes
    ----------
    p, q, m, n
        The rates' constants.
    start, rest
        Both states at the start, and where they do not change.
    shares
        What the distances of both from rest count in the invariant: -M and P, of one sign.
    """

    def __init__(self, block: Block, found: Populations, *names: str) -> None:
        self.system = system = block.system
        self.notation = block.notation
        self.builder = builder = Builder((*names, *system.parameters))
        self.parameters = builder.inputs[len(names) :]
        (self.p, self.m), (self.q, self.n) = (
            [builder.inline(t, self.parameters)[0] for t in tapes]
            for tapes in (found.rates, found.slopes)
        )
        self.start = builder.inline(system.start, self.parameters)
        self.rest = -self.m / self.n, -self.p / self.q
        self.shares = -self.m, self.p

    def shown(self, value: Value) -> Shown:
        """Return a value in writing."""
        return self.notation.formula(self.builder.formula(value))

    def of(self, *values: Value, also: tuple[str, ...] = ()) -> Tape:
        """Return values as a tape over the parameters and others."""
        return self.builder.finish(values, (*also, *self.system.parameters))

    def level(self, distances: Sequence[Value]) -> tuple[Value, list[Value]]:
        """Return the invariant, from exp(u) - 1 - u of both, and its two parts."""
        parts = [c * d for c, d in zip(self.shares, distances, strict=True)]
        return parts[0] + parts[1], parts

    def sizes(self, level: Value) -> tuple[Value, Value]:
        """Return the largest root of exp(u) - 1 - u of either population."""
        one, other = self.shares
        return (level / one).apply("sqrt"), (level / other).apply("sqrt")


def volterra(h: Value) -> Value:
    """Return exp(h) - 1 - h, as it is written."""
    return h.apply("exp") - 1.0 - h
