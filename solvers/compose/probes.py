"""Whether a condition may have turned to hold within a step: a look at some fractions of it.

What is said here is only that a closer look pays: `crossings` finds out whether a condition turned,
and when.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Tape, Value
from ...models.tape.bounds import Bounds
from ..events.boxes import QUARTERS, upper
from ..events.calendar import SAME
from ..events.crossings import PROBES, PROMINENT
from ..events.roundings import roundings
from ..events.triggers import STRAIGHT
from .control import largest
from .program import Arguments, Program, inputs, vector

CLOSELY = 2.0  # is to be looked at a step right after an event
FOUND = 2.0  # in place of whether a condition holds: nobody asks any more when it turns


def probes(system: FirstOrderSystem, between: Program, watched: Tape, own: int) -> Program:
    """Compose the look at conditions along the dense output of a step.

    Arguments are (t, h, y, z, k, p, held, fresh, speed, ceasing), with y and z the states at its
    ends, k the kept vectors, and 1, 0 or `FOUND` for each condition that held where the step
    begins, did not, or is not to be looked at. After an event `fresh` is 1, and for the conditions
    of events there is how fast each changes, and 1 for one that it turned back.

    Outputs are 1 if a condition of an event may have turned, `CLOSELY` if that may have been right
    after the last event, else 0; 1 or 0 for those that were asked about; for each whether it holds
    at the end; and for those of events the values at all `PROBES`, one condition after the other.
    One that held has its roundings added to it: within these it has not ceased.

    Parameters
    ----------
    system
        What steps.
    between
        Dense output of one state.
    watched
        (t, y, p) to the values of the conditions, which hold where they are positive.
    own
        How many of them, the first, are those of events.
    """
    n, count, n_kept = system.n_states, len(watched.outputs), dict(between.arguments)["k"] or 0
    arguments: Arguments = (
        ("t", None), ("h", None), ("y", n), ("z", n), ("k", n * n_kept),
        ("p", system.n_parameters), ("held", count), ("fresh", None), ("speed", own),
        ("ceasing", own),
    )  # fmt: skip
    builder = inputs(arguments)
    t, h, p = builder.input("t"), builder.input("h"), vector(builder, "p", system.n_parameters)
    ends = {0.0: vector(builder, "y", n), 1.0: vector(builder, "z", n)}
    used = [i for i, name in enumerate(system.states) if name in watched.used()]

    states = [ends.get(theta) or _between(builder, between, theta, n, used) for theta in PROBES]
    rows = [
        builder.inline(watched, [t + theta * h, *y, *p])
        for theta, y in zip(PROBES, states, strict=True)
    ]
    held = vector(builder, "held", count)
    near = [builder.inline(roundings(watched), [t + theta * h, *ends[theta], *p]) for theta in ends]
    noise = [
        before.apply("eq", 1.0).apply("select", a.apply("max", b), 0.0)
        for before, a, b in zip(held, *near, strict=True)
    ]
    columns = [
        [v + r for v in column] for column, r in zip(zip(*rows, strict=True), noise, strict=True)
    ]
    soon = SAME * abs(t + h) / (h * (PROBES[-1] - PROBES[-2]))
    turned = [_alarm(before, column, soon) for before, column in zip(held, columns, strict=True)]
    fast = [_unsteady(builder, c, held[c], columns[c]) for c in range(own)]
    fast += [_goes_on(builder, c, columns[c]) for c in range(own)]
    fresh = builder.input("fresh").apply("min", largest(fast)) if fast else builder.constant(0.0)
    holds = [
        (before <= 1.0).apply("select", 0.0 < value, before)
        for before, value in zip(held, rows[-1], strict=True)
    ]
    brief = _brief(builder, watched, states, held)
    alarms = [
        largest([CLOSELY * fresh, *turned[:own], *(CLOSELY * x for x in brief[:own])]),
        largest([builder.constant(0.0), *turned[own:], *brief[own:]]),
    ]
    values_of_own = [value for column in columns[:own] for value in column]
    return Program("probes", builder.finish([*alarms, *holds, *values_of_own]), arguments)


def bracket(inside: Sequence[bool]) -> Program:
    """Compose between which fractions of a step the one condition turns that does.

    Arguments are (held, value), the latter as from `probes`. Outputs are the number of the
    condition, -1 where none turns for sure, or several do, or one that is not `inside` the code;
    the fractions next to its turning; its values there; and about where it is zero.
    """
    own, count = len(inside), len(PROBES)
    builder = inputs((("held", own), ("value", own * count)))
    every = vector(builder, "value", own * count)
    which, *around = [builder.constant(0.0)] * 7
    number, doubtful = builder.constant(0.0), builder.constant(0.0)
    for c, held in enumerate(vector(builder, "held", own)):
        values = every[c * count : (c + 1) * count]
        holds = [held, *(0.0 < v for v in values[1:])]
        turns = [before < now for before, now in pairwise(holds)]
        turned = largest(turns)
        number += turned
        peak = largest(_peaked(values)).apply("min", 1.0 - turned)
        doubtful = doubtful.apply("max", turned if not inside[c] else peak)
        for j in range(count - 2, -1, -1):  # the first that turned is chosen last
            near = _three(values, j)
            around = [turns[j].apply("select", *two) for two in zip(near, around, strict=True)]
        which = turned.apply("select", float(c), which)
    sure = number.apply("eq", 1.0).apply("min", 1.0 - doubtful)
    low, high, _, below, above, _ = around
    found = [sure.apply("select", which, -1.0), low, high, below, above, _zero(*around)]
    return Program("bracket", builder.finish(found), (("held", own), ("value", own * count)))


def _three(values: Sequence[Value], j: int) -> list[Value | float]:
    """Return two probes next to one another and a third beside them, then the values there."""
    places = (j, j + 1, j + 2 if j + 2 < len(PROBES) else j - 1)
    return [*(PROBES[i] for i in places), *(values[i] for i in places)]


def _zero(x0: Value, x1: Value, x2: Value, v0: Value, v1: Value, v2: Value) -> Value:
    """Return about where a value is zero between the first two of three places."""
    # Inverse quadratic interpolation (Brent 1973, *Algorithms for Minimization without
    # Derivatives*, chapter 4).
    terms = (
        x0 * v1 * v2 / ((v0 - v1) * (v0 - v2)),
        x1 * v0 * v2 / ((v1 - v0) * (v1 - v2)),
        x2 * v0 * v1 / ((v2 - v0) * (v2 - v1)),
    )
    curved = terms[0] + terms[1] + terms[2]
    straight = x0 + (x1 - x0) * v0 / (v0 - v1)
    within = (x0 <= curved).apply("min", curved <= x1)
    return within.apply("select", curved, straight)


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


def _alarm(held: Value, values: Sequence[Value], soon: Value) -> Value:
    """Return whether one condition may have turned: it did between probes, or peaks beside them.

    Or it does a rounding later: so `soon`, in the distance between the last two probes.
    """
    holds = [held, *(0.0 < v for v in values[1:])]
    holds.append(0.0 < values[-1] + soon * (values[-1] - values[-2]))
    turned = largest([before < after for before, after in pairwise(holds)])
    watched = held <= 1.0
    return watched.apply("min", turned.apply("max", largest(_peaked(values))))


def _brief(
    builder: Builder, watched: Tape, states: Sequence[Sequence[Value]], held: Sequence[Value]
) -> list[Value]:
    """Return whether each condition may hold for a moment between probes; see `boxes`."""
    n, t, h = len(states[0]), builder.input("t"), builder.input("h")
    bends = [_bend([y[i] for theta, y in zip(PROBES, states, strict=True) if theta in QUARTERS])
             for i in range(n)]  # fmt: skip
    ends = [_ordered(t + a * h, t + b * h) for a, b in pairwise(PROBES)]
    boxes = [
        [_wider(_ordered(*pair), (b - a) ** 2 / 8.0 * bent)
         for *pair, bent in zip(*two, bends, strict=True)]
        for (a, b), two in zip(pairwise(PROBES), pairwise(states), strict=True)
    ]  # fmt: skip
    p = vector(builder, "p", len(watched.inputs) - 1 - n)
    found: list[Value] = []
    for c, before in enumerate(held):
        tape, may = watched.select([c]), builder.constant(0.0)
        for time, box in zip(ends, boxes, strict=True):
            most = upper(builder, tape, [time, *box, *((x, x) for x in p)], n)
            may = may if most is None else may.apply("max", 0.0 < most)
        found.append(may.apply("min", before.apply("eq", 0.0)))
    return found


def _bend(looks: Sequence[Value]) -> Value:
    middle = zip(looks, looks[1:], looks[2:], strict=False)
    return 16.0 * largest([abs(a - 2.0 * b + c) for a, b, c in middle])


def _ordered(a: Value, b: Value) -> Bounds:
    return a.apply("min", b), a.apply("max", b)


def _wider(box: Bounds, leave: Value) -> Bounds:
    return box[0] - leave, box[1] + leave


def _peaked(values: Sequence[Value]) -> list[Value]:
    """Return between which probes a value below zero peaks, or dips if it is above throughout."""
    lowest = values[0]
    for value in values[1:]:
        lowest = lowest.apply("min", value)
    dips = 0.0 < lowest
    signed = [dips.apply("select", -v, v) for v in values]
    return [_peaks(*around) for around in zip(signed, signed[1:], signed[2:], strict=False)]


def _unsteady(builder: Builder, c: int, held: Value, values: Sequence[Value]) -> Value:
    """Return whether a condition that holds might cease to and hold again before the first probe.

    It does neither unseen where it follows its slope up to there.
    """
    ahead = builder.input(f"speed[{c}]") * (PROBES[1] * builder.input("h"))
    straight = abs(values[1] - values[0] - ahead) <= STRAIGHT * abs(ahead)
    return held.apply("eq", 1.0).apply("min", 1.0 - straight)


def _goes_on(builder: Builder, c: int, values: Sequence[Value]) -> Value:
    """Return whether a condition that an event turned back holds at the end of the step."""
    return builder.input(f"ceasing[{c}]").apply("min", 0.0 < values[-1])


def _peaks(before: Value, value: Value, after: Value) -> Value:
    """Return whether a value below zero is above both beside it, and not far from zero for that."""
    above, other = value - before, value - after
    rise = above.apply("min", other)
    near = 0.0 < value + PROMINENT * above.apply("max", other)
    return (0.0 <= rise).apply("min", value <= 0.0).apply("min", near)
