"""Elimination of one full matrix with partial pivoting, as functions whose loops are of any size.

Columns stand one after another, `SIDE` rows of one in a vector; a complex matrix is two real ones.
So many columns make a panel: it is factored column by column, then all columns right of it lose
multiples of it at once, which reads and writes each only once per panel. No sum depends on how many
numbers a vector of the processor has.

References
----------
J. J. Dongarra, F. G. Gustavson, A. Karp (1984), Implementing linear algebra algorithms for dense
matrices on a vector pipeline machine, SIAM Review 26:91-112, doi:10.1137/1026003; G. H. Golub, C.
F. Van Loan (2013), *Matrix Computations*, section 3.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ...kernels.llvm import module
from ...kernels.page import WORD, Machine, Page
from .sums import Words, minus_product, product

SIDE = 8  # rows of a vector, and columns of a panel
ABREAST = 4  # columns that lose multiples of a panel together
_VECTOR = SIDE * WORD
_FAR = 1e300  # in place of the number of a row that is none to choose from


def vectors(n: int) -> int:
    """Return how many vectors a column of n numbers takes."""
    return -(-n // SIDE)


def stride(n: int) -> int:
    """Return how many numbers lie from one column of an n by n matrix to the next.

    An odd number of vectors: columns that lie a power of two apart would share places of a cache.
    """
    return SIDE * (vectors(n) | 1)


def size(n: int) -> int:
    """Return how many numbers an n by n matrix takes, filled up with ones to whole vectors."""
    return SIDE * vectors(n) * stride(n)


def functions(machine: Machine, *, pairs: bool) -> str:
    """Return a module that factors and solves, complex matrices too where there are any.

    ``factor1(a, inverses, swaps, vectors)`` turns a matrix into its factors and fills in the
    inverses of the pivots and, for each, with which row, counted from the first of its panel, its
    row changed places. ``solve1(a, inverses, swaps, x, vectors)`` solves in place.
    ``factor2(a, b, …)`` and ``solve2`` do so for matrices, inverses and sides in two parts.
    """
    return _functions(machine.fused, pairs)


@lru_cache(maxsize=4)
def _functions(fuses: bool, pairs: bool) -> str:
    machine, declared = Machine(SIDE, fuses), dict[str, str]()
    kinds = [(kind, count) for count in ((1, 2) if pairs else (1,)) for kind in (_Factor, _Solve)]
    return module([kind(machine, declared, count).page for kind, count in kinds], declared)


def factor(page: Page, a: Words, inverses: Words, swaps: str, count: str) -> None:
    """Write a call of what factors."""
    _call(page, f"factor{len(a)}", [*a, *inverses, swaps], count)


def solve(page: Page, a: Words, inverses: Words, swaps: str, x: Words, count: str) -> None:
    """Write a call of what solves."""
    _call(page, f"solve{len(a)}", [*a, *inverses, swaps, *x], count)


def _call(page: Page, name: str, addresses: Sequence[str], count: str) -> None:
    page.call("i64", name, *(f"ptr {x}" for x in addresses), f"i64 {count}")


class _Square:
    """A function of one full matrix under construction."""

    def __init__(
        self, machine: Machine, declared: dict[str, str], name: str, parts: int, *more: str
    ) -> None:
        names = [f"%{x}{k}" for x in ("a", "i") for k in range(parts)]
        sides = [f"%{x}{k}" for x in more for k in range(parts)]
        arguments = ", ".join(f"ptr {x}" for x in [*names, "%swaps", *sides])
        head = f"i64 @{name}{parts}({arguments}, i64 %vectors)"
        self.page = page = Page(machine, head, declared)
        self.a, self.inverses = tuple(names[:parts]), tuple(names[parts:])
        self.x = tuple(sides)
        odd = page.put("or i64 %vectors, 1")
        self.step = page.put(f"mul i64 {odd}, {_VECTOR}")  # from one column to the next, in bytes
        self.vector = machine.vector

    def columns(self, first: str, row: str, count: int) -> list[Words]:
        """Return the addresses of some columns from a row on, which is told by its vector."""
        page = self.page
        skip = page.put(f"mul i64 {first}, {self.step}")
        bases = [page.place(page.place(a, skip, 1), row, _VECTOR) for a in self.a]
        found = [tuple(bases)]
        for _ in range(count - 1):
            found.append(tuple(page.place(x, self.step, 1) for x in found[-1]))
        return found

    def fetch(self, at: Words, kind: str = "") -> Words:
        """Return a vector of a column, or what else stands there."""
        return tuple(self.page.fetch(kind or self.vector, x) for x in at)

    def store(self, words: Words, at: Words) -> None:
        """Write a vector of a column."""
        for word, x in zip(words, at, strict=True):
            self.page.store(self.vector, word, x)

    def further(self, at: Words, rows: int | str, scale: int = WORD) -> Words:
        """Return addresses further down."""
        return tuple(self.page.place(x, rows, scale) for x in at)

    def where(self, holds: Sequence[bool], yes: Words, no: Words) -> Words:
        """Return some numbers in the rows where something holds, and others elsewhere."""
        bits = f"<{', '.join(f'i1 {str(x).lower()}' for x in holds)}>"
        return tuple(self.page.choose(bits, a, b) for a, b in zip(yes, no, strict=True))

    def only(self, holds: Sequence[bool], words: Words) -> Words:
        """Return the numbers in the rows where something holds, and zeros elsewhere."""
        return self.where(holds, words, (self.page.every(0.0),) * len(words))

    def spread(self, words: Words, row: int) -> Words:
        """Return the number of one row in all."""
        rows = f"<{SIDE} x i32> <{', '.join([f'i32 {row}'] * SIDE)}>"
        kind = self.vector
        return tuple(
            self.page.put(f"shufflevector {kind} {x}, {kind} poison, {rows}") for x in words
        )

    def spread_from(self, at: Words) -> Words:
        """Return the number at an address in all rows."""
        return tuple(self.page.splat(x) for x in self.fetch(at, "double"))

    def swap(self, at: Words, row: int, other: str) -> None:
        """Write that two rows of a column change places."""
        for x in at:
            first, second = self.page.place(x, row), self.page.place(x, other)
            a, b = self.page.fetch("double", first), self.page.fetch("double", second)
            self.page.store("double", b, first)
            self.page.store("double", a, second)

    def swaps(self, panel: str) -> str:
        """Return the address of a panel's swaps."""
        return self.page.place("%swaps", panel, _VECTOR)

    def swapped(self, at: Words, swaps: str, count: int) -> None:
        """Write the swaps that the first pivots of a panel took."""
        for row in range(count):
            self.swap(at, row, self.page.fetch("i64", self.page.place(swaps, row)))

    def eliminated(self, panel: Sequence[Words], at: Words) -> Words:
        """Write what a column loses by the rows of a panel's first columns; return it."""
        words = self.fetch(at)
        for row, column in enumerate(panel):
            below = self.only([i > row for i in range(SIDE)], self.fetch(column))
            words = minus_product(self.page, words, below, self.spread(words, row))
        self.store(words, at)
        return words


class _Factor(_Square):
    """The factors of a matrix."""

    def __init__(self, machine: Machine, declared: dict[str, str], parts: int) -> None:
        super().__init__(machine, declared, "factor", parts)
        page = self.page
        with page.loop("%vectors") as number:
            first = page.put(f"mul i64 {number}, {SIDE}")
            panel = self.columns(first, number, SIDE)
            left = page.put(f"sub i64 %vectors, {number}")
            self.left = page.put(f"sub i64 {left}, 1")  # vectors below, and panels to the right
            self.some = page.put(f"icmp sgt i64 {self.left}, 0")
            swaps = self.swaps(number)
            inverses = self.further(self.inverses, number, _VECTOR)
            for row in range(SIDE):
                self._column(panel, row, swaps, inverses)
            with page.when(self.some):
                self._rest(panel, number, swaps)
        page.leave("ret i64 0")

    def _column(self, panel: Sequence[Words], row: int, swaps: str, inverses: Words) -> None:
        """Write the next column of a panel: what it loses, its pivot, and its multiples."""
        page, at = self.page, panel[row]
        self.swapped(at, swaps, row)
        pivot = self._pivot(panel[:row], at, row)
        page.store("i64", pivot, page.place(swaps, row))
        for column in panel[: row + 1]:
            self.swap(column, row, pivot)
        inverse = self._inverse(self.spread_from(self.further(at, row)))
        for word, x in zip(inverse, self.further(inverses, row), strict=True):
            number = page.put(f"extractelement {self.vector} {word}, i32 0")
            page.store("double", number, x)
        top = self.fetch(at)
        below = [i > row for i in range(SIDE)]
        self.store(self.where(below, product(page, top, inverse), top), at)
        with page.when(self.some), page.loop(self.left) as r:
            place = self.further(self.further(at, 1, _VECTOR), r, _VECTOR)
            self.store(product(page, self.fetch(place), inverse), place)

    def _pivot(self, before: Sequence[Words], at: Words, row: int) -> str:
        """Write what a column loses by those before it; return its row of the largest number."""
        page, vector = self.page, self.vector
        numbers = [float(i) for i in range(SIDE)]
        words, here = self.eliminated(before, at), [i >= row for i in range(SIDE)]
        size = self._size(words)
        none, far = page.every(-1.0), page.every(_FAR)
        (size,) = self.where(here, (size,), (none,))
        size = page.choose(page.compare("ogt", size, none), size, none)  # where it is a number
        (which,) = self.where(here, (_literals(numbers),), (far,))
        kept = [page.local(vector) for _ in range(2)]
        page.store(vector, size, kept[0])
        page.store(vector, which, kept[1])
        given = [self.spread(words, p) for p in range(row)]
        with page.when(self.some):
            with page.gathering(self.left, size, which) as (r, best):
                place = self.further(self.further(at, 1, _VECTOR), r, _VECTOR)
                found = self.fetch(place)
                for column, u in zip(before, given, strict=True):
                    beside = self.further(self.further(column, 1, _VECTOR), r, _VECTOR)
                    found = minus_product(page, found, self.fetch(beside), u)
                self.store(found, place)
                size = self._size(found)
                larger = page.compare("ogt", size, best[0])
                skip = page.put(f"sitofp i64 {page.put(f'mul i64 {r}, {SIDE}')} to double")
                number = page.do_all(
                    "fadd", page.splat(skip), _literals([SIDE + x for x in numbers])
                )
                best[:] = (page.choose(larger, size, best[0]),
                           page.choose(larger, number, best[1]))  # fmt: skip
            for word, x in zip(best, kept, strict=True):
                page.store(vector, word, x)
        size, which = (page.fetch(vector, x) for x in kept)
        largest = page.call("double", f"llvm.vector.reduce.fmax.v{SIDE}f64", f"{vector} {size}")
        which = page.choose(page.compare("oeq", size, page.splat(largest)), which, far)
        first = page.call("double", f"llvm.vector.reduce.fmin.v{SIDE}f64", f"{vector} {which}")
        return page.put(f"fptosi double {first} to i64")

    def _size(self, words: Words) -> str:
        """Write the sizes of numbers; of complex ones the sum of their parts'."""
        sizes = [self.page.known("fabs", x) for x in words]
        return sizes[0] if len(sizes) == 1 else self.page.do_all("fadd", *sizes)

    def _inverse(self, a: Words) -> Words:
        """Write one over a number; a complex one scaled, so that its square is one."""
        page, one = self.page, self.page.every(1.0)
        if len(a) == 1:
            return (page.do_all("fdiv", one, a[0]),)
        by = page.do_all("fdiv", one, self._size(a))
        re, im = (page.do_all("fmul", x, by) for x in a)
        square = page.do_all("fadd", page.do_all("fmul", re, re), page.do_all("fmul", im, im))
        scale = page.do_all("fdiv", by, square)
        return page.do_all("fmul", re, scale), page.do_all("fmul", page.negative(im), scale)

    def _rest(self, panel: Sequence[Words], number: str, swaps: str) -> None:
        """Write what all columns right of a panel lose by it."""
        page = self.page
        following = page.put(f"add i64 {number}, 1")
        begin = page.put(f"mul i64 {following}, {SIDE}")
        count = page.put(f"mul i64 {self.left}, {SIDE // ABREAST}")
        with page.loop(count) as group:
            first = page.put(f"add i64 {begin}, {page.put(f'mul i64 {group}, {ABREAST}')}")
            columns = self.columns(first, number, ABREAST)
            for at in columns:
                self.swapped(at, swaps, SIDE)
                self.eliminated(panel, at)
            with page.loop(self.left) as r:
                self._below(panel, columns, r)

    def _below(self, panel: Sequence[Words], columns: Sequence[Words], r: str) -> None:
        """Write what a vector of some columns loses by one of each of a panel's."""
        page = self.page
        places = [self.further(self.further(x, 1, _VECTOR), r, _VECTOR) for x in columns]
        totals = [self.fetch(x) for x in places]
        for row, column in enumerate(panel):
            by = self.fetch(self.further(self.further(column, 1, _VECTOR), r, _VECTOR))
            for k, at in enumerate(columns):
                u = self.spread_from(self.further(at, row))
                totals[k] = minus_product(page, totals[k], by, u)
        for words, place in zip(totals, places, strict=True):
            self.store(words, place)


class _Solve(_Square):
    """The solution of one system with a factored matrix."""

    def __init__(self, machine: Machine, declared: dict[str, str], parts: int) -> None:
        super().__init__(machine, declared, "solve", parts, "x")
        page = self.page
        with page.loop("%vectors") as number:
            self._forward(number)
        last = page.put("sub i64 %vectors, 1")
        with page.loop("%vectors") as back:
            self._backward(page.put(f"sub i64 {last}, {back}"))
        page.leave("ret i64 0")

    def _forward(self, number: str) -> None:
        """Write what the rows of a panel and those below lose."""
        page, at = self.page, self.further(self.x, number, _VECTOR)
        panel = self.columns(page.put(f"mul i64 {number}, {SIDE}"), number, SIDE)
        self.swapped(at, self.swaps(number), SIDE)
        words = self.eliminated(panel, at)
        by = [self.spread(words, row) for row in range(SIDE)]
        left = page.put(f"sub i64 {page.put(f'sub i64 %vectors, {number}')}, 1")
        with page.when(page.put(f"icmp sgt i64 {left}, 0")), page.loop(left) as r:
            further = page.put(f"add i64 {r}, 1")
            self._less(at, panel, further, by)

    def _backward(self, number: str) -> None:
        """Write the unknowns of a panel, and what those above it lose by them."""
        page, at = self.page, self.further(self.x, number, _VECTOR)
        first = page.put(f"mul i64 {number}, {SIDE}")
        panel = self.columns(first, number, SIDE)
        inverses = self.further(self.inverses, number, _VECTOR)
        words, by = self.fetch(at), list[Words]()
        for row in reversed(range(SIDE)):
            inverse = self.spread_from(self.further(inverses, row))
            by.append(product(page, self.spread(words, row), inverse))
            above = self.only([i < row for i in range(SIDE)], self.fetch(panel[row]))
            words = minus_product(page, words, above, by[-1])
            words = self.where([i == row for i in range(SIDE)], by[-1], words)
        self.store(words, at)
        with page.when(page.put(f"icmp sgt i64 {number}, 0")):
            columns = self.columns(first, "0", SIDE)
            with page.loop(number) as r:
                self._less(self.x, columns[::-1], r, by)

    def _less(self, at: Words, columns: Sequence[Words], r: str, by: Sequence[Words]) -> None:
        """Write what a vector of the right side loses."""
        place = self.further(at, r, _VECTOR)
        words = self.fetch(place)
        for column, u in zip(columns, by, strict=True):
            a = self.fetch(self.further(column, r, _VECTOR))
            words = minus_product(self.page, words, a, u)
        self.store(words, place)


def _literals(values: Sequence[float]) -> str:
    """Return the literal vector of some numbers that are short in decimals."""
    return f"<{', '.join(f'double {value!r}' for value in values)}>"
