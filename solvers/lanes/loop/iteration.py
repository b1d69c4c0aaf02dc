"""One attempted step in every lane: the inside of the loop over steps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from math import inf

from ...compose.hidden import SHORTER
from ...compose.probes import CLOSELY
from ...compose.program import Program
from ...control import CLOSE
from ...kernels.llvm import Printer, write
from ...kernels.page import WORD, Machine
from ...status import Status
from ..layout import ALARM, DUE, TURNED
from .frame import Frame, bind
from .search import Search, ulp

FEWEST_ULPS = 16.0  # of the time: a step of fewer is too small
_SHARED = ("rtol", "longest", "direction")


class Iteration(ABC):
    """The writer of one iteration; made before the loop, for what all iterations share.

    How a step is attempted is left to those who have it in one piece or in parts.

    Parameters
    ----------
    frame
        Where to.
    adaptive
        Whether steps are chosen by the error.

    Attributes
    ----------
    hidden
        How many tolerances a step may hide, or None where none hides anything; see `hidden`.
    poles
        The look for poles in a step, or None where there can be none; see `passing`.
    """

    def __init__(self, frame: Frame, *, adaptive: bool) -> None:
        self.f, self.page, self.adaptive = frame, frame.page, adaptive
        self.n, self.m = frame.layout.n, frame.layout.m
        self.shared = {x: self.page.splat(frame.head(x, "double")) for x in _SHARED}
        self.limit = self.page.splat(frame.head("max_steps"), "i64")
        self.hidden: Program | None = None
        self.poles: Program | None = None

    @property
    def machine(self) -> Machine:
        """What the code at hand may count on."""
        return self.page.machine

    @property
    def remembers(self) -> bool:
        """Whether the next step depends on the error of the last."""
        return True

    @abstractmethod
    def attempt(self, t: str, tried: str, limit: str) -> None:
        """Write an attempted step from a time; no rate is asked for at a time past the limit."""

    @abstractmethod
    def judge(self, tried: str, before: str) -> tuple[str, str, str]:
        """Write whether it is accepted, the factor to the next, and what to remember of it."""

    @abstractmethod
    def finite(self) -> str:
        """Write whether what it came to is finite."""

    @abstractmethod
    def commit(self, accept: str) -> None:
        """Write the new states and slopes where they are accepted."""

    @abstractmethod
    def probe(self, known: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """Write the look at conditions, but for the step told what it takes; see `probes`."""

    @abstractmethod
    def end(self, name: str, i: int) -> str:
        """Write a state at the begin or end of the step, y or z, or its slope there, f or g."""

    @abstractmethod
    def keep(self) -> None:
        """Write what dense output needs, where it is not in memory already."""

    def hurry(self) -> None:
        """Write steps that need not be looked at one by one; none where nobody says how."""
        return

    def write(self) -> None:
        """Write the attempt, its judgement, and what follows from it."""
        f, page = self.f, self.page
        t, h, goal, limit = (f.rows(name, 1)[0] for name in ("t", "h", "goal", "limit"))
        h, last, tried = self._try(t, h, goal)
        self.search = Search(f) if f.layout.n_triggers else None
        if self.search:
            last, tried = self.search.lengths(t, goal, last, tried)
        if f.layout.recording:
            self._record(t, tried)
        self.attempt(t, tried, limit)
        good, factor = self._judge(t, tried, limit)
        finite = self.finite()
        reached = page.choose(last, goal, page.do_all("fadd", t, tried))
        # A last step was cut short: it says nothing about the step size that fits.
        whole = page.both(good, last)
        following = page.choose(whole, h, page.do_all("fmul", tried, factor))
        counted = accept = good
        turns: list[tuple[str, int]] = []
        if self.search:
            reached = self.search.reached(reached)
            following = page.choose(self.search.busy, h, following)
            good = self.search.judged(good)
        if f.layout.n_watched:
            accept, counted, turns = self._look((t, tried, reached), good, finite)
        self.commit(accept)
        if f.layout.recording:
            self._remember(accept)
        new = page.update(accept, reached, t)
        f.keep("t", [new])
        f.keep("h", [following])
        arrived = page.both(page.both(accept, last), finite)
        ends = [
            (self._too_many(accept, counted), int(Status.MAX_STEPS)),
            (self.too_small(new, following), int(Status.STEP_TOO_SMALL)),
            (page.both(accept, page.other(finite)), int(Status.NOT_FINITE)),
            (arrived, DUE),
            *turns,
        ]
        special = self._special(accept, new, [which for which, _ in ends])
        with page.when(page.put(f"icmp ne i64 {special}, 0")):
            # Where nothing falls due, no time is too late to ask for rates: it is the end.
            endless = page.compare("oeq", page.known("fabs", limit), page.every(inf))
            ends.insert(4, (page.both(arrived, endless), int(Status.SUCCESS)))
            self._note(t, tried, accept, self._code(ends))
            self.wanted(special)

    def wanted(self, lanes: str) -> None:
        """Write what some lanes need, told by bits, and that it is over when none is at work."""
        page = self.page
        page.call("i64", "attend", "ptr %w", f"i64 {lanes}")
        with page.when(page.put(f"icmp sle i64 {self.f.head('live')}, 0")):
            page.leave("ret i64 0")

    def _try(self, t: str, h: str, goal: str) -> tuple[str, str, str]:
        """Write the step to try: no longer than allowed, and just to the goal where it is near."""
        page, longest = self.page, self.shared["longest"]
        longer = page.compare("ogt", page.known("fabs", h), longest)
        h = page.choose(longer, page.known("copysign", longest, h), h)
        left = page.do_all("fsub", goal, t)
        near = page.do_all("fmul", page.known("fabs", left), page.every(CLOSE))
        last = page.compare("oge", page.known("fabs", h), near)
        return h, last, page.choose(last, left, h)

    def _record(self, t: str, tried: str) -> None:
        """Write down from where a step is tried, how long it is, and the record it follows."""
        f, page, layout = self.f, self.page, self.f.layout
        size = layout.record * layout.width
        place = f.item("records", page.put(f"mul i64 {f.head('recorded')}, {size}"))
        step = layout.width * WORD
        page.store(self.machine.vector, t, place)
        page.store(self.machine.vector, tried, page.place(place, 1, step))
        with page.loop(self.n) as s:
            row = page.place(page.place(place, 2, step), s, step)
            page.store(self.machine.vector, f.at("y", s), row)
        link = page.place(place, layout.record - 1, step)
        page.store(self.machine.integers, f.integers("last"), link)

    def _remember(self, accept: str) -> None:
        """Write where the record of each accepted step is, in words, and count the records."""
        f, page, integers = self.f, self.page, self.machine.integers
        count, width = f.head("recorded"), f.layout.width
        first = page.splat(page.put(f"mul i64 {count}, {f.layout.record * width}"), "i64")
        lanes = f"<{', '.join(f'i64 {lane}' for lane in range(width))}>"
        here = page.put(f"add {integers} {first}, {lanes}")
        last = f.integers("last")
        chosen = f"select {self.machine.truths} {accept}, {integers} {here}, {integers} {last}"
        f.keep("last", [page.put(chosen)], integers)
        f.set_head("recorded", page.put(f"add i64 {count}, 1"))

    def _judge(self, t: str, tried: str, limit: str) -> tuple[str, str]:
        """Write whether each step is accepted, and the factor to the next."""
        page = self.page
        if not self.adaptive:
            return page.always, page.every(1.0)
        (before,) = self.f.rows("before", 1)
        accept, factor, noted = self.judge(tried, before)
        accepted = page.compare("ogt", accept, page.every(0.0))
        if self.hidden:
            much = page.compare("ogt", self._hidden(self.hidden, t, tried, limit), page.every(1.0))
            accepted, factor = self._shorter(much, accepted, factor)
        if self.poles:
            passed = self._passed(self.poles, accepted, t, tried, limit)
            accepted, factor = self._shorter(passed, accepted, factor)
        if not self.remembers:
            return accepted, factor
        # Of a step that is made again it was noted when it was first made.
        new = page.both(accepted, page.other(self.search.busy)) if self.search else accepted
        self.f.keep("before", [page.update(new, noted, before)])
        return accepted, factor

    def _shorter(self, which: str, accepted: str, factor: str) -> tuple[str, str]:
        """Write that some steps are not accepted, and the next are to be shorter."""
        page = self.page
        long = page.both(which, page.compare("ogt", factor, page.every(SHORTER)))
        return page.both(accepted, page.other(which)), page.choose(
            long, page.every(SHORTER), factor
        )

    def _passed(self, program: Program, accepted: str, t: str, tried: str, limit: str) -> str:
        """Write which of the accepted steps passed a pole: a closer look, where any may have."""
        f, page, needed = self.f, self.page, program.tape.used()
        known: dict[str, list[str]] = {"t": [t], "h": [tried], "limit": [limit]}
        values = dict(known)
        for name in "yzfg":
            values[name] = [
                self.end(name, i) if f"{name}[{i}]" in needed else "undef" for i in range(self.n)
            ]
        values["p"] = [
            f.rows("p", i + 1, i)[0] if f"p[{i}]" in needed else "undef" for i in range(self.m)
        ]
        printer = Printer(page, program.tape, bind(program, values))
        zero, found = page.every(0.0), page.local(self.machine.vector)
        (may,) = printer.write([0])
        page.store(self.machine.vector, zero, found)
        doubtful = page.both(accepted, page.compare("une", may, zero))
        with page.when(page.any(doubtful)):
            page.store(self.machine.vector, printer.write([1])[0], found)
        passed = page.compare("une", page.fetch(self.machine.vector, found), zero)
        return page.both(accepted, passed)

    def _hidden(self, program: Program, t: str, tried: str, limit: str) -> str:
        """Write how many tolerances each step may hide."""
        f, needed = self.f, program.tape.used()
        values: dict[str, list[str]] = {
            "t": [t], "h": [tried], "limit": [limit], "rtol": [self.shared["rtol"]],
        }  # fmt: skip
        for name, count in (("y", self.n), ("atol", self.n), ("p", self.m)):
            values[name] = [
                f.rows(name, i + 1, i)[0] if f"{name}[{i}]" in needed else "undef"
                for i in range(count)
            ]
        (found,) = write(self.page, program.tape, bind(program, values))
        return found

    def _code(self, ends: Sequence[tuple[str, int]]) -> str:
        """Write how each lane ends, the last that holds of several ways; -1 where it goes on."""
        page, integers, truths = self.page, self.machine.integers, self.machine.truths
        code = page.every_integer(-1)
        for which, number in ends:
            value = f"{integers} {page.every_integer(number)}, {integers} {code}"
            code = page.put(f"select {truths} {which}, {value}")
        return code

    def _look(
        self, span: tuple[str, str, str], good: str, finite: str
    ) -> tuple[str, str, list[tuple[str, int]]]:
        """Write where conditions may have turned, and elsewhere which hold now.

        Return which steps are accepted, which are so or are not counted, and those that something
        has turned in, with what they are to be handed on by.
        """
        f, page, layout = self.f, self.page, self.f.layout
        count = layout.n_triggers
        rows = {"held": layout.n_watched, "fresh": 1, "speed": count, "ceasing": count}
        known = {name: f.rows(name, count) for name, count in rows.items()}
        own, asked, *words = self.probe({**known, "t": [span[0]], "h": [span[1]]})
        held, holds = known["held"], words[: layout.n_watched]
        either = page.do_all("fadd", own, asked)
        alarm = page.both(good, page.compare("ogt", either, page.every(0.0)))
        truths = page.machine.truths
        if self.search:
            alarm = page.put(f"or {truths} {alarm}, {self.search.repeating}")
        on = page.both(good, page.other(alarm))
        f.keep("held", [page.choose(on, a, b) for a, b in zip(holds, held, strict=True)])
        f.keep("fresh", [page.choose(on, page.every(0.0), known["fresh"][0])])
        if not self.search:
            return good, good, [(alarm, ALARM)]
        quiet = page.both(page.compare("ole", asked, page.every(0.0)),
                          page.compare("olt", own, page.every(CLOSELY)))  # fmt: skip
        begin = page.both(page.both(alarm, finite), page.other(self.search.repeating))
        begun, found = self.search.go_on(
            page.both(begin, quiet), span, held[:count], words[layout.n_watched :]
        )
        accept = page.put(f"or {truths} {page.both(good, page.other(begun))}, {found}")
        counted = page.put(f"or {truths} {good}, {self.search.seeking}")
        return accept, counted, [(page.both(alarm, page.other(begun)), ALARM), (found, TURNED)]

    def too_small(self, t: str, h: str) -> str:
        """Write whether a step is but a few of the last bits of its time."""
        page = self.page
        step, time = page.known("fabs", h), page.known("fabs", t)
        size = page.choose(page.compare("ogt", time, step), time, step)
        return page.compare("ole", step, page.do_all("fmul", ulp(page, size),
                                                     page.every(FEWEST_ULPS)))  # fmt: skip

    def _too_many(self, accept: str, counted: str) -> str:
        """Write the counting of steps, and whether they are as many as allowed.

        Those that are not accepted though they are `counted` do not count as rejected.
        """
        page, truths, integers = self.page, self.machine.truths, self.machine.integers
        counts: list[str] = []
        for name, which in (("n_steps", accept), ("n_rejected", page.other(counted))):
            minus = page.put(f"sext {truths} {which} to {integers}")
            counts.append(page.put(f"sub {integers} {self.f.integers(name)}, {minus}"))
            self.f.keep(name, counts[-1:], integers)
        total = page.put(f"add {integers} {counts[0]}, {counts[1]}")
        return page.put(f"icmp sge {integers} {total}, {self.limit}")

    def _special(self, accept: str, t: str, ends: Sequence[str]) -> str:
        """Write which lanes at work ended, or reached the time of an output, as bits."""
        page, direction, truths = self.page, self.shared["direction"], self.machine.truths
        (due,) = self.f.rows("due", 1)
        there, here = (page.do_all("fmul", direction, x) for x in (due, t))
        wanted = page.both(accept, page.compare("ole", there, here))
        for which in ends:
            wanted = page.put(f"or {truths} {wanted}, {which}")
        index, integers = self.f.integers("index"), self.machine.integers
        at_work = page.put(f"icmp sgt {integers} {index}, {page.every_integer(-1)}")
        return page.bits(page.both(wanted, at_work))

    def _note(self, t: str, tried: str, accept: str, code: str) -> None:
        """Write what those who attend to single lanes need to know of the step."""
        f, truths, integers = self.f, self.machine.truths, self.machine.integers
        f.keep("from", [t])
        f.keep("tried", [tried])
        f.keep("good", [self.page.put(f"zext {truths} {accept} to {integers}")], integers)
        f.keep("code", [code], integers)
        self.keep()
