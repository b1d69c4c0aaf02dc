"""Taylor coefficients of the values of a tape whose inputs are power series.

Each operation gives the coefficients of its result from those of its arguments by a recurrence
(Moore 1979, *Methods and Applications of Interval Analysis*, section 3.4,
doi:10.1137/1.9781611970906; Jorba and Zou 2005, Experimental Mathematics 14:99-117,
doi:10.1080/10586458.2005.10128904). A function follows from its derivative, whose own coefficients
are needed to one order less only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from math import log

from .composed.special import without_special
from .differentiate import outer
from .operations import Node
from .program import Builder, Tape
from .refined import unrefined
from .value import Value

_FOLLOWED = frozenset("exp expm1 log log1p sin cos tan asin acos atan sinh cosh tanh".split())
_WRITTEN_OUT = 1024  # largest exponent of a power that is made of products, some twenty of them
# Products in the sums for the coefficients up to an order, in units of half its square.
_SUMS: Mapping[str, float] = {"mul": 1, "div": 1, "sqrt": 0.5, "pow": 2}


class Expansion:
    """What is to be followed: a tape, with the derivatives of the functions on it.

    Parameters
    ----------
    tape
        The program.
    moving
        Names of the inputs that are series; the others are numbers.
    """

    def __init__(self, tape: Tape, moving: Collection[str]) -> None:
        self._moving = frozenset(moving)
        self._builder = Builder(tape.inputs)
        plain = without_special(unrefined(tape))
        self.outputs = tuple(value.number for value in self._replayed(plain))
        self.moves: list[bool] = []
        self.slopes: dict[int, int] = {}
        while len(self.moves) < len(self.nodes):  # slopes are added, which may have their own
            self._look(len(self.moves))

    @property
    def nodes(self) -> Sequence[Node]:
        """All nodes, arguments before their use; inputs first."""
        return self._builder.nodes

    @property
    def obstacle(self) -> str | None:
        """An operation that no recurrence follows: one that chooses, a special function; or None.

        Of powers those are followed whose exponent is a known number.
        """
        for node, moves in zip(self.nodes, self.moves, strict=True):
            if not moves or node.op == "input" or node.op in _FOLLOWED:
                continue
            if node.op not in _RULES or (node.op == "pow" and not self._has_known_exponent(node)):
                return node.op
        return None

    def work(self, order: int) -> int:
        """Return about how many operations the coefficients up to an order take."""
        total = 0.0
        for node, moves in zip(self.nodes, self.moves, strict=True):
            if moves and node.op != "input":
                both = len(node.args) == 1 or all(self.moves[a] for a in node.args)
                sums = _SUMS.get(node.op, float(node.op in _FOLLOWED))
                total += order + (both or node.op == "pow") * sums * order * order / 2
        return round(total)

    def _replayed(self, tape: Tape) -> list[Value]:
        """Return the outputs of a tape recorded anew, small whole powers as products."""

        def followed(number: int, node: Node, args: Sequence[Value]) -> Value | None:
            if node.op == "pow" and (whole := _small_whole(args[1].constant)):
                return _products(args[0], whole)
            if node.op == "pow" and (base := args[0].constant or 0.0) > 0.0:
                return (args[1] * log(base)).apply("exp")
            return None

        return self._builder.replay(tape, self._builder.inputs, followed)

    def _look(self, number: int) -> None:
        """Note whether a value moves, and the derivative it follows from."""
        node = self.nodes[number]
        if node.op == "input":
            self.moves.append(self._builder.names[number] in self._moving)
            return
        self.moves.append(any(self.moves[a] for a in node.args))
        if self.moves[number] and node.op in _FOLLOWED:
            x, z = Value(self._builder, node.args[0]), Value(self._builder, number)
            slope = outer(node.op, 0, [x], z)
            assert slope is not None
            self.slopes[number] = slope.number

    def _has_known_exponent(self, node: Node) -> bool:
        return self.nodes[node.args[1]].op == "const"


class Coefficients:
    """The coefficients found so far, those of order zero being plain values.

    Parameters
    ----------
    expansion
        What is followed.
    builder
        Where they are recorded.
    first
        Values of the inputs.
    """

    def __init__(self, expansion: Expansion, builder: Builder, first: Sequence[Value]) -> None:
        self.expansion, self.builder = expansion, builder
        self._found: list[list[Value]] = []
        for number, node in enumerate(expansion.nodes):
            self._found.append([first[number] if node.op == "input" else self._plain(node)])

    def extend(self, inputs: Mapping[int, Value]) -> None:
        """Find those of the next order, given those of the moving inputs by their positions."""
        order = self._order + 1
        for number, node in enumerate(self.expansion.nodes):
            if self.expansion.moves[number]:
                following = node.op == "input"
                found = inputs[number] if following else self._next(number, node, order)
                self._found[number].append(found)

    @property
    def outputs(self) -> list[Value]:
        """The latest of each output; zero beyond the first where it does not move."""
        zero = self.builder.constant(0.0)
        return [
            self._found[o][-1] if self.expansion.moves[o] or not self._order else zero
            for o in self.expansion.outputs
        ]

    @property
    def _order(self) -> int:
        return max(len(found) for found in self._found) - 1

    def _plain(self, node: Node) -> Value:
        if node.op == "const":
            return self.builder.constant(node.value)
        return self.builder.apply(node.op, *(self._found[a][0] for a in node.args))

    def _next(self, number: int, node: Node, order: int) -> Value:
        slope = self.expansion.slopes.get(number)
        if slope is not None:
            return self._by_slope(slope, node.args[0], order)
        return _RULES[node.op](self, number, node.args, order)

    def moves(self, number: int) -> bool:
        """Tell whether a value has coefficients beyond the first."""
        return self.expansion.moves[number]

    def at(self, number: int, order: int) -> Value:
        """Return a coefficient."""
        found = self._found[number]
        return found[order] if order < len(found) else self.builder.constant(0.0)

    def sum(self, terms: Sequence[Value]) -> Value:
        """Return a sum, those that are nothing left out."""
        some = [term for term in terms if term.constant != 0.0]
        return sum(some[1:], some[0]) if some else self.builder.constant(0.0)

    def products(self, a: int, b: int, order: int, first: int = 0, last: int = 0) -> list[Value]:
        """Return a_i b_(order - i) from i = first to order - last.

        Those of middle orders come before those that have only just been found: a sum does not wait
        for the latter until the end.
        """
        places = sorted(range(first, order + 1 - last), key=lambda i: max(i, order - i))
        return [self.at(a, i) * self.at(b, order - i) for i in places]

    def square(self, a: int, order: int, first: int = 0) -> Value:
        """Return the sum of a_i a_(order - i) from i = first to order - first."""
        pairs = [self.at(a, i) * self.at(a, order - i) for i in range(first, (order + 1) // 2)]
        twice = 2.0 * self.sum(pairs[::-1])
        middle = [] if order % 2 else [self.at(a, order // 2) * self.at(a, order // 2)]
        return self.sum([*middle, twice])

    def _by_slope(self, slope: int, x: int, order: int) -> Value:
        """Return the coefficient of what has this slope by x: z' = slope x'."""
        terms = [
            (self.at(x, i) * (i / order)) * self.at(slope, order - i)
            for i in sorted(range(1, order + 1), key=lambda i: max(i, order - i))
        ]
        return self.sum(terms)


_Rule = Callable[[Coefficients, int, tuple[int, ...], int], Value]


def _add(c: Coefficients, z: int, args: tuple[int, ...], k: int) -> Value:
    return c.sum([c.at(a, k) for a in args])


def _sub(c: Coefficients, z: int, args: tuple[int, ...], k: int) -> Value:
    a, b = (c.at(x, k) for x in args)
    if a.constant == 0.0:
        return -b
    return a if b.constant == 0.0 else a - b


def _mul(c: Coefficients, z: int, args: tuple[int, ...], k: int) -> Value:
    a, b = args
    if a == b:
        return c.square(a, k)
    first, last = (0 if c.moves(b) else k), (0 if c.moves(a) else k)
    return c.sum(c.products(a, b, k, first, last))


def _div(c: Coefficients, z: int, args: tuple[int, ...], k: int) -> Value:
    """Return z_k from a = z b."""
    a, b = args
    if not c.moves(b):
        return c.at(a, k) / c.at(b, 0)
    return (c.at(a, k) - c.sum(c.products(z, b, k, 0, 1))) / c.at(b, 0)


def _sqrt(c: Coefficients, z: int, args: tuple[int, ...], k: int) -> Value:
    """Return z_k from a = z z."""
    return (c.at(args[0], k) - c.square(z, k, 1)) / (2.0 * c.at(z, 0))


def _pow(c: Coefficients, z: int, args: tuple[int, ...], k: int) -> Value:
    """Return z_k from a z' = exponent a' z.

    Where a begins at zero that says nothing: z begins with the power that is the exponent, and
    what comes before is zero.
    """
    a, exponent = args[0], c.at(args[1], 0).constant
    assert exponent is not None
    terms = [
        (c.at(a, k - i) * ((exponent * (k - i) - i) / k)) * c.at(z, i)
        for i in sorted(range(k), key=lambda i: max(i, k - i))
    ]
    found = c.sum(terms) / c.at(a, 0)
    return c.at(a, 0).apply("eq", 0.0).apply("select", 0.0, found) if k < exponent else found


_RULES: Mapping[str, _Rule] = {
    "add": _add, "sub": _sub, "mul": _mul, "div": _div, "sqrt": _sqrt, "pow": _pow,
    "neg": lambda c, z, args, k: -c.at(args[0], k),
}  # fmt: skip


def _small_whole(exponent: float | None) -> int:
    """Return an exponent that products are made for, else 0."""
    small = exponent is not None and exponent.is_integer() and 2 <= exponent <= _WRITTEN_OUT
    return int(exponent or 0) if small else 0


def _products(base: Value, exponent: int) -> Value:
    """Return a whole power as products."""
    half = base if exponent < 4 else _products(base, exponent // 2)
    square = half * half
    return square * base if exponent % 2 else square
