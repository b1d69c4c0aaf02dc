"""The tape: a straight-line program over numbered values, the only representation of mathematics.

A `Tape` is immutable: inputs, then one node per operation, then which nodes are outputs. Equal
subexpressions are one node by construction (value numbering), and what folds without rounding is
folded. A `Builder` grows one; a `Value` is a node under construction with Python's operators.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, NoReturn

from .errors import SpecificationError


class Node(NamedTuple):
    """One numbered value: an operation on earlier nodes, or an input, or a constant."""

    op: str
    args: tuple[int, ...] = ()
    value: float = 0.0


def _power(x: float, y: float) -> float:
    result = x**y
    return result if isinstance(result, float) else math.nan


def _select(condition: float, yes: float, no: float) -> float:
    return yes if condition else no


# The operations, and what each does to numbers. Kept few: whatever can be composed is composed,
# because a new one must be taught to every emitter and to differentiation.
OPERATIONS: Mapping[str, Callable[..., float]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": _power,
    "neg": lambda x: -x,
    "min": min,
    "max": max,
    "abs": abs,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "floor": math.floor,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "log1p": math.log1p,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "lt": lambda x, y: float(x < y),
    "le": lambda x, y: float(x <= y),
    "eq": lambda x, y: float(x == y),
    "select": _select,
}
_BINARY = frozenset("add sub mul div pow min max lt le eq".split())
COMMUTATIVE = frozenset({"add", "mul", "min", "max", "eq"})
_EXACT_FOLDS: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
}


@dataclass(frozen=True, slots=True)
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
    """

    inputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]

    def __call__(self, *values: float) -> tuple[float, ...]:
        """Evaluate on plain numbers; outside its domain an operation gives nan."""
        results: list[float] = []
        for number, node in enumerate(self.nodes):
            if node.op == "input":
                results.append(float(values[number]))
            elif node.op == "const":
                results.append(node.value)
            else:
                results.append(evaluate(node.op, *(results[a] for a in node.args)))
        return tuple(results[o] for o in self.outputs)

    def used(self) -> frozenset[str]:
        """Return the names of the inputs that reach an output."""
        reached = set(_depth_first(self.nodes, self.outputs))
        return frozenset(name for i, name in enumerate(self.inputs) if i in reached)

    def select(self, outputs: Iterable[int]) -> Tape:
        """Return the tape of only some outputs, given by their positions, dead code removed."""
        builder = Builder(self.inputs)
        values = builder.inline(self, builder.inputs)
        return builder.finish(values[o] for o in outputs)

    def rename(self, names: Mapping[str, str]) -> Tape:
        """Return the same program with inputs called otherwise."""
        return Tape(tuple(names.get(n, n) for n in self.inputs), self.nodes, self.outputs)


def arity(op: str) -> int:
    """Return how many arguments an operation takes."""
    return 3 if op == "select" else 2 if op in _BINARY else 1


def evaluate(op: str, *args: float) -> float:
    """Return one operation on plain numbers, nan outside its domain, inf on overflow."""
    try:
        return float(OPERATIONS[op](*args))
    except ZeroDivisionError:
        return _quotient_by_zero(op, args)
    except OverflowError:
        return math.inf
    except ValueError:
        return -math.inf if op == "log" and args[0] == 0 else math.nan


def _quotient_by_zero(op: str, args: Sequence[float]) -> float:
    if op == "pow":
        return math.inf
    top, bottom = args
    if top == 0 or math.isnan(top):
        return math.nan
    return math.copysign(math.inf, top) * math.copysign(1.0, bottom)


def _depth_first(nodes: Sequence[Node], ends: Iterable[int]) -> list[int]:
    """Return what the ends need, arguments first, in an order that only their structure decides.

    Equal programs are therefore equal tapes, whatever else was recorded beside them.
    """
    order: dict[int, None] = {}
    waiting = list(reversed(list(ends)))
    while waiting:
        number = waiting[-1]
        missing = [a for a in nodes[number].args if a not in order]
        if missing:
            waiting.append(missing[0])
        else:
            order.setdefault(waiting.pop())
    return list(order)


class Builder:
    """Grows a tape; asking twice for the same operation gives the same value."""

    def __init__(self, inputs: Iterable[str] = ()) -> None:
        self.names: list[str] = []
        self.nodes: list[Node] = []
        self._numbers: dict[Node, int] = {}
        self._inputs: dict[str, Value] = {}
        self.inputs = tuple(self.input(name) for name in inputs)

    def input(self, name: str) -> Value:
        """Return the input of that name, new if there was none."""
        if name not in self._inputs:
            self._inputs[name] = Value(self, len(self.nodes))
            self.nodes.append(Node("input", (), float(len(self.names))))
            self.names.append(name)
        return self._inputs[name]

    def constant(self, value: float) -> Value:
        """Return a number as a value."""
        return self._numbered(Node("const", (), float(value) + 0.0), ())

    def value(self, x: Value | float) -> Value:
        """Return `x` as a value of this builder."""
        return x if isinstance(x, Value) else self.constant(x)

    def apply(self, op: str, *args: Value | float) -> Value:
        """Return an operation on values, folded where that loses nothing."""
        values = [self.value(a) for a in args]
        folded = _fold(self, op, values)
        return folded if folded is not None else self._new(op, values)

    def inline(self, tape: Tape, bindings: Sequence[Value | float]) -> list[Value]:
        """Replay a tape here with its inputs bound; return the values of its outputs."""
        results: list[Value] = []
        for number, node in enumerate(tape.nodes):
            if node.op == "input":
                results.append(self.value(bindings[number]))
            elif node.op == "const":
                results.append(self.constant(node.value))
            else:
                results.append(self.apply(node.op, *(results[a] for a in node.args)))
        return [results[o] for o in tape.outputs]

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
        first = [self.input(name).number for name in names]
        given = set(first)
        kept = first + [n for n in _depth_first(self.nodes, ends) if n not in given]
        place = {old: new for new, old in enumerate(kept)}
        nodes = [self.nodes[k]._replace(args=tuple(place[a] for a in self.nodes[k].args)) for k in kept]
        nodes[: len(names)] = [Node("input", (), float(i)) for i in range(len(names))]
        return Tape(names, tuple(nodes), tuple(place[e] for e in ends))

    def formula(self, value: Value | float) -> Tape:
        """Return the tape of one value, whose inputs are just the names it uses."""
        end = self.value(value)
        order = _depth_first(self.nodes, [end.number])
        used = [self.nodes[n].value for n in order if self.nodes[n].op == "input"]
        return self.finish([end], [self.names[int(i)] for i in used])

    def _new(self, op: str, values: Sequence[Value]) -> Value:
        args = tuple(v.number for v in values)
        return self._numbered(Node(op, args), tuple(sorted(args)) if op in COMMUTATIVE else args)

    def _numbered(self, node: Node, key_args: tuple[int, ...]) -> Value:
        # The key orders commuting arguments; the node keeps the order in which they were written.
        key = node._replace(args=key_args)
        if key not in self._numbers:
            self._numbers[key] = len(self.nodes)
            self.nodes.append(node)
        return Value(self, self._numbers[key])


class Value:
    """A node under construction, with Python's operators and numpy's functions."""

    __slots__ = ("builder", "number")

    def __init__(self, builder: Builder, number: int) -> None:
        self.builder, self.number = builder, number

    @property
    def constant(self) -> float | None:
        """The number this value is, if it is one."""
        node = self.builder.nodes[self.number]
        return node.value if node.op == "const" else None

    def apply(self, op: str, *others: Value | float) -> Value:
        """Return an operation with this value as its first argument."""
        return self.builder.apply(op, self, *others)

    def __add__(self, other: Value | float) -> Value:
        return self.apply("add", other)

    def __radd__(self, other: float) -> Value:
        return self.builder.apply("add", other, self)

    def __sub__(self, other: Value | float) -> Value:
        return self.apply("sub", other)

    def __rsub__(self, other: float) -> Value:
        return self.builder.apply("sub", other, self)

    def __mul__(self, other: Value | float) -> Value:
        return self.apply("mul", other)

    def __rmul__(self, other: float) -> Value:
        return self.builder.apply("mul", other, self)

    def __truediv__(self, other: Value | float) -> Value:
        return self.apply("div", other)

    def __rtruediv__(self, other: float) -> Value:
        return self.builder.apply("div", other, self)

    def __pow__(self, other: Value | float) -> Value:
        return self.apply("pow", other)

    def __rpow__(self, other: float) -> Value:
        return self.builder.apply("pow", other, self)

    def __neg__(self) -> Value:
        return self.apply("neg")

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return self.apply("abs")

    def __lt__(self, other: Value | float) -> Value:
        return self.apply("lt", other)

    def __le__(self, other: Value | float) -> Value:
        return self.apply("le", other)

    def __gt__(self, other: Value | float) -> Value:
        return self.builder.apply("lt", other, self)

    def __ge__(self, other: Value | float) -> Value:
        return self.builder.apply("le", other, self)

    def __bool__(self) -> NoReturn:
        raise SpecificationError(
            "the function branches on a value of the model (if, while, and, or), which cannot be "
            "recorded; use ratelaw.where(condition, a, b) instead"
        )

    def __float__(self) -> NoReturn:
        raise SpecificationError(
            "the function turns a value of the model into a plain number (math.exp, float(...)), "
            "which cannot be recorded; use numpy's function of the same name instead"
        )

    __int__ = __index__ = __float__

    def __array_ufunc__(self, ufunc: object, method: str, *args: Value | float, **_: object) -> Value:
        """Let numpy's functions work on values of a model."""
        name = getattr(ufunc, "__name__", "?")
        op = NUMPY_NAMES.get(name, name)
        if method != "__call__" or op not in OPERATIONS:
            raise SpecificationError(
                f"numpy's {name} cannot be recorded on a tape; use one of "
                f"{', '.join(sorted(FUNCTIONS))}"
            )
        values = args if op not in SWAPPED or name not in SWAPPED[op] else args[::-1]
        return self.builder.apply(op, *values)

    def __repr__(self) -> str:
        return f"<value {self.number}: {self.builder.nodes[self.number].op}>"


NUMPY_NAMES: Mapping[str, str] = {
    "subtract": "sub", "multiply": "mul", "divide": "div", "true_divide": "div",
    "power": "pow", "float_power": "pow", "negative": "neg", "minimum": "min", "maximum": "max",
    "absolute": "abs", "fabs": "abs", "arcsin": "asin", "arccos": "acos", "arctan": "atan",
    "less": "lt", "greater": "lt", "less_equal": "le", "greater_equal": "le", "equal": "eq",
}  # fmt: skip
SWAPPED: Mapping[str, frozenset[str]] = {
    "lt": frozenset({"greater"}),
    "le": frozenset({"greater_equal"}),
}
FUNCTIONS = frozenset(OPERATIONS) - {
    "add", "sub", "mul", "div", "pow", "neg", "lt", "le", "eq", "select",
}  # fmt: skip


def where(condition: Value | bool, yes: Value | float, no: Value | float) -> Value | float:
    """Return `yes` where the condition holds and `no` elsewhere, on values of a model or numbers."""
    for x in (condition, yes, no):
        if isinstance(x, Value):
            return x.builder.apply("select", condition, yes, no)
    return yes if condition else no


def _fold(builder: Builder, op: str, values: Sequence[Value]) -> Value | None:
    """Return what an operation is without doing it, or None."""
    constants = [v.constant for v in values]
    numbers = [c for c in constants if c is not None]
    if len(numbers) == len(constants):
        return _fold_numbers(builder, op, numbers)
    if op == "select":
        return _fold_select(values, constants[0])
    if len(values) == 2:
        return _fold_pair(builder, op, values[0], values[1])
    if op == "neg":
        inner = builder.nodes[values[0].number]
        return Value(builder, inner.args[0]) if inner.op == "neg" else None
    return None


def _fold_numbers(builder: Builder, op: str, numbers: Sequence[float]) -> Value | None:
    """Fold numbers only where no digit is lost: 8/3 stays a quotient, so that it prints as one."""
    if op == "neg":
        return builder.constant(-numbers[0])
    exact = _EXACT_FOLDS.get(op)
    if exact is None or not all(map(math.isfinite, numbers)) or (op == "div" and numbers[1] == 0):
        return None
    result = exact(Fraction(numbers[0]), Fraction(numbers[1]))
    if abs(result) > 2**1000 or Fraction(float(result)) != result:
        return None
    return builder.constant(float(result))


def _fold_select(values: Sequence[Value], condition: float | None) -> Value | None:
    if condition is not None:
        return values[1] if condition else values[2]
    return values[1] if values[1].number == values[2].number else None


def _fold_pair(builder: Builder, op: str, x: Value, y: Value) -> Value | None:
    """Fold neutral and absorbing numbers, which sparse derivatives are full of."""
    a, b = x.constant, y.constant
    if op == "add":
        return y if a == 0 else x if b == 0 else _signed_sum(builder, x, y)
    if op == "sub":
        if x.number == y.number:
            return builder.constant(0.0)
        return -y if a == 0 else x if b == 0 else None
    if op == "mul":
        return _fold_product(builder, x, y)
    if op == "div":
        return x if b == 1 else builder.constant(0.0) if a == 0 else -x if b == -1 else None
    if op == "pow":
        return x if b == 1 else builder.constant(1.0) if b == 0 else None
    return None


def _signed_sum(builder: Builder, x: Value, y: Value) -> Value | None:
    node = builder.nodes[y.number]
    return x - Value(builder, node.args[0]) if node.op == "neg" else None


def _fold_product(builder: Builder, x: Value, y: Value) -> Value | None:
    for factor, other in ((x.constant, y), (y.constant, x)):
        if factor == 0:
            return builder.constant(0.0)
        if factor == 1:
            return other
        if factor == -1:
            return -other
    return None
