"""The difference quotient and its limit, as a table down to where rounding takes over."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field

from ..columns import as_number
from ..errors import InputError
from ..given import one_of
from . import complex_step
from .formula import Formula, require_name
from .result import Check, Result, Step

SCHEMES = {"forward": "(f(x + h) - f(x))/h", "central": "(f(x + h) - f(x - h))/(2*h)"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Parameters
    ----------
    step
        h.
    slope
        The quotient in double precision.
    error
        Its distance from the derivative.
    rounding
        Whether the error is due to rounding more than to the size of the step.
    """

    step: float
    slope: float
    error: float
    rounding: bool

    def __str__(self) -> str:
        mark = "  rounding" if self.rounding else ""
        return f"{self.step:<8.0e} {self.slope:<22.16g} {self.error:.1e}{mark}"


@dataclass(frozen=True, repr=False)
class DifferenceQuotient(Result):
    """Slopes of secants with ever smaller steps, and the slope of the tangent they go to.

    Parameters
    ----------
    expression, by, at
        The function, its variable, and where.
    scheme
        ``forward`` or ``central``.
    quotient
        The quotient as a formula in h, simplified where that removes h from below.
    limit
        The derivative as a formula; `slope` is its value at the place.
    rows
        The table, steps falling by ten.
    """

    expression: Formula
    by: str
    at: float
    scheme: str
    quotient: Formula
    limit: Formula
    rows: tuple[Row, ...]
    steps: tuple[Step, ...] = field(default=(), compare=False)

    @property
    def slope(self) -> float:
        """The derivative at the place."""
        return self.limit.at({self.by: self.at})

    @property
    def best(self) -> Row:
        """The line with the smallest error, the larger step where there are two."""
        return min(self.rows, key=lambda row: row.error)

    @property
    def turning(self) -> float:
        """The step below which rounding takes over."""
        return next((row.step for row in self.rows if row.rounding), 0.0)

    def __str__(self) -> str:
        name, by = str(self.expression), self.by
        head = f"d/d{by}[{name}] at {by} = {self.at:g}: limit {self.limit} = {self.slope:.16g}"
        table = "\n".join(map(str, self.rows))
        return f"{head}\n{'step':<8} {'slope':<22} error\n{table}\n{self.words}"

    @property
    def words(self) -> str:
        """Where rounding takes over."""
        if not self.turning:
            return "rounding never takes over"
        return (
            f"rounding takes over from h = {self.turning:.0e} on: the smallest error, "
            f"{self.best.error:.1e}, is at h = {self.best.step:.0e}"
        )

    @property
    def latex(self) -> str:
        """The limit, then the table."""
        rows = " \\\\\n".join(
            f"{_latex(r.step)} & {r.slope:.16g} & {_latex(r.error)}" for r in self.rows
        )
        head = r"h & \text{slope} & \text{error} \\"
        table = f"\\begin{{array}}{{lll}}\n{head}\n{rows}\n\\end{{array}}"
        return f"{self.steps[-1].latex} \\\\\n{table}"

    def verify(self) -> Check:
        """Compare the limit with complex steps at random points."""
        tape = self.expression.tape
        return complex_step.compare(
            [tape, self.limit.tape],
            lambda p: [self.limit.at(p)],
            lambda p: complex_step.partial(tape, p, self.by),
        )


def _latex(value: float) -> str:
    if value == 0:
        return "0"
    digits, _, power = f"{value:.1e}".partition("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}"


def difference_quotient(
    expression: str, at: float, *, wrt: str | None = None, scheme: str = "forward"
) -> DifferenceQuotient:
    """Return the difference quotient of a function of one variable at a place, step by step.

    Parameters
    ----------
    expression
        A formula of one name.
    at
        The place.
    wrt
        The name, if the formula has none.
    scheme
        ``forward`` (error falls as h) or ``central`` (as h^2).

    Raises
    ------
    InputError
        If there are several names, the scheme is unknown, or the function has no slope there.

    Notes
    -----
    The error of the forward quotient is about h*|f''|/2 + 2*eps*|f|/h: it is smallest near
    h = 2*sqrt(eps*|f/f''|), about 1e-8 (Higham 2002, *Accuracy and Stability of Numerical
    Algorithms*, section 1.14).

    Examples
    --------
    >>> difference_quotient("x**2", at=1).slope
    2.0
    """
    function = Formula.read(expression)
    by = _variable(function, wrt)
    scheme = one_of("scheme", scheme, tuple(SCHEMES))
    at = as_number("at", at)
    limit = function.derivative(by)
    slope, value = limit.at({by: at}), function.at({by: at})
    if not (math.isfinite(slope) and math.isfinite(value)):
        raise InputError(f"at: the function or its slope is not finite at {by} = {at}")
    _require_no_corner(function, by, at)
    rows = tuple(_row(function, by, at, scheme, 10.0**-k, slope) for k in range(17))
    raw = _quotient(function, by, scheme)
    quotient = min(raw, raw.tidied(), key=lambda f: len(f.tape.nodes))
    steps = _steps(function, by, scheme, quotient, limit)
    return DifferenceQuotient(function, by, at, scheme, quotient, limit, rows, steps)


def _variable(function: Formula, wrt: str | None) -> str:
    if wrt is None and len(function.names) > 1:
        raise InputError(
            f"expression: it has the names {', '.join(function.names)}; a difference quotient is "
            "of a function of one variable"
        )
    by = wrt or (function.names[0] if function.names else "x")
    if function.names:
        require_name("wrt", by, function.names)
    return by


def _require_no_corner(function: Formula, by: str, at: float) -> None:
    """Raise where the slopes from the left and from the right are not the same."""
    h = 1e-6 * max(1.0, abs(at))
    here = function.at({by: at})
    left, right = ((function.at({by: at + d}) - here) / d for d in (-h, h))
    if abs(right - left) > 1e-3 * max(1.0, abs(left), abs(right)):
        raise InputError(
            f"at: the function has no slope at {by} = {at:g}; it goes to {left:.4g} from the left "
            f"and {right:.4g} from the right"
        )


def _quotient(function: Formula, by: str, scheme: str) -> Formula:
    x, h = Formula.name(by), Formula.name("h" if by != "h" else "delta")
    ahead = function.substituted({by: x + h})
    if scheme == "forward":
        return (ahead - function) / h
    return (ahead - function.substituted({by: x - h})) / (Formula.number(2) * h)


def _row(function: Formula, by: str, at: float, scheme: str, h: float, slope: float) -> Row:
    ahead = function.at({by: at + h})
    behind = function.at({by: at if scheme == "forward" else at - h})
    found = (ahead - behind) / (h if scheme == "forward" else 2 * h)
    error = abs(found - slope)
    # Values are right to half a unit in the last place, and so is at + h: both reach the slope
    # divided by h. An error within that bound and above what the step explains is rounding.
    unit = sys.float_info.epsilon * (max(abs(ahead), abs(behind)) + abs(at * slope)) / h
    coarser = _truncation(function, by, at, h, scheme)
    return Row(h, found, error, unit > coarser and bool(function.names))


def _truncation(function: Formula, by: str, at: float, h: float, scheme: str) -> float:
    """Return the first term that the quotient leaves out."""
    second = function.derivative(by).derivative(by)
    if scheme == "forward":
        return abs(second.at({by: at})) * h / 2
    return abs(second.derivative(by).at({by: at})) * h * h / 6


def _steps(
    function: Formula, by: str, scheme: str, quotient: Formula, limit: Formula
) -> tuple[Step, ...]:
    raw = _quotient(function, by, scheme)
    arrow = r"\lim_{h \to 0}"
    sides = [raw, quotient] if str(raw) != str(quotient) else [raw]
    return (
        Step("definition", f"f'({by}) = lim {SCHEMES[scheme].replace('x', by)} as h goes to 0",
             rf"f'({by}) = {arrow} {raw.latex}"),
        Step("insert", " = ".join(map(str, sides)), " = ".join(s.latex for s in sides)),
        Step("limit", f"as h goes to 0 this goes to {limit}",
             rf"{arrow} {quotient.latex} = {limit.latex}"),
    )  # fmt: skip
