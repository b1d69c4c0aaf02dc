"""Steps of large systems: loops over states, and the vector field as a function between them.

The text grows with the vector field only, however many stages a method has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...compose.program import Program
from ...compose.stages import Common, Stages
from ...kernels.llvm import write
from ...kernels.page import Machine, Page
from ...kernels.vectors import fused, larger, larger_size
from ..layout import Layout
from ..loop.frame import Frame, bind
from ..loop.iteration import Iteration
from .listed import VALUES, Told, as_lists, told
from .rows import PIECE, RowsIteration, apply, in_pieces


@dataclass(frozen=True)
class Listed:
    """Long programs by name, as lists, and all places that they tell of."""

    programs: dict[str, Told]
    places: tuple[int, ...]


@dataclass(frozen=True)
class InParts:
    """How lanes step by the parts of an integrator.

    Parameters
    ----------
    parts
        The parts.
    controlled
        How many states' errors count.
    probes
        The look at conditions in every step, or None where there are none.
    """

    parts: Common
    controlled: int
    probes: Program | None = None

    @property
    def n_stages(self) -> int:
        """Evaluations of the vector field per attempted step."""
        return self.parts.n_stages

    @property
    def dense_rows(self) -> tuple[int, ...]:
        """Which of the kept vectors dense output needs."""
        return self.parts.kept

    @property
    def looped(self) -> bool:
        """Whether steps are loops over states."""
        return True

    @property
    def handed_on(self) -> tuple[tuple[str, int | None], ...]:
        """Names and numbers of the rows that the parts hand on to one another: values of lists."""
        size = max((told.lists.size for told in self.listed.programs.values()), default=0)
        return ((VALUES, size),) if size else ()

    @property
    def long(self) -> tuple[Program, ...]:
        """Programs that may be long."""
        return (self.parts.rates,)

    @cached_property
    def listed(self) -> Listed:
        """Those that are, as lists, and all places that these tell of."""
        places = list[int]()
        found = {program.name: told(program, places) for program in self.long}
        return Listed({k: v for k, v in found.items() if v is not None}, tuple(places))

    def pages(self, machine: Machine, layout: Layout, declared: dict[str, str]) -> list[Page]:
        """Return the functions that the others need: the vector field, in pieces of it."""
        return self.functions(machine, layout, declared, self.parts.rates, PIECE)

    def shared(self, machine: Machine) -> str:
        """Return no module: everything is a system's own."""
        del machine
        return ""

    def functions(
        self, machine: Machine, layout: Layout, declared: dict[str, str], program: Program,
        size: int,
    ) -> list[Page]:  # fmt: skip
        """Return the functions of a program of (t, y, p): as lists, or in pieces."""
        known = self.listed.programs.get(program.name)
        if known is not None:
            return [as_lists(machine, layout, declared, program.name, known)]
        return in_pieces(machine, layout, declared, program, size)

    def begin(self, f: Frame, of: str, to: str) -> str:
        """Write the slopes of where lanes stand to some rows; return their first steps."""
        page, parts = f.page, self.parts
        (t,), (limit,) = f.rows(f"{of}t", 1), f.rows(f"{of}limit", 1)
        t_end, rtol = (page.splat(f.head(x, "double")) for x in ("t_end", "rtol"))
        span = page.do_all("fsub", t_end, t)
        f.rates(t, f"{of}y", f"{of}p", to)

        def around(s: str) -> dict[str, str]:
            return {"y": f.at(f"{of}y", s), "atol": f.at(f"{of}atol", s), "rtol": rtol}

        norms = {
            name: self._norm(f, parts.start, lambda s, x=x: around(s) | {"x": f.at(x, s)})
            for name, x in (("size", f"{of}y"), ("steep", to))
        }
        trial, signed = apply(page, parts.trial, norms | {"span": span})
        with page.loop(f.layout.n) as s:
            step = page.do_all("fmul", signed, f.at(to, s))
            f.put("trial y", s, page.do_all("fadd", f.at(f"{of}y", s), step))
        after = f.within(page.do_all("fadd", t, signed), limit, span)
        f.rates(after, "trial y", f"{of}p", "trial f")
        curvature = self._norm(
            f, parts.bend,
            lambda s: around(s)
            | {"f": f.at(to, s), "g": f.at("trial f", s), "trial": trial},
        )  # fmt: skip
        last = {"trial": trial, "steep": norms["steep"], "curvature": curvature, "span": span}
        return apply(page, parts.first, last)[0]

    def _norm(self, f: Frame, program: Program, values: Callable[[str], Mapping[str, str]]) -> str:
        """Write the largest of what a program gives over the states that count."""
        page, vector = f.page, f.page.machine.vector
        norm = page.local(vector)
        page.store(vector, page.every(0.0), norm)
        with page.loop(self.controlled) as s:
            (value,) = apply(page, program, values(s))
            page.store(vector, larger(page, page.fetch(vector, norm), value), norm)
        return page.fetch(vector, norm)

    def dense(self, f: Frame, theta: str, put: Callable[[str, str], None]) -> None:
        """Write the states of one lane at fractions of its step, each put where it belongs."""
        n, program = f.layout.n, self.parts.interpolate
        with f.page.loop(n) as s:
            values = {
                "theta": [theta], "h": [f.spread("tried", 0)], "y": [f.spread("old", s)],
                "z": [f.spread("new", s)],
                "k": [f.spread("kept", s, n * i) for i in self.parts.kept],
            }  # fmt: skip
            (word,) = write(f.page, program.tape, bind(program, values))
            put(s, word)


@dataclass(frozen=True)
class Looped(InParts):
    """How lanes step by the stages of an explicit method."""

    parts: Stages

    def iteration(self, frame: Frame, *, adaptive: bool) -> Iteration:
        """Return the writer of an iteration."""
        return _Iteration(self, frame, adaptive=adaptive)


class _Iteration(RowsIteration):
    """An iteration with the stages of an explicit method."""

    def __init__(self, steps: Looped, frame: Frame, *, adaptive: bool) -> None:
        super().__init__(steps.parts, steps.controlled, steps.probes, frame, adaptive=adaptive)
        self.stages = steps.parts
        self.late = range(steps.parts.late, len(steps.parts.times) + 1)

    def attempt(self, t: str, tried: str, limit: str) -> None:
        """Write an attempted step from a time; no rate is asked for at a time past the limit."""
        self.step, stages = (t, tried, limit), self.stages
        self._set_out()
        self._stages(range(1, min(stages.late, len(stages.times) + 1)))
        self._close(t, tried, limit)
        if self.probes is not None:
            self.keep()

    def _set_out(self) -> None:
        """Write where a step begins to where it stays, and its first stage beside it."""
        f = self.f
        with f.page.loop(self.n) as s:
            f.put("kept", s, f.at("f", s))
            f.put("old", s, f.at("y", s))
            if self.stages.times:
                self._put_stage(1, s)

    def _close(self, t: str, tried: str, limit: str) -> None:
        """Write the new states where no stage is at them, how large errors are, and what is finite.

        What each state needs is read once: memory is what large systems wait for.
        """
        f, page, zero, n = self.f, self.page, self.page.every(0.0), self.controlled
        with page.gathering(n, zero, zero, zero) as (s, found):
            found[0] = larger_size(page, found[0], self._ratio(s, self._end(s)))
            found[1:] = self._totals(s, found[1:])
        norm, *totals = found
        if n < self.n:
            with page.gathering(self.n - n, *totals) as (s, found):
                s = page.put(f"add i64 {s}, {n}")
                self._end(s)
                found[:] = self._totals(s, found)
            totals = found
        if not self.ends_at_stage:
            time = f.within(page.do_all("fadd", t, tried), limit, tried)
            self._rates(time, "new", self.stages.end)
            with page.gathering(self.n, totals[1]) as (s, found):
                found[0] = fused(page, f.at("kept", s, self.last), zero, found[0])
            totals[1] = found[0]
        self.norm, self.total = norm, page.do_all("fadd", *totals)

    @property
    def ends_at_stage(self) -> bool:
        """Whether the last stage is at the new states."""
        return self.stages.end <= len(self.stages.times)

    def _end(self, s: str) -> tuple[str, str]:
        """Write the new value of a state, and its error."""
        program, tried = self.stages.close, self.step[1]
        if self.ends_at_stage:
            (error,) = self._apply(program, tried, s, outputs=(1,))
            return self.f.at("new", s), error
        new, error = self._apply(program, tried, s)
        self.f.put("new", s, new)
        return new, error

    def _ratio(self, s: str, end: tuple[str, str]) -> str:
        """Write the error of a state in units of what is allowed."""
        values = {
            "y": self.f.at("old", s), "z": end[0], "e": end[1], "atol": self.f.at("atol", s),
            "rtol": self.shared["rtol"],
        }  # fmt: skip
        return apply(self.page, self.parts.ratio, values)[0]

    def _totals(self, s: str, before: Sequence[str]) -> list[str]:
        """Write zero for each new state and slope that is finite, added up."""
        f, page, zero = self.f, self.page, self.page.every(0.0)
        states = fused(page, f.at("new", s), zero, before[0])
        if not self.ends_at_stage:
            return [states, before[1]]
        return [states, fused(page, f.at("kept", s, self.last), zero, before[1])]

    def keep(self) -> None:
        """Write the stages that only dense output needs, where there are such."""
        late, self.late = self.late, range(0)
        self._stages(late)

    def _stages(self, numbers: Iterable[int]) -> None:
        """Write some stages; the first of all was begun where the step set out."""
        f, page, (t, tried, limit) = self.f, self.page, self.step
        for i in numbers:
            if i > 1:
                with page.loop(self.n) as s:
                    self._put_stage(i, s)
            ahead = page.do_all("fmul", page.every(self.stages.times[i - 1]), tried)
            time = f.within(page.do_all("fadd", t, ahead), limit, tried)
            self._rates(time, self._place(i), i)

    def _put_stage(self, i: int, s: str) -> None:
        """Write the value of a state at a stage."""
        (value,) = self._apply(self.stages.stages[i - 1], self.step[1], s)
        self.f.put(self._place(i), s, value)

    def _place(self, i: int) -> str:
        """Return where the values at a stage are: the last may be at the new states."""
        return "new" if i == self.stages.end else "stage"

    def _apply(
        self, program: Program, tried: str, s: str, outputs: Sequence[int] | None = None
    ) -> Sequence[str]:
        """Write a program of one state and its slopes so far."""
        count = dict(program.arguments)["k"] or 0
        slopes = [self.f.at("kept", s, self.n * i) for i in range(count)]
        values = {"h": [tried], "y": [self.f.at("old", s)], "k": slopes}
        return write(self.page, program.tape, bind(program, values), outputs=outputs)

    def _rates(self, t: str, source: str, stage: int) -> None:
        """Write the evaluation of the vector field at a stage."""
        self.f.rates(t, source, "p", "kept", self.n * stage)

    @property
    def last(self) -> int:
        """Where the slope at the new point begins among the kept rows."""
        return self.n * self.stages.end
