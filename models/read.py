"""Model text, or one condition, to values of the specification: a grammar, never an evaluation."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from .errors import SpecificationError, did_you_mean, listing
from .lazy import load
from .misread import explain
from .model import Definition, Model, Parameter, Place, State
from .operations import FUNCTIONS, arity
from .tape import Builder, Tape, Value

# The negative look-behind of UNIT keeps x[1] from reading as x with a unit; NAME leaves out
# superscript digits, which Unicode would otherwise turn from a power into part of a name.
GRAMMAR = r"""
start: statement? (_NEWLINE statement?)*
statement: DERIVATIVE "=" sum UNIT?                      -> equation
         | NAME PRIME "=" sum UNIT?                      -> primed
         | NAME "(" signed ")" "=" sum UNIT?             -> start_value
         | NAME "=" sum UNIT?                            -> assignment
signed: SIGN? NUMBER
condition: comparison
expression: sum
?comparison: sum COMPARE sum
?sum: product | sum PLUS product                         -> infix
              | sum MINUS product                        -> infix
?product: unary | product TIMES unary                    -> infix
                | product DIVIDE unary                   -> infix
?unary: power | MINUS unary                              -> negative
              | PLUS unary                               -> positive
?power: atom | atom POWER unary                          -> infix
?atom: NUMBER                                            -> number
     | NAME                                              -> name
     | NAME "(" (argument ("," argument)*)? ")"          -> call
     | "(" sum ")"                                       -> group
?argument: sum | comparison
SIGN: "-" | "+"
PLUS: "+"
MINUS: "-" | "\u2212"
TIMES: "*" | "\u00b7" | "\u00d7"
DIVIDE: "/"
POWER: "^" | "**"
COMPARE: "<=" | ">=" | "==" | "<" | ">"
DERIVATIVE.2: /d[^\W\d]\w*[ \t]*\/[ \t]*d[^\W\d]\w*(?=[ \t]*=)/
PRIME: "'"
NUMBER: /(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?/
NAME: /[^\W\d][^\W\u00b2\u00b3\u00b9\u2070-\u2079]*/
UNIT: /(?<![^\W\d])\[[^\]\n]*\]/
_NEWLINE: /(\n|;|\r)+/
%ignore /[ \t\f]+/
%ignore /#[^\n]*/
"""

_INFIX: Mapping[str, str] = {
    "+": "add", "-": "sub", "\u2212": "sub", "*": "mul", "\u00b7": "mul", "\u00d7": "mul",
    "/": "div", "^": "pow", "**": "pow", "<": "lt", "<=": "le", "==": "eq",
}  # fmt: skip
_CONSTANTS: Mapping[str, float] = {"pi": 3.141592653589793}


def read_model(text: str) -> Model:
    """Return the model a text describes.

    Raises
    ------
    SpecificationError
        If the text is malformed or contradicts itself; line, column and a caret show where.
    """
    if not text.strip():
        raise SpecificationError("the model text is empty; write an equation such as dx/dt = -k*x")
    return _Reader(text).model()


def read_condition(text: str) -> Tape:
    """Return a condition such as ``T < 60`` as a tape that is positive where it holds.

    One output, continuous through zero where the condition turns, so that the moment of turning
    can be located.
    """
    reader = _Reader(text, "condition")
    left, sign, right = reader.tree.children[0].children
    a, b = reader.value(left), reader.value(right)
    if str(sign) == "==":
        raise SpecificationError("a condition compares with <, <=, > or >=", text, 1, sign.column)
    return reader.builder.formula(b - a if str(sign).startswith("<") else a - b)


def read_expression(text: str) -> Tape:
    """Return an expression such as ``sin(x^2)`` as a tape of one output over the names it uses."""
    reader = _Reader(text, "expression")
    formula = reader.builder.formula(reader.value(reader.tree.children[0]))
    return _with_constants(formula, _CONSTANTS.keys())


def _with_constants(tape: Tape, names: Collection[str]) -> Tape:
    """Return a formula with those constants of mathematics put in that are among the names."""
    known = {n: _CONSTANTS[n] for n in tape.inputs if n in _CONSTANTS and n in names}
    if not known:
        return tape
    builder = Builder(n for n in tape.inputs if n not in known)
    bindings = [builder.constant(known[n]) if n in known else builder.input(n) for n in tape.inputs]
    return builder.finish(builder.inline(tape, bindings))


@cache
def _parser() -> Any:
    return load("lark").Lark(
        GRAMMAR, parser="lalr", start=["start", "condition", "expression"], postlex=_JoinLines(),
        propagate_positions=True, maybe_placeholders=False,
    )  # fmt: skip


class _JoinLines:
    """Drops line ends inside brackets, so that a long formula may go over several lines."""

    always_accept: ClassVar[tuple[str, ...]] = ("_NEWLINE",)

    def process(self, stream: Iterator[Any]) -> Iterator[Any]:
        depth = 0
        for token in stream:
            depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
            if token.type != "_NEWLINE" or depth <= 0:
                yield token


def normal_name(token: str) -> str:
    """Return a name in Unicode's compatibility form: micro sign and Greek mu are one letter."""
    return str(unicodedata.normalize("NFKC", token))


class _Reader:
    """One reading of one text."""

    def __init__(self, text: str, start: str = "start") -> None:
        self.text = text
        self.builder = Builder()
        self.tree = _parse(text, start)
        self.mentioned: dict[str, Place] = {}
        self.values: dict[int, Value] = {}

    def fail(self, problem: str, token: Any) -> SpecificationError:
        """Return the error that points at a token."""
        return SpecificationError(problem, self.text, token.line, token.column)

    def value(self, tree: Any) -> Value:
        """Return the value of an expression; iterative, so that no nesting is too deep."""
        for node in tree.iter_subtrees():
            self.values[id(node)] = getattr(self, f"_{node.data}")(*node.children)
        return self.values[id(tree)]

    def _number(self, token: Any) -> Value:
        return self.builder.constant(float(token))

    def _name(self, token: Any) -> Value:
        name = normal_name(token)
        self.mentioned.setdefault(name, Place(token.line, token.column))
        return self.builder.input(name)

    def _group(self, inner: Any) -> Value:
        return self.values[id(inner)]

    def _negative(self, _: Any, inner: Any) -> Value:
        return -self.values[id(inner)]

    def _positive(self, _: Any, inner: Any) -> Value:
        return self.values[id(inner)]

    def _infix(self, left: Any, sign: Any, right: Any) -> Value:
        a, b = self.values[id(left)], self.values[id(right)]
        if sign in {">", ">="}:
            return self.builder.apply("lt" if sign == ">" else "le", b, a)
        return self.builder.apply(_INFIX[str(sign)], a, b)

    _comparison = _infix

    def _call(self, token: Any, *arguments: Any) -> Value:
        op, name = {"if": "select"}.get(token, str(token)), str(token)
        if op not in FUNCTIONS | {"select"}:
            known = sorted(FUNCTIONS | {"if"})
            raise self.fail(
                f"{name} is not a function; a product is written {name}*(…), and the functions "
                f"are {listing(known)}.{did_you_mean(name, known)}",
                token,
            )
        wanted = arity(op)
        values = [self.values[id(a)] for a in arguments]
        if op in {"min", "max"} and len(values) > 2:
            first = self.builder.apply(op, *values[:2])
            for v in values[2:]:
                first = self.builder.apply(op, first, v)
            return first
        if len(values) != wanted:
            raise self.fail(f"{name} takes {wanted} argument(s), got {len(values)}", token)
        return self.builder.apply(op, *values)

    def model(self) -> Model:
        """Return the model of all statements."""
        return _Assembly(self).model()


def _parse(text: str, start: str) -> Any:
    errors = load("lark.exceptions")
    try:
        return _parser().parse(text, start=start)
    except errors.UnexpectedInput as error:
        raise explain(error, text) from None


class _Assembly:
    """Sorts statements into states, parameters and definitions, and checks that they agree."""

    def __init__(self, reader: _Reader) -> None:
        self.reader = reader
        self.rates: dict[str, tuple[Tape, Any, str]] = {}
        self.starts: dict[str, tuple[Tape, Any, str]] = {}
        self.assigned: dict[str, tuple[Tape, Any, str]] = {}
        self.times: dict[str, Any] = {}
        self.start_times: dict[float, Any] = {}
        self.lines = reader.text.split("\n")

    def model(self) -> Model:
        """Return the model, once every statement has found its place."""
        for statement in self.reader.tree.children:
            if not hasattr(statement, "data"):
                continue  # a line end
            getattr(self, f"_{statement.data}")(*statement.children)
        self._check()
        states = tuple(self._state(name) for name in self.rates)
        return Model(
            states, self._parameters(), self._definitions(), self.time,
            next(iter(self.start_times), 0.0),
        )  # fmt: skip

    @property
    def time(self) -> str:
        """Name of the independent variable."""
        return next(iter(self.times), "t")

    def _equation(self, head: Any, right: Any, unit: Any = None) -> None:
        if unit:
            raise self.reader.fail(
                "an equation has no unit of its own; units belong to values", unit
            )
        top, _, bottom = (part.strip() for part in str(head).partition("/"))
        self.times.setdefault(normal_name(bottom[1:]), head)
        self._store(self.rates, normal_name(top[1:]), head, right, unit)

    def _primed(self, name: Any, _: Any, right: Any, unit: Any = None) -> None:
        if unit:
            raise self.reader.fail(
                "an equation has no unit of its own; units belong to values", unit
            )
        self._store(self.rates, normal_name(name), name, right, unit)

    def _start_value(self, name: Any, at: Any, right: Any, unit: Any = None) -> None:
        self.start_times.setdefault(float("".join(at.children)), name)
        self._store(self.starts, normal_name(name), name, right, unit)

    def _assignment(self, name: Any, right: Any, unit: Any = None) -> None:
        self._store(self.assigned, normal_name(name), name, right, unit)

    def _store(self, into: dict[str, Any], name: str, token: Any, right: Any, unit: Any) -> None:
        if name in into:
            first = into[name][1].line
            raise self.reader.fail(f"{name} was already given in line {first}; keep one", token)
        formula = self.reader.builder.formula(self.reader.value(right))
        into[name] = (formula, token, str(unit)[1:-1].strip() if unit else "")

    def _check(self) -> None:
        if not self.rates:
            raise SpecificationError(
                "there is no equation; write the rate of change of a state: dx/dt = …",
                self.reader.text, 1, 1,
            )  # fmt: skip
        self._check_times()
        for name, (_, token, _) in self.assigned.items():
            if name in self.rates:
                problem = f"{name} is a state; its start value is written {name}(0) = …"
                raise self.reader.fail(problem, token)
            if name == self.time:
                raise self.reader.fail(f"{name} is the independent variable; choose a name", token)
        for name, (tape, token, _) in self.starts.items():
            if name not in self.rates:
                close = did_you_mean(name, self.rates)
                problem = (
                    f"{name} has a start value but no equation d{name}/d{self.time} = ….{close}"
                )
                raise self.reader.fail(problem, token)
            moving = tape.used() & {*self.rates, self.time}
            if moving:
                raise self.reader.fail(
                    f"the start value of {name} mentions {listing(sorted(moving))}; it may only "
                    "use numbers and parameters",
                    token,
                )

    def _check_times(self) -> None:
        for found, what in (
            (self.times, "independent variables"),
            (self.start_times, "start times"),
        ):
            if len(found) > 1:
                raise self.reader.fail(
                    f"there are two {what}, {listing(map(str, found))}; use one",
                    list(found.values())[1],
                )

    def _state(self, name: str) -> State:
        rate, token, _ = self.rates[name]
        start, head, unit = self.starts.get(name, (None, None, ""))
        return State(
            name, self._close(rate), start and self._close(start), unit, self._note(token),
            Place(token.line, token.column), Place(head.line, head.column) if head else Place(),
        )  # fmt: skip

    def _close(self, tape: Tape) -> Tape:
        """Return a formula with the constants of mathematics put in, unless the model names them."""
        return _with_constants(tape, _CONSTANTS.keys() - self._own)

    @property
    def _own(self) -> set[str]:
        return {*self.rates, *self.assigned}

    def _parameters(self) -> tuple[Parameter, ...]:
        given: list[Parameter] = []
        for name, (tape, token, unit) in self.assigned.items():
            closed = self._close(tape)
            if not closed.inputs:
                value = closed()[0]
                if value - value != 0:
                    raise self.reader.fail(f"{name} is {value}; a value must be finite", token)
                place = Place(token.line, token.column)
                given.append(Parameter(name, value, unit, self._note(token), value, place))
        known = {*self._own, *_CONSTANTS, self.time}
        missing = [n for n in self.reader.mentioned if n not in known]
        return (*given, *(Parameter(n, place=self.reader.mentioned[n]) for n in missing))

    def _definitions(self) -> tuple[Definition, ...]:
        closed = {n: (self._close(t), k, u) for n, (t, k, u) in self.assigned.items()}
        waiting = {n: item for n, item in closed.items() if item[0].inputs}
        ordered: list[Definition] = []
        while waiting:
            ready = [n for n, (t, _, _) in waiting.items() if not t.used() & waiting.keys()]
            if not ready:
                name, (_, token, _) = next(iter(waiting.items()))
                raise self.reader.fail(f"{name} is defined by way of itself", token)
            for name in ready:
                tape, token, unit = waiting.pop(name)
                place = Place(token.line, token.column)
                ordered.append(Definition(name, tape, unit, self._note(token), place))
        return tuple(ordered)

    def _note(self, token: Any) -> str:
        return self.lines[token.line - 1].partition("#")[2].strip()
