"""Steps of large stiff systems: Newton's iterations as loops over states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...compose.large import Large
from ...kernels.page import Machine, Page
from ..layout import Layout
from ..loop.frame import Frame
from ..loop.iteration import Iteration
from .rows import RowsIteration
from .stiff import Implicit


@dataclass(frozen=True)
class Iterating(Implicit):
    """How lanes step by Newton's iterations."""

    parts: Large

    @property
    def values(self) -> Sequence[complex]:
        """The eigenvalues of the method: of the real one and the pairs."""
        found = self.parts.newton.found
        return found.real, *found.pairs

    @property
    def handed_on(self) -> tuple[tuple[str, int | None], ...]:
        """Names and numbers of the rows that the parts hand on to one another."""
        parts = self.parts
        n, count = len(parts.rates.tape.outputs), parts.newton.count
        return (
            ("w", n * count), ("d", n * count), ("at", n * count), ("moved", n), ("earlier", n),
            *super().handed_on,
        )  # fmt: skip

    def pages(self, machine: Machine, layout: Layout, declared: dict[str, str]) -> list[Page]:
        """Return the functions that the others need."""

        def written(name: str, body: Callable[[Frame], None]) -> Page:
            return self.part(machine, layout, declared, name, body)

        return [
            *super().pages(machine, layout, declared),
            written("solve", self._solve),
            written("prepare", self._prepare),
            written("repeat", self._repeat),
            written("close", self._close),
        ]

    def _stages(self, f: Frame, name: str, s: str) -> list[str]:
        return self.vectors(f, name, s, self.parts.newton.count)

    def _all(self, name: str) -> list[tuple[str, int]]:
        return [(name, i) for i in range(self.parts.newton.count)]

    def _prepare(self, f: Frame) -> None:
        """Write derivatives, matrices and the first iteration."""
        page, newton = f.page, self.parts.newton
        vector, still = page.machine.vector, not self.parts.turning
        self.linearise(f)
        self.each(
            f, newton.ahead,
            lambda s: {"h": ["%h"], "f": [f.at("f", s)],
                       "g": [page.every(0.0) if still else f.at("g", s)]},
            self._all("d"),
        )  # fmt: skip
        page.call("i64", "solve", "ptr %w", f"{vector} %t", f"{vector} %h")
        none = [page.every(0.0)] * newton.count
        self.each(
            f, newton.improve,
            lambda s: {"w": none, "change": self._stages(f, "d", s)},
            [*self._all("w"), ("moved", 0)],
        )  # fmt: skip

    def _solve(self, f: Frame) -> None:
        """Write the solution of all blocks."""
        at = 0
        for number, value in enumerate(self.values):
            parts = 2 if isinstance(value, complex) else 1
            x = tuple(f.row("d", (at + k) * f.layout.n) for k in range(parts))
            self.matrices.solve(f, number, x)
            at += parts

    def _repeat(self, f: Frame) -> None:
        """Write one more iteration."""
        page, newton, n = f.page, self.parts.newton, f.layout.n
        vector, (limit,) = page.machine.vector, f.rows("limit", 1)
        self.each(
            f, newton.spread, lambda s: {"y": [f.at("y", s)], "w": self._stages(f, "w", s)},
            self._all("at"),
        )  # fmt: skip
        for i, c in enumerate(newton.times):
            ahead = page.do_all("fmul", page.every(c), "%h")
            time = f.within(page.do_all("fadd", "%t", ahead), limit, "%h")
            f.rates(time, ("at", i * n), "p", "d", i * n)
        self.each(
            f, newton.misses,
            lambda s: {"h": ["%h"], "w": self._stages(f, "w", s), "f": self._stages(f, "d", s)},
            self._all("d"),
        )  # fmt: skip
        page.call("i64", "solve", "ptr %w", f"{vector} %t", f"{vector} %h")
        with page.loop(n) as s:
            f.put("earlier", s, f.at("moved", s))
        self.each(
            f, newton.improve,
            lambda s: {"w": self._stages(f, "w", s), "change": self._stages(f, "d", s)},
            [*self._all("w"), ("moved", 0)],
        )  # fmt: skip

    def _close(self, f: Frame) -> None:
        """Write the new state, its error and its slope, and what dense output needs."""
        page, newton, n = f.page, self.parts.newton, f.layout.n
        inner = newton.count - 1
        self.each(
            f, newton.close,
            lambda s: {"h": ["%h"], "y": [f.at("y", s)], "f": [f.at("f", s)],
                       "w": self._stages(f, "w", s)},
            [("new", 0), ("d", 0), *(("kept", i) for i in range(inner))],
        )  # fmt: skip
        self.matrices.solve(f, 0, (f.row("d"),))
        self.each(
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
