"""The chain rule: along a path, as the total derivative, and for vectors, as a matrix product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import InputError, listing
from ..given import as_mapping, as_names, as_text
from ..tape.writing.latex import latex_name
from . import complex_step
from .formula import Formula, require_name, total
from .jacobian import Jacobian, jacobian_of
from .layout import Layout, layout_of
from .result import Check, Result, Step
from .tables import matrix_latex, table


@dataclass(frozen=True, repr=False)
class TotalDerivative(Result):
    """How a function changes along a path: every partial times the speed along it, summed.

    Parameters
    ----------
    expression, path, by
        The function, where its arguments are for each value of the path's variable, and this.
    partials, speeds
        For each argument, the partial derivative and how fast the argument changes.
    value
        The sum, as a formula of the path's variable.
    """

    expression: Formula
    path: tuple[tuple[str, Formula], ...]
    by: str
    partials: tuple[Formula, ...]
    speeds: tuple[Formula, ...]
    value: Formula
    steps: tuple[Step, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        rule = self.steps[-3].text
        return f"{rule}\n  = {self.steps[-2].text}\n  = {self.value}"

    @property
    def latex(self) -> str:
        """The rule, what it comes to, and the result."""
        return f"{self.steps[-3].latex} = {self.steps[-2].latex} = {self.value.latex}"

    def at(self, values: Mapping[str, float] | None = None, /, **more: float) -> float:
        """Return the value for given names."""
        return self.value.at(values, **more)

    def verify(self) -> Check:
        """Compare with complex steps of the function with the path put in."""
        direct = self.expression.substituted(dict(self.path)).tape
        return complex_step.compare(
            [direct, self.value.tape],
            lambda p: [self.value.at(p)],
            lambda p: complex_step.partial(direct, p, self.by),
            f"{complex_step.METHOD} after substitution",
        )


def total_derivative(expression: str, path: Mapping[str, str], wrt: str) -> TotalDerivative:
    """Return the total derivative of a function whose arguments move along a path.

    Parameters
    ----------
    expression
        The function, such as ``x*y``; it may contain the path's variable itself.
    path
        For each argument that moves its formula, such as ``{"x": "cos(t)", "y": "sin(t)"}``.
    wrt
        The path's variable.

    Raises
    ------
    UnknownNameError
        If the path moves a name that the function does not have.

    Examples
    --------
    >>> print(total_derivative("x*y", {"x": "cos(t)", "y": "sin(t)"}, "t"))
    df/dt = ∂f/∂x*dx/dt + ∂f/∂y*dy/dt
      = -y*sin(t) + x*cos(t)
      = cos(2*t)
    """
    function = Formula.read(expression)
    path = as_mapping("path", path, '{"x": "cos(t)", "y": "sin(t)"}')
    wrt = as_text("wrt", wrt, "t")
    moving = {name: Formula.read(text) for name, text in path.items()}
    for name in moving:
        require_name("path", name, function.names)
    if wrt in moving:
        raise InputError(f"path: {wrt} is the path's variable; it does not move along itself")
    own = [wrt] if wrt in function.names else []
    names = [*moving, *own]
    if not names:
        raise InputError(f"path: nothing moves with {wrt}; give the arguments' formulas of it")
    partials = [function.derivative(name) for name in names]
    speeds = [*(f.derivative(wrt) for f in moving.values()), *([Formula.number(1.0)] * len(own))]
    products = [p * s for p, s in zip(partials, speeds, strict=True)]
    value = total(products).substituted(moving).tidied()
    steps = (*_parts(names, moving, wrt, partials, speeds), *_sums(names, wrt, products, value))
    return TotalDerivative(
        function, tuple(moving.items()), wrt, tuple(partials), tuple(speeds), value, steps
    )


def _parts(
    names: Sequence[str],
    moving: Mapping[str, Formula],
    wrt: str,
    partials: Sequence[Formula],
    speeds: Sequence[Formula],
) -> list[Step]:
    steps: list[Step] = []
    by = latex_name(wrt)
    for name, partial, speed in zip(names, partials, speeds, strict=True):
        x = latex_name(name)
        steps.append(
            Step(
                "partial derivative",
                f"∂f/∂{name} = {partial}",
                rf"\frac{{\partial f}}{{\partial {x}}} = {partial.latex}",
            )
        )
        if name in moving:
            steps.append(
                Step("along the path", f"d{name}/d{wrt} = {speed}",
                     rf"\frac{{d{x}}}{{d{by}}} = {speed.latex}")
            )  # fmt: skip
    return steps


def _sums(
    names: Sequence[str], wrt: str, products: Sequence[Formula], value: Formula
) -> tuple[Step, Step, Step]:
    by = latex_name(wrt)
    said = [f"∂f/∂{n}" + (f"*d{n}/d{wrt}" if n != wrt else "") for n in names]
    over = [rf"\frac{{\partial f}}{{\partial {latex_name(n)}}}" for n in names]
    speed = [rf" \, \frac{{d{latex_name(n)}}}{{d{by}}}" if n != wrt else "" for n in names]
    rule = " + ".join(o + s for o, s in zip(over, speed, strict=True))
    added = total(products)
    return (
        Step("chain rule", f"df/d{wrt} = {' + '.join(said)}", rf"\frac{{df}}{{d{by}}} = {rule}"),
        Step("sum", str(added), added.latex),
        Step("path put in", f"df/d{wrt} = {value}", rf"\frac{{df}}{{d{by}}} = {value.latex}"),
    )


@dataclass(frozen=True, repr=False)
class VectorChain(Result):
    """The Jacobian of a composed function as a product of Jacobians, in the order it needs.

    Parameters
    ----------
    outer, inner
        Jacobian of the outer function by the inner one's values, and of the inner function.
    product
        Jacobian of the composed function.
    layout
        Numerator layout multiplies outer by inner; denominator layout the other way round.
    """

    outer: Jacobian
    inner: Jacobian
    product: Jacobian
    layout: Layout
    steps: tuple[Step, ...] = field(default=(), compare=False)

    @property
    def factors(self) -> tuple[Jacobian, Jacobian]:
        """The two Jacobians, in the order in which they are multiplied."""
        numerator = self.layout == "numerator"
        return (self.outer, self.inner) if numerator else (self.inner, self.outer)

    @property
    def words(self) -> str:
        """The order of the product."""
        order = "outer times inner" if self.layout == "numerator" else "inner times outer"
        return f"{self.layout} layout: {order}; the other order is another matrix, or none"

    def __str__(self) -> str:
        parts = (*self.factors, self.product)
        tables = [table(p.rows, p.columns, p.entries) for p in parts]
        return f"{self.words}\n{tables[0]}\ntimes\n{tables[1]}\nis\n{tables[2]}"

    @property
    def latex(self) -> str:
        """The product of the matrices."""
        left, right = (matrix_latex(p.entries) for p in self.factors)
        return f"{left} \\, {right} = {matrix_latex(self.product.entries)}"

    def verify(self) -> Check:
        """Compare the product with complex steps of the composed function."""
        return self.product.check


def chain_rule(
    outer: Sequence[str] | str,
    inner: Mapping[str, str],
    wrt: Sequence[str],
    *,
    layout: str = "numerator",
) -> VectorChain:
    """Return the chain rule for vectors: the Jacobian of outer(inner(x)).

    Parameters
    ----------
    outer
        One or more formulas of the inner names.
    inner
        For each inner name its formula of the variables.
    wrt
        The variables.
    layout
        ``numerator`` or ``denominator``; it decides the order of the product.

    Examples
    --------
    >>> print(chain_rule(["u*v"], {"u": "x + y", "v": "x - y"}, ["x", "y"]).product)
    numerator layout, 1 x 2: rows are functions, columns are variables
           x    y
    u*v  2*x  -2*y
    """
    chosen = layout_of(layout)
    functions = [Formula.read(t) for t in as_names("outer", outer, '["u*v", "u - v"]')]
    inner = as_mapping("inner", inner, '{"u": "x + y", "v": "x - y"}')
    wrt = as_names("wrt", wrt, '["x", "y"]')
    middle = {name: Formula.read(t) for name, t in inner.items()}
    used = {n for f in functions for n in f.names}
    if not middle.keys() & used:
        raise InputError(f"inner: the outer function has the names {listing(sorted(used))}")
    labels = [str(f) for f in functions]
    left = jacobian_of(labels, functions, tuple(middle), chosen)
    right = jacobian_of(tuple(middle), tuple(middle.values()), wrt, chosen)
    product = _product(left, right, middle, chosen)
    return VectorChain(left, right, product, chosen, _order(chosen))


def _product(
    left: Jacobian, right: Jacobian, middle: Mapping[str, Formula], layout: Layout
) -> Jacobian:
    rows = tuple(
        tuple(
            total([a * b[j] for a, b in zip(row, right.numerator, strict=True)])
            .substituted(middle)
            .tidied()
            for j in range(len(right.names))
        )
        for row in left.numerator
    )
    composed = tuple(f.substituted(middle) for f in left.formulas)
    return Jacobian(left.functions, composed, right.names, rows, layout)


def _order(layout: Layout) -> tuple[Step, ...]:
    def over(above: str, below: str) -> str:
        return rf"\frac{{\partial {above}}}{{\partial {below}}}"

    step = Step(
        "vector chain rule",
        "d f/d x = (d f/d u)*(d u/d x) in numerator layout: rows of f, columns of x",
        rf"{over('f', 'x')} = {over('f', 'u')} \, {over('u', 'x')}",
    )
    turned = Step(
        "transpose",
        "denominator layout transposes both, which reverses the order: (d u/d x)*(d f/d u)",
        rf"{over('f', 'x')} = {over('u', 'x')} \, {over('f', 'u')}",
    )
    return (step,) if layout == "numerator" else (step, turned)
