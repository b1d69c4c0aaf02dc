"""A model near a point: dy/dt = f(y*) + J(y*) (y - y*), to first order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import InputError, listing
from ..lazy import load
from ..model import Model
from ..tape.writing.latex import latex_name
from . import complex_step
from .dynamics import parameter_names, rate_labels, rates, state_names
from .formula import Formula, require_name, total
from .result import Check, Result, Step
from .tables import matrix_latex, table


@dataclass(frozen=True, repr=False)
class Linearisation(Result):
    """The linear system that a model is close to near a point.

    Parameters
    ----------
    states, rates
        Names and right-hand sides, in the same order.
    labels
        What the rates are called: ``dx/dt``.
    point
        The place, one formula of the parameters per state.
    constant
        f there, zero at an equilibrium.
    matrix
        J there: rows are equations, columns are states (numerator layout).
    known
        Values of the parameters.
    """

    states: tuple[str, ...]
    rates: tuple[Formula, ...]
    labels: tuple[str, ...]
    point: tuple[Formula, ...]
    constant: tuple[Formula, ...]
    matrix: tuple[tuple[Formula, ...], ...]
    known: Mapping[str, float] = field(default_factory=dict[str, float], hash=False)
    steps: tuple[Step, ...] = field(default=(), compare=False)

    @property
    def equations(self) -> tuple[Formula, ...]:
        """The right-hand sides of the linear system."""
        shifts = [Formula.name(s) - p for s, p in zip(self.states, self.point, strict=True)]
        return tuple(
            total([c, *(a * d for a, d in zip(row, shifts, strict=True) if not a.is_zero)])
            for c, row in zip(self.constant, self.matrix, strict=True)
        )

    def __str__(self) -> str:
        place = listing(f"{s} = {p}" for s, p in zip(self.states, self.point, strict=True))
        rows = (f"{label} ≈ {e}" for label, e in zip(self.labels, self.equations, strict=True))
        matrix = table(self.labels, self.states, self.matrix)
        return "\n".join([f"near {place}:", *rows, "J, numerator layout:", matrix])

    @property
    def latex(self) -> str:
        """The linear system in matrix form."""
        place = [[f] for f in self.point]
        states = r" \\ ".join(map(latex_name, self.states))
        constant = "" if all(c.is_zero for c in self.constant) else (
            matrix_latex([[c] for c in self.constant]) + " + "
        )  # fmt: skip
        return (
            rf"\frac{{dy}}{{dt}} \approx {constant}{matrix_latex(self.matrix)} \left( "
            rf"\begin{{bmatrix}} {states} \end{{bmatrix}} - {matrix_latex(place)} \right)"
        )

    def eigenvalues(
        self, values: Mapping[str, float] | None = None, /, **more: float
    ) -> tuple[complex, ...]:
        """Return the eigenvalues of the matrix, for the model's parameters or those given."""
        given = {**self.known, **(values or {}), **more}
        numbers = [[entry.at(given) for entry in row] for row in self.matrix]
        if len(numbers) == 1:  # which mpmath answers in another form
            return (complex(numbers[0][0]),)
        mpmath = load("mpmath")
        found = mpmath.eig(mpmath.matrix(numbers), left=False, right=False)
        return tuple(sorted((complex(v) for v in found), key=lambda z: (-z.real, -z.imag)))

    def verify(self) -> Check:
        """Compare every entry with complex steps of the model at the point."""
        given = [*self.point, *self.constant, *(e for row in self.matrix for e in row)]
        free = [f.substituted(dict(zip(self.states, self.point, strict=True))) for f in self.rates]
        return complex_step.compare(
            [f.tape for f in (*given, *free)],
            lambda p: [e.at(p) for e in (*(e for row in self.matrix for e in row), *self.constant)],
            lambda p: [*self._slopes(p), *(f.at(self._placed(p)) for f in self.rates)],
        )

    def _slopes(self, values: Mapping[str, float]) -> list[float]:
        point, tapes = self._placed(values), [f.tape for f in self.rates]
        return [complex_step.partial(tape, point, s)[0] for tape in tapes for s in self.states]

    def _placed(self, values: Mapping[str, float]) -> dict[str, float]:
        return {**values, **{s: p.at(values) for s, p in zip(self.states, self.point, strict=True)}}


def linearise(model: Model, at: Mapping[str, float | str]) -> Linearisation:
    """Return a model's linearisation at a point.

    Parameters
    ----------
    model
        The model; its parameters stay symbols.
    at
        For each state a number, or a formula of the parameters such as ``c/d``.

    Raises
    ------
    InputError
        If a state is missing or a formula mentions a state.

    Examples
    --------
    >>> from ratelaw.models.specify import model
    >>> decay = model("dx/dt = r*x*(1 - x/K); x(0) = 1; r = 0.5; K = 10")
    >>> linearise(decay, {"x": "K"}).matrix[0][0]
    -r
    """
    states, f = state_names(model), rates(model)
    for name in at:
        require_name("at", name, states)
    missing = [s for s in states if s not in at]
    if missing:
        raise InputError(f"at: no place for {listing(missing)}; give every state a number")
    place = {s: _place(model, s, at[s]) for s in states}
    entries = [[rate.derivative(s) for s in states] for rate in f]
    matrix = tuple(tuple(e.substituted(place).tidied() for e in row) for row in entries)
    constant = tuple(rate.substituted(place).tidied() for rate in f)
    steps = (
        Step(
            "Taylor", "f(y) = f(y*) + J(y*)*(y - y*) + terms of second order",
            r"f(y) = f(y^*) + J(y^*) \, (y - y^*) + O\left(\lVert y - y^* \rVert^2\right)",
        ),
        *(
            Step("Jacobian", f"∂({label})/∂{s} = {entry}, at the point {there}",
                 f"{entry.latex} = {there.latex}")
            for label, row, values in zip(rate_labels(model), entries, matrix, strict=True)
            for s, entry, there in zip(states, row, values, strict=True)
        ),
    )  # fmt: skip
    known = {n: v for n, v in model.values.items() if n in parameter_names(model)}
    point = tuple(place[s] for s in states)
    return Linearisation(states, f, rate_labels(model), point, constant, matrix, known, steps)


def _place(model: Model, state: str, where: float | str) -> Formula:
    formula = Formula.read(where) if isinstance(where, str) else Formula.number(float(where))
    for name in formula.names:
        require_name(f"at: {state}", name, parameter_names(model))
    return formula
