"""Lanes on their way back: recorded steps are gone over from the last to the first.

Each lane goes back over one trajectory. Each iteration takes one step of every lane: it is computed
again, what the outputs within it add to the loss is differentiated, and then the step itself. A
lane that has arrived at its start is refilled with the next trajectory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...compose.program import Program
from ...compose.reverse import Reverse
from ...kernels.llvm import Printer, module
from ...kernels.page import WORD, Machine, Page
from ...status import Status
from ..layout import BackLayout
from ..loop.frame import Frame, bind
from .seeding import await_output, seeding

SIGNATURES = (("begin", "vp"), ("back", "qpq"))


def kernel(reverse: Reverse, machine: Machine, layout: BackLayout) -> str:
    """Return the module that goes back over recorded steps.

    Its functions are ``begin(block)``, which fills the lanes, and ``back(block, iterations)``,
    which returns how many lanes are still at work. For each trajectory that succeeded the slopes of
    the loss by its start values and parameters are written to ``slopes``.

    Parameters
    ----------
    reverse
        The step and the outputs within it.
    machine
        What the code may count on.
    layout
        Of the block; the output times and readings begin with W that are never due.
    """
    writer = _Writer(reverse, machine, layout)
    pages = [
        writer.begin(), writer.fill(), *seeding(reverse.seed, machine, layout, writer.declared),
        writer.arrive(), writer.back(),
    ]  # fmt: skip
    return module(pages, writer.declared)


@dataclass
class _Writer:
    """The functions of a module, one method each."""

    reverse: Reverse
    machine: Machine
    layout: BackLayout
    declared: dict[str, str] = field(default_factory=dict[str, str])

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

    def fill(self) -> Page:
        """Write ``fill``: a lane gets the next trajectory that succeeded, or rests."""
        f = self._frame("i64 @fill(ptr %w, i64 %lane)")
        page, again = f.page, f.page.label()
        page.start(again)
        index = f.head("next")
        with page.when(page.put(f"icmp sge i64 {index}, {f.head('end')}")):
            # Nothing is left. The lane goes on with a step of nothing, which harms nobody.
            f.set("index", "%lane", "-1", "i64")
            f.set_head("live", page.put(f"sub i64 {f.head('live')}, 1"))
            page.leave("ret i64 0")
        f.set_head("next", page.put(f"add i64 {index}, 1"))
        status = page.fetch("i64", f.entry("status", index))
        good, begin = page.put(f"icmp eq i64 {status}, {int(Status.SUCCESS)}"), page.label()
        page.leave(f"br i1 {good}, label %{begin}, label %{again}")
        page.start(begin)
        f.set("index", "%lane", index, "i64")
        f.set("link", "%lane", page.fetch("i64", f.item("links", index)), "i64")
        await_output(f, page.put(f"sub i64 {f.head('n_times')}, 1"))
        self._weights(f, index)
        with page.loop(self.layout.slopes) as row:
            page.store("double", "0.0", f.cell("by y", "%lane", row))
        self._parameters(f, index)
        page.leave("ret i64 0")
        return page

    def _weights(self, f: Frame, index: str) -> None:
        page, count = f.page, self.layout.tallied
        weights = f.item("weights", page.put(f"mul i64 {index}, {count}"))
        with page.loop(count) as row:
            value = page.fetch("double", page.place(weights, row))
            page.store("double", value, f.cell("weight", "%lane", row))

    def _parameters(self, f: Frame, index: str) -> None:
        page = f.page
        if not self.layout.m:
            return
        base = f.item("p", page.put(f"mul i64 {index}, {f.head('p_column')}"))
        with page.loop(self.layout.m) as row:
            offset = page.put(f"mul i64 {row}, {f.head('p_row')}")
            value = page.fetch("double", page.place(base, offset))
            page.store("double", value, f.cell("p", "%lane", row))

    def arrive(self) -> Page:
        """Write ``arrive``: lanes at their start hand in their slopes and are refilled."""
        f, layout = self._frame("i64 @arrive(ptr %w)"), self.layout
        page = f.page
        with page.loop(layout.width) as lane:
            index = f.get("index", lane, "i64")
            at_work = page.put(f"icmp sge i64 {index}, 0")
            first = page.put(f"icmp slt i64 {f.get('link', lane, 'i64')}, 0")
            with page.when(page.put(f"and i1 {at_work}, {first}")):
                begin = page.put(f"mul i64 {index}, {layout.n + layout.m}")
                place = f.item("slopes", begin)
                for name, skip, count in (("lam", 0, layout.n), ("by p", layout.n, layout.m)):
                    if count:
                        with page.loop(count) as row:
                            slope = page.fetch("double", f.cell(name, lane, row))
                            page.store("double", slope, page.place(page.place(place, skip), row))
                page.call("i64", "fill", "ptr %w", f"i64 {lane}")
        page.leave("ret i64 0")
        return page

    def back(self) -> Page:
        """Write ``back``: so many iterations, or fewer when all is done."""
        f = self._frame("i64 @back(ptr %w, i64 %count)")
        page = f.page
        with page.loop("%count"):
            integers = self.machine.integers
            at_work = page.put(
                f"icmp sge {integers} {f.integers('index')}, {page.every_integer(0)}"
            )
            record, links = self._record(f, at_work)
            f.keep("link", [links], integers)
            self._iteration(f, record)
            arrived = page.put(f"icmp slt {integers} {links}, {page.every_integer(0)}")
            arrived = page.both(arrived, at_work)
            with page.when(page.any(arrived)):
                page.call("i64", "arrive", "ptr %w")
                with page.when(page.put(f"icmp sle i64 {f.head('live')}, 0")):
                    page.leave("ret i64 0")
        page.leave(f"ret i64 {f.head('live')}")
        return page

    def _record(self, f: Frame, at_work: str) -> tuple[Sequence[str], str]:
        """Write the fetching of each lane's step from its record; return it and the link.

        The step has time, length and states; lanes at rest get zeros, a step of nothing.
        """
        page, layout, machine = f.page, self.layout, self.machine
        pointers = f"<{layout.width} x ptr>"
        links, base = f.integers("link"), f.head("records", "ptr")
        bytes_in = page.put(f"mul {machine.integers} {links}, {page.every_integer(WORD)}")
        words: list[str] = []
        for row in range(layout.record):
            first = page.place(base, row, layout.width * WORD)
            places = page.put(f"getelementptr i8, ptr {first}, {machine.integers} {bytes_in}")
            kind, letter = (machine.vector, "f") if row < layout.n + 2 else (machine.integers, "i")
            name = f"llvm.masked.gather.v{layout.width}{letter}64.v{layout.width}p0"
            declared = f"{pointers}, i32 immarg, {machine.truths}, {kind}"
            self.declared[name] = f"declare {kind} @{name}({declared})"
            nothing = page.every(0.0) if letter == "f" else page.every_integer(0)
            words.append(page.put(
                f"call {kind} @{name}({pointers} {places}, i32 {WORD}, "
                f"{machine.truths} {at_work}, {kind} {nothing})"
            ))  # fmt: skip
        return words[:-1], words[-1]

    def _iteration(self, f: Frame, record: Sequence[str]) -> None:
        """Write one step of every lane: again forward, the outputs within it, and back."""
        page, layout, program = f.page, self.layout, self.reverse.step
        n, m, k = layout.n, layout.m, layout.n * layout.n_kept
        given = {
            "t": record[:1], "h": record[1:2], "limit": ["undef"], "y": record[2:],
            "p": f.rows("p", m), "lam": ["undef"] * n, "by_k": ["undef"] * k,
        }  # fmt: skip
        printer = Printer(page, program.tape, bind(program, given))
        words = printer.write(range(n + k))
        direction = page.splat(f.head("direction", "double"))
        (due,) = f.rows("due", 1)
        ahead, here = (page.do_all("fmul", direction, x) for x in (due, given["t"][0]))
        with page.when(page.any(page.compare("ogt", ahead, here))):
            f.keep("t", record)  # and the rows after it: h and y
            f.keep("z", words[:n])
            f.keep("kept", words[n:])
            more = page.call("i64", "seed_abreast", "ptr %w")
            with page.when(page.put(f"icmp ne i64 {more}, 0")):
                page.call("i64", "seeds", "ptr %w")
        printer.inputs[-n - k :] = [*f.rows("lam", n), *f.rows("by k", k)]
        slopes = printer.write(range(n + k, 2 * n + k + m))
        self._keep(f, slopes[:n], slopes[n:])

    def _keep(self, f: Frame, by_y: Sequence[str], by_p: Sequence[str]) -> None:
        """Write the slopes where the step began; those of its outputs are used up."""
        page, n = f.page, self.layout.n
        direct = f.rows("by y", n)
        f.keep("lam", [page.do_all("fadd", a, b) for a, b in zip(by_y, direct, strict=True)])
        before = f.rows("by p", len(by_p))
        f.keep("by p", [page.do_all("fadd", a, b) for a, b in zip(by_p, before, strict=True)])
        nothing = page.every(0.0)
        f.keep("by y", [nothing] * n)
        f.keep("by k", [nothing] * (n * self.layout.n_kept))


def size(reverse: Reverse) -> int:
    """Return how many operations the code of a way back has, about."""
    programs: tuple[Program, ...] = (reverse.step, reverse.seed)
    return sum(len(program.tape.nodes) for program in programs)
