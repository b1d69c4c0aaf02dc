"""Whether a condition may have turned to hold within a step: a look at some fractions of it.

What is said here is only that a closer look pays: `crossings` finds out whether a condition turned,
and when.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Tape, Value
from ..crossings import PROBES, PROMINENT
from .control import largest
from .program import Arguments, Program, inputs, vector

FOUND = 2.0  # in place of whether a condition holds: nobody asks any more when it turns


def probes(system: FirstOrderSystem, between: Program, watched: Tape) -> Program:
    """Compose the look at conditions along the dense output of a step.

    Arguments are (t, h, y, z, k, p, held), with y and z the states at its ends, k the kept vectors,
    and 1, 0 or `FOUND` for each condition that held where the step begins, did not, or is not to be
    looked at. Outputs are 1 if one may have turned, else 0; and for each whether it holds at the
    end.

    Parameters
    ----------
    system
        What steps.
    between
        Dense output of one state.
    watched
        (t, y, p) to the values of the conditions, which hold where they are positive.
    """
    n, count, n_kept = system.n_states, len(watched.outputs), dict(between.arguments)["k"] or 0
    arguments: Arguments = (
        ("t", None), ("h", None), ("y", n), ("z", n), ("k", n * n_kept),
        ("p", system.n_parameters), ("held", count),
    )  # fmt: skip
    builder = inputs(arguments)
    t, h, p = builder.input("t"), builder.input("h"), vector(builder, "p", system.n_parameters)
    ends = {0.0: vector(builder, "y", n), 1.0: vector(builder, "z", n)}
    used = [i for i, name in enumerate(system.states) if name in watched.used()]

    def values(theta: float) -> list[Value]:
        states = ends.get(theta) or _between(builder, between, theta, n, used)
        return builder.inline(watched, [t + theta * h, *states, *p])

    rows = [values(theta) for theta in PROBES]
    held = vector(builder, "held", count)
    alarms = [_alarm(before, [row[c] for row in rows]) for c, before in enumerate(held)]
    holds = [
        (before <= 1.0).apply("select", 0.0 < value, before)
        for before, value in zip(held, rows[-1], strict=True)
    ]
    return Program("probes", builder.finish([largest(alarms), *holds]), arguments)


def _between(
    builder: Builder, between: Program, theta: float, n: int, used: Sequence[int]
) -> list[Value]:
    """Return the states at a fraction of the step; those nobody uses as zeros."""
    states, h = [builder.constant(0.0)] * n, builder.input("h")
    kept = range(0, n * (dict(between.arguments)["k"] or 0), n)
    for i in used:
        k = [builder.input(f"k[{begin + i}]") for begin in kept]
        ends = builder.input(f"y[{i}]"), builder.input(f"z[{i}]")
        (states[i],) = builder.inline(between.tape, [builder.constant(theta), h, *ends, *k])
    return states


def _alarm(held: Value, values: Sequence[Value]) -> Value:
    """Return whether one condition may have turned: it did between probes, or peaks beside them."""
    holds = [held, *(0.0 < v for v in values[1:])]
    turned = largest([before < after for before, after in pairwise(holds)])
    lowest = values[0]
    for value in values[1:]:
        lowest = lowest.apply("min", value)
    dips = 0.0 < lowest
    signed = [dips.apply("select", -v, v) for v in values]
    peaks = [_peaks(*around) for around in zip(signed, signed[1:], signed[2:], strict=False)]
    watched = held <= 1.0
    return watched.apply("min", turned.apply("max", largest(peaks)))


def _peaks(before: Value, value: Value, after: Value) -> Value:
    """Return whether a value below zero is above both beside it, and not far from zero for that."""
    above, other = value - before, value - after
    rise = above.apply("min", other)
    near = 0.0 < value + PROMINENT * above.apply("max", other)
    return (0.0 <= rise).apply("min", value <= 0.0).apply("min", near)
