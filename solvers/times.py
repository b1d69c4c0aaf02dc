"""Output times: what was given, checked and made an array."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..models.errors import InputError
from .arrays import NOT_PLAIN, Float

DEFAULT_POINTS = 101  # output times when only the end is given


def output_times(times: float | Any, t0: float) -> Float:
    """Return the output times that `times` asks for, as an array, (time,).

    Raises
    ------
    InputError
        If they are not finite numbers moving away from the start time.
    """
    t = finite_times(times)
    if t.ndim:
        return _monotone(t, t0)
    if float(t) == t0:
        raise InputError(f"times: got {float(t):g}, the start time itself; give a later end time")
    return np.linspace(t0, float(t), DEFAULT_POINTS)


def finite_times(times: float | Any) -> Float:
    """Return a time or an array of times as an array of none or one dimension.

    Raises
    ------
    InputError
        If they are something else, or not finite.
    """
    try:
        plain = np.asarray(times)
        if times is None or plain.dtype.kind in NOT_PLAIN:
            raise TypeError
        t = plain.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InputError(
            f"times: got {times!r:.60}; expected an end time or an array of times, as plain numbers"
        ) from None
    if t.ndim > 1 or t.size == 0:
        raise InputError(
            f"times: got an array of shape {t.shape}; expected a number or a one-dimensional array"
        )
    if not np.isfinite(t).all():
        raise InputError(f"times: got {t[~np.isfinite(t)].flat[0]}; times must be finite")
    return t


def _monotone(t: Float, t0: float) -> Float:
    sign = -1.0 if t[-1] < t0 else 1.0
    gaps = np.diff(t) * sign
    if (gaps <= 0).any():
        at = int(np.argmax(gaps <= 0))
        raise InputError(
            f"times: {t[at + 1]:g} comes after {t[at]:g}; times must be sorted and different "
            "(numpy.unique sorts them)"
        )
    if (t[0] - t0) * sign < 0:
        raise InputError(
            f"times: got {t[0]:g}, before the start at {t0:g}; times begin where the start values "
            "hold"
        )
    return t


def is_default(t_eval: Float, t0: float) -> bool:
    """Tell whether output times are those of a solve that was given its end alone."""
    if t_eval.shape != (DEFAULT_POINTS,):
        return False
    return np.array_equal(t_eval, np.linspace(t0, float(t_eval[-1]), DEFAULT_POINTS))
