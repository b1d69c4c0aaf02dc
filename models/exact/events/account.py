"""What is printed of a solution through events: pieces, sums over doses, rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...notation import Notation, Shown, chain
from ...symbolic.rational import simplified
from ...system import BEFORE
from ...tape import Builder, Tape, Value
from .flow import Flow
from .rounds import added
from .schedule import Due

_MOST = 6  # pieces that are written out


@dataclass(frozen=True)
class Printing:
    """The writing of one solution through events.

    Parameters
    ----------
    flow
        Between two of them; its solution is a formula.
    notation
        Of the whole.
    """

    flow: Flow
    notation: Notation

    def of(self, rows: Callable[[], Iterator[Shown]], dues: Sequence[Due]) -> tuple[Shown, ...]:
        """Return rows, or, if the solution of a piece is no formula, what it is between events."""
        exact = self.flow.exact
        if all(isinstance(part.solved.formula, Tape) for part in exact.parts):
            return tuple(rows())
        labels = dict.fromkeys(due.event.label for due in dues if due.event.label)
        time, last = self.notation.name(self.notation.time).text, "counted from the last event"
        words = (f"{time} {last}", *labels)
        return (*exact.equations, *(Shown(s, rf"\text{{{s}}}") for s in words))

    # ---- doses ---------------------------------------------------------------------------------

    def sums(self, dues: Sequence[Due]) -> Iterator[Shown]:
        """Yield each state as what it is by itself and what is left of each dose."""
        system = self.flow.whole
        builder = Builder((system.time, *system.parameters))
        start = builder.inline(system.start, builder.inputs[1:])
        base = self._states(builder, builder.inputs[0] - system.t0, start)
        for i, state in enumerate(system.states):
            if state.endswith("'"):
                continue
            own = self.notation.answer(simplified(builder.finish([base[i]])))
            terms = [own] if own.text != "0" else []
            terms += [term for due in dues for term in self._left(due, i)]
            yield chain(self.notation.in_time(state), _total(terms or [own]))

    def _left(self, due: Due, i: int) -> list[Shown]:
        """Return what is left of a dose in one state; nothing where it never comes."""
        system = self.flow.whole
        time, count = system.time, self.notation.fresh("j", "n", "i")
        builder = Builder((time, *system.parameters))
        at, *own = builder.inputs
        first, period, last = builder.inline(due.times, own)
        begin = first if due.once else first + builder.input(count) * period
        shift_of = added(due, system)
        assert shift_of is not None
        shift = builder.inline(shift_of, [first, *own])
        inner = self._share(builder, at - begin, shift, i)
        if inner.constant == 0:
            return []
        if due.once:
            begun = (at - first < 0.0).apply("select", 0.0, 1.0)
            return [self._shown(builder, inner if first.constant == system.t0 else begun * inner)]
        until = at if last.constant == float("inf") else at.apply("min", last)
        upper = self._shown(builder, ((until - first) / period).apply("floor"))
        early = ((system.t0 - first) / period).apply("max", 0.0)
        begins = first.constant is None or first.constant >= system.t0
        lower = Shown("0", "0") if begins else self._shown(builder, -(-early).apply("floor"))
        term = self._by_age(builder, at - begin, shift, i)
        return [
            Shown(
                f"sum({term.text}, {count} = {lower.text}..{upper.text})",
                rf"\sum_{{{count}={lower.latex}}}^{{{upper.latex}}} {term.latex}",
            )
        ]

    def _share(self, builder: Builder, age: Value, shift: Sequence[Value], i: int) -> Value:
        """Return what is left of a dose in one state, so long after it was given."""
        nothing = [builder.constant(0.0)] * len(shift)
        with_dose, without = (self._states(builder, age, y)[i] for y in (shift, nothing))
        return _simply(builder, with_dose - without)

    def _by_age(self, builder: Builder, age: Value, shift: Sequence[Value], i: int) -> Shown:
        """Return the same in writing, the time since then kept together, as t - 24*j."""
        since, name = self._shown(builder, age), self.notation.fresh("age", "since", "elapsed")
        text, latex = f"({since.text})", rf"\left({since.latex}\right)"
        notation = replace(
            self.notation, time=name, symbols={**self.notation.symbols, name: text},
            latex_names={**self.notation.latex_names, text: latex},
        )  # fmt: skip
        value = self._share(builder, builder.input(name), shift, i)
        return notation.answer(builder.formula(value))

    # ---- pieces --------------------------------------------------------------------------------

    def pieces(self, dues: Sequence[Due], switches: Sequence[Sequence[float]]) -> Iterator[Shown]:
        """Yield the formula of each piece, and where it begins anew.

        Parameters
        ----------
        dues
            What happens, in its order.
        switches
            What jumps, in each piece.
        """
        system = self.flow.whole
        builder = Builder((system.time, *system.parameters))
        time, *own = builder.inputs
        y, begun = builder.inline(system.start, own), builder.constant(system.t0)
        names = dict[str, str]()
        for number, held in enumerate(switches[:_MOST]):
            due = dues[number] if number < len(dues) else None
            end = due and builder.inline(due.times, own)[0]
            found = self._states(builder, time - begun, y, held, begun)
            where = self._between(builder, begun, end)
            lasts = _lasts(begun, end)
            for left, right in self._rows(builder, found) if lasts else ():
                yield Shown(f"{left.text} = {right.text}{where.text}",
                            f"{left.latex} = {right.latex}{where.latex}")  # fmt: skip
            if due is None or end is None or due.event.stops:
                return
            clock = self._shown(builder, end).text
            before = {s: f"{self.notation.name(s).text}({clock})" for s in system.states}
            before = before if lasts else before | names
            names = self._letters(str(number + 1))
            yield from self._resets(due, before, names)
            y, begun = [builder.input(names[s]) for s in system.states], end
        yield Shown(f"and so on, {len(switches)} pieces in all", r"\dots")

    def _rows(self, builder: Builder, found: Sequence[Value]) -> Iterator[tuple[Shown, Shown]]:
        for state, value in zip(self.flow.whole.states, found, strict=True):
            if not state.endswith("'"):
                shown = self._shown(builder, _simply(builder, value))
                yield self.notation.in_time(state), shown

    def _between(self, builder: Builder, begun: Value, end: Value | None) -> Shown:
        time, first = self.notation.name(self.notation.time), self._shown(builder, begun)
        if end is None:
            return Shown(f" from {time.text} = {first.text} on",
                         rf" \text{{ for }} {time.latex} \geq {first.latex}")  # fmt: skip
        last = self._shown(builder, end)
        latex = rf" \text{{ for }} {first.latex} \leq {time.latex} < {last.latex}"
        return Shown(f" for {first.text} <= {time.text} < {last.text}", latex)

    def _resets(
        self, due: Due, before: Mapping[str, str], names: Mapping[str, str]
    ) -> Iterator[Shown]:
        """Yield what the states are after an event, by those just before it."""
        system = self.flow.whole
        notation = replace(
            self.notation,
            latex_names={**self.notation.latex_names, **{b: b for b in before.values()}},
        )
        for i, state in enumerate(system.states):
            left = notation.name(names[state])
            if due.event.reset is None:
                yield chain(left, notation.name(before[state]))
                continue
            builder = Builder(system.parameters)
            own: dict[str, Value] = {s: builder.input(n) for s, n in before.items()}
            own |= dict.fromkeys(
                (BEFORE, system.time), builder.inline(due.times, builder.inputs)[0]
            )
            tape = due.event.reset
            value = builder.inline(
                tape, [own[n] if n in own else builder.input(n) for n in tape.inputs]
            )[i]
            yield chain(left, notation.answer(builder.formula(value)))

    # ---- periods -------------------------------------------------------------------------------

    def period(self, length: Tape, turns: Sequence[Tape], switches: Sequence[Sequence[float]]
               ) -> Iterator[Shown]:  # fmt: skip
        """Yield the formula of each piece of a period, and how periods are counted.

        Parameters
        ----------
        length
            Of the period.
        turns
            When inputs turn in the first one, after the start.
        switches
            What holds in each of its pieces.
        """
        system, count = self.flow.whole, self.notation.fresh("n", "j", "i")
        time = self.notation.name(self.notation.time).text
        clock = f"{time}_{count}"
        builder = Builder((system.time, *system.parameters))
        now, *own = builder.inputs
        (period,), begin = builder.inline(length, own), builder.input(clock)
        names = self._letters(count)
        local: Value = builder.constant(system.t0)
        for number, held in enumerate(switches, 1):
            y = [builder.input(names[s]) for s in system.states]
            since = begin + (local - system.t0)
            found = self._states(builder, now - since, y, held, local)
            last = number == len(switches)
            end = period + system.t0 if last else builder.inline(turns[number - 1], own)[0]
            until = begin + (end - system.t0)
            where = self._between(builder, since, until)
            for left, right in self._rows(builder, found):
                yield Shown(f"{left.text} = {right.text}{where.text}",
                            f"{left.latex} = {right.latex}{where.latex}")  # fmt: skip
            at = clock if last else self._shown(builder, until).text
            names = self._letters(count if last else str(number))
            for state, name in names.items():
                value = f"{self.notation.name(state).text}({at})"
                yield chain(self.notation.name(name), Shown(value, value))
            local = end
        counted = self._shown(builder, ((now - system.t0) / period).apply("floor"))
        yield chain(Shown(count, count), counted)
        begins = self._shown(builder, builder.input(count) * period + system.t0)
        yield chain(self.notation.name(clock), begins)

    def _letters(self, index: str) -> dict[str, str]:
        """Return the names of the states at some time."""
        return {s: f"{self.notation.name(s).text}_{index}" for s in self.flow.whole.states}

    # ---- rounds --------------------------------------------------------------------------------

    def rounds(self, due: Due) -> Iterator[Shown]:
        """Yield the states since the last round, and how one round follows from the one before."""
        system, count = self.flow.whole, self.notation.fresh("n", "j", "i")
        builder = Builder((system.time, *system.parameters))
        time, *own = builder.inputs
        first, period, last = builder.inline(due.times, own)
        names = [self.notation.name(s).text for s in system.states]
        number = builder.input(count)
        y = [builder.input(f"{s}_{count}") for s in names]
        begun = first + (number - 1.0) * period
        yield from (
            chain(*row) for row in self._rows(builder, self._states(builder, time - begun, y))
        )
        until = time if last.constant == float("inf") else time.apply("min", last)
        counted = self._shown(builder, ((until - first) / period).apply("floor") + 1.0)
        yield chain(Shown(count, count), counted)
        start = builder.inline(system.start, own)
        once = self._reset(due, builder, self._states(builder, first - system.t0, start))
        before = [builder.input(f"{s}_({count}-1)") for s in names]
        again = self._reset(due, builder, self._states(builder, period, before))
        latex = {f"{s}_({count}-1)": f"{s}_{{{count}-1}}" for s in names}
        notation = replace(self.notation, latex_names={**self.notation.latex_names, **latex})
        for i, name in enumerate(names):
            for index, values in (("1", once), (count, again)):
                shown = notation.answer(builder.formula(_simply(builder, values[i])))
                yield chain(notation.name(f"{name}_{index}"), shown)

    def _reset(self, due: Due, builder: Builder, y: Sequence[Value]) -> list[Value]:
        tape = due.event.reset
        assert tape is not None
        own = dict(zip(self.flow.whole.states, y, strict=True))
        return builder.inline(tape, [own[n] if n in own else builder.input(n) for n in tape.inputs])

    # ---- formulas ------------------------------------------------------------------------------

    def _states(
        self, builder: Builder, elapsed: Value, y: Sequence[Value],
        switches: Sequence[float] = (), begun: Value | float = 0.0,
    ) -> list[Value]:  # fmt: skip
        """Return the states as a textbook writes them."""
        own = [builder.input(n) for n in self.flow.whole.parameters]
        return builder.inline(self.flow.exact.formula, [elapsed, *own, *switches, begun, *y])

    def _shown(self, builder: Builder, value: Value) -> Shown:
        return self.notation.answer(builder.formula(value))


def _total(terms: Sequence[Shown]) -> Shown:
    """Return the sum of some terms; one with a minus sign is taken away."""
    total = chain(*terms, sign=" + ")
    return Shown(lambda: total.text.replace("+ -", "- "), lambda: total.latex.replace("+ -", "- "))


def _simply(builder: Builder, value: Value) -> Value:
    tape: Tape = simplified(builder.formula(value))
    return builder.inline(tape, [builder.input(n) for n in tape.inputs])[0]


def _lasts(begun: Value, end: Value | None) -> bool:
    """Tell whether a piece takes any time, as none does between events at one and the same."""
    if end is None or begun.constant is None or end.constant is None:
        return True
    return begun.constant < end.constant
