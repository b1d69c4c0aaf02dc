"""Parsed formulas to values on a tape."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import reduce
from typing import Any

from ..errors import SpecificationError, did_you_mean, listing
from ..names import normal_name
from ..tape import Builder, Tape, Value
from ..tape.operations import CONSTANTS, FUNCTIONS, arity

_INFIX: Mapping[str, str] = {
    "+": "add", "-": "sub", "\u2212": "sub", "*": "mul", "\u00b7": "mul", "\u00d7": "mul",
    "\u22c5": "mul", "/": "div", "^": "pow", "**": "pow", "<": "lt", "<=": "le", "==": "eq",
}  # fmt: skip
_ELSEWHERE = {  # what functions of other languages are written as
    "where": "if(x < 1, a, b)",
    "piecewise": "if(x < 1, a, b)",
    "ln": "log(x)",
    "log10": "log(x)/log(10)",
    "heaviside": "if(x < 0, 0, 1)",
}
_LONGEST = 100  # characters of a name


class Formulas:
    """Reads the formulas of one text into one builder."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.builder = Builder()
        self.mentioned: dict[str, Any] = {}
        self._values: dict[int, Value] = {}

    def fail(self, problem: str, token: Any) -> SpecificationError:
        """Return the error that points at a token."""
        return SpecificationError(problem, self.text, token.line, token.column)

    def value(self, tree: Any) -> Value:
        """Return the value of a formula; iterative, so that no nesting is too deep."""
        for node in tree.iter_subtrees():
            self._values[id(node)] = getattr(self, f"_{node.data}")(*node.children)
        return self._values[id(tree)]

    def name(self, token: Any) -> str:
        """Return a name in its one form."""
        name = normal_name(token)
        if len(name) > _LONGEST or not name.isidentifier():
            shown = str(token) if len(name) <= _LONGEST else f"{token[:20]}…"
            raise self.fail(f"{shown} is no name; use at most {_LONGEST} letters and digits", token)
        return name

    def number(self, *tokens: Any) -> float:
        """Return the number that a sign and digits, or digits alone, stand for."""
        number = float("".join(tokens).replace("\u2212", "-"))
        if not math.isfinite(number):
            raise self.fail("this number is too large; the largest is 1.8e308", tokens[0])
        return number

    def _number(self, token: Any) -> Value:
        return self.builder.constant(self.number(token))

    def _name(self, token: Any) -> Value:
        name = self.name(token)
        self.mentioned.setdefault(name, token)
        return self.builder.input(name)

    def _group(self, inner: Any) -> Value:
        return self._values[id(inner)]

    def _negative(self, _: Any, inner: Any) -> Value:
        return -self._values[id(inner)]

    def _positive(self, _: Any, inner: Any) -> Value:
        return self._values[id(inner)]

    def _infix(self, left: Any, sign: Any, right: Any) -> Value:
        a, b = self._values[id(left)], self._values[id(right)]
        if sign == "/" and b.constant == 0:
            raise self.fail("this divides by zero", sign)
        if sign in {">", ">="}:
            return self.builder.apply("lt" if sign == ">" else "le", b, a)
        return self.builder.apply(_INFIX[str(sign)], a, b)

    def _call(self, token: Any, *arguments: Any) -> Value:
        name = self.name(token)
        op, values = _operation(name), [self._values[id(a)] for a in arguments]
        if op is None:
            known = sorted({*FUNCTIONS, "if"})
            if name.lower() in _ELSEWHERE:
                problem = f"{name} is not a function here; write {_ELSEWHERE[name.lower()]}"
                raise self.fail(problem, token)
            raise self.fail(
                f"{name} is not a function; a product is written {name}*(…), and the functions "
                f"are {listing(known)}.{did_you_mean(name, known)}",
                token,
            )
        if op in {"min", "max"} and len(values) > 2:
            return reduce(lambda a, b: self.builder.apply(op, a, b), values)
        if len(values) != arity(op):
            raise self.fail(f"{name} takes {arity(op)} argument(s), got {len(values)}", token)
        return self.builder.apply(op, *values)


def _operation(name: str) -> str | None:
    return "select" if name == "if" else name if name in FUNCTIONS else None


def with_constants(tape: Tape, but: Collection[str] = ()) -> Tape:
    """Return a formula with the constants of mathematics put in, but for names that are taken."""
    known = {n: CONSTANTS[n] for n in tape.inputs if n in CONSTANTS and n not in but}
    if not known:
        return tape
    builder = Builder(n for n in tape.inputs if n not in known)
    bindings = [known[n] if n in known else builder.input(n) for n in tape.inputs]
    return builder.finish(builder.inline(tape, bindings))
