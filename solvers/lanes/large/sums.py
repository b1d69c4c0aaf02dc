"""Sums of products of rows in memory, told by lists of places: elimination as loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ....models.tape.elimination import Sums
from ...kernels.page import WORD, Page
from ...kernels.vectors import fused
from ..loop.frame import Frame

Words = tuple[str, ...]
"""A number, or the two parts of a complex one."""


@dataclass(frozen=True)
class Rows:
    """Numbers in memory, all lanes of each: where the first is, once per part."""

    bases: Words
    width: int

    def fetch(self, page: Page, place: str) -> Words:
        """Return the number at a place."""
        vector = page.machine.vector
        return tuple(page.fetch(vector, self._at(page, base, place)) for base in self.bases)

    def store(self, page: Page, place: str, words: Words) -> None:
        """Write the number at a place."""
        for base, word in zip(self.bases, words, strict=True):
            page.store(page.machine.vector, word, self._at(page, base, place))

    def _at(self, page: Page, base: str, place: str) -> str:
        return page.place(base, place, self.width * WORD)


@dataclass(frozen=True)
class Listed:
    """Where the lists of some sums begin among all places."""

    targets: int
    scales: int
    starts: int
    left: int
    right: int
    count: int


def listed(sums: Sums, places: list[int]) -> Listed:
    """Put the lists of sums behind the places there are; return where."""
    targets, scales, starts, left, right = (
        behind(places, numbers)
        for numbers in (sums.targets, sums.scales, sums.starts, sums.left, sums.right)
    )
    return Listed(targets, scales, starts, left, right, len(sums.targets))


def behind(places: list[int], numbers: Sequence[int]) -> int:
    """Put numbers behind the places there are; return where they begin."""
    begin = len(places)
    places += numbers
    return begin


def place_at(f: Frame, index: str, begin: int) -> str:
    """Return an entry of the list that begins somewhere among all places."""
    here = f.page.put(f"add i64 {index}, {begin}")
    return f.page.fetch("i64", f.item("places", here))


def add_up(f: Frame, lists: Listed, matrix: Rows, x: Rows, *, inverts: bool) -> None:
    """Write sums of products of the matrix with `x`, which is the matrix itself when factored."""
    page = f.page
    with page.loop(lists.count) as q:
        target, scale = place_at(f, q, lists.targets), place_at(f, q, lists.scales)
        begin, end = place_at(f, q, lists.starts), place_at(f, q, lists.starts + 1)

        def less(r: str, total: Words) -> Words:
            a = matrix.fetch(page, place_at(f, r, lists.left))
            return minus_product(page, total, a, x.fetch(page, place_at(f, r, lists.right)))

        rest = repeated(page, (begin, end), x.fetch(page, target), less)
        scaled = f"icmp sge i64 {scale}, 0"
        if inverts:
            with page.when(page.put(f"icmp slt i64 {scale}, 0")):
                x.store(page, target, inverse(page, rest))
        with page.when(page.put(scaled)):
            x.store(page, target, product(page, rest, matrix.fetch(page, scale)))


def repeated(
    page: Page, span: tuple[str, str], start: Words, body: Callable[[str, Words], Words]
) -> Words:
    """Write a loop over a span, maybe empty, through which words are carried; return the last."""
    before, head, inside, after = page.block, page.label(), page.label(), page.label()
    index, vector = f"%i.{head}", page.machine.vector
    carried = tuple(f"%c{k}.{head}" for k in range(len(start)))
    page.start(head)
    place = len(page.lines)
    more = page.put(f"icmp slt i64 {index}, {span[1]}")
    page.leave(f"br i1 {more}, label %{inside}, label %{after}")
    page.start(inside)
    for word, value in zip(carried, body(index, carried), strict=True):
        page.do(f"{word}.next = bitcast {vector} {value} to {vector}")
    page.do(f"{index}.next = add i64 {index}, 1")
    rows = [("i64", index, span[0]), *((vector, *x) for x in zip(carried, start, strict=True))]
    page.lines[place:place] = [
        f"  {word} = phi {kind} [ {first}, %{before} ], [ {word}.next, %{page.block} ]"
        for kind, word, first in rows
    ]
    page.leave(f"br label %{head}")
    page.start(after)
    return carried


def minus_product(page: Page, total: Words, a: Words, b: Words) -> Words:
    """Write total - a*b."""
    minus = [page.negative(x) for x in a]
    if len(a) == 1:
        return (fused(page, minus[0], b[0], total[0]),)
    re = fused(page, a[1], b[1], fused(page, minus[0], b[0], total[0]))
    im = fused(page, minus[1], b[0], fused(page, minus[0], b[1], total[1]))
    return re, im


def product(page: Page, a: Words, b: Words) -> Words:
    """Write a*b."""
    if len(a) == 1:
        return (page.do_all("fmul", a[0], b[0]),)
    re = fused(page, page.negative(a[1]), b[1], page.do_all("fmul", a[0], b[0]))
    im = fused(page, a[1], b[0], page.do_all("fmul", a[0], b[1]))
    return re, im


def inverse(page: Page, a: Words) -> Words:
    """Write 1/a."""
    one = page.every(1.0)
    if len(a) == 1:
        return (page.do_all("fdiv", one, a[0]),)
    size = fused(page, a[1], a[1], page.do_all("fmul", a[0], a[0]))
    by = page.do_all("fdiv", one, size)
    return page.do_all("fmul", a[0], by), page.do_all("fmul", page.negative(a[1]), by)
