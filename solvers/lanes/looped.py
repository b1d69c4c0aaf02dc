"""Steps of large systems: loops over states, and the vector field as a function between them.

The text grows with the vector field only, however many stages a method has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..compose.program import Program
from ..compose.stages import Stages
from ..kernels.llvm import reached, write
from ..kernels.page import Machine, Page
from ..kernels.vectors import larger, larger_size
from .frame import Frame, bind
from .iteration import Iteration
from .layout import Layout

PIECE = 48  # states whose rates are one function: compiling a long one takes ever longer


@dataclass(frozen=True)
class Looped:
    """How lanes step by the parts of an integrator.

    Parameters
    ----------
    stages
        The parts.
    controlled
        How many states' errors count.
    """

    stages: Stages
    controlled: int

    def pages(self, machine: Machine, layout: Layout, declared: dict[str, str]) -> list[Page]:
        """Return the functions that the others need: the vector field, in pieces of it."""
        parts = [range(i, min(i + PIECE, layout.n)) for i in range(0, layout.n, PIECE)]
        pieces = [self._piece(machine, layout, declared, part) for part in parts]
        arguments = f"{machine.vector} %t, ptr %y, ptr %p, ptr %f"
        page = Page(machine, f"i64 @rates({arguments})", declared)
        for part in parts:
            page.call("i64", f"rates{part.start}", *arguments.split(", "))
        page.leave("ret i64 0")
        return [*pieces, page]

    def _piece(
        self, machine: Machine, layout: Layout, declared: dict[str, str], part: range
    ) -> Page:
        """Return the rates of some states. What they share with others is computed again."""
        head = f"i64 @rates{part.start}({machine.vector} %t, ptr %y, ptr %p, ptr %f)"
        page, tape = Page(machine, head, declared), self.stages.rates.tape
        needed = reached(tape, part)

        def rows(base: str, first: int, count: int) -> list[str]:
            return [
                page.fetch(machine.vector, page.place(base, i * layout.width))
                if first + i in needed
                else "undef"
                for i in range(count)
            ]

        inputs = ["%t", *rows("%y", 1, layout.n), *rows("%p", 1 + layout.n, layout.m)]
        for i, word in zip(part, write(page, tape, inputs, outputs=part), strict=True):
            page.store(machine.vector, word, page.place("%f", i * layout.width))
        page.leave("ret i64 0")
        return page

    def begin(self, f: Frame) -> str:
        """Write the slopes of the staged lanes; return their first steps."""
        page, stages = f.page, self.stages
        t0, span, rtol = (page.splat(f.head(x, "double")) for x in ("t0", "span", "rtol"))
        f.rates(t0, "staged y", "staged p", "staged f")

        def around(s: str) -> dict[str, str]:
            return {"y": f.at("staged y", s), "atol": f.at("staged atol", s), "rtol": rtol}

        norms = {
            name: self._norm(f, stages.start, lambda s, x=x: around(s) | {"x": f.at(x, s)})
            for name, x in (("size", "staged y"), ("steep", "staged f"))
        }
        trial, signed = _apply(page, stages.trial, norms | {"span": span})
        with page.loop(f.layout.n) as s:
            step = page.do_all("fmul", signed, f.at("staged f", s))
            f.put("trial y", s, page.do_all("fadd", f.at("staged y", s), step))
        f.rates(page.do_all("fadd", t0, signed), "trial y", "staged p", "trial f")
        curvature = self._norm(
            f, stages.bend,
            lambda s: around(s)
            | {"f": f.at("staged f", s), "g": f.at("trial f", s), "trial": trial},
        )  # fmt: skip
        last = {"trial": trial, "steep": norms["steep"], "curvature": curvature, "span": span}
        return _apply(page, stages.first, last)[0]

    def _norm(self, f: Frame, program: Program, values: Callable[[str], Mapping[str, str]]) -> str:
        """Write the largest of what a program gives over the states that count."""
        page, vector = f.page, f.page.machine.vector
        norm = page.local(vector)
        page.store(vector, page.every(0.0), norm)
        with page.loop(self.controlled) as s:
            (value,) = _apply(page, program, values(s))
            page.store(vector, larger(page, page.fetch(vector, norm), value), norm)
        return page.fetch(vector, norm)

    def dense(self, f: Frame, theta: str, put: Callable[[str, str], None]) -> None:
        """Write the states of one lane at fractions of its step, each put where it belongs."""
        n, program = f.layout.n, self.stages.interpolate
        with f.page.loop(n) as s:
            values = {
                "theta": [theta], "h": [f.spread("tried", 0)], "y": [f.spread("old", s)],
                "z": [f.spread("new", s)],
                "k": [f.spread("kept", s, n * i) for i in self.stages.kept],
            }  # fmt: skip
            (word,) = write(f.page, program.tape, bind(program, values))
            put(s, word)

    def iteration(self, frame: Frame, *, adaptive: bool) -> Iteration:
        """Return the writer of an iteration."""
        return _Iteration(self, frame, adaptive=adaptive)


def _apply(page: Page, program: Program, values: Mapping[str, str]) -> list[str]:
    """Write a program all of whose arguments are single values."""
    return write(page, program.tape, [values[name] for name, _ in program.arguments])


class _Iteration(Iteration):
    """An iteration whose values are rows of memory."""

    def __init__(self, steps: Looped, frame: Frame, *, adaptive: bool) -> None:
        super().__init__(frame, adaptive=adaptive)
        self.stages, self.controlled = steps.stages, steps.controlled
        self.norm, self.total = (frame.page.local(self.machine.vector) for _ in range(2))

    def attempt(self, t: str, tried: str) -> None:
        """Write an attempted step from a time."""
        f, page, stages = self.f, self.page, self.stages
        with page.loop(self.n) as s:
            f.put("kept", s, f.at("f", s))
            f.put("old", s, f.at("y", s))
        for i, (c, program) in enumerate(zip(stages.times, stages.stages, strict=True), 1):
            with page.loop(self.n) as s:
                (value,) = self._apply(program, tried, s)
                f.put("stage", s, value)
            ahead = page.do_all("fmul", page.every(c), tried)
            self._rates(page.do_all("fadd", t, ahead), "stage", i)
        with page.loop(self.n) as s:
            new, error = self._apply(stages.close, tried, s)
            f.put("new", s, new)
            f.put("stage", s, error)
        if not stages.shared:
            self._rates(page.do_all("fadd", t, tried), "new", len(stages.times) + 1)
        self._measure()

    def _apply(self, program: Program, tried: str, s: str) -> Sequence[str]:
        """Write a program of one state and its slopes so far."""
        count = dict(program.arguments)["k"] or 0
        slopes = [self.f.at("kept", s, self.n * i) for i in range(count)]
        values = {"h": [tried], "y": [self.f.at("old", s)], "k": slopes}
        return write(self.page, program.tape, bind(program, values))

    def _rates(self, t: str, source: str, stage: int) -> None:
        """Write the evaluation of the vector field at a stage."""
        self.f.rates(t, source, "p", "kept", self.n * stage)

    @property
    def _last(self) -> int:
        """Where the slope at the new point begins among the kept rows."""
        return self.n * (len(self.stages.times) + (not self.stages.shared))

    def _measure(self) -> None:
        """Write the largest ratio of an error to what is allowed, and whether all is finite."""
        f, page, vector = self.f, self.page, self.machine.vector
        zero, program = page.every(0.0), self.stages.ratio
        page.store(vector, zero, self.norm)
        page.store(vector, zero, self.total)
        with page.loop(self.controlled) as s:
            values = {
                "y": [f.at("old", s)], "z": [f.at("new", s)], "e": [f.at("stage", s)],
                "atol": [f.at("atol", s)], "rtol": [self.shared["rtol"]],
            }  # fmt: skip
            (ratio,) = write(page, program.tape, bind(program, values))
            before = page.fetch(vector, self.norm)
            page.store(vector, larger_size(page, before, ratio), self.norm)
        with page.loop(self.n) as s:
            total = page.fetch(vector, self.total)
            for value in (f.at("new", s), f.at("kept", s, self._last)):
                total = page.do_all("fadd", total, page.do_all("fmul", value, zero))
            page.store(vector, total, self.total)

    def judge(self, before: str) -> tuple[str, str, str]:
        """Write the norm of its error, whether it is accepted, and the factor to the next."""
        norm = self.page.fetch(self.machine.vector, self.norm)
        program = self.stages.judge
        values = {"norm": [norm], "before": [before]}
        accept, factor = write(self.page, program.tape, bind(program, values), coarse=True)
        return norm, accept, factor

    def finite(self) -> str:
        """Write whether what it came to is finite: nothing of it adds up to a number."""
        total = self.page.fetch(self.machine.vector, self.total)
        return self.page.compare("ord", total, self.page.every(0.0))

    def commit(self, accept: str) -> None:
        """Write the new states and slopes where they are accepted."""
        f, page = self.f, self.page
        with page.loop(self.n) as s:
            f.put("y", s, page.choose(accept, f.at("new", s), f.at("old", s)))
            slope = f.at("kept", s, self._last)
            f.put("f", s, page.choose(accept, slope, f.at("f", s)))

    def keep(self) -> None:
        """Write nothing: all that dense output needs is in memory."""
