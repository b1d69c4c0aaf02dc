"""Gradient, Hessian and Jacobian of formulas: symbolic entries with named rows and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import InputError
from ..expression import latex_name
from . import complex_step
from .formula import Formula, require_name
from .layout import Layout
from .result import Check, Result, Step

Numbers = list[list[float]]
_MANY = 400  # entries; nobody reads more, and so many are not simplified one by one


@dataclass(frozen=True, repr=False)
class Gradient(Result):
    """All partial derivatives of a scalar in one vector.

    Parameters
    ----------
    expression, names
        What was differentiated, by what.
    entries
        One formula per name.
    """

    expression: Formula
    names: tuple[str, ...]
    entries: tuple[Formula, ...]
    steps: tuple[Step, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"({', '.join(map(str, self.entries))})"

    def __getitem__(self, name: str) -> Formula:
        """Return the partial derivative by one name."""
        require_name("gradient", name, self.names)
        return self.entries[self.names.index(name)]

    @property
    def latex(self) -> str:
        """The gradient as a column."""
        rows = r" \\ ".join(e.latex for e in self.entries)
        left = rf"\nabla \left( {self.expression.latex} \right)"
        return rf"{left} = \begin{{bmatrix}} {rows} \end{{bmatrix}}"

    def at(self, values: Mapping[str, float] | None = None, /, **more: float) -> tuple[float, ...]:
        """Return the gradient at a point: it points to where the function rises most steeply."""
        return tuple(e.at(values, **more) for e in self.entries)

    def verify(self) -> Check:
        """Compare every partial with complex steps at random points."""
        tape = self.expression.tape
        return complex_step.compare(
            [tape, *(e.tape for e in self.entries)],
            lambda p: [e.at(p) for e in self.entries],
            lambda p: [complex_step.partial(tape, p, name)[0] for name in self.names],
        )


def gradient(expression: str, names: Sequence[str]) -> Gradient:
    """Return the gradient: all partial derivatives, in the order of the names.

    Parameters
    ----------
    expression
        A formula such as ``x^2 + 3*x*y``.
    names
        What to differentiate by; other names are constants.

    Raises
    ------
    UnknownNameError
        If the formula does not have one of the names.

    Examples
    --------
    >>> gradient("x**2 + 3*x*y", ["x", "y"])
    (2*x + 3*y, 3*x)
    """
    formula, by = Formula.read(expression), _names(names)
    for name in by:
        require_name("names", name, formula.names)
    entries = tuple(formula.derivative(name) for name in by)
    steps = [
        partial_step(f"({formula})", formula.latex, name, entry)
        for name, entry in zip(by, entries, strict=True)
    ]
    meaning = Step(
        "meaning",
        "the gradient points to the steepest ascent, and its length is the slope there; it is "
        "zero at minima, maxima and saddles",
        r"\nabla f = 0 \text{ at minima, maxima and saddles}",
    )
    return Gradient(formula, by, entries, (*steps, meaning))


def _names(names: Sequence[str]) -> tuple[str, ...]:
    by = (names,) if isinstance(names, str) else tuple(names)
    if not by or len(set(by)) < len(by):
        raise InputError(f"names: got {list(by)}; give each name once, at least one")
    return by


def partial_step(label: str, latex: str, name: str, entry: Formula) -> Step:
    """Return the step that states one partial derivative."""
    over = rf"\frac{{\partial}}{{\partial {latex_name(name)}}}"
    return Step(
        "partial derivative",
        f"∂{label}/∂{name} = {entry}",
        rf"{over} \left[ {latex} \right] = {entry.latex}",
    )


@dataclass(frozen=True, repr=False)
class Jacobian(Result):
    """The partial derivatives of several functions by several variables, in a layout it names.

    Parameters
    ----------
    functions
        What each function is called; ``rates`` of a model are called ``dx/dt``.
    formulas
        The functions themselves.
    names
        The variables.
    numerator
        The entries, one row per function and one column per variable, whatever the layout.
    layout
        In which the Jacobian is written: the denominator layout is the transpose.
    kinds
        What functions and variables are here, such as equations and states.
    known
        Values that `at` takes for granted.
    """

    functions: tuple[str, ...]
    formulas: tuple[Formula, ...]
    names: tuple[str, ...]
    numerator: tuple[tuple[Formula, ...], ...]
    layout: Layout = "numerator"
    kinds: tuple[str, str] = ("functions", "variables")
    known: Mapping[str, float] = field(default_factory=dict[str, float], compare=False, hash=False)

    @property
    def rows(self) -> tuple[str, ...]:
        """What the rows belong to."""
        return self.functions if self.layout == "numerator" else self.names

    @property
    def columns(self) -> tuple[str, ...]:
        """What the columns belong to."""
        return self.names if self.layout == "numerator" else self.functions

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        return len(self.rows), len(self.columns)

    @property
    def entries(self) -> tuple[tuple[Formula, ...], ...]:
        """The entries in the layout it is written in."""
        return (
            self.numerator
            if self.layout == "numerator"
            else tuple(zip(*self.numerator, strict=True))
        )

    def __getitem__(self, place: tuple[str, str]) -> Formula:
        """Return an entry by the names of its row and column."""
        require_name("row", place[0], self.rows)
        require_name("column", place[1], self.columns)
        return self.entries[self.rows.index(place[0])][self.columns.index(place[1])]

    @property
    def words(self) -> str:
        """The layout, and what rows and columns are."""
        follow = self.kinds if self.layout == "numerator" else self.kinds[::-1]
        size = f"{self.shape[0]} x {self.shape[1]}"
        return f"{self.layout} layout, {size}: rows are {follow[0]}, columns are {follow[1]}"

    @property
    def steps(self) -> tuple[Step, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Every partial derivative, then the layout."""
        partials = [
            partial_step(f"({label})", formula.latex, name, entry)
            for label, formula, row in zip(
                self.functions, self.formulas, self.numerator, strict=True
            )
            for name, entry in zip(self.names, row, strict=True)
        ]
        said = f"{self.layout} layout: rows follow the {self.layout}"
        return (*partials, Step("layout", said, rf"\text{{{self.layout} layout}}"))

    def __str__(self) -> str:
        return f"{self.words}\n{table(self.rows, self.columns, self.entries)}"

    @property
    def latex(self) -> str:
        """The matrix, with its layout said beside it."""
        return rf"{matrix_latex(self.entries)} \quad \text{{({self.layout} layout)}}"

    def at(self, values: Mapping[str, float] | None = None, /, **more: float) -> Numbers:
        """Return the entries' values at a point, as a list of rows."""
        given = {**self.known, **(values or {}), **more}
        return [[entry.at(given) for entry in row] for row in self.entries]

    def verify(self) -> Check:
        """Compare every entry with complex steps at random points."""
        tapes = [f.tape for f in self.formulas]
        return complex_step.compare(
            [*tapes, *(e.tape for row in self.numerator for e in row)],
            lambda p: [e.at(p) for row in self.numerator for e in row],
            lambda p: [complex_step.partial(f, p, name)[0] for f in tapes for name in self.names],
        )


def jacobian_of(
    functions: Sequence[str],
    formulas: Sequence[Formula],
    names: Sequence[str],
    layout: Layout,
    kinds: tuple[str, str] = ("functions", "variables"),
    known: Mapping[str, float] | None = None,
) -> Jacobian:
    """Return the Jacobian of formulas with the labels given."""
    tidy = len(formulas) * len(names) <= _MANY
    rows = tuple(tuple(f.derivative(name, tidy=tidy) for name in names) for f in formulas)
    return Jacobian(
        tuple(functions), tuple(formulas), tuple(names), rows, layout, kinds, known or {}
    )


@dataclass(frozen=True, repr=False)
class Hessian(Result):
    """The second partial derivatives of a scalar: symmetric, the curvature in every direction.

    Parameters
    ----------
    expression, names
        What was differentiated twice, by what.
    entries
        One row and one column per name.
    """

    expression: Formula
    names: tuple[str, ...]
    entries: tuple[tuple[Formula, ...], ...]
    steps: tuple[Step, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return table(self.names, self.names, self.entries)

    def __getitem__(self, place: tuple[str, str]) -> Formula:
        """Return the second derivative by two names."""
        for name in place:
            require_name("hessian", name, self.names)
        return self.entries[self.names.index(place[0])][self.names.index(place[1])]

    @property
    def latex(self) -> str:
        """The matrix."""
        left = rf"\nabla^2 \left( {self.expression.latex} \right)"
        return f"{left} = {matrix_latex(self.entries)}"

    def at(self, values: Mapping[str, float] | None = None, /, **more: float) -> Numbers:
        """Return the entries' values at a point, as a list of rows."""
        return [[entry.at(values, **more) for entry in row] for row in self.entries]

    def verify(self) -> Check:
        """Compare with complex steps of the first derivatives at random points."""
        first = [self.expression.derivative(name).tape for name in self.names]
        return complex_step.compare(
            [self.expression.tape, *first, *(e.tape for row in self.entries for e in row)],
            lambda p: [e.at(p) for row in self.entries for e in row],
            lambda p: [complex_step.partial(g, p, name)[0] for g in first for name in self.names],
            f"{complex_step.METHOD} of the gradient",
        )


def hessian(expression: str, names: Sequence[str]) -> Hessian:
    """Return the Hessian: second partial derivatives, in the order of the names.

    Raises
    ------
    UnknownNameError
        If the formula does not have one of the names.

    Examples
    --------
    >>> hessian("x**2 + 3*x*y", ["x", "y"])
       x  y
    x  2  3
    y  3  0
    """
    first = gradient(expression, names)
    entries = tuple(tuple(e.derivative(name) for name in first.names) for e in first.entries)
    second = [
        partial_step(f"({e})", e.latex, name, entry)
        for e, row in zip(first.entries, entries, strict=True)
        for name, entry in zip(first.names, row, strict=True)
    ]
    last = Step(
        "symmetry",
        "the order of differentiation does not matter where second derivatives are continuous",
        r"\frac{\partial^2 f}{\partial x \, \partial y} = "
        r"\frac{\partial^2 f}{\partial y \, \partial x}",
    )
    return Hessian(first.expression, first.names, entries, (*first.steps[:-1], *second, last))


def table(rows: Sequence[str], columns: Sequence[str], entries: Sequence[Sequence[object]]) -> str:
    """Return entries as text, aligned under the names of their columns."""
    lines = [["", *columns], *([r, *map(str, row)] for r, row in zip(rows, entries, strict=True))]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def matrix_latex(entries: Sequence[Sequence[Formula]]) -> str:
    """Return entries as a matrix in LaTeX."""
    rows = " \\\\\n".join(" & ".join(e.latex for e in row) for row in entries)
    return f"\\begin{{bmatrix}}\n{rows}\n\\end{{bmatrix}}"
