"""The second pass over a parse tree: the expression itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .arithmetic import add, identity, invert, multiply, number, raise_to, scale, trace, transpose
from .shapes import SAME, Shapes, constant, is_identity, names_transposition
from .tree import Call, Identity, Symbol, Tree, is_scalar


class Typed:
    """The expression of a parse tree whose shapes are known."""

    def __init__(self, tree: Any, shapes: Shapes) -> None:
        self.shapes = shapes
        self.values: dict[int, Tree] = {}
        for node in shapes.nodes:
            self.values[id(node)] = self._build(node)
        self.expression = self.values[id(tree)]

    def _build(self, node: Any) -> Tree:
        if is_identity(node) and str(node.children[0]) not in self.shapes.names:
            return identity(self.shapes.of(node)[0])
        build: Callable[..., Tree] = getattr(self, f"_{node.data}")
        return build(*node.children)

    def value(self, node: Any) -> Tree:
        """Return the expression of a parse tree that was visited."""
        return self.values[id(node)]

    def _number(self, token: Any) -> Tree:
        if not math.isfinite(float(token)):
            raise self.shapes.fail(f"{token} is not a finite number", token)
        return number(Fraction(str(token)))

    def _name(self, token: Any) -> Tree:
        rows, columns = map(self.shapes.sizes.find, self.shapes.names[str(token)])
        return Symbol(str(token), rows, columns, str(token) in self.shapes.symmetric)

    def _added(self, left: Any, _: Any, right: Any) -> Tree:
        a, b = self.value(left), self.value(right)
        return add([a, b], a.rows, a.columns)

    def _subtracted(self, left: Any, _: Any, right: Any) -> Tree:
        a, b = self.value(left), self.value(right)
        return add([a, scale(-1, b)], a.rows, a.columns)

    def _multiplied(self, left: Any, _: Any, right: Any) -> Tree:
        return multiply(self.value(left), self.value(right))

    def _divided(self, left: Any, _: Any, right: Any) -> Tree:
        return multiply(raise_to(self.value(right), Fraction(-1)), self.value(left))

    def _negative(self, _: Any, inner: Any) -> Tree:
        return scale(-1, self.value(inner))

    def _transposed(self, inner: Any, _: Any) -> Tree:
        return transpose(self.value(inner))

    def _power(self, base: Any, _: Any, exponent: Any) -> Tree:
        x = self.value(base)
        if names_transposition(exponent):
            return transpose(invert(x) if exponent.data == "negative" else x)
        if is_scalar(x):
            value = constant(exponent)
            if value is None:
                raise self.shapes.fail("a power needs a number as its exponent here", exponent)
            return raise_to(x, value)
        power = self.shapes.whole(exponent)
        return multiply(Identity(x.rows), *[invert(x) if power < 0 else x] * abs(power))

    def _call(self, function: Any, *arguments: Any) -> Tree:
        name = SAME.get(function, str(function))
        x = self.value(arguments[0])
        if name == "dot":
            return multiply(transpose(x), self.value(arguments[1]))
        return apply(name, x)


def apply(name: str, x: Tree) -> Tree:
    """Return a function of an expression."""
    match name:
        case "inv":
            return raise_to(x, Fraction(-1)) if is_scalar(x) else invert(x)
        case "transpose":
            return transpose(x)
        case "logdet":
            return Call("log", apply("det", x))
        case "sqrt":
            return raise_to(x, Fraction(1, 2))
        case "tr":
            return trace(x)
        case "det" if is_scalar(x):
            return x
        case _:
            return Call(name, x)
