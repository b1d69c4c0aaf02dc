"""The Jacobian of formulas, in the layout it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from . import complex_step
from .formula import Formula, require_name
from .layout import Layout
from .result import Check, Result, Step
from .tables import Numbers, matrix_latex, partial_step, table

_MANY = 400  # entries; nobody reads more, and so many are not simplified one by one


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
