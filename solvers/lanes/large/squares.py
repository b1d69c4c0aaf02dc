"""Matrices of large filled systems: full ones with pivoting, each lane's apart from the others'.

What states act on one another in many ways is quicker as a full matrix than as a list of places,
and pivots can be chosen, which lanes side by side would each choose differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ....models.tape.elimination import Sums
from ....models.tape.squares import Square, Squares
from ...kernels.page import WORD, Machine, literal
from ...kernels.vectors import fused
from ..loop.frame import Frame
from . import full
from .sums import Listed, Words, behind, listed, place_at, repeated

ALIGNED = 8  # words: vectors that lie across two lines of a cache take twice the time
_MATRIX = 3  # words of a matrix in its list: where it begins, where its pivots do, its vectors
_PART = 7  # of a part: those of its matrix, its members, their number, its sums, and their end


@dataclass(frozen=True)
class Lists:
    """Where lists begin among all places.

    Parameters
    ----------
    entries, places
        Numbers of the entries of J that matrices hold, and where these stand there.
    diagonal, filling
        Where the numbers of diagonals stand, and those that fill matrices up.
    matrices, parts, members
        What is told of each matrix and part, and the states of the parts.
    sums
        Over columns of parts before: rows, numbers of entries, and columns.
    """

    entries: int
    places: int
    diagonal: int
    filling: int
    matrices: int
    parts: int
    members: int
    sums: Listed


@dataclass(frozen=True)
class BySquares:
    """Full matrices.

    Parameters
    ----------
    values
        Of each set of matrices value/h - J; complex ones have two planes.
    numbers, rows, longest
        How many numbers a plane has, how many rows all matrices, filled up to whole vectors, and
        how many the largest.
    counts
        Lengths of the lists of entries, diagonals, numbers that fill up, matrices and parts.
    lists
        What the loops are told.
    """

    values: tuple[complex, ...]
    numbers: int
    rows: int
    longest: int
    counts: tuple[int, int, int, int, int]
    lists: Lists

    @classmethod
    def of(cls, found: Squares, values: Sequence[complex], places: list[int]) -> BySquares:
        """Put the lists behind the places there are."""
        sides = [full.SIDE * full.vectors(n) for n in found.sizes]
        begins, pivots = _begins(map(full.size, found.sizes)), _begins(sides)
        steps = [full.stride(n) for n in found.sizes]
        rows = list(zip(begins, steps, sides, found.sizes, strict=False))
        diagonal = [begin + i * (step + 1) for begin, step, _, n in rows for i in range(n)]
        filling = [begin + i * (step + 1) for begin, step, side, n in rows for i in range(n, side)]
        inside = [begins[m] + column * steps[m] + row for _, m, row, column in found.inside]
        told = [(begins[m], pivots[m], full.vectors(n)) for m, n in enumerate(found.sizes)]
        sums, parts = _Before(), list[int]()
        members = [i for part in found.parts for i in part.members]
        for part in found.parts:
            parts += (*told[part.matrix], sums.members, len(part.members), *sums.of(part))
        numbers = [entry for entry, *_ in found.inside]
        lists = (numbers, inside, diagonal, filling, [x for m in told for x in m], parts, members)
        counts = len(inside), len(diagonal), len(filling), len(told), len(found.parts)
        begin = Lists(*(behind(places, x) for x in lists), sums=listed(sums.done(), places))
        return cls(tuple(values), begins[-1], pivots[-1], max(sides), counts, begin)

    def _planes(self, number: int) -> int:
        return 2 if isinstance(self.values[number], complex) else 1

    def _set(self, number: int) -> int:
        """Return how many words a set of matrices takes: numbers, inverses and swaps."""
        planes = self._planes(number)
        return planes * (self.numbers + self.rows) + self.rows

    @property
    def _words(self) -> int:
        """How many words a lane takes: all sets, and a right side in two parts."""
        return sum(map(self._set, range(len(self.values)))) + 2 * self.longest

    @property
    def handed_on(self) -> tuple[tuple[str, int | None], ...]:
        """Names and numbers of the rows they take."""
        return (("squares", self._words + ALIGNED),)

    def shared(self, machine: Machine) -> str:
        """Return the module of functions that factor and solve a full matrix."""
        pairs = any(isinstance(value, complex) for value in self.values)
        return full.functions(machine, pairs=pairs)

    def factor(self, f: Frame, inverse: str) -> None:
        """Write the filling and factoring of all, one lane after the other."""
        page, vector = f.page, f.page.machine.vector
        with page.loop(f.layout.width) as lane:
            area = self._area(f, lane)
            by = page.put(f"extractelement {vector} {inverse}, i64 {lane}")
            self._fill(f, area, lane)
            for number in range(1, len(self.values)):
                self._copy(f, area, number)
            for number, value in enumerate(self.values):
                self._shift(f, self._matrix(f, area, number)[0], complex(value), by)
            with page.loop(self.counts[3]) as m:
                begin, pivots, count = self._told(f, self.lists.matrices, m, _MATRIX)
                for number in range(len(self.values)):
                    a, inverses, swaps = self._matrix(f, area, number, begin, pivots)
                    full.factor(page, a, inverses, swaps, count)

    def _area(self, f: Frame, lane: str) -> str:
        """Return where a lane's matrices begin, at the begin of a line of the cache."""
        page, size = f.page, ALIGNED * WORD
        last = page.place(f.row("squares"), ALIGNED - 1)
        f.page.declared["llvm.ptrmask.p0.i64"] = "declare ptr @llvm.ptrmask.p0.i64(ptr, i64)"
        first = page.put(f"call ptr @llvm.ptrmask.p0.i64(ptr {last}, i64 {-size})")
        return page.place(first, lane, self._words * WORD)

    def _matrix(
        self, f: Frame, area: str, number: int, begin: str = "0", pivots: str = "0"
    ) -> tuple[Words, Words, str]:
        """Return the addresses of a matrix of a set, its inverses and its swaps."""
        page, planes = f.page, self._planes(number)
        first = page.place(area, sum(map(self._set, range(number))))
        a = [page.place(first, k * self.numbers) for k in range(planes)]
        after = page.place(first, planes * self.numbers)
        rows = [page.place(after, k * self.rows) for k in range(planes + 1)]
        a, (*inverses, swaps) = (
            [page.place(x, skip) for x in found] for found, skip in ((a, begin), (rows, pivots))
        )
        return tuple(a), tuple(inverses), swaps

    def _told(self, f: Frame, begin: int, number: str, count: int) -> list[str]:
        """Return the words of an item of a list."""
        first = f.page.put(f"mul i64 {number}, {count}")
        return [place_at(f, first, begin + i) for i in range(count)]

    def _fill(self, f: Frame, area: str, lane: str) -> None:
        """Write -J to the first set of matrices, and ones where they are filled up."""
        page = f.page
        (a, *_), *_ = self._matrix(f, area, 0)
        self._wide(f, self.numbers, lambda _: "zeroinitializer", a)
        entries, _, filling, *_ = self.counts
        lanes = page.place(f.row("derivatives"), lane)
        if entries:
            with page.loop(entries) as e:
                entry = page.place(lanes, place_at(f, e, self.lists.entries), f.layout.width * WORD)
                value = page.put(f"fneg double {page.fetch('double', entry)}")
                page.store("double", value, page.place(a, place_at(f, e, self.lists.places)))
        if filling:
            with page.loop(filling) as e:
                page.store("double", "1.0", page.place(a, place_at(f, e, self.lists.filling)))

    def _copy(self, f: Frame, area: str, number: int) -> None:
        """Write -J to another set of matrices."""
        page, kind = f.page, _WIDE
        (source, *_), *_ = self._matrix(f, area, 0)
        (re, *im), *_ = self._matrix(f, area, number)
        self._wide(f, self.numbers, lambda i: page.fetch(kind, page.place(source, i, _STEP)), re)
        for plane in im:
            self._wide(f, self.numbers, lambda _: "zeroinitializer", plane)

    def _wide(self, f: Frame, count: int, word: Callable[[str], str], to: str) -> None:
        """Write many numbers, a vector at a time."""
        with f.page.loop(count // full.SIDE) as i:
            f.page.store(_WIDE, word(i), f.page.place(to, i, _STEP))

    def _shift(self, f: Frame, planes: Words, value: complex, inverse: str) -> None:
        """Write value/h to the diagonal."""
        page = f.page
        with page.loop(self.counts[1]) as s:
            at = place_at(f, s, self.lists.diagonal)
            for plane, part in zip(planes, (value.real, value.imag), strict=False):
                here = page.place(plane, at)
                more = page.put(f"fmul double {literal(part)}, {inverse}")
                old = page.fetch("double", here)
                page.store("double", page.put(f"fadd double {old}, {more}"), here)

    def solve(self, f: Frame, number: int, x: Words) -> None:
        """Write the solution with one set of them, part by part."""
        page = f.page
        with page.loop(self.counts[4]) as part:
            told = self._told(f, self.lists.parts, part, _PART)
            begin, pivots, vectors, members, count, first, end = told
            if self.lists.sums.count:
                self._before(f, x, (first, end))
            with page.loop(f.layout.width) as lane:
                area = self._area(f, lane)
                a, inverses, swaps = self._matrix(f, area, number, begin, pivots)
                sides = self._sides(f, area, number)
                for side in sides:
                    with page.loop(vectors) as i:
                        page.store(_WIDE, "zeroinitializer", page.place(side, i, _STEP))
                self._move(f, x, sides, (lane, members, count), back=False)
                full.solve(page, a, inverses, swaps, sides, vectors)
                self._move(f, x, sides, (lane, members, count), back=True)

    def _sides(self, f: Frame, area: str, number: int) -> Words:
        first = f.page.place(area, self._words - 2 * self.longest)
        return tuple(f.page.place(first, k * self.longest) for k in range(self._planes(number)))

    def _move(
        self, f: Frame, x: Words, sides: Words, of: tuple[str, str, str], *, back: bool
    ) -> None:
        """Write the copying of a lane's members of a part to one place side by side, or back."""
        page, (lane, members, count) = f.page, of
        with page.loop(count) as i:
            state = place_at(f, page.put(f"add i64 {members}, {i}"), self.lists.members)
            for base, side in zip(x, sides, strict=True):
                there = page.place(page.place(base, state, f.layout.width * WORD), lane)
                here = page.place(side, i)
                source, target = (here, there) if back else (there, here)
                page.store("double", page.fetch("double", source), target)

    def _before(self, f: Frame, x: Words, span: tuple[str, str]) -> None:
        """Write what rows of a part gain by the parts before, all lanes together."""
        page, vector, step = f.page, f.page.machine.vector, f.layout.width * WORD
        lists = self.lists.sums

        def row(q: str, none: Words) -> Words:
            del none
            begin, end = place_at(f, q, lists.starts), place_at(f, q, lists.starts + 1)
            places = [page.place(base, place_at(f, q, lists.targets), step) for base in x]

            def more(r: str, totals: Words) -> Words:
                entry = f.at("derivatives", place_at(f, r, lists.left))
                column = place_at(f, r, lists.right)
                others = [page.fetch(vector, page.place(base, column, step)) for base in x]
                return tuple(fused(page, entry, y, t) for y, t in zip(others, totals, strict=True))

            totals = tuple(page.fetch(vector, place) for place in places)
            for word, place in zip(repeated(page, (begin, end), totals, more), places, strict=True):
                page.store(vector, word, place)
            return ()

        repeated(page, span, (), row)


class _Before:
    """The sums over columns of parts before, those of one part after those of another."""

    def __init__(self) -> None:
        self.targets, self.starts = list[int](), [0]
        self.left, self.right = list[int](), list[int]()
        self.members = 0

    def of(self, part: Square) -> tuple[int, int]:
        """Take up a part's sums; return their span."""
        begin = len(self.targets)
        for i, row in zip(part.members, part.before, strict=True):
            if row:
                self.targets.append(i)
                self.left += (entry for entry, _ in row)
                self.right += (column for _, column in row)
                self.starts.append(len(self.left))
        self.members += len(part.members)
        return begin, len(self.targets)

    def done(self) -> Sums:
        """Return all."""
        lists = self.targets, list[int](), self.starts, self.left, self.right
        return Sums(*map(tuple, lists))


def _begins(sizes: Iterable[int]) -> list[int]:
    """Return where each of some things of these sizes begins, and where the last one ends."""
    return [0, *accumulate(sizes)]


_WIDE, _STEP = f"<{full.SIDE} x double>", full.SIDE * WORD
