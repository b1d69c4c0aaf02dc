"""A model's right-hand side as formulas, its Jacobians, and equations made of terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from ..errors import InputError, listing
from ..given import as_names
from ..lower import lower_expression
from ..model import Model
from .formula import Formula, require_name
from .jacobian import Jacobian, jacobian_of
from .layout import layout_of

_ALL = ("states", "parameters")


@dataclass(frozen=True, slots=True)
class Equation:
    """One differential equation made of terms.

    Parameters
    ----------
    left, latex_left
        What stands left of the equals sign.
    terms
        The terms whose sum is the right-hand side; those that vanish are left out.
    value
        Their sum.
    """

    left: str
    latex_left: str
    terms: tuple[Formula, ...]
    value: Formula

    def __str__(self) -> str:
        return f"{self.left} = {self.value}"


def rates(model: Model) -> tuple[Formula, ...]:
    """Return the rate of each state, definitions substituted."""
    tapes = (s.rate for s in _required(model).states)
    if model.definitions:
        tapes = (lower_expression(model, tape) for tape in tapes)
    return tuple(Formula.of(tape) for tape in tapes)


def state_names(model: Model) -> tuple[str, ...]:
    """Return the names of the states."""
    return tuple(s.name for s in _required(model).states)


def _required(model: Model) -> Model:
    if not isinstance(model, Model):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"model: got {model!r:.60}; expected a model, as model(text) returns")
    return model


def parameter_names(model: Model) -> tuple[str, ...]:
    """Return the names of the parameters."""
    return tuple(p.name for p in model.parameters)


def rate_labels(model: Model) -> tuple[str, ...]:
    """Return what the rates are called: ``dT/dt``."""
    return tuple(f"d{name}/d{model.time}" for name in state_names(model))


@overload
def jacobian(of: Model, wrt: str | Sequence[str] = ..., *, layout: str = ...) -> Jacobian: ...
@overload
def jacobian(of: str | Sequence[str], wrt: Sequence[str], *, layout: str = ...) -> Jacobian: ...
def jacobian(
    of: Model | str | Sequence[str],
    wrt: str | Sequence[str] = "states",
    *,
    layout: str = "numerator",
) -> Jacobian:
    """Return the Jacobian of a model's rates, or of formulas.

    Parameters
    ----------
    of
        A model, or one or more formulas.
    wrt
        For a model ``states``, ``parameters`` or names among them; for formulas a list of names.
    layout
        ``numerator``: rows are equations and columns what they are differentiated by, as d f / d y
        is usually written; ``denominator`` is the transpose. The result says which.

    Raises
    ------
    UnknownNameError
        If a name to differentiate by is not there.

    Examples
    --------
    >>> jacobian(["x*y", "x - y"], ["x", "y"])
    numerator layout, 2 x 2: rows are functions, columns are variables
           x  y
    x*y    y  x
    x - y  1  -1
    """
    chosen = layout_of(layout)
    if isinstance(of, Model):
        names = _of_model(of, wrt)
        known = {n: v for n, v in of.values.items() if n in parameter_names(of)}
        kinds = ("equations", wrt if isinstance(wrt, str) and wrt in _ALL else "variables")
        return jacobian_of(rate_labels(of), rates(of), names, chosen, kinds, known)
    if isinstance(wrt, str) and wrt == "states":
        raise InputError("wrt: give the names to differentiate by, such as ['x', 'y']")
    texts, names = as_names("of", of, '["x*y", "x - y"]'), as_names("wrt", wrt, '["x", "y"]')
    formulas = [Formula.read(text) for text in texts]
    present = tuple(dict.fromkeys(n for f in formulas for n in f.names))
    for name in names:
        require_name("wrt", name, present)
    return jacobian_of([str(f) for f in formulas], formulas, names, chosen)


def _of_model(model: Model, wrt: str | Sequence[str]) -> tuple[str, ...]:
    states, parameters = state_names(model), parameter_names(model)
    if isinstance(wrt, str) and wrt == "states":
        return states
    if isinstance(wrt, str) and wrt == "parameters":
        if not parameters:
            raise InputError(f"wrt: the model has no parameters; its states are {listing(states)}")
        return parameters
    names = as_names("wrt", wrt, '"states", "parameters" or ["k"]')
    if not names:
        raise InputError("wrt: got no name; leave it out to differentiate by the states")
    for name in names:
        require_name("wrt", name, ("states", "parameters", *states, *parameters))
    return names
