"""The derivative of a formula by one name, explained and checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ..given import as_text
from . import complex_step
from .formula import Formula, require_name
from .matrices.derivative import MatrixDerivative, derivative_of
from .matrices.read import about_matrices
from .matrices.shapes import Declared
from .result import Check, Explanation, Result, Step
from .walk import explained, operator_latex


@dataclass(frozen=True, repr=False)
class ScalarDerivative(Result):
    """The derivative of a scalar formula by one name; partial when there are others.

    Parameters
    ----------
    expression, by
        What was differentiated, by what.
    value
        The derivative.
    steps
        Which rule was used on what.
    """

    expression: Formula
    by: str
    value: Formula
    steps: tuple[Step, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return str(self.value)

    @property
    def latex(self) -> str:
        """The derivative as an equation."""
        partial = set(self.expression.names) > {self.by}
        over = operator_latex(self.by, partial)
        return rf"{over}\left[{self.expression.latex}\right] = {self.value.latex}"

    def at(self, values: Mapping[str, float] | None = None, /, **more: float) -> float:
        """Return the derivative's value for given names."""
        return self.value.at(values, **more)

    def verify(self) -> Check:
        """Compare with complex steps at random points."""
        tape = self.expression.tape
        return complex_step.compare(
            [tape, self.value.tape],
            lambda p: [self.value.at(p)],
            lambda p: complex_step.partial(tape, p, self.by),
        )


def derivative(
    expression: str,
    wrt: str,
    *,
    shapes: Declared | None = None,
    layout: str = "numerator",
    symmetric: Collection[str] = (),
) -> ScalarDerivative | MatrixDerivative:
    """Return the derivative of an expression by one of its names.

    Parameters
    ----------
    expression
        A formula such as ``sin(x^2)``, or one of vectors and matrices such as ``log(det(X))``,
        ``x'*A*x``, ``A*x + b``. It is taken for the latter when `shapes` are given, when it
        transposes or uses det, tr, inv, norm or dot, or when it is a sum of products with one of
        the names A, B, C, X, Y, Z.
    wrt
        The name to differentiate by.
    shapes
        Sizes of names: ``{"X": ("n", "n"), "b": ("n",), "s": ()}``. By convention one capital
        letter is a matrix, one of a b c u v w x y z a vector, all else a scalar.
    layout
        ``numerator``, or ``denominator`` for the transpose; a scalar by a scalar has no layout.
    symmetric
        Names of matrices that are their own transpose.

    Raises
    ------
    SpecificationError
        If the expression cannot be read or its shapes do not fit.
    UnknownNameError
        If the expression does not have the name.
    RefusalError
        If the derivative is not a matrix, as of a matrix by a vector.

    Examples
    --------
    >>> derivative("sin(x**2)", "x")
    2*x*cos(x^2)
    >>> derivative("log(det(X))", wrt="X")
    X^-1
    >>> derivative("x'*A*x", wrt="x", layout="denominator")
    (A + A^T)*x
    """
    expression, wrt = as_text("expression", expression, "x*y"), as_text("wrt", wrt, "x")
    if shapes or symmetric or about_matrices(expression):
        return derivative_of(expression, wrt, shapes, layout, symmetric)
    formula = Formula.read(expression)
    require_name("wrt", wrt, formula.names)
    value, steps = explained(formula, wrt)
    return ScalarDerivative(formula, wrt, value, steps)


def explain(
    expression: str,
    wrt: str,
    *,
    shapes: Declared | None = None,
    layout: str = "numerator",
    symmetric: Collection[str] = (),
) -> Explanation:
    """Return how a derivative is found: numbered steps, which rule on what; see `derivative`.

    Examples
    --------
    >>> explain("sin(x**2)", "x")
    1. chain rule: sin(u) with u = x^2: d/dx[sin(x^2)] = cos(x^2)*d/dx[x^2]
    2. power rule: d/dx[x^2] = 2*x
    3. together: d/dx[sin(x^2)] = cos(x^2)*(2*x) = 2*x*cos(x^2)
    """
    found = derivative(expression, wrt, shapes=shapes, layout=layout, symmetric=symmetric)
    return found.explanation
