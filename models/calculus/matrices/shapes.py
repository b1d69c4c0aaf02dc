"""The first pass over a parse tree: what shape every part has, and what sizes are equal."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ...errors import InputError, SpecificationError, did_you_mean, listing
from .sizes import Sizes
from .tree import Size

OF_MATRICES = ("det", "tr", "norm", "inv", "transpose", "dot")
OF_SCALARS = ("exp", "log", "sqrt", "sin", "cos", "tanh")
SAME = {"trace": "tr", "inverse": "inv", "logdet": "logdet", "ln": "log"}
_MATRIX = re.compile(r"[A-Z](_\w+|\d+)?")
_VECTOR = re.compile(r"[abcuvwxyz](_\w+|\d+)?")
_IDENTITY = re.compile(r"I(_\w+)?")

Declared = Mapping[str, Sequence[Size] | Size]
Shape = tuple[Size, Size]


class Shapes:
    """The shape of every node of a parse tree, and the nodes in the order in which to read them."""

    def __init__(self, text: str, tree: Any, shapes: Declared, symmetric: Collection[str]) -> None:
        self.text, self.symmetric, self.sizes = text, symmetric, Sizes()
        self.names: dict[str, Shape] = {n: _declared(n, s) for n, s in shapes.items()}
        self.declared = {size for shape in self.names.values() for size in shape}
        for name in symmetric:
            if name not in self.names:
                self.names[name] = self._by_convention(name)
            self.sizes.equal(*self.names[name])
        self.shapes: dict[int, Shape] = {}
        nodes = list(tree.iter_subtrees())
        transpositions = {id(n.children[2]) for n in nodes if is_transposition(n)}
        transpositions |= {id(n.children[2].children[-1]) for n in nodes if is_transposition(n)}
        self.nodes = [n for n in nodes if id(n) not in transpositions]
        for node in self.nodes:
            self.shapes[id(node)] = self._infer(node)
        self._require_known_identities()
        self.sizes.name(self.declared)

    def _require_known_identities(self) -> None:
        known = {self.sizes.find(size) for shape in self.names.values() for size in shape}
        for node in self.nodes:
            if is_identity(node) and self.of(node)[0] not in known:
                problem = "nothing here says how large this identity is; declare its shape"
                raise self.fail(problem, node)

    def fail(self, problem: str, node: Any) -> SpecificationError:
        """Return the error that points at a token or at what a tree was read from."""
        meta = node if hasattr(node, "line") else node.meta
        return SpecificationError(problem, self.text, meta.line, meta.column)

    def _by_convention(self, name: str) -> Shape:
        if _MATRIX.fullmatch(name):
            return self.sizes.new(), self.sizes.new()
        return (self.sizes.new(), 1) if _VECTOR.fullmatch(name) else (1, 1)

    def _shown(self, node: Any) -> str:
        rows, columns = map(self.sizes.find, self.shapes[id(node)])
        piece = self.text[node.meta.start_pos : node.meta.end_pos]
        kind = "a scalar" if (rows, columns) == (1, 1) else "a vector" if columns == 1 else None
        kind = kind or ("a row vector" if rows == 1 else "a matrix")
        sizes = [s for s in (rows, columns) if s != 1 and not str(s).startswith("?")]
        return f"{piece} is {kind}" + (f" of {' x '.join(map(str, sizes))}" if sizes else "")

    def _infer(self, node: Any) -> Shape:
        rule: Callable[[Any], Shape] = getattr(self, f"_shape_of_{node.data}")
        return rule(node)

    def of(self, node: Any) -> Shape:
        """Return rows and columns of a node, by the names its sizes go under."""
        rows, columns = self.shapes[id(node)]
        return self.sizes.find(rows), self.sizes.find(columns)

    def _shape_of_number(self, _: Any) -> Shape:
        return 1, 1

    def _shape_of_name(self, node: Any) -> Shape:
        name = str(node.children[0])
        if is_identity(node) and name not in self.names:
            letter = name.partition("_")[2]  # I_n has the size n where some name is declared so
            size = letter if letter in self.declared else self.sizes.new()
            return size, size
        if name not in self.names:
            self.names[name] = self._by_convention(name)
        return self.names[name]

    def _shape_of_added(self, node: Any) -> Shape:
        left, _, right = node.children
        a, b = self.of(left), self.of(right)
        if not (self.sizes.equal(a[0], b[0]) and self.sizes.equal(a[1], b[1])):
            raise self.fail(
                f"a sum needs equal shapes, but {self._shown(left)} and {self._shown(right)}", node
            )
        return a

    _shape_of_subtracted = _shape_of_added

    def _shape_of_multiplied(self, node: Any) -> Shape:
        left, _, right = node.children
        a, b = self.of(left), self.of(right)
        if (1, 1) in (a, b):
            return b if a == (1, 1) else a
        if not self.sizes.equal(a[1], b[0]):
            hint = ""
            if a[1] == 1 and b[1] == 1:
                x, y = (self.text[n.meta.start_pos : n.meta.end_pos] for n in (left, right))
                hint = f"; write {x}^T*{y} for the scalar product or {x}*{y}^T for the outer one"
            raise self.fail(
                "in a product the columns on the left are the rows on the right, but "
                f"{self._shown(left)} and {self._shown(right)}{hint}",
                node,
            )
        return a[0], b[1]

    def _shape_of_divided(self, node: Any) -> Shape:
        left, _, right = node.children
        if self.of(right) != (1, 1):
            raise self.fail(
                f"only a scalar divides, but {self._shown(right)}; multiply by inv(…) on the "
                "side that is meant",
                node,
            )
        return self.of(left)

    def _shape_of_negative(self, node: Any) -> Shape:
        return self.of(node.children[1])

    def _shape_of_transposed(self, node: Any) -> Shape:
        rows, columns = self.of(node.children[0])
        return columns, rows

    def _shape_of_power(self, node: Any) -> Shape:
        base, _, exponent = node.children
        rows, columns = self.of(base)
        if is_transposition(node):
            return columns, rows
        if (rows, columns) != (1, 1):
            self._square(base, "a power")
            self.whole(exponent)
        return rows, columns

    def _square(self, node: Any, what: str) -> None:
        if not self.sizes.equal(*self.of(node)):
            raise self.fail(f"{what} needs a square matrix, but {self._shown(node)}", node)

    def whole(self, node: Any) -> int:
        """Return the whole number an exponent of a matrix is."""
        value = constant(node)
        if value is None or value.denominator != 1 or abs(value) > 9:
            raise self.fail("a matrix has whole powers only, from -9 to 9", node)
        return int(value)

    def _shape_of_call(self, node: Any) -> Shape:
        function, *arguments = node.children
        name = SAME.get(function, str(function))
        known = sorted({*OF_MATRICES, *OF_SCALARS, "logdet"})
        if name not in known:
            raise self.fail(
                f"{function} is not supported on vectors and matrices; the functions are "
                f"{listing(known)}.{did_you_mean(str(function), known)}",
                function,
            )
        if len(arguments) != (2 if name == "dot" else 1):
            raise self.fail(f"{function} takes {2 if name == 'dot' else 1} argument(s)", function)
        return self._shape_of_function(name, arguments, node)

    def _shape_of_function(self, name: str, arguments: Sequence[Any], node: Any) -> Shape:
        rows, columns = self.of(arguments[0])
        if name in {"det", "tr", "inv", "logdet"}:
            self._square(arguments[0], name)
        if name in OF_SCALARS and (rows, columns) != (1, 1):
            raise self.fail(
                f"{name} of a vector or matrix, entry by entry, is not supported; "
                f"{self._shown(arguments[0])}",
                node,
            )
        if name == "dot":
            other = self.of(arguments[1])
            if (columns, other[1]) != (1, 1) or not self.sizes.equal(rows, other[0]):
                raise self.fail("dot takes two vectors of one size", node)
        if name == "transpose":
            return columns, rows
        return (rows, columns) if name == "inv" else (1, 1)


def _declared(name: str, shape: Sequence[Size] | Size) -> Shape:
    sizes = (shape,) if isinstance(shape, str | int) else tuple(shape)
    if len(sizes) > 2 or any(isinstance(s, int) and s < 1 for s in sizes):
        raise InputError(
            f"shapes: got {shape!r} for {name}; write ('m', 'n') for a matrix, ('n',) for a "
            "vector, () for a scalar"
        )
    rows, columns = (*sizes, 1, 1)[:2]
    return rows, columns


def is_identity(node: Any) -> bool:
    """Tell whether a parse tree is the name of an identity, I or I_n."""
    return node.data == "name" and bool(_IDENTITY.fullmatch(str(node.children[0])))


def is_transposition(node: Any) -> bool:
    """Tell whether a parse tree is a power ^T or ^-T."""
    return node.data == "power" and names_transposition(node.children[2])


def names_transposition(exponent: Any) -> bool:
    """Tell whether an exponent is T or -T."""
    inner = exponent.children[1] if exponent.data == "negative" else exponent
    return inner.data == "name" and str(inner.children[0]) == "T"


def constant(node: Any) -> Fraction | None:
    """Return the number an exponent is, such as -1 or 1/2."""
    inner = [constant(c) for c in node.children if hasattr(c, "data")]
    if any(value is None for value in inner):
        return None
    values = [value for value in inner if value is not None]
    match node.data:
        case "number":
            return Fraction(str(node.children[0]))
        case "negative":
            return -values[0]
        case "divided" if values[1]:
            return values[0] / values[1]
        case _:
            return None
