"""Steps of large stiff systems: Newton's iterations as loops over states and lists of places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...compose.large import Large
from ...compose.program import Program
from ...kernels.llvm import write
from ...kernels.page import Machine, Page
from ..layout import Layout
from ..loop.frame import Frame, bind
from ..loop.iteration import Iteration
from .looped import InParts
from .rows import PIECE, RowsIteration
from .sums import Listed, Rows, add_up, behind, listed, place_at


@dataclass(frozen=True)
class Lists:
    """All places that the loops are told, and where each list begins."""

    places: tuple[int, ...]
    entries: int
    diagonal: int
    turning: int
    factor: Listed
    solve: Listed


@dataclass(frozen=True)
class Iterating(InParts):
    """How lanes step by Newton's iterations."""

    parts: Large

    @cached_property
    def lists(self) -> Lists:
        """The places that the loops are told."""
        parts, places = self.parts, list(self.listed.places)
        found, n = parts.elimination, len(parts.rates.tape.outputs)
        entries = behind(places, [found.places[entry] for entry in parts.entries])
        diagonal = behind(places, [found.places[i, i] for i in range(n)])
        turning = behind(places, parts.turning)
        factor, solve = listed(found.factor, places), listed(found.solve, places)
        return Lists(tuple(places), entries, diagonal, turning, factor, solve)

    @property
    def handed_on(self) -> tuple[tuple[str, int | None], ...]:
        """Names and numbers of the rows that the parts hand on to one another."""
        parts, size = self.parts, self.parts.elimination.one + 1
        n, count = len(parts.rates.tape.outputs), parts.newton.count
        pairs = range(len(parts.newton.found.pairs))
        return (
            ("derivatives", len(parts.derivatives.tape.outputs)), ("g", n), ("real", size),
            *((f"{part} {k}", size) for k in pairs for part in ("re", "im")),
            ("w", n * count), ("d", n * count), ("at", n * count), ("moved", n), ("earlier", n),
            *super().handed_on,
        )  # fmt: skip

    def pages(self, machine: Machine, layout: Layout, declared: dict[str, str]) -> list[Page]:
        """Return the functions that the others need."""

        def written(name: str, body: Callable[[Frame], None]) -> Page:
            head = f"i64 @{name}(ptr %w, {machine.vector} %t, {machine.vector} %h)"
            page = Page(machine, head, declared)
            body(Frame(page, layout))
            page.leave("ret i64 0")
            return page

        return [
            *super().pages(machine, layout, declared),
            *self.functions(machine, layout, declared, self.parts.derivatives, 2 * PIECE),
            written("solve", self._solve),
            written("prepare", self._prepare),
            written("repeat", self._repeat),
            written("close", self._close),
        ]

    @property
    def long(self) -> tuple[Program, ...]:
        """Programs that may be long."""
        return (*super().long, self.parts.derivatives)

    def _each(
        self, f: Frame, program: Program, values: Callable[[str], Mapping[str, Sequence[str]]],
        outputs: Sequence[tuple[str, int]],
    ) -> None:  # fmt: skip
        """Write a program of one state for all of them; outputs go to rows so far behind a name."""
        with f.page.loop(f.layout.n) as s:
            words = write(f.page, program.tape, bind(program, values(s)))
            for (name, skip), word in zip(outputs, words, strict=True):
                f.page.store(f.page.machine.vector, word, f.state(name, s, skip * f.layout.n))

    def _stages(self, f: Frame, name: str, s: str) -> list[str]:
        count = self.parts.newton.count
        return [f.at(name, s, i * f.layout.n) for i in range(count)]

    def _all(self, name: str) -> list[tuple[str, int]]:
        return [(name, i) for i in range(self.parts.newton.count)]

    def _matrices(self, f: Frame) -> list[Rows]:
        pairs = range(len(self.parts.newton.found.pairs))
        names = [("real",), *((f"re {k}", f"im {k}") for k in pairs)]
        return [self._rows(f, [f.row(name) for name in group]) for group in names]

    def _rows(self, f: Frame, bases: Sequence[str]) -> Rows:
        return Rows(tuple(bases), f.layout.width)

    def _prepare(self, f: Frame) -> None:
        """Write derivatives, matrices and the first iteration."""
        page, newton = f.page, self.parts.newton
        places = [f.row(name) for name in ("y", "p", "derivatives")]
        vector = page.machine.vector
        page.call("i64", "derivatives", "ptr %w", f"{vector} %t", *(f"ptr {x}" for x in places))
        self._turn(f)
        inverse = page.do_all("fdiv", page.every(1.0), "%h")
        values = [complex(newton.found.real), *newton.found.pairs]
        for value, matrix in zip(values, self._matrices(f), strict=True):
            self._fill(f, matrix, value, inverse)
            add_up(f, self.lists.factor, matrix, matrix, inverts=True)
        still = not self.parts.turning
        self._each(
            f, newton.ahead,
            lambda s: {"h": ["%h"], "f": [f.at("f", s)],
                       "g": [page.every(0.0) if still else f.at("g", s)]},
            self._all("d"),
        )  # fmt: skip
        page.call("i64", "solve", "ptr %w", f"{vector} %t", f"{vector} %h")
        none = [page.every(0.0)] * newton.count
        self._each(
            f, newton.improve,
            lambda s: {"w": none, "change": self._stages(f, "d", s)},
            [*self._all("w"), ("moved", 0)],
        )  # fmt: skip

    def _turn(self, f: Frame) -> None:
        """Write df/dt, of which only some rows are not zero."""
        page, count = f.page, len(self.parts.turning)
        if not count:
            return
        with page.loop(f.layout.n) as s:
            f.put("g", s, page.every(0.0))
        with page.loop(count) as e:
            value = f.at("derivatives", e, len(self.parts.entries))
            f.put("g", place_at(f, e, self.lists.turning), value)

    def _fill(self, f: Frame, matrix: Rows, value: complex, inverse: str) -> None:
        """Write value/h - J."""
        page, zero = f.page, f.page.every(0.0)
        count, nothing = self.parts.elimination.one, [zero] * len(matrix.bases)
        with page.loop(count) as e:
            matrix.store(page, e, tuple(nothing))
        matrix.store(page, str(count), (page.every(1.0), *nothing[1:]))
        if self.parts.entries:
            with page.loop(len(self.parts.entries)) as e:
                at = place_at(f, e, self.lists.entries)
                entry = page.negative(f.at("derivatives", e))
                matrix.store(page, at, (entry, *nothing[1:]))
        with page.loop(f.layout.n) as s:
            at = place_at(f, s, self.lists.diagonal)
            words = [
                page.do_all("fadd", old, page.do_all("fmul", page.every(part), inverse))
                for old, part in zip(matrix.fetch(page, at), (value.real, value.imag), strict=False)
            ]
            matrix.store(page, at, tuple(words))

    def _solve(self, f: Frame) -> None:
        """Write the solution of all blocks."""
        n, at = f.layout.n, 0
        for matrix in self._matrices(f):
            parts = len(matrix.bases)
            x = self._rows(f, [f.row("d", (at + k) * n) for k in range(parts)])
            add_up(f, self.lists.solve, matrix, x, inverts=False)
            at += parts

    def _repeat(self, f: Frame) -> None:
        """Write one more iteration."""
        page, newton, n = f.page, self.parts.newton, f.layout.n
        vector, (limit,) = page.machine.vector, f.rows("limit", 1)
        self._each(
            f, newton.spread, lambda s: {"y": [f.at("y", s)], "w": self._stages(f, "w", s)},
            self._all("at"),
        )  # fmt: skip
        for i, c in enumerate(newton.times):
            ahead = page.do_all("fmul", page.every(c), "%h")
            time = f.within(page.do_all("fadd", "%t", ahead), limit, "%h")
            f.rates(time, ("at", i * n), "p", "d", i * n)
        self._each(
            f, newton.misses,
            lambda s: {"h": ["%h"], "w": self._stages(f, "w", s), "f": self._stages(f, "d", s)},
            self._all("d"),
        )  # fmt: skip
        page.call("i64", "solve", "ptr %w", f"{vector} %t", f"{vector} %h")
        with page.loop(n) as s:
            f.put("earlier", s, f.at("moved", s))
        self._each(
            f, newton.improve,
            lambda s: {"w": self._stages(f, "w", s), "change": self._stages(f, "d", s)},
            [*self._all("w"), ("moved", 0)],
        )  # fmt: skip

    def _close(self, f: Frame) -> None:
        """Write the new state, its error and its slope, and what dense output needs."""
        page, newton, n = f.page, self.parts.newton, f.layout.n
        inner = newton.count - 1
        self._each(
            f, newton.close,
            lambda s: {"h": ["%h"], "y": [f.at("y", s)], "f": [f.at("f", s)],
                       "w": self._stages(f, "w", s)},
            [("new", 0), ("d", 0), *(("kept", i) for i in range(inner))],
        )  # fmt: skip
        real, x = self._matrices(f)[0], self._rows(f, [f.row("d")])
        add_up(f, self.lists.solve, real, x, inverts=False)
        self._each(
            f, newton.error,
            lambda s: {"e": [f.at("d", s)], "moved": [f.at("moved", s)],
                       "earlier": [f.at("earlier", s)]},
            [("stage", 0)],
        )  # fmt: skip
        (limit,) = f.rows("limit", 1)
        ahead = f.within(page.do_all("fadd", "%t", "%h"), limit, "%h")
        f.rates(ahead, "new", "p", "kept", inner * n)

    def iteration(self, frame: Frame, *, adaptive: bool) -> Iteration:
        """Return the writer of an iteration."""
        return _Iteration(self.parts, self.controlled, self.probes, frame, adaptive=adaptive)


class _Iteration(RowsIteration):
    """An iteration with Newton's iterations within."""

    parts: Large

    def attempt(self, t: str, tried: str, limit: str) -> None:
        """Write an attempted step from a time; its parts read the limit, which is in memory."""
        del limit
        f, page, vector = self.f, self.page, self.machine.vector
        with page.loop(self.n) as s:
            f.put("old", s, f.at("y", s))
        arguments = ("ptr %w", f"{vector} {t}", f"{vector} {tried}")
        page.call("i64", "prepare", *arguments)
        with page.loop(self.parts.repeats):
            page.call("i64", "repeat", *arguments)
        page.call("i64", "close", *arguments)
        self.measure()

    @property
    def last(self) -> int:
        """Where the slope at the new point begins among the kept rows."""
        return self.n * (self.parts.newton.count - 1)
