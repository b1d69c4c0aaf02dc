"""Elimination of a large sparse matrix as lists of places: what a loop over them has to do.

Written out on a tape, the factors of a large matrix are a long program. Here they are sums of
products, told by number: the same loop does any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from .linear import Step, connected_parts, elimination_steps

Pattern = tuple[tuple[int, int], ...]

FULL = 0.9  # of a matrix, from which on elimination fills it up
INVERTED = -1  # in place of a scale: one over the sum is kept


@dataclass(frozen=True)
class Sums:
    """Sums of products, one after another: ``x[target] = (x[target] - sum a*b) * scale``.

    Parameters
    ----------
    targets
        What each sum is taken from, and where it goes.
    scales
        Place in the matrix of what each is multiplied by; `INVERTED` where one over it is kept.
    starts
        Where its products begin; one more than targets.
    left, right
        Places of the factors of each product.
    """

    targets: tuple[int, ...]
    scales: tuple[int, ...]
    starts: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]


@dataclass(frozen=True)
class Elimination:
    """How a matrix of some pattern is factored in place, and how systems are solved with it.

    Parameters
    ----------
    places
        Row and column of each number of the matrix, those that arise on the way too.
    one
        Place behind the last of them, at which the number 1 is expected.
    factor
        On the matrix, which it turns into its factors.
    solve
        On the right side; `left` are places in the factors, `right` in the side itself.
    """

    places: Mapping[tuple[int, int], int]
    one: int
    factor: Sums
    solve: Sums

    @property
    def size(self) -> int:
        """Number of products of both."""
        return len(self.factor.left) + len(self.solve.left)


class _List:
    """Sums under construction."""

    def __init__(self) -> None:
        self.targets: list[int] = []
        self.scales: list[int] = []
        self.starts = [0]
        self.left: list[int] = []
        self.right: list[int] = []

    def add(self, target: int, scale: int, products: Iterable[tuple[int, int]]) -> None:
        self.targets.append(target)
        self.scales.append(scale)
        for a, b in products:
            self.left.append(a)
            self.right.append(b)
        self.starts.append(len(self.left))

    def done(self) -> Sums:
        lists = self.targets, self.scales, self.starts, self.left, self.right
        return Sums(*(tuple(x) for x in lists))


def products_of_full(n: int) -> int:
    """Return how many products the factorisation of a full matrix takes: squares below n."""
    return (n - 1) * n * (2 * n - 1) // 6


def products(pattern: Pattern, n: int) -> int:
    """Return how many products the factorisation takes."""
    return sum(
        products_of_full(len(members))
        if len(inside) > FULL * len(members) ** 2
        else sum(len(s.below) * len(s.right) for s in elimination_steps(inside, members))
        for members, inside in _inside(pattern, n)
    )


def eliminated(pattern: Pattern, n: int) -> Elimination:
    """Return how an n by n matrix of a pattern is eliminated, its diagonal given or not."""
    steps = [step for _, steps in _parts(pattern, n) for step in steps]
    order = {k: at for at, (k, _, _) in enumerate(steps)}
    lower: dict[int, list[int]] = {k: [] for k in order}  # pivots that a row loses multiples of
    upper: dict[int, set[int]] = {k: set() for k in order}  # pivots whose rows have a column
    full: dict[tuple[int, int], int] = {}
    for i, j in sorted({*pattern, *((k, k) for k in range(n))}):
        full[i, j] = len(full)
    for k, below, right in steps:
        for i in below:
            lower[i].append(k)
            full.setdefault((i, k), len(full))
        for j in right:
            upper[j].add(k)
            full.setdefault((k, j), len(full))
    one = len(full)
    made = _List()

    def entry(i: int, j: int, scale: int) -> None:
        common = (p for p in lower[i] if p in upper[j] and order[p] < min(order[i], order[j]))
        made.add(full[i, j], scale, [(full[i, p], full[p, j]) for p in common])

    for k, below, right in steps:
        entry(k, k, INVERTED)
        for j in right:
            entry(k, j, one)
        for i in below:
            entry(i, k, full[k, k])
    solved = _solution(pattern, n, lower, full, one)
    return Elimination(full, one, made.done(), solved)


@lru_cache(maxsize=8)
def _parts(pattern: Pattern, n: int) -> tuple[tuple[list[int], list[Step]], ...]:
    """Return the strongly connected parts of a pattern, each with its pivots."""
    return tuple(
        (members, list(elimination_steps(inside, members)))
        for members, inside in _inside(pattern, n)
    )


def _inside(pattern: Pattern, n: int) -> list[tuple[list[int], list[tuple[int, int]]]]:
    """Return the strongly connected parts of a pattern, each with its own entries."""
    parts = connected_parts(pattern, n)
    home = {i: at for at, members in enumerate(parts) for i in members}
    own: list[list[tuple[int, int]]] = [[] for _ in parts]
    for i, j in pattern:
        if home[i] == home[j]:
            own[home[i]].append((i, j))
    return list(zip(parts, own, strict=True))


def _solution(
    pattern: Pattern,
    n: int,
    lower: Mapping[int, list[int]],
    full: Mapping[tuple[int, int], int],
    one: int,
) -> Sums:
    """Return the sums that solve: part by part, forward and then backward."""
    made = _List()
    before: dict[int, list[int]] = {i: [] for i in range(n)}
    parts = _parts(pattern, n)
    home = {i: at for at, (members, _) in enumerate(parts) for i in members}
    for i, j in pattern:
        if home[i] != home[j]:
            before[i].append(j)
    for _, steps in parts:
        for k, _, _ in steps:
            known = [*before[k], *lower[k]]
            if known:
                made.add(k, one, [(full[k, j], j) for j in known])
        for k, _, right in reversed(steps):
            made.add(k, full[k, k], [(full[k, j], j) for j in right])
    return made.done()
