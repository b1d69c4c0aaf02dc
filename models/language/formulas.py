"""Parsed formulas to values on a tape."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial, reduce
from typing import Any

from ..errors import SpecificationError, did_you_mean, listing
from ..names import normal_name
from ..symbols import Table
from ..tape import Builder, Tape, Value
from ..tape.operations import CONSTANTS
from ..tape.writing.expression import to_text
from .choices import is_swapped
from .functions import FUNCTION, SERIES, Function, function, misuse, no_function
from .indices import Indices, element, index, runs
from .interpolate import KINDS, interpolated
from .repeated import changing, plain_indices

_INFIX: Mapping[str, str] = {
    "+": "add", "-": "sub", "\u2212": "sub", "*": "mul", "\u00b7": "mul", "\u00d7": "mul",
    "\u22c5": "mul", "/": "div", "^": "pow", "**": "pow", "<": "lt", "<=": "le", "==": "eq",
}  # fmt: skip
_SIGNS = frozenset({"PLUS", "MINUS", "TIMES", "POWER"})  # whose operation is done as it is written
_LONGEST = 100  # characters of a name
_DEEPEST = 20  # sums inside sums
_LARGEST = 2_000_000  # operations that one text may come to, sums written out
_D = re.compile(r"d(\d*)([^\W\d].*)", re.DOTALL)

_Work = tuple[
    int, Callable[..., Value], Sequence[Any]
]  # a part's identity, its reader, what it has


class Formulas:
    """Reads the formulas of one text into one builder.

    Parameters
    ----------
    text
        The whole text.
    orders
        For each state, the order of its equation.
    time
        Name of the independent variable.
    """

    def __init__(self, text: str, orders: Mapping[str, int] | None = None, time: str = "t") -> None:
        self.text, self.orders, self.time = text, orders or {}, time
        self.builder = Builder()
        self.tables: dict[str, Table] = {}
        self.interpolations: dict[str, tuple[Table, Tape]] = {}  # by the names of definitions
        self.constants: dict[str, int] = {}  # whole ones, which indices and ranges may use
        self.own: Collection[str] = ()  # names the text gives a meaning of their own
        self.mentioned: dict[str, Any] = {}
        self._indices: Indices = {}
        self._values: dict[int, Value] = {}
        self._work: dict[int, list[_Work]] = {}
        self._again: dict[int, list[_Work]] = {}  # of sums, what changes as they run
        self._elements: dict[tuple[object, ...], Value] = {}
        self._called: dict[int, Function] = {}
        self._names: dict[str, str] = {}
        self._depth = self._size = 0

    def fail(self, problem: str, token: Any) -> SpecificationError:
        """Return the error that points at a token."""
        return SpecificationError(problem, self.text, token.line, token.column)

    def value(self, tree: Any, indices: Indices | None = None) -> Value:
        """Return the value of a formula; iterative, so that no nesting is too deep."""
        before = self._indices
        self._indices = before if indices is None else indices
        nodes = self._in_order(tree)
        self.count(len(nodes))
        values = self._values
        for number, read, children in nodes:
            values[number] = read(*children)
        self._indices = before
        return self._values[id(tree)]

    def count(self, operations: int) -> int:
        """Note so many operations more; return how many there are, which are not too many."""
        self._size += operations
        if self._size > _LARGEST:
            problem = f"written out, the model has more than {_LARGEST} operations; use fewer"
            raise SpecificationError(problem)
        return self._size

    def name(self, token: Any) -> str:
        """Return a name in its one form."""
        known = self._names.get(token)
        if known is not None:
            return known
        name = normal_name(token)
        if len(name) > _LONGEST or not all(map(str.isidentifier, name.split("."))):
            shown = str(token) if len(name) <= _LONGEST else f"{token[:20]}…"
            raise self.fail(f"{shown} is no name; use at most {_LONGEST} letters and digits", token)
        self._names[str(token)] = name
        return name

    def quantity(self, part: Any, indices: Indices | None = None) -> tuple[str, Any]:
        """Return the name that a token or an element stands for, and the token it begins with."""
        known = self._indices if indices is None else indices
        if not hasattr(part, "data"):
            return self.name(part), part
        first, *places = part.children
        head = self._names.get(first) or self._head(first)
        return element(head, [index(place, known, self.fail) for place in places]), first

    def _head(self, token: Any) -> str:
        """Return the name that an element begins with, of which the bracket is read too."""
        head = self._names[str(token)] = self.name(token.update(value=str(token)[:-1]))
        return head

    def number(self, *tokens: Any) -> float:
        """Return the number that a sign and digits, or digits alone, stand for."""
        number = float("".join(tokens).replace("\u2212", "-"))
        if not math.isfinite(number):
            raise self.fail("this number is too large; the largest is 1.8e308", tokens[0])
        return number

    def _in_order(self, tree: Any) -> list[_Work]:
        """Return the parts of a formula, arguments first, what a sum runs over left out."""
        found = self._work.get(id(tree))
        if found is None:
            found, waiting = list[_Work](), [tree]
            while waiting:
                node = waiting.pop()
                found.append((id(node), *self._reader(node)))
                waiting += [part for part in self._parts(node) if hasattr(part, "data")]
            found.reverse()
            self._work[id(tree)] = found
        return found

    def _reader(self, node: Any) -> tuple[Callable[..., Value], Sequence[Any]]:
        """Return what reads a part of a formula, and what that is given."""
        children = node.children
        if node.data == "infix" and children[1].type in _SIGNS:
            return self._sign, (_INFIX[str(children[1])], id(children[0]), id(children[2]))
        if node.data == "name" and len(children) == 1 and hasattr(children[0], "data"):
            indices = plain_indices(children[0])
            if indices is not None:
                return self._element, (children[0], indices)
        return getattr(self, f"_{node.data}"), children

    def _parts(self, node: Any) -> list[Any]:
        """Return what has to be read before a part of a formula: of a table where it is read."""
        if node.data in {"series", "name"}:
            return []
        return node.children[2:3] if node.children[:1] == ["table"] else node.children

    # ---- one method for each part of a formula -----------------------------------------------

    def _number(self, token: Any) -> Value:
        return self.builder.constant(self.number(token))

    def _element(self, part: Any, indices: Sequence[str]) -> Value:
        """Return the value of an element whose places are names, looked up once for each place."""
        known = self._indices
        try:
            return self._elements[(id(part), *[known[name] for name in indices])]
        except KeyError:
            value = self._name(part)
        self._elements[(id(part), *[known[name] for name in indices])] = value
        return value

    def _name(self, part: Any, primes: Any = "") -> Value:
        name, token = self.quantity(part)
        if name in self.tables and name not in self.own:
            raise self.fail(self._unread(name), token)
        if name in self._indices and name not in self.constants and not primes:
            return self.builder.constant(self._indices[name])
        return self._rate(name, len(primes), token) if primes else self._mention(name, token)

    def _mention(self, name: str, token: Any) -> Value:
        self.mentioned.setdefault(name, token)
        return self.builder.input(name)

    def _rate(self, name: str, order: int, token: Any) -> Value:
        """Return a derivative of lower order than the equation of its state gives.

        In a formula on its own, outside of any model, it is a name like others.
        """
        highest = self.orders.get(name)
        written = name + "'" * order
        if not self.orders:
            return self._mention(written, token)
        if highest is None:
            problem = f"{written} is a rate of change, but {name} has no equation {name}' = …"
            raise self.fail(problem + did_you_mean(name, self.orders), token)
        if order >= highest:
            shown = f"d{name}/d{self.time}" if order == 1 else written
            raise self.fail(f"{shown} stands left of an = only; write its formula here", token)
        return self._mention(written, token)

    def _group(self, inner: Any) -> Value:
        return self._values[id(inner)]

    def _negative(self, _: Any, inner: Any) -> Value:
        return -self._values[id(inner)]

    def _positive(self, _: Any, inner: Any) -> Value:
        return self._values[id(inner)]

    def _opposite(self, _: Any, inner: Any) -> Value:
        return 1.0 - self._values[id(inner)]

    def _joined(self, left: Any, word: Any, right: Any) -> Value:
        op = "min" if word.type == "AND" else "max"
        return self.builder.apply(op, self._values[id(left)], self._values[id(right)])

    def _sign(self, op: str, left: int, right: int) -> Value:
        values, builder = self._values, self.builder
        return Value(builder, builder.both(op, values[left].number, values[right].number))

    def _infix(self, left: Any, sign: Any, right: Any) -> Value:
        rate = self._quotient(left, right) if sign == "/" else None
        if rate is not None:
            return rate
        a, b = self._values[id(left)], self._values[id(right)]
        if sign == "/" and b.constant == 0:
            raise self.fail("this divides by zero", sign)
        if sign in {">", ">="}:
            return self.builder.apply("lt" if sign == ">" else "le", b, a)
        return self.builder.apply(_INFIX[str(sign)], a, b)

    def _quotient(self, left: Any, right: Any) -> Value | None:
        """Return a factor times dx/dt, where that is what a quotient stands for.

        In a*dx/dt the quotient is of a*dx and dt: its last factor has to be looked for.
        """
        bottom = _written(right)
        if not bottom.startswith(f"d{self.time}"):
            return None
        if left.data == "infix" and left.children[1].type in {"TIMES", "DIVIDE"}:
            before, sign, last = left.children
            inner = self._quotient(last, right)
            op = "mul" if sign.type == "TIMES" else "div"
            if inner is None:
                return None
            return self.builder.apply(op, self._values[id(before)], inner)
        if left.data in {"negative", "positive"}:
            inner = self._quotient(left.children[1], right)
            return -inner if inner is not None and left.data == "negative" else inner
        return self._derivative(left, bottom)

    def _derivative(self, top: Any, bottom: str) -> Value | None:
        found = _D.fullmatch(_written(top))
        named = {_written(top), bottom} & {*self.own}
        if named or not found or found[1] != bottom.removeprefix(f"d{self.time}"):
            return None
        part = top.children[0]
        if hasattr(part, "data"):
            name, token = self.quantity(part)
            name = (_D.fullmatch(name) or found)[2]
        else:
            name, token = normal_name(found[2]), part
        return self._rate(name, int(found[1] or 1), token) if name in self.orders else None

    def _call(self, token: Any, *arguments: Any) -> Value:
        known = self._called.get(id(token))
        if known is not None:
            return known.of([self._values[id(a)] for a in arguments])
        name = self.name(token)
        if name == "table":
            return self._table(token, *arguments)
        called, values = self._function(name), [self._values[id(a)] for a in arguments]
        if called is None:
            raise self._unknown(name, token)
        if not called.takes(len(values)):
            raise self.fail(misuse(name, called, len(values)), token)
        if name == "pulse" and (values[2].constant or 0.0) < 0:
            raise self.fail("a pulse lasts for a positive time: pulse(t, start, width)", token)
        if name == "piecewise" and len(values) % 2 == 0:
            raise self.fail(
                "piecewise ends with what holds otherwise: piecewise(x < 1, a, b)", token
            )
        if name == "piecewise" and is_swapped(arguments):
            raise self.fail("a condition stands before its value: piecewise(x < 1, a, b)", token)
        if name != "pulse":  # of which a width is looked at each time
            self._called[id(token)] = called
        return called.of(values)

    def _function(self, name: str) -> Function | None:
        """Return the function of a name; a name of the text's own is none but the plain ones."""
        return FUNCTION.get(name) if name in self.own else function(name)

    def _table(self, token: Any, *arguments: Any) -> Value:
        """Return the value of a table, as a name whose definition is an interpolation."""
        if not 2 <= len(arguments) <= 3:
            raise self.fail("a table is read by table(data, t) or table(data, t, cubic)", token)
        data, at, *more = arguments
        table = self.tables.get(_written(data))
        if table is None:
            problem = (
                "the first argument of table is the name of measured values, such as "
                f"ambient = [(0, 20), (5, 22)]; there are {listing(self.tables) or 'none'}"
            )
            raise self.fail(problem, token)
        kind = _written(more[0]) if more else KINDS[0]
        if kind not in KINDS:
            raise self.fail("a table is interpolated linear or cubic: table(data, t, cubic)", token)
        argument = self.builder.formula(self._values[id(at)])
        suffix = "" if kind == KINDS[0] else f", {kind}"
        name = f"table({table.name}, {to_text(argument, CONSTANTS)[0]}{suffix})"
        if name not in self.interpolations:
            builder = Builder()
            (x,) = builder.inline(argument, [builder.input(n) for n in argument.inputs])
            self.interpolations[name] = table, builder.formula(interpolated(table, x, kind))
        return self._mention(name, token)

    def _unknown(self, name: str, token: Any) -> SpecificationError:
        read = name in self.tables
        return self.fail(self._unread(name) if read else no_function(name, self.orders), token)

    def _unread(self, name: str) -> str:
        return f"{name} holds measured values; they are read by table({name}, {self.time})"

    def _series(self, token: Any, body: Any, ranges: Any) -> Value:
        name = self.name(token)
        if name not in SERIES:
            raise self.fail(f"{name} runs over no range; {listing(SERIES)} do", token)
        if self._depth == _DEEPEST:
            raise self.fail(f"at most {_DEEPEST} sums stand inside one another", token)
        self._depth += 1
        numbers = self._numbered(body, ranges)
        self._depth -= 1
        return Value(self.builder, reduce(partial(self.builder.both, SERIES[name]), numbers))

    def _numbered(self, body: Any, ranges: Any) -> list[int]:
        """Return the numbers of what a formula is as indices run; what stays is read once."""
        before, values, numbers = self._indices, self._values, list[int]()
        again = work = self._in_order(body)
        for each in runs(ranges, before, self.fail):
            self._indices = each
            self.count(len(work))
            for number, read, children in again:
                values[number] = read(*children)
            numbers.append(values[id(body)].number)
            again = self._changing(body, ranges)
        self._indices = before
        return numbers

    def _changing(self, body: Any, ranges: Any) -> list[_Work]:
        """Return the parts of a formula, in order, that change as indices run."""
        found = self._again.get(id(body))
        if found is None:
            names = {normal_name(part.children[0]) for part in ranges.children}
            mentioned = changing(body, names)
            found = [part for part in self._in_order(body) if part[0] in mentioned]
            self._again[id(body)] = found
        return found


def _written(tree: Any) -> str:
    """Return the letters of a name, empty for any other part; of an element, its head."""
    if tree.data != "name" or len(tree.children) > 1:
        return ""
    part = tree.children[0]
    return normal_name(part.children[0])[:-1] if hasattr(part, "data") else normal_name(part)


def with_constants(tape: Tape, but: Collection[str] = ()) -> Tape:
    """Return a formula with the constants of mathematics put in, but for names that are taken."""
    known = {n: CONSTANTS[n] for n in tape.inputs if n in CONSTANTS and n not in but}
    if not known:
        return tape
    builder = Builder(n for n in tape.inputs if n not in known)
    bindings = [known[n] if n in known else builder.input(n) for n in tape.inputs]
    return builder.finish(builder.inline(tape, bindings))
