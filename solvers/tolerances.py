"""Tolerances, fixed steps and limits: what was given, checked and made numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from ..models.errors import InputError, UnknownNameError, did_you_mean, listing
from .arrays import Float

ATOL_RATIO = 1e-3  # default atol / rtol
COARSEST = 1.0  # relative tolerance that is refused: an error as large as the value
NO_NUMBERS = (bool, np.bool_, str, bytes)  # although Python makes numbers of them
BY_NAME = 'one for each state is given by name, as in atol={"x": 1e-9}'
FINEST = 100 * float(np.finfo(np.float64).eps)  # a smaller rtol asks for digits that are not there


def positive(name: str, value: float) -> float:
    """Return a number above zero.

    Raises
    ------
    InputError
        If it is something else; the message has its name.
    """
    try:
        number = np.nan if isinstance(value, NO_NUMBERS) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = np.nan
    if not 0 < number < np.inf:
        raise InputError(f"{name}: got {value!r:.60}; expected a positive number")
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
        If it is no positive number, finer than double precision is, or so coarse that no digit is
        asked for.
    """
    if positive("rtol", rtol) >= COARSEST:
        raise InputError(f"rtol: got {rtol!r}; expected less than {COARSEST:g}, such as 1e-6")
    if rtol < FINEST:
        raise InputError(
            f"rtol: got {rtol!r}; double precision has about 16 digits, give {FINEST:.1e} or more"
        )
    return float(rtol)


def packed(atol: Any) -> Any:
    """Return an absolute tolerance as what can be looked up: one by state as a tuple of pairs.

    Raises
    ------
    InputError
        If it is given in order, or by what is no name.
    """
    if isinstance(atol, Mapping):
        given = tuple(cast("Mapping[Any, Any]", atol).items())
        for key, _ in given:
            if not isinstance(key, str):
                raise InputError(f"atol: got {key!r:.60}; expected the name of a state; {BY_NAME}")
        return given
    if isinstance(atol, list | tuple | set) or np.ndim(atol) > 0:
        raise InputError(f"atol: got {atol!r:.60}; expected a positive number; {BY_NAME}")
    return atol


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
