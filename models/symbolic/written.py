"""A model as sympy's equations, as a person would write them in sympy."""

from __future__ import annotations

from typing import Any

from ..lazy import load
from ..model import Model
from .bridge import to_sympy


def to_equations(model: Model) -> tuple[Any, ...]:
    """Return the equations of a model: functions of time, parameters as symbols.

    Parameters
    ----------
    model
        Its definitions become equations of functions of time too; its events are no equations and
        are left out.

    Returns
    -------
    tuple of Eq
        One for each state, then one for each definition; x'' where x' is a state.
    """
    sympy = load("sympy")
    time = sympy.Symbol(model.time, real=True)
    known = {p.name: sympy.Symbol(p.name, real=True) for p in model.parameters}
    known[model.time] = time
    known |= {d.name: sympy.Function(d.name)(time) for d in model.definitions}
    known |= {s.name: _function(s.name, time) for s in model.states}
    states = {s.name for s in model.states}
    return (
        *(
            sympy.Eq(known[s.name].diff(time), to_sympy(s.rate, known)[0])
            for s in model.states
            if f"{s.name}'" not in states
        ),
        *(sympy.Eq(known[d.name], to_sympy(d.formula, known)[0]) for d in model.definitions),
    )


def _function(state: str, time: Any) -> Any:
    """Return a state as a function of time; x' as the derivative of x."""
    sympy = load("sympy")
    name = state.rstrip("'")
    order = len(state) - len(name)
    function = sympy.Function(name)(time)
    return function.diff(time, order) if order else function
