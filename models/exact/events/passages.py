"""Where a solution between thresholds is written: from one passage to the next, and again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, reduce
from typing import NamedTuple

from ...notation import chain
from ...symbolic.rational import simplified
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..abbreviated import in_letters
from ..derivation import Claim, Step
from ..first_order.sides import places
from .between import Between, Law
from .thresholds import DOWN, UP

NEAR = 1e-6  # of the states' size, by which a threshold may be missed at the time of its passage


class Begin(NamedTuple):
    """From where it goes on: the states, the way it goes, and how long to the next event."""

    moving: Value
    held: Sequence[Value]
    rate: Value
    lasts: Mapping[int, Value]
    reaches: Mapping[int, Value]


class Page:
    """Where the solution is written.

    Parameters
    ----------
    found
        The system.
    law
        What is known of it between events.
    safe
        Whether it is for floating point, or as it is read.
    """

    def __init__(self, found: Between, law: Law, *, safe: bool) -> None:
        self.found, self.law, self.safe = found, law, safe
        system = found.system
        self.builder = Builder((system.time, *system.parameters))
        time, *self.own = self.builder.inputs
        self.elapsed = time - system.t0
        self.start = self._begin(self.builder.inline(system.start, self.own))
        self.after = {way: self._begin(found.after(self.builder, way)) for way in found.ends}
        self.next = self._order()
        self.first = self._first()
        self.since = time - (system.t0 + self.first)

    def _begin(self, states: Sequence[Value]) -> Begin:
        found, at = self.found, dict(zip(self.found.system.states, states, strict=True))
        begun, held = at[found.state], [at[n] for n in found.held]
        (rate,) = self.builder.inline(self.law.rate, [0.0, begun, *self.own, *held])
        lasts, reaches = dict[int, Value](), dict[int, Value]()
        for way, passage in self.law.passages.items():
            tape = passage.safe if self.safe else passage.written
            (time,) = self.builder.inline(tape, [*self.own, *held, begun])
            lasts[way] = time if self.safe else upright(self._simply(time))
            reaches[way] = self._reaches(way, begun, held, rate, lasts[way])
        return Begin(begun, held, rate, lasts, reaches)

    def _simply(self, value: Value) -> Value:
        """Return a time in its shortest form, if it is to be read."""
        if self.safe:
            return value
        tape = simplified(self.builder.formula(value))
        return self.builder.inline(tape, [self.builder.input(n) for n in tape.inputs])[0]

    def _reaches(
        self, way: int, begun: Value, held: Sequence[Value], rate: Value, time: Value
    ) -> Value:
        """Return whether a threshold is passed at a time that a formula gives."""
        (end,) = self.builder.inline(self.found.ends[way].value, self.own)
        there, valid = self._moved(begun, held, time)
        near = abs(there - end) <= NEAR * (abs(begun) + abs(end))
        ahead = (way * (end - begun) > 0.0) & (way * rate > 0.0)
        return ahead & (0.0 < time) & (time < math.inf) & valid & near

    def _moved(self, begun: Value, held: Sequence[Value], time: Value) -> tuple[Value, Value]:
        moved = self.law.moved
        tape = moved.tape if self.safe else moved.formula
        assert isinstance(tape, Tape)
        at = [time, *self.own, *held, begun]
        holds = 1.0 if moved.holds is None else self.builder.inline(moved.holds, at)[0]
        return self.builder.inline(tape, at)[0], self.builder.value(holds)

    # ---- the order of events -------------------------------------------------------------------

    def _order(self) -> dict[int, int | None]:
        """Return which event follows on each, where parameters are positive, None for none."""
        return {way: self._following(begin) for way, begin in self.after.items()}

    def _following(self, begin: Begin) -> int | None:
        tape, known = self.builder.finish(begin.reaches.values()), self.found.known
        counts = dict.fromkeys(begin.reaches, 0)
        for point in places(self.found.system):
            at = {**point, **known}
            found = tape(*(at[n] for n in tape.inputs))
            for way, comes in zip(counts, found, strict=True):
                counts[way] += bool(comes)
        likely = max(counts, key=lambda way: counts[way])
        return likely if counts[likely] else None

    def _first(self) -> Value:
        """Return how long it takes to the first event."""
        lasts = self.start.lasts
        if len(lasts) == 1:
            return next(iter(lasts.values()))
        return (0.0 < self.start.rate).apply("select", lasts[UP], lasts[DOWN])

    def _chain(self, way: int) -> list[int]:
        """Return the events from one on, each once."""
        found, now = list[int](), way
        while now is not None and now not in found:
            found.append(now)
            now = self.next[now]
        return found

    # ---- the states ----------------------------------------------------------------------------

    def _since(self, way: int, u: Value) -> tuple[list[Value], Value, Value]:
        """Return the states, and when the last and the next event are, so long after an event."""
        begin, following = self.after[way], self.next[way]
        if following is None:
            return self._states(begin, u), 0.0 * u, u + math.inf
        ways = self._chain(way)
        lasts = [self.after[w].lasts[f] for w in ways if (f := self.next[w]) is not None]
        again = self.next[ways[-1]]
        if again == way:
            period = reduce(Value.__add__, lasts)
            number = (u / period).apply("floor")
            begun = number * period
            u = u - begun
        else:
            begun = 0.0 * u
        found = self._states(self.after[ways[0]], u)
        last, due = begun, begun + lasts[0]
        if len(ways) == 2:
            later = lasts[0] <= u
            if again == ways[1]:
                other, since, until = self._since(ways[1], u - lasts[0])
            else:
                other = self._states(self.after[ways[1]], u - lasts[0])
                since = 0.0 * u
                until = lasts[1] if again is not None else u + math.inf
            found = [later.apply("select", o, f) for o, f in zip(other, found, strict=True)]
            last = later.apply("select", begun + lasts[0] + since, last)
            due = later.apply("select", begun + lasts[0] + until, due)
        return found, last, due

    def _states(self, begin: Begin, time: Value) -> list[Value]:
        moving, _ = self._moved(begin.moving, begin.held, time)
        known = dict(zip(self.found.held, begin.held, strict=True)) | {self.found.state: moving}
        return [known[s] for s in self.found.system.states]

    @cached_property
    def _whole(self) -> tuple[list[Value], Value, Value]:
        """The states, and when the last and the next event are."""
        passed = self.first <= self.elapsed
        own = self._states(self.start, self.elapsed)
        ways = list(self.start.lasts)
        found = [self._since(way, self.since) for way in ways]
        after, last, due = found[0]
        if len(ways) == 2:
            up = 0.0 < self.start.rate
            (a, la, da), (b, lb, db) = (found[ways.index(w)] for w in (UP, DOWN))
            after = [up.apply("select", x, y) for x, y in zip(a, b, strict=True)]
            last, due = up.apply("select", la, lb), up.apply("select", da, db)
        t0 = self.found.system.t0
        begun = t0 + self.first
        comes = (0.0 <= self.first) & (self.first < math.inf)
        return (
            [passed.apply("select", a, o) for a, o in zip(after, own, strict=True)],
            passed.apply("select", begun + last, t0),
            passed.apply("select", begun + due, comes.apply("select", begun, math.inf)),
        )

    @property
    def states(self) -> Tape:
        """The states, from time and parameters."""
        return self.builder.finish(self._whole[0], self._names)

    @property
    def due(self) -> Tape:
        """When the last event is and the next."""
        return self.builder.finish(self._whole[1:], self._names)

    @property
    def _names(self) -> tuple[str, ...]:
        return (self.found.system.time, *self.found.system.parameters)

    @property
    def holds(self) -> Tape:
        """Whether events come in the order that is written, at times that are found."""
        passed = self.first <= self.elapsed
        valid = list[Value]()
        for way in self.start.lasts:
            steps = [self.start.reaches[way], *(self._follows(w) for w in self._chain(way))]
            valid.append(reduce(Value.__and__, steps))
        goes_on = valid[0]
        if len(valid) == 2:
            ways = list(self.start.lasts)
            up, down = (valid[ways.index(w)] for w in (UP, DOWN))
            goes_on = (0.0 < self.start.rate).apply("select", up, down)
        _, begun = self._moved(self.start.moving, self.start.held, self.elapsed)
        condition = (0.0 <= self.elapsed) & passed.apply("select", goes_on, begun & self._stays)
        return self.builder.finish([condition], self._names)

    @property
    def _stays(self) -> Value:
        """Whether no threshold was passed on the way from the start."""
        moving, _ = self._moved(self.start.moving, self.start.held, self.elapsed)
        stays = self.builder.constant(1.0)
        for way, end in self.found.ends.items():
            (value,) = self.builder.inline(end.value, self.own)
            slack = NEAR * (abs(value) + abs(self.start.moving))
            beyond = way * (moving - value) > slack
            stays = stays & (1.0 - beyond & (way * (value - self.start.moving) >= 0.0))
        return stays

    def _follows(self, way: int) -> Value:
        """Return whether the event that is written comes after another one."""
        begin, following = self.after[way], self.next[way]
        if following is None:
            comes = [begin.reaches[w] for w in begin.reaches]
            return reduce(Value.__and__, [1.0 - c for c in comes])
        return begin.reaches[following]

    # ---- what is told --------------------------------------------------------------------------

    def told(self, holds: Tape) -> Iterator[Step]:
        """Yield what happens at the events and how the solution is put together."""
        notation, formula = self.found.block.notation, self.builder.formula
        for way in self.found.ends:
            states = self.found.after(self.builder, way)
            after = (
                chain(notation.name(s), notation.formula(simplified(formula(value))))
                for s, value in zip(self.found.system.states, states, strict=True)
            )
            following = self.next[way]
            if following is None:
                continue
            lasts = self.after[way].lasts[following]
            ends = {w: notation.formula(e.value).text for w, e in self.found.ends.items()}
            (there,) = self.builder.inline(self.found.ends[following].value, self.own)
            moved, _ = self._moved(self.after[way].moving, self.after[way].held, lasts)
            reached = self.after[way].reaches[following].apply("select", moved, math.nan)
            lasting = notation.name(notation.fresh("P", "P_0"))
            yield Step(
                f"After passing {ends[way]} it goes on from known states, and passes "
                f"{ends[following]} after",
                chain(*after, chain(lasting, notation.answer(formula(lasts))), sign=", "),
                (Claim(formula(reached), formula(there)),),
            )  # fmt: skip
        written = self.states
        rates = self._fulfilled(written, holds)
        moved = written.select([self.found.moving])
        shown = in_letters(notation.in_time(self.found.state), moved, notation)
        yield Step("So it repeats, counted from the first event", shown, rates)

    def _fulfilled(self, written: Tape, holds: Tape) -> tuple[Claim, ...]:
        system, builder = self.found.system, Builder(written.inputs)
        values = builder.inline(written, builder.inputs)
        (valid,) = builder.inline(holds, builder.inputs)
        at = dict(zip((*builder.names, *system.states), (*builder.inputs, *values), strict=True))
        rates = builder.inline(system.vector_field, [at[n] for n in system.vector_field.inputs])
        slopes = builder.inline(derivative(written, system.time), builder.inputs)
        pairs = ((valid.apply("select", s, math.nan), r)
                 for s, r in zip(slopes, rates, strict=True))  # fmt: skip
        return tuple(Claim(builder.formula(a), builder.formula(b)) for a, b in pairs)


def upright(time: Value) -> Value:
    """Return a time without a minus sign before a logarithm: of the inverse it has none."""
    builder, node = time.builder, time.builder.nodes[time.number]
    if node.op != "neg":
        return time
    turned = _turned(Value(builder, node.args[0]))
    return time if turned is None else turned


def _turned(value: Value) -> Value | None:
    """Return the opposite of a product with a logarithm, None if there is none."""
    builder, node = value.builder, value.builder.nodes[value.number]
    args = [Value(builder, a) for a in node.args]
    if node.op == "log":
        return _inverse(args[0]).apply("log")
    if node.op not in {"mul", "div"}:
        return None
    turned = _turned(args[0])
    if turned is not None:
        return turned.apply(node.op, args[1])
    turned = _turned(args[1]) if node.op == "mul" else None
    return None if turned is None else args[0] * turned


def _inverse(value: Value) -> Value:
    builder, node = value.builder, value.builder.nodes[value.number]
    if node.op != "div":
        return 1.0 / value
    return Value(builder, node.args[1]) / Value(builder, node.args[0])
