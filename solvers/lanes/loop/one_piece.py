"""An iteration of a step that is one stretch of straight code over all states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...compose.program import Integrator, Iterated, Program
from ...kernels.llvm import Printer, write
from ...kernels.parts import Parts
from ...kernels.vectors import fused
from .frame import Frame, bind
from .iteration import Iteration
from .memory import Memory
from .stretch import Stretch


class OnePiece(Iteration):
    """An iteration whose values are words of the text."""

    def __init__(
        self, integrator: Integrator, probes: Program | None, frame: Frame, *, adaptive: bool
    ) -> None:
        super().__init__(frame, adaptive=adaptive)
        self.integrator, self.probes = integrator, probes
        told = probes is not None or frame.layout.recording
        alike = not adaptive and not told and isinstance(integrator.step, Program)
        self.stretch = Stretch(self, self.limit) if alike else None

    @property
    def remembers(self) -> bool:
        """Whether the next step depends on the error of the last."""
        return "before" in self.integrator.control.tape.used()

    def hurry(self) -> None:
        """Write steps that need not be looked at one by one, where there are any."""
        if self.stretch:
            self.stretch.write()

    def in_parts(self) -> None:
        """Write a step of one vector of lanes after another, and what it comes to."""
        f, n, page, step = self.f, self.n, self.page, self.integrator.step
        assert isinstance(step, Program)
        wanted = [*range(n), *range(2 * n, 3 * n)]
        memory = Memory(f, step, [None] * len(step.tape.outputs))
        parts = Parts(page, step.tape, memory.given, memory.row, wanted)
        for number in range(len(parts.parts)):
            with f.vector_by_vector() as memory.place:
                parts.begin()
                parts.part(number)
                if number == len(parts.parts) - 1:
                    words = [parts.output(o) for o in wanted]
                    t, h = (f.rows(name, 1)[0] for name in ("t", "h"))
                    f.keep("y", words[:n])
                    f.keep("f", words[n:])
                    f.keep("t", [page.do_all("fadd", t, h)])

    def attempt(self, t: str, tried: str, limit: str) -> None:
        """Write an attempted step from a time; no rate is asked for at a time past the limit."""
        f, n = self.f, self.n
        self.y, self.f0 = f.rows("y", n), f.rows("f", n)
        values = {
            "t": [t], "h": [tried], "limit": [limit], "y": self.y, "f": self.f0,
            "p": f.rows("p", self.m),
        }  # fmt: skip
        step = self.integrator.step
        if isinstance(step, Iterated):
            words = self._in_parts(step, t, tried)
            self.kept = lambda: words[3 * n :]
        else:
            printer = Printer(self.page, step.tape, bind(step, values))
            words = printer.write(range(3 * n))
            self.kept = lambda: printer.write(range(3 * n, len(step.tape.outputs)))
        self.new, self.error, self.slope = (words[i * n : (i + 1) * n] for i in range(3))

    def _in_parts(self, step: Iterated, t: str, tried: str) -> list[str]:
        """Write the calls of the parts; return what the last one left in memory."""
        f, page, vector = self.f, self.page, self.machine.vector
        arguments = ("ptr %w", f"{vector} {t}", f"{vector} {tried}")
        page.call("i64", "prepare", *arguments)
        with page.loop(step.times):
            page.call("i64", "repeat", *arguments)
        page.call("i64", "close", *arguments)
        counts = (self.n, self.n, self.n, self.n * f.layout.n_kept)
        names = ("new", "error", "slope", "kept")
        return [x for name, c in zip(names, counts, strict=True) for x in f.rows(name, c)]

    def judge(self, tried: str, before: str) -> tuple[str, str, str]:
        """Write whether it is accepted, the factor to the next, and what to remember of it."""
        values = {
            "y": self.y, "z": self.new, "e": self.error, "atol": self.f.rows("atol", self.n),
            "rtol": [self.shared["rtol"]], "h": [tried], "before": [before],
        }  # fmt: skip
        program = self.integrator.control
        words = write(self.page, program.tape, bind(program, values), coarse=True)
        _, accept, factor, noted = words
        return accept, factor, noted

    def finite(self) -> str:
        """Write whether what it came to is finite: nothing of it adds up to a number."""
        zero = total = self.page.every(0.0)
        for value in [*self.new, *self.slope]:
            total = fused(self.page, value, zero, total)
        return self.page.compare("ord", total, zero)

    def commit(self, accept: str) -> None:
        """Write the new states and slopes where they are accepted."""
        self.f.keep("y", self._chosen(accept, self.new, self.y))
        self.f.keep("f", self._chosen(accept, self.slope, self.f0))

    def probe(self, known: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """Write the look at conditions, but for the step told what it takes; see `probes`."""
        assert self.probes is not None
        values = {
            **known, "y": self.y, "z": self.new, "k": self.kept(), "p": self.f.rows("p", self.m),
        }  # fmt: skip
        return write(self.page, self.probes.tape, bind(self.probes, values))

    def end(self, name: str, i: int) -> str:
        """Return a state at the begin or end of the step, y or z, or its slope there, f or g."""
        return {"y": self.y, "z": self.new, "f": self.f0, "g": self.slope}[name][i]

    def keep(self) -> None:
        """Write what dense output needs; stages that only it needs are not taken elsewhere."""
        self.f.keep("old", self.y)
        self.f.keep("new", self.new)
        self.f.keep("kept", self.kept())

    def _chosen(self, accept: str, new: Sequence[str], old: Sequence[str]) -> list[str]:
        return [self.page.update(accept, a, b) for a, b in zip(new, old, strict=True)]
