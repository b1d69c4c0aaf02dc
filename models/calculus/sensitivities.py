"""How a solution answers to its parameters: the sensitivity equations, derived term by term.

They come from one differentiation of dy/dt = f(t, y, p) (Hairer, Norsett and Wanner 1993, *Solving
Ordinary Differential Equations I*, section I.14).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import InputError
from ..model import Model
from ..tape import Tape
from ..tape.writing.expression import to_latex
from ..tape.writing.latex import latex_name
from ..tape.writing.pieces import number
from . import complex_step
from .complex_step import Point
from .dynamics import Equation, parameter_names, rates, state_names
from .formula import Formula, require_name, total
from .result import Check, Result, Step


@dataclass(frozen=True, repr=False)
class SensitivityEquations(Result):
    """d/dt (dy/dp) = J dy/dp + df/dp, for every state and parameter.

    Parameters
    ----------
    states, parameters, time
        Names.
    rates
        f, one formula per state.
    equations
        One per parameter and state, states fastest; the derivative of T by k is called ``dT/dk``.
    starts
        Start value of each, in the same order; None where the model gives no start value.
    t0
        Time of the start values.
    """

    states: tuple[str, ...]
    parameters: tuple[str, ...]
    time: str
    rates: tuple[Formula, ...]
    equations: tuple[Equation, ...]
    starts: tuple[Formula | None, ...]
    t0: float = 0.0
    steps: tuple[Step, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        rows = [str(e) for e in self.equations]
        names = [sensitivity(s, p) for p in self.parameters for s in self.states]
        rows += [
            f"{name} = {start} at {self.time} = {number(self.t0)}"
            for name, start in zip(names, self.starts, strict=True)
            if start is not None
        ]
        return "\n".join(rows)

    def __getitem__(self, place: tuple[str, str]) -> Equation:
        """Return the equation of a state's derivative by a parameter."""
        require_name("state", place[0], self.states)
        require_name("parameter", place[1], self.parameters)
        row = self.parameters.index(place[1]) * len(self.states) + self.states.index(place[0])
        return self.equations[row]

    @property
    def latex(self) -> str:
        """The equations, aligned."""
        names = _latex_names(self.states, self.parameters)
        rows = [rf"{e.latex_left} &= {to_latex(e.value.tape, names)[0]}" for e in self.equations]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def verify(self) -> Check:
        """Compare with a complex step of f along the direction in which y and p move together."""
        tapes = [f.tape for f in self.rates]
        return complex_step.compare(
            [*tapes, *(e.value.tape for e in self.equations)],
            lambda p: [e.value.at(p) for e in self.equations],
            lambda p: [v for name in self.parameters for v in self._moved(tapes, p, name)],
            f"{complex_step.METHOD} along (dy/dp, dp)",
        )

    def _moved(self, tapes: Sequence[Tape], point: Point, parameter: str) -> list[float]:
        direction = {s: point.get(sensitivity(s, parameter), 0.0) for s in self.states}
        direction[parameter] = 1.0
        return [complex_step.directional(tape, point, direction)[0] for tape in tapes]


def sensitivity(state: str, parameter: str) -> str:
    """Return how the derivative of a state by a parameter is called: ``dT/dk``."""
    return f"d{state}/d{parameter}"


def _latex_names(states: Sequence[str], parameters: Sequence[str]) -> dict[str, str]:
    return {sensitivity(s, p): _latex_of(s, p) for s in states for p in parameters}


def _latex_of(state: str, parameter: str) -> str:
    return rf"\frac{{\partial {latex_name(state)}}}{{\partial {_parameter_latex(parameter)}}}"


def _parameter_latex(parameter: str) -> str:
    state, bracket, at = parameter.partition("(")
    return rf"{latex_name(state)}\left({at[:-1]}\right)" if bracket else latex_name(parameter)


def sensitivity_equations(model: Model, wrt: Sequence[str] | None = None) -> SensitivityEquations:
    """Return the equations that a model's sensitivities obey, derived term by term.

    Parameters
    ----------
    model
        The model.
    wrt
        Parameters or start values such as ``T(0)``; all parameters when not given.

    Raises
    ------
    UnknownNameError
        If a name is not a parameter or start value.
    InputError
        If there is nothing to differentiate by.

    Examples
    --------
    >>> from ratelaw.models.specify import model
    >>> print(sensitivity_equations(model("dx/dt = -k*x; x(0) = 1; k = 0.5")))
    d/dt[dx/dk] = -k*dx/dk - x
    dx/dk = 0 at t = 0
    """
    states, f = state_names(model), rates(model)
    starts = tuple(name for name in model.values if name.endswith(")"))
    names = _chosen(model, wrt, starts)
    jacobian = [[rate.derivative(s) for s in states] for rate in f]
    equations: list[Equation] = []
    steps = list(_general())
    for name in names:
        for state, rate, row in zip(states, f, jacobian, strict=True):
            pairs = [
                (entry * Formula.name(sensitivity(s, name)))
                for s, entry in zip(states, row, strict=True)
                if not entry.is_zero
            ]
            forcing = rate.derivative(name)
            terms = (*pairs, *([] if forcing.is_zero else [forcing]))
            left = f"d/d{model.time}[{sensitivity(state, name)}]"
            over = rf"\frac{{d}}{{d{latex_name(model.time)}}}"
            equation = Equation(left, f"{over}{_latex_of(state, name)}", terms, total(terms))
            equations.append(equation)
            steps += _derivation(model, state, name, row, states, forcing, equation)
    first = tuple(_start(model, s, n) for n in names for s in states)
    return SensitivityEquations(
        states, names, model.time, f, tuple(equations), first, model.t0, tuple(steps)
    )


def _chosen(model: Model, wrt: Sequence[str] | None, starts: Sequence[str]) -> tuple[str, ...]:
    if wrt is None:
        found = parameter_names(model)
        if not found:
            raise InputError("wrt: the model has no parameters; name start values such as T(0)")
        return found
    names = (wrt,) if isinstance(wrt, str) else tuple(wrt)
    known = (*parameter_names(model), *starts)
    for name in names:
        require_name("wrt", name, known)
    return names


def _general() -> tuple[Step, ...]:
    return (
        Step(
            "start", "dy/dt = f(t, y(t, p), p) holds for every p: differentiate both sides by p",
            r"\frac{d}{dp} \frac{dy}{dt} = \frac{d}{dp} f\left(t, y(t, p), p\right)",
        ),
        Step(
            "exchange", "the order of the two derivatives on the left does not matter",
            r"\frac{d}{dp} \frac{dy}{dt} = \frac{d}{dt} \frac{\partial y}{\partial p}",
        ),
        Step(
            "chain rule", "d/dt(dy/dp) = J*dy/dp + ∂f/∂p with J = ∂f/∂y in numerator layout",
            r"\frac{d}{dt} \frac{\partial y}{\partial p} = J \, \frac{\partial y}{\partial p} "
            r"+ \frac{\partial f}{\partial p}",
        ),
    )  # fmt: skip


def _derivation(
    model: Model, state: str, name: str, row: Sequence[Formula], states: Sequence[str],
    forcing: Formula, equation: Equation,
) -> list[Step]:  # fmt: skip
    f = f"f_{state}"
    latex = rf"f_{{{latex_name(state)}}}"
    steps = [
        Step(
            f"Jacobian term of {sensitivity(state, name)}",
            f"∂{f}/∂{s}*{sensitivity(s, name)} with ∂{f}/∂{s} = {entry}",
            rf"\frac{{\partial {latex}}}{{\partial {latex_name(s)}}} = {entry.latex}",
        )
        for s, entry in zip(states, row, strict=True)
        if not entry.is_zero
    ]
    steps.append(
        Step(
            f"direct term of {sensitivity(state, name)}",
            f"∂{f}/∂{name} = {forcing}",
            rf"\frac{{\partial {latex}}}{{\partial {_parameter_latex(name)}}} = {forcing.latex}",
        )
    )
    value = to_latex(equation.value.tape, _latex_names(states, [name]))[0]
    steps.append(Step("sum of the terms", str(equation), f"{equation.latex_left} = {value}"))
    return steps


def _start(model: Model, state: str, name: str) -> Formula | None:
    """Return the derivative of a start value by a parameter, or by a start value."""
    if name.endswith(")"):
        return Formula.number(float(model.start_name(state) == name))
    start = next(s.start for s in model.states if s.name == state)
    if start is None:
        return None
    definitions = {d.name: Formula.of(d.formula) for d in model.definitions}
    formula = Formula.of(start)
    while set(formula.names) & definitions.keys():
        formula = formula.substituted(definitions)
    return formula.derivative(name)
