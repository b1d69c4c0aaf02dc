"""A long tape as lists of places: what is alike is done together, in loops, and so are long sums.

Written out, a program of a hundred thousand operations keeps a compiler busy for minutes. But where
every state acts on every other, most of them are the terms of some hundred sums, and the rest are a
few operations on many values each. Nothing is left out and nothing added: only the order differs in
which sums take up their terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...models.once import once
from ...models.tape import Builder, Node, Tape
from ...models.tape.composed.special import without_special
from ...models.uncollected import uncollected
from ..arrays import Float, Int

ALIKE = 8  # results of one operation are as many, or a multiple: a vector's worth
LONG = 8  # terms from which a sum is a loop over them
# Operations from which a program is told as lists, in all and for each result: shorter ones are
# faster written out, where values stay in registers.
MANY, MANY_EACH = 4000, 40
_SUMS = frozenset({"add", "sub", "neg"})
Term = tuple[float, int]  # a sign, and the number of a node
Product = tuple[str, float, int, int]  # what its factors are, a number or a sign, and the factors


@dataclass(frozen=True, eq=False)
class Each:
    """One operation on many values.

    Parameters
    ----------
    element
        The operation as a tape.
    begin
        Place of the first result; the others follow.
    places
        For each argument, the places of the values; a multiple of `ALIKE`, the last ones repeated.
    """

    element: Tape
    begin: int
    places: tuple[Int, ...]


@dataclass(frozen=True, eq=False)
class Terms:
    """Products that go into some sums, those of one sum after those of another.

    Parameters
    ----------
    starts
        Where each sum's begin; one more than there are sums.
    right
        Places of one factor.
    scales
        The other, where they are numbers.
    left
        Its places, where they are values.
    sign
        1, or -1 where the products are taken away.
    """

    starts: Int
    right: Int
    scales: Float | None
    left: Int | None
    sign: float

    @cached_property
    def filled(self) -> tuple[Int, Int]:
        """Which sums have products here, and where those of each begin."""
        some = np.flatnonzero(np.diff(self.starts))
        return some, self.starts[some]


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums of products: so many results, the first at `begin`."""

    begin: int
    count: int
    terms: tuple[Terms, ...]


@dataclass(frozen=True, eq=False)
class Listing:
    """A program as lists.

    Parameters
    ----------
    size
        Number of places.
    inputs
        Positions of the inputs that have places, which are the first ones.
    constants
        Numbers that have the places after these.
    work
        What is done, in order.
    outputs
        Place of each output.
    """

    size: int
    inputs: Int
    constants: Float
    work: tuple[Each | Sums, ...]
    outputs: Int

    @property
    def longest(self) -> int:
        """The most terms that sums done together have."""
        sums = (item.terms for item in self.work if isinstance(item, Sums))
        return max((len(terms.right) for found in sums for terms in found), default=0)


def is_long(tape: Tape) -> bool:
    """Tell whether a program is better told as lists than written out."""
    size = len(tape.nodes) - len(tape.inputs)
    return size > MANY and size > MANY_EACH * len(tape.outputs) ** 0.5


@once
@uncollected()
def listing(tape: Tape) -> Listing:
    """Return a tape as lists."""
    return _Lister(without_special(tape)).listing()


class _Lister:
    """The lists of a tape under construction."""

    def __init__(self, tape: Tape) -> None:
        self.tape, self.nodes = tape, tape.nodes
        uses = _uses(tape)
        self.sums, inside = _long_sums(tape, uses)
        self.products = self._products(uses)
        self.skipped = inside | self.products
        self.groups = self._groups()
        self.told: dict[int, list[Product]] = {}
        self.at, self.one = [-1] * len(self.nodes), 0

    def _products(self, uses: Sequence[int]) -> set[int]:
        """Return the products that nothing but long sums needs."""
        nodes = self.nodes
        as_term = [0] * len(nodes)
        for terms in self.sums.values():
            for _, number in terms:
                as_term[number] += 1
        return {
            number
            for number, count in enumerate(as_term)
            if count and count == uses[number] and nodes[number].op == "mul"
        }

    def _factors(self, terms: Iterable[Term]) -> Iterable[int]:
        for _, number in terms:
            yield from self.nodes[number].args if number in self.products else (number,)

    def _groups(self) -> dict[tuple[int, object], list[int]]:
        """Return the numbers of nodes that can be done together, those first that others need."""
        level, groups = [0] * len(self.nodes), dict[tuple[int, object], list[int]]()
        sums, skipped = self.sums, self.skipped
        for number, (op, args, _) in enumerate(self.nodes):
            if not args or number in skipped:
                continue
            if number in sums:
                key, above = "sum", 1 + max([level[a] for a in self._factors(sums[number])])
            else:
                key = self._key(self.nodes[number]) if op == "pow" else op
                above = 1 + max([level[a] for a in args])
            level[number] = above
            group = groups.get((above, key))
            if group is None:
                groups[(above, key)] = group = []
            group.append(number)
        return dict(sorted(groups.items(), key=lambda item: item[0][0]))

    def _key(self, node: Node) -> object:
        if node.op == "pow" and self.nodes[node.args[1]].op == "const":
            return node.op, self.nodes[node.args[1]].value
        return node.op

    def listing(self) -> Listing:
        """Return the lists."""
        outputs, nodes = self.tape.outputs, self.nodes
        self.told = {
            number: [self._term(*term) for term in terms] for number, terms in self.sums.items()
        }
        wanted = sorted(n for n in self._wanted() if n >= 0 and not nodes[n].args)
        inputs = [n for n in wanted if nodes[n].op == "input"]
        constants = [n for n in wanted if nodes[n].op == "const"]
        size = 0
        for number in [*inputs, *constants]:
            self.at[number], size = size, size + 1
        self.one = size  # the place of the number 1, for terms that are numbers
        size += 1
        work: list[Each | Sums] = []
        for (_, key), numbers in self.groups.items():
            for place, number in enumerate(numbers, size):
                self.at[number] = place
            work.append(self._sums(size, numbers) if key == "sum" else self._each(size, numbers))
            size += -(-len(numbers) // ALIKE) * ALIKE
        values = [*(nodes[n].value for n in constants), 1.0]
        return Listing(
            size, np.array(inputs, dtype=np.int64), np.array(values), tuple(work),
            np.array([self.at[o] for o in outputs], dtype=np.int64),
        )  # fmt: skip

    def _wanted(self) -> set[int]:
        """Return the numbers of nodes that need a place, -1 for none among them."""
        wanted = set(self.tape.outputs)
        for (_, key), numbers in self.groups.items():
            for number in numbers:
                if key == "sum":
                    wanted.update(n for term in self.told[number] for n in term[2:])
                else:
                    wanted.update(self.nodes[number].args)
        return wanted

    def _each(self, begin: int, numbers: Sequence[int]) -> Each:
        first = self.nodes[numbers[0]]
        key = self._key(first)
        powers = isinstance(key, tuple)
        arity = 1 if powers else len(first.args)
        builder = Builder([f"x{i}" for i in range(arity)])
        args = [*builder.inputs, *([self.nodes[first.args[1]].value] if powers else [])]
        element = builder.finish([builder.apply(first.op, *args)])
        padded = [*numbers, *[numbers[-1]] * (-len(numbers) % ALIKE)]
        places = tuple(
            np.array([self.at[self.nodes[n].args[i]] for n in padded], dtype=np.int64)
            for i in range(arity)
        )
        return Each(element, begin, places)

    def _term(self, sign: float, number: int) -> Product:
        """Return a term's kind, its number or sign, and the nodes of its factors, -1 for none."""
        nodes = self.nodes
        if nodes[number].op == "const":
            return "number", sign * nodes[number].value, -1, -1
        if number not in self.products:
            return "number", sign, -1, number
        left, right = nodes[number].args
        if nodes[right].op in ("const", "input") and nodes[left].op != "const":
            left, right = right, left
        if nodes[left].op == "const":
            return "number", sign * nodes[left].value, -1, right
        return "value", sign, left, right

    def _sums(self, begin: int, numbers: Sequence[int]) -> Sums:
        kinds: dict[tuple[str, float], tuple[list[int], list[int], list[float]]] = {}
        for position, number in enumerate(numbers):
            for kind, scale, left, right in self.told[number]:
                key = kind, 1.0 if kind == "number" else scale
                whose, rights, lefts = kinds.setdefault(key, ([], [], []))
                whose.append(position)
                rights.append(self.one if right < 0 else self.at[right])
                lefts.append(scale if kind == "number" else self.at[left])
        count = len(numbers)
        terms = [_terms(*key, *lists, count) for key, lists in kinds.items()]
        return Sums(begin, count, tuple(terms))


def _terms(
    kind: str, sign: float, whose: list[int], right: list[int], left: list[float], count: int
) -> Terms:
    starts = np.searchsorted(np.array(whose), np.arange(count + 1)).astype(np.int64)
    rights = np.array(right, dtype=np.int64)
    if kind == "number":
        return Terms(starts, rights, np.array(left), None, sign)
    return Terms(starts, rights, None, np.array(left, dtype=np.int64), sign)


def _uses(tape: Tape) -> list[int]:
    """Return how often each value is needed."""
    uses = [0] * len(tape.nodes)
    for node in tape.nodes:
        for a in node.args:
            uses[a] += 1
    for output in tape.outputs:
        uses[output] += 1
    return uses


def _long_sums(tape: Tape, uses: Sequence[int]) -> tuple[dict[int, list[Term]], set[int]]:
    """Return the terms of long sums by the number of each, and the numbers of all within."""
    nodes = tape.nodes
    linked = bytearray(len(nodes))  # whether something is part of a sum, and of nothing else
    for node in nodes:
        if node.op in _SUMS:
            for a in node.args:
                linked[a] = uses[a] == 1 and nodes[a].op in _SUMS
    sums, inside = dict[int, list[Term]](), set[int]()
    for number, node in enumerate(nodes):
        # Of two terms, as most, are those without a sum inside: they are not long.
        if node.op in _SUMS and not linked[number] and any([linked[a] for a in node.args]):
            terms, within = _flat(nodes, linked, number)
            if len(terms) >= LONG:
                sums[number] = terms
                inside.update(within)
    return sums, inside


def _flat(nodes: Sequence[Node], linked: bytearray, root: int) -> tuple[list[Term], list[int]]:
    """Return the terms of a sum with their signs, in order, and the sums within it."""
    terms, within, sign, number = list[Term](), list[int](), 1.0, root
    while number == root or linked[number]:  # from the last term to the first, as most are written
        within.append(number)
        op, args, _ = nodes[number]
        last = sign if op == "add" else -sign
        if len(args) == 1:
            sign = last
        elif linked[args[1]]:
            return _branching(nodes, linked, root)
        else:
            terms.append((last, args[1]))
        number = args[0]
    return [(sign, number), *reversed(terms)], within[1:]


def _branching(nodes: Sequence[Node], linked: bytearray, root: int) -> tuple[list[Term], list[int]]:
    """Return what `_flat` does, of a sum in which others stand behind a sign."""
    terms, within, waiting = list[Term](), list[int](), [(1.0, root)]
    while waiting:
        sign, number = waiting.pop()
        if number != root and not linked[number]:
            terms.append((sign, number))
            continue
        if number != root:
            within.append(number)
        op, args, _ = nodes[number]
        last = -sign if op in ("sub", "neg") else sign
        waiting.append((last, args[-1]))
        if len(args) > 1:
            waiting.append((sign, args[0]))
    return terms, within
