"""Tolerances, fixed steps and limits: what was given, checked and made numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..models.errors import InputError, UnknownNameError, did_you_mean, listing
from .arrays import Float

ATOL_RATIO = 1e-3  # default atol / rtol
FINEST = 100 * float(np.finfo(np.float64).eps)  # a smaller rtol asks for digits that are not there


def positive(name: str, value: float) -> float:
    """Return a number above zero.

    Raises
    ------
    InputError
        If it is something else; the message has its name.
    """
    try:
        number = np.nan if isinstance(value, (bool, np.bool_)) else float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not 0 < number < np.inf:
        raise InputError(f"{name}: got {value!r}; expected a positive number")
    return number


def whole(name: str, value: float) -> int:
    """Return a whole number above zero.

    Raises
    ------
    InputError
        If it is something else; the message has its name.
    """
    if positive(name, value) % 1:
        raise InputError(f"{name}: got {value!r}; expected a whole number")
    return int(value)


def relative(rtol: float) -> float:
    """Return a relative tolerance.

    Raises
    ------
    InputError
        If it is no positive number, or finer than double precision is.
    """
    if positive("rtol", rtol) < FINEST:
        raise InputError(
            f"rtol: got {rtol!r}; double precision has about 16 digits, give {FINEST:.1e} or more"
        )
    return float(rtol)


def absolute(
    atol: float | Mapping[str, float] | None, rtol: float, states: tuple[str, ...]
) -> Float:
    """Return the absolute tolerance of each state, (state, 1).

    Raises
    ------
    InputError, UnknownNameError
        If one is no positive number, or is given for a state that is not there.
    """
    if isinstance(atol, Mapping):
        unknown = sorted(set(atol) - set(states))
        if unknown:
            raise UnknownNameError(
                f"atol: no state is called {unknown[0]}; there are {listing(states)}."
                f"{did_you_mean(unknown[0], states)}"
            )
        default = rtol * ATOL_RATIO
        return np.array([[positive(f"atol of {s}", atol.get(s, default))] for s in states])
    value = rtol * ATOL_RATIO if atol is None else positive("atol", atol)
    return np.full((len(states), 1), value)


def fixed_step(step: float, t_eval: Float, t0: float) -> float:
    """Return the length of a fixed step.

    Raises
    ------
    InputError
        If it is no positive number, or longer than the whole way.
    """
    value, span = positive("step", step), abs(float(t_eval[-1]) - t0)
    if 0 < span * (1 + 1e-9) < value:
        raise InputError(f"step: got {value:g}, longer than the whole way of {span:g}")
    return value
