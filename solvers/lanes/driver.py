"""Lanes: the code that integrates trajectories side by side, each at its own time and step.

W trajectories are the lanes of a vector. Each iteration attempts one step in every lane; a lane
whose outputs are due, or whose trajectory ended, is attended to alone, and an ended one is refilled
with the next trajectory. Nothing a lane computes depends on its number or on its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ...models.tape import Tape
from ..control import FIRST_NORM
from ..kernels.llvm import module
from ..kernels.page import WORD, Machine, Page, literal
from ..status import Status
from .frame import Frame
from .iteration import Iteration
from .layout import Layout
from .tallying import add_up

SIGNATURES = (("begin", "vp"), ("run", "qpq"))


class Stepper(Protocol):
    """How lanes step, in one piece or in parts."""

    def pages(self, machine: Machine, layout: Layout, declared: dict[str, str]) -> list[Page]:
        """Return the functions that the others need."""
        ...

    def begin(self, f: Frame) -> str:
        """Write the slopes of the staged lanes; return their first steps."""
        ...

    def dense(self, f: Frame, theta: str, put: Callable[[str, str], None]) -> None:
        """Write the states of one lane at fractions of its step, each put where it belongs."""
        ...

    def iteration(self, frame: Frame, *, adaptive: bool) -> Iteration:
        """Return the writer of an iteration."""
        ...


def kernel(
    stepper: Stepper, machine: Machine, layout: Layout, *, adaptive: bool, tally: Tape | None = None
) -> str:
    """Return the module that integrates.

    Its functions are ``begin(block)``, which fills the lanes, and ``run(block, iterations)``, which
    returns how many lanes are still at work; `layout` says what the block holds.

    Parameters
    ----------
    stepper
        Who writes the steps.
    machine
        What the code may count on.
    layout
        Of the block.
    adaptive
        Whether steps are chosen by the error; else all are as long as the head says.
    tally
        What is added up at outputs, in place of keeping the states there; see `Tally`.
    """
    writer = _Writer(stepper, machine, layout, {}, adaptive, tally)
    pages = [
        writer.begin(), writer.stage(), writer.fill(), writer.blame(), writer.finish(),
        writer.see(), writer.outputs(), writer.attend(), writer.run(),
        *stepper.pages(machine, layout, writer.declared),
    ]  # fmt: skip
    return module(pages, writer.declared)


@dataclass
class _Writer:
    """The functions of a module, one method each."""

    stepper: Stepper
    machine: Machine
    layout: Layout
    declared: dict[str, str]
    adaptive: bool
    tally: Tape | None

    def _frame(self, head: str) -> Frame:
        return Frame(Page(self.machine, head, self.declared), self.layout)

    def begin(self) -> Page:
        """Write ``begin``: every lane gets its first trajectory."""
        f = self._frame("void @begin(ptr %w)")
        f.set_head("live", str(self.layout.width))
        with f.page.loop(self.layout.width) as lane:
            f.page.call("i64", "fill", "ptr %w", f"i64 {lane}")
        f.page.leave("ret void")
        return f.page

    def stage(self) -> Page:
        """Write ``stage``: the next W trajectories are read, their first steps and slopes found."""
        f, layout = self._frame("i64 @stage(ptr %w)"), self.layout
        page, n = f.page, layout.n
        first, end = f.head("next"), f.head("end")
        with page.loop(layout.width) as lane:
            wanted = page.put(f"add i64 {first}, {lane}")
            last = page.put(f"sub i64 {end}, 1")
            column = page.call("i64", "llvm.smin.i64", f"i64 {wanted}", f"i64 {last}")
            for source, name, count in (("y0", "y", n), ("p", "p", layout.m), ("atol", "atol", n)):
                if count:
                    self._read_column(f, source, f"staged {name}", count, lane, column)
        step = self.stepper.begin(f)
        if self.adaptive:
            direction = page.splat(f.head("direction", "double"))
            step = page.put(f"fmul {self.machine.vector} {step}, {direction}")
        else:
            step = page.splat(f.head("step", "double"))
        f.keep("staged h", [step])
        f.set_head("staged", first)
        f.set_head("next", page.put(f"add i64 {first}, {layout.width}"))
        f.set_head("cursor", "0")
        page.leave("ret i64 0")
        return page

    def _read_column(
        self, f: Frame, source: str, target: str, count: int, lane: str, column: str
    ) -> None:
        """Write the copying of one column of an array of the caller to a staged lane."""
        page = f.page
        row_stride, column_stride = f.head(f"{source}_row"), f.head(f"{source}_column")
        begin = page.put(f"mul i64 {column}, {column_stride}")
        base = f.item(source, begin)
        with page.loop(count) as row:
            offset = page.put(f"mul i64 {row}, {row_stride}")
            value = page.fetch("double", page.place(base, offset))
            page.store("double", value, f.cell(target, lane, row))

    def fill(self) -> Page:
        """Write ``fill``: a lane gets the next trajectory that has a rate at all, or rests."""
        f, layout = self._frame("i64 @fill(ptr %w, i64 %lane)"), self.layout
        page = f.page
        again = page.label()
        page.start(again)
        cursor, following, end = f.head("cursor"), f.head("next"), f.head("end")
        spent = page.put(f"icmp sge i64 {cursor}, {layout.width}")
        more = page.put(f"icmp slt i64 {following}, {end}")
        with page.when(page.put(f"and i1 {spent}, {more}")):
            page.call("i64", "stage", "ptr %w")
        cursor = f.head("cursor")
        index = page.put(f"add i64 {f.head('staged')}, {cursor}")
        source = page.call("i64", "llvm.smin.i64", f"i64 {cursor}", f"i64 {layout.width - 1}")
        with page.loop(layout.member_rows) as row:
            value = page.fetch("double", f.cell("staged h", source, row))
            page.store("double", value, f.cell("h", "%lane", row))
        f.set_head("cursor", page.put(f"add i64 {cursor}, 1"))
        self._reset(f, index)
        with page.when(page.put(f"icmp sge i64 {index}, {end}")):
            # Nothing is left. The lane goes on with a step of nothing, which harms nobody.
            f.set("h", "%lane", "0.0")
            f.set("index", "%lane", "-1", "i64")
            f.set_head("live", page.put(f"sub i64 {f.head('live')}, 1"))
            page.leave("ret i64 0")
        finite = self._finite_start(f)
        good = page.label()
        bad = page.label()
        page.leave(f"br i1 {finite}, label %{good}, label %{bad}")
        page.start(bad)
        page.call("i64", "finish", "ptr %w", "i64 %lane", f"i64 {int(Status.NOT_FINITE)}")
        page.leave(f"br label %{again}")
        page.start(good)
        page.leave("ret i64 0")
        return page

    def _reset(self, f: Frame, index: str) -> None:
        page, at_start = f.page, f.head("at_start")
        f.set("index", "%lane", index, "i64")
        f.set("t", "%lane", f.head("t0", "double"))
        f.set("before", "%lane", literal(FIRST_NORM))
        f.set("n_steps", "%lane", "0", "i64")
        f.set("n_rejected", "%lane", "0", "i64")
        f.set("written", "%lane", at_start, "i64")
        if self.layout.recording:
            f.set("last", "%lane", "-1", "i64")
        f.set("due", "%lane", page.fetch("double", f.item("t_eval", at_start)))

    def _finite_start(self, f: Frame) -> str:
        """Write the test that a start and its slope are finite; the culprits go to `new`."""
        page = f.page
        place = page.local("double")
        page.store("double", "0.0", place)
        with page.loop(self.layout.n) as row:
            y, slope = f.get("y", "%lane", row=row), f.get("f", "%lane", row=row)
            nothing = page.put(f"fmul double {y}, 0.0")
            value = page.put(f"fadd double {slope}, {nothing}")
            page.store("double", value, f.cell("new", "%lane", row))
            nothing = page.put(f"fmul double {value}, 0.0")
            page.store("double", page.put(f"fadd double {page.fetch('double', place)}, {nothing}"),
                       place)  # fmt: skip
        return page.put(f"fcmp ord double {page.fetch('double', place)}, 0.0")

    def blame(self) -> Page:
        """Write ``blame``: which of a lane's new values is largest, or no number at all."""
        f = self._frame("i64 @blame(ptr %w, i64 %lane)")
        page = f.page
        largest, culprit = page.local("double"), page.local("i64")
        page.store("double", "-1.0", largest)
        page.store("i64", "0", culprit)
        with page.loop(self.layout.n) as row:
            value = f.get("new", "%lane", row=row)
            size = page.call("double", "llvm.fabs.f64", f"double {value}")
            number = page.put(f"fcmp ord double {size}, 0.0")
            size = page.put(f"select i1 {number}, double {size}, double 0x7FF0000000000000")
            larger = page.put(f"fcmp ogt double {size}, {page.fetch('double', largest)}")
            with page.when(larger):
                page.store("double", size, largest)
                page.store("i64", row, culprit)
        page.leave(f"ret i64 {page.fetch('i64', culprit)}")
        return page

    def finish(self) -> Page:
        """Write ``finish``: how a lane's trajectory ended goes to the results.

        The last output, which a failed trajectory never reaches, holds its last state.
        """
        f = self._frame("i64 @finish(ptr %w, i64 %lane, i64 %code)")
        page = f.page
        index = f.get("index", "%lane", "i64")
        page.store("i64", "%code", f.end("status", index))
        for name, kind in (("t", "double"), ("h", "double"), ("n_steps", "i64"),
                           ("n_rejected", "i64")):  # fmt: skip
            page.store(kind, f.get(name, "%lane", kind), f.end(name, index))
        page.store("i64", "-1", f.end("state", index))
        if self.layout.recording:
            page.store("i64", f.get("last", "%lane", "i64"), f.item("links", index))
        with page.when(page.put(f"icmp ne i64 %code, {int(Status.SUCCESS)}")):
            culprit = page.call("i64", "blame", "ptr %w", "i64 %lane")
            page.store("i64", culprit, f.end("state", index))
            last = page.put(f"sub i64 {f.head('n_times')}, 1")
            base = self._output(f, index, last)
            stride = f.head("out_row")
            with page.loop(self.layout.n) as row:
                place = page.place(base, page.put(f"mul i64 {row}, {stride}"))
                page.store("double", f.get("y", "%lane", row=row), place)
        page.leave("ret i64 0")
        return page

    def _output(self, f: Frame, index: str, time: str) -> str:
        """Return the address of the first state's output of a trajectory at a time."""
        begin = f.page.put(f"mul i64 {index}, {f.head('out_column')}")
        return f.item("out", f.page.put(f"add i64 {begin}, {time}"))

    def see(self) -> Page:
        """Write what is done with the states at outputs: they are kept, or added up."""
        if self.tally is None:
            return self.dense()
        vector, truths = self.machine.vector, self.machine.truths
        f = self._frame(
            f"i64 @tally(ptr %w, i64 %lane, {vector} %theta, {truths} %due, {vector} %times, "
            "i64 %written)"
        )
        add_up(f, self.tally, self.stepper.dense)
        return f.page

    def dense(self) -> Page:
        """Write ``dense``: the states of one lane at W fractions of its step, to the outputs."""
        vector, truths = self.machine.vector, self.machine.truths
        head = f"i64 @dense(ptr %w, i64 %lane, {vector} %theta, {truths} %due, ptr %out)"
        f = self._frame(head)
        page = f.page

        stride = f.head("out_row")
        name = f"llvm.masked.store.v{self.machine.width}f64.p0"
        self.declared[name] = f"declare void @{name}({vector}, ptr, i32 immarg, {truths})"

        def put(state: str, word: str) -> None:
            place = page.place("%out", page.put(f"mul i64 {state}, {stride}"))
            page.do(f"call void @{name}({vector} {word}, ptr {place}, i32 {WORD}, {truths} %due)")

        self.stepper.dense(f, "%theta", put)
        page.leave("ret i64 0")
        return page

    def outputs(self) -> Page:
        """Write ``outputs``: all that fell due in a lane's step, W at a time."""
        f, width = self._frame("i64 @outputs(ptr %w, i64 %lane)"), self.layout.width
        page, vector = f.page, self.machine.vector
        again, done = page.label(), page.label()
        direction = page.splat(f.head("direction", "double"))
        begin, length, reached = (page.splat(f.get(x, "%lane")) for x in ("from", "tried", "t"))
        ahead = page.put(f"fmul {vector} {direction}, {reached}")
        page.start(again)
        written = f.get("written", "%lane", "i64")
        times = page.fetch(vector, f.item("t_eval", written))
        there = page.put(f"fmul {vector} {direction}, {times}")
        due = page.put(f"fcmp ole {vector} {there}, {ahead}")
        since = page.put(f"fsub {vector} {times}, {begin}")
        theta = page.put(f"fdiv {vector} {since}, {length}")
        seen = "ptr %w", "i64 %lane", f"{vector} {theta}", f"{self.machine.truths} {due}"
        if self.tally is None:
            out = self._output(f, f.get("index", "%lane", "i64"), written)
            page.call("i64", "dense", *seen, f"ptr {out}")
        else:
            page.call("i64", "tally", *seen, f"{vector} {times}", f"i64 {written}")
        bits = page.put(f"bitcast {self.machine.truths} {due} to i{width}")
        count = page.call(f"i{width}", f"llvm.ctpop.i{width}", f"i{width} {bits}")
        count = page.put(f"zext i{width} {count} to i64")
        written = page.put(f"add i64 {written}, {count}")
        f.set("written", "%lane", written, "i64")
        f.set("due", "%lane", page.fetch("double", f.item("t_eval", written)))
        full = page.put(f"icmp eq i64 {count}, {width}")
        page.leave(f"br i1 {full}, label %{again}, label %{done}")
        page.start(done)
        page.leave("ret i64 0")
        return page

    def attend(self) -> Page:
        """Write ``attend``: outputs and ends of the lanes that have any."""
        f = self._frame("i64 @attend(ptr %w)")
        page = f.page
        with page.loop(self.layout.width) as lane:
            at_work = page.put(f"icmp sge i64 {f.get('index', lane, 'i64')}, 0")
            with page.when(at_work):
                direction = f.head("direction", "double")
                due = page.put(f"fmul double {direction}, {f.get('due', lane)}")
                reached = page.put(f"fmul double {direction}, {f.get('t', lane)}")
                behind = page.put(f"fcmp ole double {due}, {reached}")
                good = page.put(f"icmp ne i64 {f.get('good', lane, 'i64')}, 0")
                with page.when(page.put(f"and i1 {behind}, {good}")):
                    page.call("i64", "outputs", "ptr %w", f"i64 {lane}")
                code = f.get("code", lane, "i64")
                with page.when(page.put(f"icmp sge i64 {code}, 0")):
                    page.call("i64", "finish", "ptr %w", f"i64 {lane}", f"i64 {code}")
                    page.call("i64", "fill", "ptr %w", f"i64 {lane}")
        page.leave("ret i64 0")
        return page

    def run(self) -> Page:
        """Write ``run``: so many iterations, or fewer when all is done."""
        f = self._frame("i64 @run(ptr %w, i64 %count)")
        page = f.page
        iteration = self.stepper.iteration(f, adaptive=self.adaptive)
        with page.loop("%count"):
            iteration.write()
        page.leave(f"ret i64 {f.head('live')}")
        return page
