"""Steps of small systems, each one stretch of straight code over all states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..compose.halves import halves
from ..compose.program import Integrator, Iterated, Program
from ..kernels.llvm import Printer, write
from ..kernels.page import Machine, Page
from ..kernels.vectors import fused
from .frame import Frame, bind
from .iteration import Iteration
from .layout import Layout
from .stretch import Stretch


@dataclass(frozen=True)
class Whole:
    """How lanes step by the tapes of an integrator.

    Parameters
    ----------
    integrator
        The tapes.
    probes
        The look at conditions in every step, or None where there are none.
    """

    integrator: Integrator
    probes: Program | None = None

    @property
    def n_stages(self) -> int:
        """Evaluations of the vector field per attempted step."""
        return self.integrator.n_stages

    @property
    def dense_rows(self) -> tuple[int, ...]:
        """Which of the kept slopes dense output needs: all."""
        return tuple(range(self.integrator.n_kept))

    @property
    def looped(self) -> bool:
        """Whether steps are loops over states."""
        return False

    @property
    def handed_on(self) -> tuple[tuple[str, int | None], ...]:
        """What the parts of a step hand on to one another, where it has any."""
        step = self.integrator.step
        return step.hands_on if isinstance(step, Iterated) else ()

    def pages(self, machine: Machine, layout: Layout, declared: dict[str, str]) -> list[Page]:
        """Return the functions that the others need: the parts of a step that has any."""
        step = self.integrator.step
        if isinstance(step, Program):
            return []
        again = [name for name, _ in step.hands_on][1:]
        n, results = layout.n, ("new", "error", "slope", "kept")
        lengths = dict(step.hands_on)
        handed = [(name, lengths[name] or 1) for name in lengths]
        made = list(zip(results, (n, n, n, n * layout.n_kept), strict=True))
        return [
            _part(Page(machine, f"i64 @{part.name}(ptr %w, {machine.vector} %t, "
                       f"{machine.vector} %h)", declared), layout, part, outputs)
            for part, outputs in (
                (step.prepare, handed),
                (step.repeat, [x for x in handed if x[0] in again]),
                (step.close, made),
            )
        ]  # fmt: skip

    def begin(self, f: Frame, of: str, to: str) -> str:
        """Write the slopes of where lanes stand to some rows; return their first steps."""
        page, layout = f.page, f.layout
        t, limit = f.rows(f"{of}t", 1), f.rows(f"{of}limit", 1)
        span = page.do_all("fsub", page.splat(f.head("t_end", "double")), t[0])
        values = {
            "t": t, "span": [span], "limit": limit, "rtol": [page.splat(f.head("rtol", "double"))],
        }  # fmt: skip
        counts = {"y": layout.n, "p": layout.m, "atol": layout.n}
        rows = {name: f.rows(f"{of}{name}", count) for name, count in counts.items()}
        program = self.integrator.begin
        step, *slope = write(page, program.tape, bind(program, values | rows))
        f.keep(to, slope)
        return step

    def dense(self, f: Frame, theta: str, put: Callable[[str, str], None]) -> None:
        """Write the states of one lane at fractions of its step, each put where it belongs."""
        n, n_kept = f.layout.n, f.layout.n_kept
        rows = (("h", "tried", 1), ("y", "old", n), ("z", "new", n), ("k", "kept", n * n_kept))
        values = {x: [f.spread(name, i) for i in range(count)] for x, name, count in rows}
        program = self.integrator.interpolate
        words = write(f.page, program.tape, bind(program, values | {"theta": [theta]}))
        for i, word in enumerate(words):
            put(str(i), word)

    def iteration(self, frame: Frame, *, adaptive: bool) -> Iteration:
        """Return the writer of an iteration."""
        return _Iteration(self.integrator, self.probes, frame, adaptive=adaptive)


def _part(page: Page, layout: Layout, part: Program, outputs: Sequence[tuple[str, int]]) -> Page:
    """Write a part of a step, from rows to rows."""
    f = Frame(page, layout)
    values = {name: f.rows(name, length) for name, length in part.arguments if length is not None}
    values |= {"t": ["%t"], "h": ["%h"], "limit": f.rows("limit", 1)}
    words = write(page, part.tape, bind(part, values))
    for name, length in outputs:
        f.keep(name, words[:length])
        words = words[length:]
    page.leave("ret i64 0")
    return page


class _Iteration(Iteration):
    """An iteration whose values are words of the text."""

    def __init__(
        self, integrator: Integrator, probes: Program | None, frame: Frame, *, adaptive: bool
    ) -> None:
        super().__init__(frame, adaptive=adaptive)
        self.integrator, self.probes = integrator, probes
        told = probes is not None or frame.layout.recording
        alike = not adaptive and not told and isinstance(integrator.step, Program)
        self.stretch = Stretch(self, self.limit) if alike else None

    def hurry(self) -> None:
        """Write steps that need not be looked at one by one, where there are any."""
        if self.stretch:
            self.stretch.write()

    def in_halves(self) -> None:
        """Write a step of one vector of lanes after another, and what it comes to.

        So that a processor has several of them at work, each makes but half of it at a time.
        """
        f, n, page, step = self.f, self.n, self.page, self.integrator.step
        assert isinstance(step, Program)
        first, second = halves(step, [*range(n), *range(2 * n, 3 * n)])
        between = [page.local(self.machine.vector) for _ in first.tape.outputs]
        counts = {"t": 1, "h": 1, "limit": 1, "y": n, "f": n, "p": self.m}
        with f.vector_by_vector() as place:
            values = {name: f.rows(name, count) for name, count in counts.items()}
            words = write(page, first.tape, bind(first, values))
            for row, word in zip(between, words, strict=True):
                page.store(page.machine.vector, word, page.place(row, place, 1))
        with f.vector_by_vector() as place:
            values = {name: f.rows(name, count) for name, count in counts.items()}
            values["between"] = [
                page.fetch(page.machine.vector, page.place(row, place, 1)) for row in between
            ]
            words = write(page, second.tape, bind(second, values))
            f.keep("y", words[:n])
            f.keep("f", words[n:])
            f.keep("t", [page.do_all("fadd", *values["t"], *values["h"])])

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

    def judge(self, before: str) -> tuple[str, str, str]:
        """Write the norm of its error, whether it is accepted, and the factor to the next."""
        values = {
            "y": self.y, "z": self.new, "e": self.error, "atol": self.f.rows("atol", self.n),
            "rtol": [self.shared["rtol"]], "before": [before],
        }  # fmt: skip
        program = self.integrator.control
        norm, accept, factor = write(self.page, program.tape, bind(program, values), coarse=True)
        return norm, accept, factor

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

    def keep(self) -> None:
        """Write what dense output needs; stages that only it needs are not taken elsewhere."""
        self.f.keep("old", self.y)
        self.f.keep("new", self.new)
        self.f.keep("kept", self.kept())

    def _chosen(self, accept: str, new: Sequence[str], old: Sequence[str]) -> list[str]:
        return [self.page.choose(accept, a, b) for a, b in zip(new, old, strict=True)]
