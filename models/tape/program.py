"""The tape: a straight-line program over numbered values, the only representation of mathematics.

A `Tape` is immutable: inputs, then one node per operation, then which nodes are outputs. Equal
subexpressions are one node by construction (value numbering), and what folds without rounding is
folded. A `Builder` grows one; a `Value` is a node under construction with Python's operators.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain

from ..once import once
from .folding import Call, Folded, fold
from .operations import COMMUTATIVE, Node, operation
from .value import Value

_FOLDING = frozenset({"const", "neg"})  # without which two different values do not fold
_WRITTEN = 200  # operations up to which a tape is shown as formulas
Instead = Callable[[int, Node, Sequence[Value]], Value | None]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Tape:
    """A straight-line program from named inputs to numbered outputs.

    Parameters
    ----------
    inputs
        Names of the inputs; they are nodes 0 … n-1.
    nodes
        All nodes in an order in which arguments come before their use.
    outputs
        For each output, the number of its node.

    Attributes
    ----------
    ordered
        Whether the nodes are known to be those that the outputs need, in the order in which these
        come to need them.
    """

    inputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    ordered: bool = field(default=False, init=False, compare=False)

    def __hash__(self) -> int:
        return _hash(self)

    def __call__(self, *values: float) -> tuple[float, ...]:
        """Evaluate on plain numbers; outside its domain an operation gives nan."""
        constants, work = _plan(self)
        results = [*map(float, values), *constants]
        for number, apply, a, b, more in work:
            try:
                if b < 0:
                    results[number] = apply(results[a])
                elif more:
                    results[number] = apply(results[a], results[b], *[results[c] for c in more])
                else:
                    results[number] = apply(results[a], results[b])
            except OverflowError:
                results[number] = math.inf
            except ValueError:
                results[number] = math.nan
        return tuple([results[o] for o in self.outputs])

    def __repr__(self) -> str:
        from .writing.expression import to_text  # writing sits above what it writes

        names, work = ", ".join(self.inputs), len(self.nodes) - len(self.inputs)
        if work > _WRITTEN:
            return f"<{work} operations on {names}, {len(self.outputs)} outputs>"
        return f"({names}) -> {', '.join(to_text(self))}"

    def used(self) -> frozenset[str]:
        """Return the names of the inputs that reach an output."""
        return _used(self)

    @property
    def operations(self) -> frozenset[str]:
        """Names of the operations it has."""
        return _operations(self)

    @property
    def read(self) -> frozenset[int]:
        """Numbers of the inputs that operations are done on."""
        return _read(self)[0]

    def select(self, outputs: Iterable[int]) -> Tape:
        """Return the tape of only some outputs, given by their positions, dead code removed."""
        builder = Builder(self.inputs)
        values = builder.inline(self, builder.inputs)
        return builder.finish(values[o] for o in outputs)

    def rename(self, names: Mapping[str, str]) -> Tape:
        """Return the same program with inputs called otherwise."""
        return Tape(tuple(names.get(n, n) for n in self.inputs), self.nodes, self.outputs)


def _ordered(tape: Tape) -> Tape:
    """Return a tape, known to be ordered."""
    object.__setattr__(tape, "ordered", True)
    return tape


Work = tuple[int, Callable[..., float], int, int, tuple[int, ...]]


@once
def _plan(tape: Tape) -> tuple[tuple[float, ...], tuple[Work, ...]]:
    """Return what stands at each number after the inputs before anything is done, and the work.

    A piece of work is where its result goes, the operation, its first argument, its second, -1 if
    there is none, and those that follow: told apart by their number, they need no list.
    """
    constants = tuple([node.value for node in tape.nodes[len(tape.inputs) :]])
    work = tuple(
        (number, operation(node.op), node.args[0], [*node.args, -1][1], node.args[2:])
        for number, node in enumerate(tape.nodes)
        if node.args
    )
    return constants, work


@once
def _hash(tape: Tape) -> int:
    return hash((tape.inputs, tape.nodes, tape.outputs))


@once
def _operations(tape: Tape) -> frozenset[str]:
    return frozenset([node[0] for node in tape.nodes])


@once
def _read(tape: Tape) -> tuple[frozenset[int], bool]:
    """Return the inputs that operations are done on, and whether something serves no output."""
    read = set(chain.from_iterable([node[1] for node in tape.nodes]))
    inputs = range(len(tape.inputs))
    idle = len(read.union(tape.outputs, inputs)) < len(tape.nodes)
    return frozenset(read.intersection(inputs)), idle


@once
def _used(tape: Tape) -> frozenset[str]:
    read, idle = _read(tape)
    reached = _depth_first(tape.nodes, tape.outputs) if idle else [*read, *tape.outputs]
    inputs = len(tape.inputs)
    return frozenset([tape.inputs[number] for number in reached if number < inputs])


@lru_cache(maxsize=1024)
def _of_number(number: float) -> Tape:
    """Return the tape of a number, the same for all who ask: many parameters have one value."""
    return _ordered(Tape((), (_node(("const", (), number)),), (0,)))


def _depth_first(nodes: Sequence[Node], ends: Iterable[int]) -> list[int]:
    """Return what the ends need, arguments first, in an order that only their structure decides.

    Equal programs are therefore equal tapes, whatever else was recorded beside them.
    """
    order, done = list[int](), bytearray(len(nodes))
    for number in ends:
        waiting = [number]
        while waiting:
            number = waiting.pop()
            while number >= 0 and not done[number]:
                done[number] = True
                args = nodes[number][1]
                if not args:
                    order.append(number)
                    break
                waiting.append(~number)  # once its arguments are done
                waiting += args[:0:-1]
                number = args[0]
            if number < 0:
                order.append(~number)
    return order


# A node of its parts: to bind these by name, or to look at how many they are, takes longer than all
# the rest.
_node: Callable[[tuple[str, tuple[int, ...], float]], Node] = partial(
    tuple.__new__,  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    Node,
)


class Builder:
    """Grows a tape; asking twice for the same operation gives the same value."""

    def __init__(self, inputs: Iterable[str] = ()) -> None:
        self.names: list[str] = []
        self.nodes: list[Node] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._inputs: dict[str, Value] = {}
        self.inputs = tuple(self.input(name) for name in inputs)
        # How much of what is here is ordered, and its ends: inputs, then what was inlined.
        self._ordered, self._ends = len(self.nodes), list[int]()

    def input(self, name: str) -> Value:
        """Return the input of that name, new if there was none."""
        if name not in self._inputs:
            self._inputs[name] = Value(self, len(self.nodes))
            self.nodes.append(Node("input", (), float(len(self.names))))
            self.names.append(name)
        return self._inputs[name]

    def constant(self, value: float) -> Value:
        """Return a number as a value."""
        return Value(self, self._constant(value))

    def _constant(self, value: float) -> int:
        number = float(value) + 0.0
        # One object for nan, which differs from itself: it would never be found again.
        number = number if number == number else math.nan
        place = self._numbers.setdefault(("const", number), len(self.nodes))
        if place == len(self.nodes):
            self.nodes.append(_node(("const", (), number)))
        return place

    def value(self, x: Value | float) -> Value:
        """Return `x` as a value of this builder."""
        return x if isinstance(x, Value) else self.constant(x)

    def apply(self, op: str, *args: Value | float) -> Value:
        """Return an operation on values, folded where that loses nothing."""
        if len(args) == 2:
            x, y = args
            a = x.number if isinstance(x, Value) else self._constant(x)
            return Value(
                self, self.both(op, a, y.number if isinstance(y, Value) else self._constant(y))
            )
        places = [a.number if isinstance(a, Value) else self._constant(a) for a in args]
        return Value(self, self._applied(op, tuple(places)))

    def _applied(self, op: str, places: tuple[int, ...]) -> int:
        """Return the number of an operation on numbered values."""
        if len(places) == 2:
            return self.both(op, *places)
        if len(places) == 1 and op != "neg" and self.nodes[places[0]][0] != "const":
            return self._recorded(op, places)
        folded = fold(self.nodes, op, places)
        return self._recorded(op, places) if folded is None else self._unfold(folded)

    def both(self, op: str, x: int, y: int) -> int:
        """Return the number of an operation on two numbered values, as `apply` does."""
        nodes = self.nodes
        if x == y or nodes[x][0] in _FOLDING or nodes[y][0] in _FOLDING:
            folded = fold(nodes, op, (x, y))
            if folded is not None:
                return self._unfold(folded)
        key = (op, (y, x) if x > y and op in COMMUTATIVE else (x, y))
        number = self._numbers.setdefault(key, len(nodes))
        if number == len(nodes):
            nodes.append(_node((op, (x, y), 0.0)))
        return number

    def _recorded(self, op: str, places: tuple[int, ...]) -> int:
        """Return the number of an operation that does not fold."""
        # The key orders commuting arguments; the node keeps the order they were written in.
        swapped = op in COMMUTATIVE and places[0] > places[1]
        key = (op, places[::-1]) if swapped else (op, places)
        number = self._numbers.setdefault(key, len(self.nodes))
        if number == len(self.nodes):
            self.nodes.append(_node((op, places, 0.0)))
        return number

    def inline(self, tape: Tape, bindings: Sequence[Value | float]) -> list[Value]:
        """Replay a tape here with its inputs bound; return the values of its outputs."""
        ordered = tape.ordered and self._ordered == len(self.nodes)
        if self._begins_as(tape, bindings):
            self._adopt(tape)
            return self._ending(tape.outputs, ordered=ordered)
        results = [self.value(b).number for b in bindings[: len(tape.inputs)]]
        named = {n for n in results if self.nodes[n].op == "input"}
        if len(named) == len(results):  # with other names for its inputs it is folded as it was
            self._record_all(tape.nodes[len(results) :], results)
            return self._ending([results[o] for o in tape.outputs], ordered=ordered)
        for op, args, value in tape.nodes[len(results) :]:
            if op == "const":
                results.append(self._constant(value))
            else:
                results.append(self._applied(op, tuple([results[a] for a in args])))
        return [Value(self, results[o]) for o in tape.outputs]

    def _ending(self, ends: Sequence[int], *, ordered: bool) -> list[Value]:
        """Return the outputs of a tape that was inlined as it is; note whether all is ordered."""
        if ordered:
            self._ordered = len(self.nodes)
            self._ends += ends
        return [Value(self, end) for end in ends]

    def _record_all(self, nodes: Iterable[Node], results: list[int]) -> None:
        """Record operations that do not fold, as `_recorded` does one; add their numbers here."""
        numbers, own = self._numbers, self.nodes
        for op, args, value in nodes:
            if op == "const":
                results.append(self._constant(value))
                continue
            places = tuple([results[a] for a in args])
            swapped = op in COMMUTATIVE and places[0] > places[1]
            number = numbers.setdefault((op, places[::-1] if swapped else places), len(own))
            if number == len(own):
                own.append(_node((op, places, 0.0)))
            results.append(number)

    def replay(
        self, tape: Tape, bindings: Sequence[Value | float], instead: Instead
    ) -> list[Value]:
        """Replay a tape here, other values in place of some operations; return its outputs.

        Parameters
        ----------
        tape, bindings
            What is replayed, and the values of its inputs.
        instead
            From an operation's number, the operation and its arguments here to the value that
            takes its place, or None where it stays.
        """
        results: list[Value] = []
        for number, node in enumerate(tape.nodes):
            if node.op == "input":
                results.append(self.value(bindings[number]))
            elif node.op == "const":
                results.append(self.constant(node.value))
            else:
                args = [results[a] for a in node.args]
                other = instead(number, node, args)
                results.append(self.apply(node.op, *args) if other is None else other)
        return [results[o] for o in tape.outputs]

    def _begins_as(self, tape: Tape, bindings: Sequence[Value | float]) -> bool:
        """Tell whether there is nothing here yet but the inputs of a tape, bound to themselves."""
        return (
            len(self.nodes) == len(self.names) == len(bindings)
            and tuple(self.names) == tape.inputs
            and all(isinstance(b, Value) and b.number == i for i, b in enumerate(bindings))
        )

    def _adopt(self, tape: Tape) -> None:
        """Take over the nodes of a tape as they are: they are folded and numbered already."""
        self.nodes[:] = tape.nodes
        for number, node in enumerate(tape.nodes[len(self.names) :], len(self.names)):
            op, args, value = node
            swapped = op in COMMUTATIVE and args[0] > args[1]
            key = (op, args[::-1] if swapped else args) if args else (op, value)
            self._numbers[key] = number

    def finish(self, outputs: Iterable[Value | float], inputs: Sequence[str] | None = None) -> Tape:
        """Return the tape of these outputs, without what none of them needs.

        Parameters
        ----------
        outputs
            The values to keep.
        inputs
            Names and order of the inputs; as they were made when not given. Whatever an output
            uses must be among them.
        """
        ends = [self.value(o).number for o in outputs]
        names = tuple(self.names if inputs is None else inputs)
        if self._is_ordered(names, ends):
            return _ordered(Tape(names, tuple(self.nodes), tuple(ends)))
        first = [self.input(name).number for name in names]
        given = set(first)
        needed = [n for n in _depth_first(self.nodes, ends) if n not in given]
        unnamed = [
            self.names[int(self.nodes[n].value)] for n in needed if self.nodes[n].op == "input"
        ]
        if unnamed:
            raise ValueError(f"inputs: the outputs also use {', '.join(unnamed)}")
        return self._cut(names, first, needed, ends)

    def _is_ordered(self, names: tuple[str, ...], ends: list[int]) -> bool:
        """Tell whether there is nothing here but tapes in their order, whose ends are asked for.

        What a later one shares with those before it is there already, with all that it needs; the
        rest follows in its own order.
        """
        return (
            len(self.nodes) == self._ordered and ends == self._ends and names == tuple(self.names)
        )

    def _cut(
        self, names: tuple[str, ...], first: Sequence[int], needed: Iterable[int],
        ends: Iterable[int],
    ) -> Tape:  # fmt: skip
        """Return the tape of some inputs, of what is needed besides, in order, and of its ends."""
        place = {old: new for new, old in enumerate(first)}
        nodes, own = [_node(("input", (), float(i))) for i in range(len(names))], self.nodes
        for number in needed:
            op, args, value = node = own[number]
            place[number] = len(nodes)
            if len(args) == 2:
                node = _node((op, (place[args[0]], place[args[1]]), value))
            elif args:
                node = _node((op, tuple([place[a] for a in args]), value))
            nodes.append(node)
        return _ordered(Tape(names, tuple(nodes), tuple([place[e] for e in ends])))

    def formula(self, value: Value | float) -> Tape:
        """Return the tape of one value, whose inputs are just the names it uses."""
        end = self.value(value)
        if end.constant is not None:
            return _of_number(end.constant)
        order = _depth_first(self.nodes, [end.number])
        used = [n for n in order if self.nodes[n].op == "input"]
        names = tuple([self.names[int(self.nodes[n].value)] for n in used])
        inner = [n for n in order if self.nodes[n].op != "input"]
        return self._cut(names, used, inner, [end.number])

    def _unfold(self, folded: Folded) -> int:
        if isinstance(folded, Call):
            return self._applied(folded.op, tuple([self._unfold(a) for a in folded.args]))
        return folded if isinstance(folded, int) else self._constant(folded)
