"""Linear systems with inputs that turn at the same times in every period: a square wave, a saw.

One period leads from the states at its begin, y, to M*y + d at its end, and so does the next; any
number of them is taken at once, and what is left of the last is gone through piece by piece.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from random import Random
from typing import NamedTuple

from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Node, Tape, Value
from ..linear.identity import Identity
from ..proof.points import number, points
from .course import in_order
from .flow import Flow
from .repeated import LEVELS, after_rounds, squares
from .rounds import units
from .schedule import Due

_STATES, _TURNS = 3, 6  # up to which a period is written out
_TRIED = 4  # points at which rates are compared with those a period later
_SAME = 1e-9
_PI = "the ratio of circumference and diameter"  # no name of a model has a space
_LOOKS = 12  # sets of values, for the order in which a period is written


@dataclass(frozen=True)
class Period:
    """What repeats.

    Parameters
    ----------
    length
        From the parameters.
    first
        For each time at which an input turns within a period, when it first does; the start is not
        before it.
    holds
        Whether these are the times, from the parameters.
    """

    length: Tape
    first: tuple[Tape, ...]
    holds: Tape


class Told(NamedTuple):
    """A period as it is written: its length, when inputs turn in it, and what holds between."""

    length: Tape
    turns: list[Tape]
    switches: list[tuple[float, ...]]


def period(flow: Flow, dues: Sequence[Due]) -> Period | None:
    """Return the period in which a linear system is driven; None if there is none."""
    system = flow.whole
    if not dues or any(due.acts or due.once for due in dues) or system.n_states > _STATES:
        return None
    if not _is_affine(flow):
        return None
    plain = _plain(system, dues)
    if plain is None:
        return None
    builder = Builder(system.parameters)
    identity, times = Identity(builder), [builder.inline(t, builder.inputs) for t in plain]
    length = times[0][1]
    if not all(identity.same(length, t[1]) for t in times):
        return None
    for rounds in (1, 2):
        whole = rounds * length
        if rounds * len(dues) <= _TURNS and _repeats(system, builder.finish([whole])):
            turns = [t[0] + k * length for t, k in product(times, range(rounds))]
            first = tuple(builder.finish([turn]) for turn in turns)
            return Period(builder.finish([whole]), first, _stays(system, dues, plain))
    return None


def _is_affine(flow: Flow) -> bool:
    """Tell whether a flow leads sums of states to sums, at a few points."""
    random, n = Random(0), flow.whole.n_states
    for point in islice(points(flow.piece.system, random), _TRIED):
        known = [point[name] for name in flow.tape.inputs[:-n]]
        one, other = ([number(random, 1) for _ in range(n)] for _ in range(2))
        both, nothing = [a + b for a, b in zip(one, other, strict=True)], [0.0] * n
        ends = (flow.tape(*known, *y) for y in (one, other, both, nothing))
        for a, b, whole, rest in zip(*ends, strict=True):
            size = abs(a) + abs(b) + abs(whole) + abs(rest)
            if math.isfinite(size) and abs(a + b - whole - rest) > _SAME * size:
                return False
    return True


def _plain(system: FirstOrderSystem, dues: Sequence[Due]) -> list[Tape] | None:
    """Return the times of events as they are for some positive values, free of cases."""
    for point in _positive(system):
        own = [point[n] for n in system.parameters]
        if all(due.times(*own)[2] == math.inf for due in dues):
            return [_at(due.times, own) for due in dues]
    return None


def _at(times: Tape, own: Sequence[float]) -> Tape:
    """Return first time and period with every case that values decide; pi is kept as a letter."""
    values = replace(times, outputs=tuple(range(len(times.nodes))))(*own)
    builder = Builder((*times.inputs, _PI))

    def decided(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        match node.op:
            case "select":
                return args[1] if values[node.args[0]] else args[2]
            case "abs":
                return args[0] if values[node.args[0]] > 0 else -args[0]
            case "floor":
                return builder.constant(values[number])
            case "mul" if 1.0 / math.pi in (constants := [a.constant for a in args]):
                return args[1 - constants.index(1.0 / math.pi)] / builder.input(_PI)
            case _:
                return None

    first, length, _ = builder.replay(times, builder.inputs, decided)
    parts = (simplified(builder.finish([v])) for v in (first, length))
    whole = Builder(times.inputs)
    known = [*whole.inputs, whole.constant(math.pi)]
    return whole.finish(v for part in parts for v in whole.inline(part, known))


def _stays(system: FirstOrderSystem, dues: Sequence[Due], plain: Sequence[Tape]) -> Tape:
    """Return whether the cases are those that were taken."""
    builder = Builder(system.parameters)
    holds = builder.constant(1.0)
    for due, tape in zip(dues, plain, strict=True):
        *wanted, last = builder.inline(due.times, builder.inputs)
        for one, other in zip(wanted, builder.inline(tape, builder.inputs), strict=True):
            holds = holds & (abs(one - other) <= _SAME * abs(wanted[1]))
        holds = holds & last.apply("eq", math.inf)
    return builder.finish([holds])


def _positive(system: FirstOrderSystem) -> Iterator[Mapping[str, float]]:
    """Yield some positive values."""
    return islice((p for p in points(system, Random(0)) if min(p.values()) > 0), _LOOKS)


def _repeats(system: FirstOrderSystem, length: Tape) -> bool:
    """Tell whether the rates are the same a period later."""
    random = Random(0)
    for point in islice(points(system, random), _TRIED):
        own, y = [point[n] for n in system.parameters], [number(random, 1) for _ in system.states]
        time, after = point[system.time], point[system.time] + length(*own)[0]
        rates = (system.vector_field(t, *y, *own) for t in (time, after))
        if not all(abs(a - b) <= _SAME * (1.0 + abs(a)) for a, b in zip(*rates, strict=True)):
            return False
    return True


def rounds(flow: Flow, repeated: Period) -> tuple[Tape, Tape]:
    """Return the states of a linear system under a periodic input, and where that holds."""
    system = flow.whole
    builder = Builder((system.time, *system.parameters))
    time, *own = builder.inputs
    (length,) = builder.inline(repeated.length, own)
    elapsed = time - system.t0
    count = (elapsed / length).apply("floor")
    left = elapsed - count * length
    turns = [_within(builder.inline(first, own)[0], system.t0, length) for first in repeated.first]
    end = system.t0 + length
    vectors = units(builder, system.n_states)
    *columns, shift = (in_order(flow, builder, end, y, turns) for y in vectors)
    n = range(system.n_states)
    power = squares([[column[i] - shift[i] for column in columns] for i in n])
    start = builder.inline(system.start, own)
    y = after_rounds(count.apply("max", 0.0), start, power, shift)
    states = in_order(flow, builder, system.t0 + left, y, turns)
    holds = (0.0 <= elapsed) & (0.0 < length) & (count < 2.0**LEVELS)
    holds = holds & builder.inline(repeated.holds, own)[0]
    return builder.finish(states), builder.finish([holds])


def written(flow: Flow, repeated: Period) -> Told:
    """Return a period as it is written, for positive values with which much happens in it."""
    system = flow.whole
    values = ([point[n] for n in system.parameters] for point in _positive(system))
    found = [_told(flow, repeated, own) for own in values if repeated.holds(*own)[0]]
    return max(found, key=lambda told: len(told.switches))


def _told(flow: Flow, repeated: Period, own: Sequence[float]) -> Told:
    """Return how a period goes with some values, times at which nothing changes left out."""
    system, switches = flow.whole, flow.piece.switches
    builder = Builder(system.parameters)
    (period,) = builder.inline(repeated.length, builder.inputs)
    (length,) = repeated.length(*own)
    times = dict[float, Tape]()
    for tape in repeated.first:
        (first,) = tape(*own)
        skipped = math.ceil((system.t0 - first) / length - _SAME)
        turn = builder.inline(tape, builder.inputs)[0] + skipped * period
        times.setdefault(round(first + skipped * length, 9), simplified(builder.finish([turn])))
    begins = [system.t0, *(at for at in sorted(times) if at > system.t0)]
    ends = [*begins[1:], system.t0 + length]
    turns, held = list[Tape](), list[tuple[float, ...]]()
    for begin, end in zip(begins, ends, strict=True):
        now = switches(0.5 * (begin + end), *own)
        if not held or now != held[-1]:
            turns += [times[begin]] if held else []
            held.append(now)
    return Told(repeated.length, turns, held)


def _within(first: Value, t0: float, length: Value) -> Value:
    """Return when an input turns in the period that begins at the start."""
    return first + -((first - t0) / length).apply("floor") * length
