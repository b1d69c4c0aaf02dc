"""The derivative of a matrix expression by a name, in either layout, with steps and a check."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ...errors import RefusalError
from ..complex_step import METHOD, STEP
from ..formula import require_name
from ..layout import Layout, layout_of
from ..result import Check, Result, Step
from ..shapes import KINDS_REFUSED, kind_of
from .arithmetic import add, multiply, transpose
from .differential import Differential, Piece, Sandwich, Traced, factored
from .evaluate import Matrix, evaluate, random_value
from .read import described, read
from .shapes import Declared
from .tree import Size, Symbol, Tree, is_scalar, names_of
from .write import latex, text


@dataclass(frozen=True, repr=False)
class MatrixDerivative(Result):
    """The derivative of a scalar, vector or matrix by a scalar, vector or matrix.

    Parameters
    ----------
    expression, by
        What was differentiated, by what.
    value
        The derivative in the layout named.
    layout
        ``numerator`` (rows follow the numerator) or ``denominator`` (its transpose).
    steps
        The rules used, in the order in which they were needed, each with its source.
    """

    expression: Tree
    by: Symbol
    value: Tree
    layout: Layout
    steps: tuple[Step, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return text(self.value)

    @property
    def shape(self) -> tuple[Size, Size]:
        """Rows and columns of the derivative, numbers or letters."""
        return self.value.rows, self.value.columns

    @property
    def words(self) -> str:
        """Which derivative this is: of what by what, its shape, its layout."""
        rows, columns = self.shape
        kinds = f"{kind_of(self.expression)} by {kind_of(self.by)}"
        return f"{kinds}: {rows} x {columns}, {self.layout} layout"

    @property
    def latex(self) -> str:
        """The derivative as an equation."""
        name, by = latex(self.expression), latex(self.by)
        return rf"\frac{{\partial}}{{\partial {by}}} \left[ {name} \right] = {latex(self.value)}"

    def at(self, values: Mapping[str, Sequence[Sequence[float]]]) -> list[list[float]]:
        """Return the derivative's value, as a list of rows.

        Parameters
        ----------
        values
            For each name its numbers, as a list of rows: a vector is rows of one, a scalar one
            row of one.
        """
        given = {n: [[complex(v) for v in row] for row in rows] for n, rows in values.items()}
        symbols = {**names_of(self.expression), self.by.name: self.by}
        for name in symbols:
            require_name("at", name, tuple(given))
        sizes: dict[Size, int] = {}
        for name, symbol in symbols.items():
            sizes |= {symbol.rows: len(given[name]), symbol.columns: len(given[name][0])}
        return [[v.real for v in row] for row in evaluate(self.value, given, sizes)]

    def verify(self) -> Check:
        """Compare with complex steps in every entry of the variable, at random matrices."""
        errors: list[float] = []
        for seed in range(4):
            # Of two sizes now one is the larger and now the other: X^T*X has an inverse only then.
            with suppress(ArithmeticError, ValueError):
                errors.append(self._error(random.Random(seed), descending=seed % 2 == 0))
        return Check(f"{METHOD}, entry by entry", len(errors), max(errors, default=math.inf))

    def _error(self, draw: random.Random, descending: bool) -> float:
        symbols = {**names_of(self.expression), self.by.name: self.by}
        found = {size for s in symbols.values() for size in (s.rows, s.columns)}
        letters = sorted((size for size in found if isinstance(size, str)), reverse=descending)
        sizes: dict[Size, int] = {letter: 2 + i for i, letter in enumerate(letters)}
        values = {name: random_value(s, sizes, draw) for name, s in symbols.items()}
        value = transpose(self.value) if self.layout == "denominator" else self.value
        derivative = evaluate(value, values, sizes)
        return max(
            abs(derivative[row][column].real - exact) / max(1.0, abs(exact))
            for row, column, exact in self._by_complex_steps(values, sizes)
        )

    def _by_complex_steps(
        self, values: Mapping[str, Matrix], sizes: Mapping[Size, int]
    ) -> Iterator[tuple[int, int, float]]:
        """Yield each derivative of an entry by an entry, with its place in numerator layout."""
        one = is_scalar(self.expression), is_scalar(self.by)
        for i, row in enumerate(values[self.by.name]):
            for j, entry in enumerate(row):
                row[j] = entry + STEP * 1j
                moved = evaluate(self.expression, values, sizes)
                row[j] = entry
                for r, line in enumerate(moved):
                    for c, value in enumerate(line):
                        yield *_place(*one, (r, c), (i, j)), value.imag / STEP


def _place(
    scalar: bool, by_scalar: bool, entry: tuple[int, int], by: tuple[int, int]
) -> tuple[int, int]:
    """Return where, in numerator layout, the derivative of one entry by another stands."""
    if scalar:
        return by[1], by[0]
    return entry if by_scalar else (entry[0], by[0])


def derivative_of(
    expression: str,
    wrt: str,
    shapes: Declared | None = None,
    layout: str = "numerator",
    symmetric: Collection[str] = (),
) -> MatrixDerivative:
    """Return the derivative of a matrix expression; see `derivative` of this room."""
    tree = read(expression, shapes, symmetric)
    return differentiate(tree, _variable(tree, wrt), layout_of(layout))


def differentiate(tree: Tree, by: Symbol, layout: Layout) -> MatrixDerivative:
    """Return the derivative of a tree by one of its names.

    Raises
    ------
    RefusalError
        If the derivative is not a matrix, or the variable is declared symmetric.
    """
    if by.symmetric:
        raise RefusalError(
            f"{by.name} is declared symmetric, so its entries are not free; a derivative by it is "
            "not supported. Leave it out of symmetric to treat every entry as independent"
        )
    names = described(names_of(tree).values())
    start = Step("shapes", names, rf"\text{{{names.replace('_', chr(92) + '_')}}}")
    differential = Differential(by)
    numerator = _read_off(differential, tree)
    value = transpose(numerator) if layout == "denominator" else numerator
    found = MatrixDerivative(tree, by, value, layout)
    last = _last_step(found, numerator)
    return MatrixDerivative(tree, by, value, layout, (start, *differential.steps, last))


def _last_step(found: MatrixDerivative, numerator: Tree) -> Step:
    form = "df = tr(G*dX)" if is_scalar(found.expression) else "dF = G*dX"
    form = form.replace("X", found.by.name)
    turned = "" if found.layout == "numerator" else "; the denominator layout transposes it"
    said = f"{form} with G = {text(numerator)}, so the derivative is {text(found.value)}"
    source = "Magnus and Neudecker 1999, chapter 9"
    return Step("reading off", f"{said} ({found.words}{turned})   [{source}]", latex(found.value))


def _variable(tree: Tree, wrt: str) -> Symbol:
    names = names_of(tree)
    require_name("wrt", wrt, tuple(names))
    return names[wrt]


def _read_off(differential: Differential, tree: Tree) -> Tree:
    by = differential.by
    if is_scalar(tree):
        return factored(differential.gradient(tree))
    if is_scalar(by):
        pieces = differential.pieces(tree)
        return factored(add(map(_by_scalar, pieces), tree.rows, tree.columns))
    if by.columns == 1 and tree.columns == 1:
        pieces = differential.pieces(tree)
        return factored(add(map(_by_vector, pieces), tree.rows, by.rows))
    if by.columns == 1 and tree.rows == 1:
        raise RefusalError(
            f"{text(tree)} is a row; differentiate the column {text(transpose(tree))} by {by.name}"
        )
    raise RefusalError(f"{kind_of(tree)} by {kind_of(by)}: {KINDS_REFUSED}")


def _by_scalar(piece: Piece) -> Tree:
    match piece:
        case Sandwich():
            return multiply(piece.left, piece.right)
        case Traced():
            return multiply(piece.gradient, piece.outer)


def _by_vector(piece: Piece) -> Tree:
    match piece:
        case Sandwich(flipped=True):  # L dx^T R is L R^T dx, for L dx^T R is a column
            return multiply(piece.left, transpose(piece.right))
        case Sandwich():
            return multiply(piece.left, piece.right)
        case Traced():
            return multiply(piece.outer, piece.gradient)
