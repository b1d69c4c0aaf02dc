"""Long programs as loops over lists of places: the rates of states that all act on one another."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ...compose.program import Program
from ...kernels.listing import Each, Listing, Sums, Terms, is_long, listing
from ...kernels.llvm import write
from ...kernels.page import WORD, Machine, Page
from ...kernels.vectors import fused
from ..layout import Layout
from ..loop.frame import Frame
from .sums import Words, behind, repeated

ABREAST = 8  # sums at a time: as many products as a processor begins until the first is done
VALUES = "values"  # the rows for all values of a program


@dataclass(frozen=True)
class Told:
    """A program as lists, and where each of its lists begins among all places.

    Parameters
    ----------
    lists
        The program.
    inputs, constants, outputs
        Where these begin.
    work
        For each item, where its lists begin: of an operation, those of its arguments; of sums, per
        kind of terms, the starts, the right factors and the left ones.
    """

    lists: Listing
    inputs: int
    constants: int
    outputs: int
    work: tuple[tuple[int, ...], ...]


def told(program: Program, places: list[int]) -> Told | None:
    """Put the lists of a long program behind the places there are; None for one that is short."""
    if not is_long(program.tape):
        return None
    lists = listing(program.tape)
    inputs = behind(places, lists.inputs.tolist())
    constants = behind(places, _bits(lists.constants))
    outputs = behind(places, lists.outputs.tolist())
    work = tuple(_begins(item, places) for item in lists.work)
    return Told(lists, inputs, constants, outputs, work)


def _begins(item: Each | Sums, places: list[int]) -> tuple[int, ...]:
    if isinstance(item, Each):
        return tuple(behind(places, x.tolist()) for x in item.places)
    return tuple(
        behind(places, numbers)
        for terms in item.terms
        for numbers in (terms.starts.tolist(), terms.right.tolist(), _left(terms))
    )


def _left(terms: Terms) -> list[int]:
    if terms.scales is not None:
        return _bits(terms.scales)
    assert terms.left is not None
    return terms.left.tolist()


def _bits(numbers: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[int]:
    """Return numbers as the integers whose bits they are."""
    return np.ascontiguousarray(numbers).view(np.int64).tolist()


def as_lists(
    machine: Machine, layout: Layout, declared: dict[str, str], name: str, program: Told
) -> Page:
    """Return the function of a program of (t, y, p), from rows to rows."""
    head = f"i64 @{name}(ptr %w, {machine.vector} %t, ptr %y, ptr %p, ptr %f)"
    writer = _Writer(Frame(Page(machine, head, declared), layout), program)
    writer.inputs()
    writer.constants()
    for item, begins in zip(program.lists.work, program.work, strict=True):
        if isinstance(item, Each):
            writer.each(item, begins)
        else:
            writer.sums(item, begins)
    writer.outputs()
    return writer.page


class _Writer:
    """A page of loops over lists."""

    def __init__(self, f: Frame, program: Told) -> None:
        self.f, self.page, self.program = f, f.page, program
        self.told, self.values = f.head("places", "ptr"), f.row(VALUES)

    def inputs(self) -> None:
        """Write the copying of inputs to the first places."""
        lists, n = self.program.lists, self.f.layout.n
        positions, begin = lists.inputs, self.program.inputs
        ends = np.searchsorted(positions, [0, 1, 1 + n, 1 + n + self.f.layout.m]).tolist()
        vector = self.page.machine.vector
        if ends[1]:
            self.page.store(vector, "%t", self._value("0"))
        for base, first, last, less in (("%y", *ends[1:3], 1), ("%p", *ends[2:4], 1 + n)):
            if last == first:
                continue
            with self.page.loop(last - first) as q:
                place = self.page.put(f"add i64 {q}, {first}")
                position = self.page.put(f"sub i64 {self._listed(begin, place)}, {less}")
                word = self.page.fetch(vector, self._row(base, position))
                self.page.store(vector, word, self._value(place))

    def constants(self) -> None:
        """Write numbers to the places after these."""
        lists = self.program.lists
        with self.page.loop(len(lists.constants)) as q:
            place = self.page.put(f"add i64 {q}, {len(lists.inputs)}")
            word = self.page.splat(self._listed(self.program.constants, q, "double"))
            self.page.store(self.page.machine.vector, word, self._value(place))

    def outputs(self) -> None:
        """Write the copying of outputs to where they belong."""
        vector = self.page.machine.vector
        with self.page.loop(len(self.program.lists.outputs)) as q:
            word = self.page.fetch(vector, self._value(self._listed(self.program.outputs, q)))
            self.page.store(vector, word, self._row("%f", q))
        self.page.leave("ret i64 0")

    def each(self, item: Each, begins: Sequence[int]) -> None:
        """Write an operation on many values: one after the other, of one lane many together."""
        together = self.page.machine.together if self.page.machine.width == 1 else 1
        with self.page.loop(len(item.places[0]) // together) as number, self._wide(together):
            q = self.page.put(f"mul i64 {number}, {together}")
            words = [self._gathered(begin, q, together) for begin in begins]
            (word,) = write(self.page, item.element, words)
            place = self._value(self.page.put(f"add i64 {q}, {item.begin}"))
            self.page.store(self.page.machine.vector, word, place)

    @contextmanager
    def _wide(self, together: int) -> Generator[None]:
        machine = self.page.machine
        if together > 1:
            self.page.machine = replace(machine, width=together)
        yield
        self.page.machine = machine

    def _gathered(self, begin: int, q: str, together: int) -> str:
        """Return values that are listed one after another: all lanes of one, or one of each."""
        page = self.page
        if together == 1:
            return page.fetch(page.machine.vector, self._value(self._listed(begin, q)))
        word = "poison"
        for lane in range(together):
            number = page.fetch("double", self._value(self._listed(begin + lane, q)))
            word = page.put(
                f"insertelement {page.machine.vector} {word}, double {number}, i32 {lane}"
            )
        return word

    def sums(self, item: Sums, begins: Sequence[int]) -> None:
        """Write sums of products, some at a time: one alone waits for its own last product."""
        page, groups = self.page, item.count // ABREAST
        if groups:
            with page.loop(groups) as number:
                first = page.put(f"mul i64 {number}, {ABREAST}")
                self._abreast(item, begins, first, ABREAST)
        if item.count % ABREAST:
            with page.loop(item.count % ABREAST) as number:
                first = page.put(f"add i64 {number}, {groups * ABREAST}")
                self._abreast(item, begins, first, 1)

    def _abreast(self, item: Sums, begins: Sequence[int], first: str, count: int) -> None:
        """Write some sums: as long as all have products one of each, then what is left of each."""
        page = self.page
        sums = [first, *(page.put(f"add i64 {first}, {i}") for i in range(1, count))]
        totals: Words = (page.every(0.0),) * count
        for k, terms in enumerate(item.terms):
            starts, right, left = begins[3 * k : 3 * k + 3]
            spans = [(self._listed(starts, q), self._listed(starts + 1, q)) for q in sums]
            if count > 1:
                common = self._shortest(spans)
                more = partial(self._one_of_each, terms, right, left, [x for x, _ in spans])
                totals = repeated(page, ("0", common), totals, more)
                spans = [(page.put(f"add i64 {x}, {common}"), end) for x, end in spans]
            rest = partial(self._more, terms, right, left)
            totals = tuple(
                repeated(page, span, (total,), rest)[0]
                for span, total in zip(spans, totals, strict=True)
            )
        for q, total in zip(sums, totals, strict=True):
            place = self._value(page.put(f"add i64 {q}, {item.begin}"))
            page.store(page.machine.vector, total, place)

    def _shortest(self, spans: Sequence[tuple[str, str]]) -> str:
        """Write the least length of some spans."""
        lengths = [self.page.put(f"sub i64 {end}, {begin}") for begin, end in spans]
        least = lengths[0]
        for length in lengths[1:]:
            least = self.page.call("i64", "llvm.smin.i64", f"i64 {least}", f"i64 {length}")
        return least

    def _one_of_each(
        self, terms: Terms, right: int, left: int, begins: Sequence[str], r: str, totals: Words
    ) -> Words:
        """Write sums with one more product each."""
        places = [self.page.put(f"add i64 {begin}, {r}") for begin in begins]
        pairs = zip(places, totals, strict=True)
        return tuple(self._more(terms, right, left, at, (total,))[0] for at, total in pairs)

    def _more(self, terms: Terms, right: int, left: int, r: str, total: Words) -> Words:
        """Write a sum with one more product."""
        page = self.page
        word = page.fetch(page.machine.vector, self._value(self._listed(right, r)))
        if terms.scales is not None:
            by = page.splat(self._listed(left, r, "double"))
        else:
            by = page.fetch(page.machine.vector, self._value(self._listed(left, r)))
            by = by if terms.sign > 0 else page.negative(by)
        return (fused(page, by, word, total[0]),)

    def _listed(self, begin: int, at: str, kind: str = "i64") -> str:
        place = self.page.put(f"add i64 {at}, {begin}")
        return self.page.fetch(kind, self.page.place(self.told, place))

    def _value(self, place: str) -> str:
        return self._row(self.values, place)

    def _row(self, base: str, place: str) -> str:
        return self.page.place(base, place, self.f.layout.width * WORD)
