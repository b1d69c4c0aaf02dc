"""Gradient and Hessian of a formula: first and second partial derivatives, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import InputError
from ..given import as_names
from . import complex_step
from .formula import Formula, require_name
from .result import Check, Result, Step
from .tables import Numbers, matrix_latex, partial_step, table


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
    by = as_names("names", names, '["x", "y"]')
    if not by or len(set(by)) < len(by):
        raise InputError(f"names: got {list(by)}; give each name once, at least one")
    return by


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
