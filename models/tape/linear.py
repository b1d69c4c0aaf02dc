"""Sparse linear systems on the tape: the order of elimination is fixed when it is recorded.

A matrix is split into its strongly connected parts, which are solved one after another; only they
are factored. Parts of equal pattern are eliminated in the same order, so that equal parts, such as
those of all sensitivities of a system, share one factorisation by value numbering. Within a part
the pivots are diagonal and fill is kept low (Markowitz 1957, Management Science 3:255-269,
doi:10.1287/mnsc.3.3.255; Duff, Erisman and Reid 2017, *Direct Methods for Sparse Matrices*,
chapters 6 and 7, doi:10.1093/acprof:oso/9780198508380.001.0001).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Generic, NamedTuple, Protocol, Self, TypeAlias, TypeVar

from .value import Value


class Scalar(Protocol):
    """What elimination computes with: values of a tape, or complex pairs of them."""

    def __add__(self, other: Self, /) -> Self: ...
    def __sub__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: Self, /) -> Self: ...
    def __neg__(self) -> Self: ...
    def __rtruediv__(self, other: float, /) -> Self: ...


S = TypeVar("S", bound=Scalar)
T = TypeVar("T", bound=Scalar)

Places: TypeAlias = tuple[tuple[int, S], ...]
"""Numbers with the row or column each stands in."""

Entries: TypeAlias = Mapping[tuple[int, int], S]
"""The entries of a matrix that are not identically zero, by row and column."""


@dataclass(frozen=True, slots=True)
class Part(Generic[S]):
    """One strongly connected part of a matrix, factored.

    Parameters
    ----------
    pivots
        Rows in the order of elimination.
    lower, upper
        Per pivot, the multiples of its row that later rows lost, and what of its row is left right
        of the diagonal, over the pivot; what is known last of a solution comes last.
    inverse
        Per pivot, one over it.
    before
        Entries in columns of parts that are solved before.
    """

    pivots: tuple[int, ...]
    lower: Mapping[int, Places[S]]
    upper: Mapping[int, Places[S]]
    inverse: Mapping[int, S]
    before: tuple[tuple[int, int, S], ...]

    def map(self, change: Callable[[S], T]) -> Part[T]:
        """Return the part with every number replaced."""

        def places(rows: Mapping[int, Places[S]]) -> Mapping[int, Places[T]]:
            return {k: tuple((i, change(v)) for i, v in row) for k, row in rows.items()}

        return Part(
            self.pivots, places(self.lower), places(self.upper),
            {k: change(v) for k, v in self.inverse.items()},
            tuple((i, j, change(v)) for i, j, v in self.before),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Factors(Generic[S]):
    """A factored matrix; as many right sides as one likes are solved with it."""

    parts: tuple[Part[S], ...]

    def map(self, change: Callable[[S], T]) -> Factors[T]:
        """Return the factors with every number replaced, as by an input of another program."""
        return Factors(tuple(part.map(change) for part in self.parts))

    def solve(self, right: Sequence[S]) -> list[S]:
        """Return x with A x = right."""
        x = list(right)
        for part in self.parts:
            for i, j, value in part.before:
                x[i] = x[i] - value * x[j]
            for k in part.pivots:
                for i, factor in part.lower[k]:
                    x[i] = x[i] - factor * x[k]
            for k in reversed(part.pivots):
                x[k] = x[k] * part.inverse[k]
                for j, value in part.upper[k]:
                    x[k] = x[k] - value * x[j]
        return x


def misfit(
    entries: Entries[Value], x: Sequence[Value], right: Sequence[Value]
) -> list[tuple[Value, Value]]:
    """Return per row the residual A x - right and the sum of sizes of its terms.

    Their largest ratio is the relative change of the entries that would make `x` exact (the
    backward error of Oettli and Prager 1964): after an elimination whose pivots were too small
    it is far above rounding.
    """
    total = [-b for b in right]
    size = [abs(b) for b in right]
    sizes = [abs(value) for value in x]
    for (i, j), value in entries.items():
        total[i], size[i] = total[i] + value * x[j], size[i] + abs(value) * sizes[j]
    return list(zip(total, size, strict=True))


def factor(entries: Entries[S], n: int) -> Factors[S]:
    """Return the factorisation of an n by n matrix, every diagonal entry given."""
    parts: list[Part[S]] = []
    for members in connected_parts(entries, n):
        inside = set(members)
        own = {(i, j): v for (i, j), v in entries.items() if i in inside and j in inside}
        before = tuple(
            (i, j, v) for (i, j), v in entries.items() if i in inside and j not in inside
        )
        parts.append(_eliminate(members, own, before))
    return Factors(tuple(parts))


def _eliminate(
    members: Sequence[int],
    entries: dict[tuple[int, int], S],
    before: tuple[tuple[int, int, S], ...],
) -> Part[S]:
    rows: dict[int, dict[int, S]] = {i: {} for i in members}
    for (i, j), value in entries.items():
        rows[i][j] = value
    pivots = elimination_order(((i, j) for i, j in entries), members)
    left = set(members)
    lower: dict[int, Places[S]] = {}
    upper: dict[int, Places[S]] = {}
    inverse: dict[int, S] = {}
    for k in pivots:
        left.discard(k)
        pivot, inverse[k] = rows[k], 1.0 / rows[k][k]
        # A solution is a chain through them: it waits for no product with a pivot.
        right = [j for j in reversed(pivots) if j in left and j in pivot]
        upper[k] = tuple((j, pivot[j] * inverse[k]) for j in right)
        lost: list[tuple[int, S]] = []
        for i in sorted(i for i in left if k in rows[i]):
            entry = rows[i].pop(k)
            lost.append((i, entry * inverse[k]))
            for j, value in upper[k]:
                term = entry * value
                rows[i][j] = rows[i][j] - term if j in rows[i] else -term
        lower[k] = tuple(lost)
    return Part(tuple(pivots), lower, upper, inverse, before)


def elimination_order(pattern: Iterable[tuple[int, int]], members: Sequence[int]) -> list[int]:
    """Return diagonal pivots in an order that keeps fill low."""
    return [step.pivot for step in elimination_steps(pattern, members)]


class Step(NamedTuple):
    """One pivot, with the later rows that lose multiples of its row, and that row's columns."""

    pivot: int
    below: list[int]
    right: list[int]


def elimination_steps(
    pattern: Iterable[tuple[int, int]], members: Sequence[int]
) -> Generator[Step]:
    """Yield diagonal pivots in an order that keeps fill low.

    Each next pivot has the least product of other entries in its row and in its column.
    """
    rows: dict[int, set[int]] = {i: set() for i in members}
    columns: dict[int, set[int]] = {i: set() for i in members}
    for i, j in pattern:
        if i != j:
            rows[i].add(j)
            columns[j].add(i)
    waiting = [(len(rows[i]) * len(columns[i]), i) for i in members]
    heapify(waiting)
    while waiting:
        cost, k = heappop(waiting)
        if k not in rows or cost != len(rows[k]) * len(columns[k]):
            continue  # taken, or its cost has changed since
        right, below = rows.pop(k), columns.pop(k)
        yield Step(k, sorted(below), sorted(right))
        for i in below:
            rows[i] = (rows[i] | right) - {k, i}
        for j in right:
            columns[j] = (columns[j] | below) - {k, j}
        for i in below | right:
            heappush(waiting, (len(rows[i]) * len(columns[i]), i))


def connected_parts(pattern: Iterable[tuple[int, int]], n: int) -> list[list[int]]:
    """Return the strongly connected parts of a pattern, each after those whose columns it needs.

    Tarjan 1972, SIAM Journal on Computing 1:146-160, doi:10.1137/0201010; without recursion, as a
    chain of a thousand states is deeper than Python allows.
    """
    pattern = list(pattern)
    if n and _close(pattern, n):
        return [list(range(n))]
    needs: list[list[int]] = [[] for _ in range(n)]
    for i, j in sorted(pattern):
        if i != j:
            needs[i].append(j)
    number, low = [-1] * n, [0] * n
    stack: list[int] = []
    on_stack = [False] * n
    parts: list[list[int]] = []
    count = 0
    for root in range(n):
        path = [(root, iter(needs[root]))] if number[root] < 0 else []
        while path:
            i, rest = path[-1]
            if number[i] < 0:
                number[i] = low[i] = count
                count += 1
                stack.append(i)
                on_stack[i] = True
            deeper = next((j for j in rest if number[j] < 0 or on_stack[j]), None)
            if deeper is not None and number[deeper] < 0:
                path.append((deeper, iter(needs[deeper])))
                continue
            if deeper is not None:
                low[i] = min(low[i], number[deeper])
                continue
            path.pop()
            if path:
                low[path[-1][0]] = min(low[path[-1][0]], low[i])
            if low[i] == number[i]:
                at = stack.index(i)
                parts.append(sorted(stack[at:]))
                for j in stack[at:]:
                    on_stack[j] = False
                del stack[at:]
    return parts


def _close(pattern: Iterable[tuple[int, int]], n: int) -> bool:
    """Tell whether rows need so many columns that of two each needs one that needs the other."""
    needs, needed = [0] * n, [0] * n
    for i, j in pattern:
        if i != j:
            needs[i] += 1
            needed[j] += 1
    return min(needs) + min(needed) > n - 2
