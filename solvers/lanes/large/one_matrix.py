"""Steps of Rosenbrock methods for large systems: stages as loops over states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...compose.large_rosenbrock import OneMatrix
from ...compose.rosenbrock import REJECTED
from ...kernels.page import Machine, Page
from ...kernels.vectors import fused, larger
from ..layout import Layout
from ..loop.frame import Frame
from ..loop.iteration import Iteration
from .matrices import ByLists
from .rows import RowsIteration, apply
from .stiff import Implicit
from .sums import Rows, place_at

STEP = "attempt"


@dataclass(frozen=True)
class InStages(Implicit):
    """How lanes step by stages that are solved for one after another, with one matrix."""

    parts: OneMatrix

    @property
    def values(self) -> Sequence[complex]:
        """Of the one matrix."""
        return (self.parts.diagonal,)

    @property
    def handed_on(self) -> tuple[tuple[str, int | None], ...]:
        """Names and numbers of the rows that the parts hand on to one another."""
        n = len(self.parts.rates.tape.outputs)
        return (("u", n * len(self.parts.times)), *super().handed_on)

    def pages(self, machine: Machine, layout: Layout, declared: dict[str, str]) -> list[Page]:
        """Return the functions that the others need."""
        solve = Page(machine, "i64 @solve(ptr %w, ptr %x)", declared)
        self.matrices.solve(Frame(solve, layout), 0, ("%x",))
        solve.leave("ret i64 0")
        step = self.part(machine, layout, declared, STEP, self._attempt)
        return [*super().pages(machine, layout, declared), solve, step]

    def _attempt(self, f: Frame) -> None:
        """Write an attempted step."""
        n, count = f.layout.n, len(self.parts.times)
        self.linearise(f)
        good = None
        for i in range(count):
            self._right(f, i)
            if i == 0 and self._lists:
                self._begin_misfit(f)
            f.page.call("i64", "solve", "ptr %w", f"ptr {f.row('u', i * n)}")
            if i == 0 and self._lists:
                good = self._good(f, self._lists)
        self._close(f)
        if good is not None:
            (error,) = f.rows("stage", 1)
            f.keep("stage", [f.page.choose(good, error, f.page.every(REJECTED))])

    @property
    def _lists(self) -> ByLists | None:
        """The matrix, where its pivots are not chosen, and its solution is to be looked at."""
        return self.matrices if isinstance(self.matrices, ByLists) else None

    def _right(self, f: Frame, i: int) -> None:
        """Write the right side of a stage to its place."""
        page, n, parts = f.page, f.layout.n, self.parts
        if i:
            (limit,), (t, h) = f.rows("limit", 1), ("%t", "%h")
            self.each(
                f, parts.stages[i],
                lambda s: {"y": [f.at("y", s)], "u": self.vectors(f, "u", s, i)}, [("trial y", 0)],
            )  # fmt: skip
            ahead = page.do_all("fmul", page.every(parts.times[i]), h)
            f.rates(f.within(page.do_all("fadd", t, ahead), limit, h), "trial y", "p", "u", i * n)
        turning = self.parts.turning
        self.each(
            f, parts.rights[i],
            lambda s: {"h": ["%h"], "f": [f.at("u", s, i * n) if i else f.at("f", s)],
                       "g": [f.at("g", s) if turning else page.every(0.0)],
                       "u": self.vectors(f, "u", s, i)},
            [("u", i)],
        )  # fmt: skip

    def _begin_misfit(self, f: Frame) -> None:
        """Write the right side of the first stage, and its sizes, to rows that are free still."""
        page = f.page
        with page.loop(f.layout.n) as s:
            right = f.at("u", s)
            f.put("new", s, page.negative(right))
            f.put("stage", s, page.known("fabs", right))

    def _good(self, f: Frame, lists: ByLists) -> str:
        """Write whether each equation of the first stage holds far better than steps need."""
        page, vector = f.page, f.page.machine.vector
        shift = page.do_all("fdiv", page.every(self.parts.diagonal), "%h")
        size = page.known("fabs", shift)
        with page.loop(f.layout.n) as s:
            u = f.at("u", s)
            f.put("new", s, fused(page, shift, u, f.at("new", s)))
            f.put("stage", s, fused(page, size, page.known("fabs", u), f.at("stage", s)))
        rest, sizes = (Rows((f.row(x),), f.layout.width) for x in ("new", "stage"))
        if lists.count:
            with page.loop(lists.count) as e:
                row, column = place_at(f, e, lists.rows), place_at(f, e, lists.columns)
                entry, u = f.at("derivatives", e), f.at("u", column)
                less = fused(page, page.negative(entry), u, *rest.fetch(page, row))
                more = fused(page, *(page.known("fabs", x) for x in (entry, u)),
                             *sizes.fetch(page, row))  # fmt: skip
                rest.store(page, row, (less,))
                sizes.store(page, row, (more,))
        worst = page.local(vector)
        page.store(vector, page.every(-1.0), worst)
        with page.loop(f.layout.n) as s:
            values = {"rest": f.at("new", s), "size": f.at("stage", s)}
            (word,) = apply(page, self.parts.misfit, values)
            page.store(vector, larger(page, page.fetch(vector, worst), word), worst)
        return page.compare("ole", page.fetch(vector, worst), page.every(0.0))

    def _close(self, f: Frame) -> None:
        """Write the new state, its error and its slope, and what dense output needs."""
        page, parts, count = f.page, self.parts, len(self.parts.times)
        dense = [("kept", i) for i in range(len(parts.kept))]
        self.each(
            f, parts.close,
            lambda s: {"y": [f.at("y", s)], "u": self.vectors(f, "u", s, count)},
            [("new", 0), ("stage", 0), *dense],
        )  # fmt: skip
        (limit,) = f.rows("limit", 1)
        ahead = f.within(page.do_all("fadd", "%t", "%h"), limit, "%h")
        f.rates(ahead, "new", "p", "kept", len(dense) * f.layout.n)

    def iteration(self, frame: Frame, *, adaptive: bool) -> Iteration:
        """Return the writer of an iteration."""
        return _Iteration(self.parts, self.controlled, self.probes, frame, adaptive=adaptive)


class _Iteration(RowsIteration):
    """An iteration of a Rosenbrock method."""

    parts: OneMatrix

    def attempt(self, t: str, tried: str, limit: str) -> None:
        """Write an attempted step from a time; its function reads the limit, which is in memory."""
        del limit
        f, page, vector = self.f, self.page, self.machine.vector
        with page.loop(self.n) as s:
            f.put("old", s, f.at("y", s))
        page.call("i64", STEP, "ptr %w", f"{vector} {t}", f"{vector} {tried}")
        self.measure()

    @property
    def last(self) -> int:
        """Where the slope at the new point begins among the kept rows."""
        return self.n * len(self.parts.kept)
