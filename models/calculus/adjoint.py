"""Sensitivities backward: the adjoint equations of a model, for the integral of a loss over time.

dG/dp for all parameters costs one integration backward (Cao, Li, Petzold and Serban 2003, SIAM
Journal on Scientific Computing 24, 1076-1089, doi:10.1137/S1064827501380630).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..model import Model
from ..tape import Tape
from ..tape.writing.latex import latex_name
from . import complex_step
from .complex_step import Point
from .dynamics import Equation, parameter_names, rates, state_names
from .formula import Formula, require_name, total
from .result import Check, Result, Step


@dataclass(frozen=True, repr=False)
class AdjointEquations(Result):
    """dλ/dt = -J^T λ - (∂g/∂y)^T backward from λ(t_end) = 0, for G = ∫ g dt.

    Parameters
    ----------
    states, parameters, time
        Names.
    rates, loss
        f, one formula per state, and g.
    equations
        One per state; the multiplier of T is called ``lambda_T``.
    integrands
        For each parameter what is integrated over time to give dG/dp, beside the term
        λ(t0)^T ∂y0/∂p of the start values.
    """

    states: tuple[str, ...]
    parameters: tuple[str, ...]
    time: str
    rates: tuple[Formula, ...]
    loss: Formula
    equations: tuple[Equation, ...]
    integrands: tuple[Formula, ...]
    steps: tuple[Step, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        rows = [str(e) for e in self.equations]
        rows += [f"{multiplier(s)}({self.time}_end) = 0" for s in self.states]
        rows += [
            f"dG/d{p} = integral of {i} d{self.time} + lambda({self.time}0)^T*dy0/d{p}"
            for p, i in zip(self.parameters, self.integrands, strict=True)
        ]
        return "\n".join(rows)

    @property
    def latex(self) -> str:
        """The equations and integrals, aligned."""
        rows = [f"{e.latex_left} &= {e.value.latex}" for e in self.equations]
        t = latex_name(self.time)
        start = rf"\lambda\left({t}_0\right)^{{\mathsf{{T}}}}"
        rows += [
            rf"\frac{{dG}}{{d{p}}} &= \int {i.latex} \, d{t} "
            rf"+ {start} \frac{{\partial y_0}}{{\partial {p}}}"
            for p, i in zip(map(latex_name, self.parameters), self.integrands, strict=True)
        ]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def verify(self) -> Check:
        """Compare with complex steps of the Hamiltonian λ^T f + g."""
        names = [multiplier(s) for s in self.states]
        products = [Formula.name(n) * f for n, f in zip(names, self.rates, strict=True)]
        hamiltonian = total([*products, self.loss]).tape
        return complex_step.compare(
            [
                hamiltonian,
                *(e.value.tape for e in self.equations),
                *(i.tape for i in self.integrands),
            ],
            lambda p: [e.value.at(p) for e in self.equations] + [i.at(p) for i in self.integrands],
            lambda p: (
                [-_along(hamiltonian, p, s) for s in self.states]
                + [_along(hamiltonian, p, q) for q in self.parameters]
            ),
            f"{complex_step.METHOD} of the Hamiltonian",
        )


def _along(tape: Tape, point: Point, name: str) -> float:
    return complex_step.partial(tape, point, name)[0]


def multiplier(state: str) -> str:
    """Return how the adjoint variable of a state is called: ``lambda_T``."""
    return f"lambda_{state}"


def adjoint_equations(model: Model, loss: str) -> AdjointEquations:
    """Return the adjoint equations of a model for the integral of a loss over time.

    Parameters
    ----------
    model
        The model.
    loss
        g, a formula of the model's names; G is its integral over time, and the equations give
        dG/dp for all parameters at once.

    Raises
    ------
    UnknownNameError
        If the loss has a name the model has not.

    Examples
    --------
    >>> from ratelaw.models.specify import model
    >>> print(adjoint_equations(model("dx/dt = -k*x; x(0) = 1; k = 0.5"), "x^2"))
    d/dt[lambda_x] = k*lambda_x - 2*x
    lambda_x(t_end) = 0
    dG/dk = integral of -x*lambda_x dt + lambda(t0)^T*dy0/dk
    """
    states, f, g = state_names(model), rates(model), Formula.read(loss)
    known = (model.time, *states, *parameter_names(model))
    for name in g.names:
        require_name("loss", name, known)
    adjoints = [Formula.name(multiplier(s)) for s in states]
    equations = tuple(_adjoint(model.time, s, f, adjoints, g) for s in states)
    integrands = tuple(
        total([*_products(f, p, adjoints), g.derivative(p)]) for p in parameter_names(model)
    )
    steps = (
        *_adjoint_general(),
        *(Step("equation", str(e), f"{e.latex_left} = {e.value.latex}") for e in equations),
    )
    return AdjointEquations(
        states, parameter_names(model), model.time, f, g, equations, integrands, steps
    )


def _products(f: Sequence[Formula], name: str, adjoints: Sequence[Formula]) -> list[Formula]:
    pairs = [(rate.derivative(name), a) for rate, a in zip(f, adjoints, strict=True)]
    return [entry * a for entry, a in pairs if not entry.is_zero]


def _adjoint(
    time: str, state: str, f: Sequence[Formula], adjoints: Sequence[Formula], g: Formula
) -> Equation:
    slope = g.derivative(state)
    terms = (*(-p for p in _products(f, state, adjoints)), *([] if slope.is_zero else [-slope]))
    left = rf"\frac{{d{latex_name(multiplier(state))}}}{{d{latex_name(time)}}}"
    return Equation(f"d/d{time}[{multiplier(state)}]", left, terms, total(terms))


def _adjoint_general() -> tuple[Step, ...]:
    return (
        Step(
            "start", "add 0 = λ^T*(f - dy/dt) under the integral of g",
            r"G = \int \left[ g + \lambda^{\mathsf{T}} \left( f - \frac{dy}{dt} \right) \right] dt",
        ),
        Step(
            "parts", "integrate λ^T*dy/dt by parts, so that dy/dp stands undifferentiated",
            r"\int \lambda^{\mathsf{T}} \frac{dy}{dt} \, dt = "
            r"[ \lambda^{\mathsf{T}} y ] - \int \frac{d\lambda}{dt}^{\mathsf{T}} y \, dt",
        ),
        Step(
            "choice", "choose λ so that the factor of dy/dp vanishes: dλ/dt = -J^T*λ - (∂g/∂y)^T",
            r"\frac{d\lambda}{dt} = -J^{\mathsf{T}} \lambda "
            r"- \left( \frac{\partial g}{\partial y} \right)^{\mathsf{T}}",
        ),
        Step(
            "end", "λ vanishes at the end, so that only the start values keep a boundary term",
            r"\lambda\left(t_{\mathrm{end}}\right) = 0",
        ),
    )  # fmt: skip
