"""What steps with elimination share: derivatives, the matrices of them, and loops over states."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ....models.tape.squares import Squares
from ...compose.large import Stiff
from ...compose.program import Program
from ...kernels.llvm import write
from ...kernels.page import Machine, Page
from ..layout import Layout
from ..loop.frame import Frame, bind
from .looped import InParts
from .matrices import ByLists, Matrices
from .rows import PIECE
from .squares import BySquares
from .sums import behind, place_at


@dataclass(frozen=True)
class Lists:
    """All places that the loops are told, and where those of df/dt begin."""

    places: tuple[int, ...]
    turning: int
    matrices: Matrices


@dataclass(frozen=True)
class Implicit(InParts):
    """How lanes step with elimination."""

    parts: Stiff

    @property
    @abstractmethod
    def values(self) -> Sequence[complex]:
        """Of the matrices value/h - J that are solved with; complex ones for pairs."""

    @cached_property
    def lists(self) -> Lists:
        """The places that the loops are told."""
        parts, places = self.parts, list(self.listed.places)
        turning, found = behind(places, parts.turning), parts.elimination
        if isinstance(found, Squares):
            matrices: Matrices = BySquares.of(found, self.values, places)
        else:
            matrices = ByLists.of(parts, found, self.values, places)
        return Lists(tuple(places), turning, matrices)

    @property
    def matrices(self) -> Matrices:
        """How the matrices are held."""
        return self.lists.matrices

    @property
    def handed_on(self) -> tuple[tuple[str, int | None], ...]:
        """Names and numbers of the rows that the parts hand on to one another."""
        parts = self.parts
        n = len(parts.rates.tape.outputs)
        return (
            ("derivatives", len(parts.derivatives.tape.outputs)), ("g", n),
            *self.matrices.handed_on, *super().handed_on,
        )  # fmt: skip

    @property
    def long(self) -> tuple[Program, ...]:
        """Programs that may be long."""
        return (*super().long, self.parts.derivatives)

    def pages(self, machine: Machine, layout: Layout, declared: dict[str, str]) -> list[Page]:
        """Return the functions that the others need."""
        return [
            *super().pages(machine, layout, declared),
            *self.functions(machine, layout, declared, self.parts.derivatives, 2 * PIECE),
        ]

    def shared(self, machine: Machine) -> str:
        """Return what factors and solves full matrices, of any number of states."""
        return self.matrices.shared(machine)

    def part(
        self, machine: Machine, layout: Layout, declared: dict[str, str], name: str,
        body: Callable[[Frame], None],
    ) -> Page:  # fmt: skip
        """Return the function of a part of a step, of the time and the step."""
        head = f"i64 @{name}(ptr %w, {machine.vector} %t, {machine.vector} %h)"
        page = Page(machine, head, declared)
        body(Frame(page, layout))
        page.leave("ret i64 0")
        return page

    def each(
        self, f: Frame, program: Program, values: Callable[[str], Mapping[str, Sequence[str]]],
        outputs: Sequence[tuple[str, int]],
    ) -> None:  # fmt: skip
        """Write a program of one state for all of them; outputs go to rows so far behind a name."""
        with f.page.loop(f.layout.n) as s:
            words = write(f.page, program.tape, bind(program, values(s)))
            for (name, skip), word in zip(outputs, words, strict=True):
                f.page.store(f.page.machine.vector, word, f.state(name, s, skip * f.layout.n))

    def vectors(self, f: Frame, name: str, s: str, count: int) -> list[str]:
        """Return a state's numbers in some vectors, one after another behind a name."""
        return [f.at(name, s, i * f.layout.n) for i in range(count)]

    def linearise(self, f: Frame) -> None:
        """Write derivatives and matrices."""
        page, vector = f.page, f.page.machine.vector
        places = [f.row(name) for name in ("y", "p", "derivatives")]
        page.call("i64", "derivatives", "ptr %w", f"{vector} %t", *(f"ptr {x}" for x in places))
        self._turn(f)
        self.matrices.factor(f, page.do_all("fdiv", page.every(1.0), "%h"))

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
