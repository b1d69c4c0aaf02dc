"""What steps of large systems share: rows of memory for values, and loops over states."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence

from ....models.tape import Node, Tape
from ...compose.program import Program
from ...compose.stages import Common
from ...kernels.llvm import Printer, write
from ...kernels.page import Machine, Page
from ...kernels.vectors import fused, larger_size
from ..layout import Layout
from ..loop.frame import Frame, bind
from ..loop.iteration import Iteration

PIECE = 48  # states whose rates are one function: compiling a long one takes ever longer


def in_pieces(
    machine: Machine, layout: Layout, declared: dict[str, str], program: Program, size: int
) -> list[Page]:
    """Return the functions of a program of (t, y, p), from rows to rows, `size` outputs each.

    What they share is computed again.
    """
    count = len(program.tape.outputs)
    parts = [range(i, min(i + size, count)) for i in range(0, count, size)]
    arguments = f"ptr %w, {machine.vector} %t, ptr %y, ptr %p, ptr %f"
    page = Page(machine, f"i64 @{program.name}({arguments})", declared)
    for part in parts:
        page.call("i64", f"{program.name}{part.start}", *arguments.split(", "))
    page.leave("ret i64 0")
    return [*(_piece(machine, layout, declared, program, part) for part in parts), page]


def _piece(
    machine: Machine, layout: Layout, declared: dict[str, str], program: Program, part: range
) -> Page:
    """Return the function of some outputs."""
    arguments = f"ptr %w, {machine.vector} %t, ptr %y, ptr %p, ptr %f"
    head = f"i64 @{program.name}{part.start}({arguments})"
    page, tape = Page(machine, head, declared), program.tape

    def given(number: int) -> str:
        """Write the reading of an input, by its number on the tape."""
        state = number - 1
        if state < 0:
            return "%t"
        base, i = ("%y", state) if state < layout.n else ("%p", state - layout.n)
        return page.fetch(machine.vector, page.place(base, i * layout.width))

    printer = _Soonest(page, tape, given)
    for i in part:
        page.store(machine.vector, printer.output(i), page.place("%f", i * layout.width))
    page.leave("ret i64 0")
    return page


class _Soonest(Printer):
    """The values of a tape, its inputs read and its outputs made one after another when needed.

    A processor has registers for what a few outputs are made of, not for those of a whole piece.

    Parameters
    ----------
    page, tape
        As for every printer.
    given
        Writes the reading of an input, by its number.
    """

    def __init__(self, page: Page, tape: Tape, given: Callable[[int], str]) -> None:
        super().__init__(page, tape, [])
        self.given = given

    def output(self, position: int) -> str:
        """Write an output and what it needs that is not written yet; return its word."""
        nodes, left = self.tape.nodes, [self.tape.outputs[position]]
        missing = set[int]()
        while left:
            number = left.pop()
            if number not in self.taken:
                self.taken.add(number)
                missing.add(number)
                left += nodes[number].args
        for number in sorted(missing):
            self.take(number, nodes[number])
        return self.word(self.tape.outputs[position])

    def take(self, number: int, node: Node) -> None:
        """Write a value; an input only where it is needed."""
        if node.op != "input":
            super().take(number, node)

    def word(self, number: int) -> str:
        """Return the word for a value, an input read now if it was not before."""
        if number not in self.words and self.tape.nodes[number].op == "input":
            self.words[number] = self.given(number)
        return super().word(number)


def apply(page: Page, program: Program, values: Mapping[str, str]) -> list[str]:
    """Write a program all of whose arguments are single values."""
    return write(page, program.tape, [values[name] for name, _ in program.arguments])


class RowsIteration(Iteration):
    """An iteration whose values are rows of memory.

    Parameters
    ----------
    parts
        Of a step.
    controlled
        How many states' errors count.
    probes
        The look at conditions in every step, or None where there are none.
    frame, adaptive
        As for every iteration.
    """

    def __init__(
        self, parts: Common, controlled: int, probes: Program | None, frame: Frame, *,
        adaptive: bool,
    ) -> None:  # fmt: skip
        super().__init__(frame, adaptive=adaptive)
        self.parts, self.controlled, self.probes = parts, controlled, probes
        self.norm = self.total = frame.page.every(0.0)

    @property
    @abstractmethod
    def last(self) -> int:
        """Where the slope at the new point begins among the kept rows."""

    def measure(self) -> None:
        """Write the largest ratio of an error to what is allowed, and whether all is finite."""
        f, page, zero = self.f, self.page, self.page.every(0.0)
        with page.gathering(self.controlled, zero) as (s, norm):
            values = {
                "y": [f.at("old", s)], "z": [f.at("new", s)], "e": [f.at("stage", s)],
                "atol": [f.at("atol", s)], "rtol": [self.shared["rtol"]],
            }  # fmt: skip
            (ratio,) = write(page, self.parts.ratio.tape, bind(self.parts.ratio, values))
            norm[0] = larger_size(page, norm[0], ratio)
        with page.gathering(self.n, zero, zero) as (s, totals):
            found = f.at("new", s), f.at("kept", s, self.last)
            totals[:] = (
                fused(page, x, zero, total) for x, total in zip(found, totals, strict=True)
            )
        self.norm, self.total = *norm, page.do_all("fadd", *totals)

    def judge(self, tried: str, before: str) -> tuple[str, str, str]:
        """Write whether it is accepted, the factor to the next, and what to remember of it."""
        program = self.parts.judge
        values = {"norm": [self.norm], "h": [tried], "before": [before]}
        accept, factor, noted = write(self.page, program.tape, bind(program, values), coarse=True)
        return accept, factor, noted

    def finite(self) -> str:
        """Write whether what it came to is finite: nothing of it adds up to a number."""
        return self.page.compare("ord", self.total, self.page.every(0.0))

    def commit(self, accept: str) -> None:
        """Write the new states and slopes where they are accepted."""
        f, page = self.f, self.page
        with page.loop(self.n) as s:
            f.put("y", s, page.choose(accept, f.at("new", s), f.at("old", s)))
            slope = f.at("kept", s, self.last)
            f.put("f", s, page.choose(accept, slope, f.at("f", s)))

    def probe(self, known: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """Write the look at conditions, but for the step told what it takes; see `probes`."""
        assert self.probes is not None
        needed = self.probes.tape.used()
        values = {**known, "p": self.f.rows("p", self.m)}
        for name, row, skips in (("y", "old", (0,)), ("z", "new", (0,)),
                                 ("k", "kept", self.parts.kept)):  # fmt: skip
            values[name] = [
                self.f.at(row, str(i), self.n * skip) if f"{name}[{k * self.n + i}]" in needed
                else "undef"
                for k, skip in enumerate(skips)
                for i in range(self.n)
            ]  # fmt: skip
        return write(self.page, self.probes.tape, bind(self.probes, values))

    def end(self, name: str, i: int) -> str:
        """Write a state at the begin or end of the step, y or z, or its slope there, f or g."""
        rows = {"y": ("old", 0), "z": ("new", 0), "f": ("f", 0), "g": ("kept", self.last)}
        row, skip = rows[name]
        return self.f.at(row, str(i), skip)

    def keep(self) -> None:
        """Write nothing: all that dense output needs is in memory."""
