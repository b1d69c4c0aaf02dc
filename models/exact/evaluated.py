"""A closed form evaluated at many times: arrays, and arrays with labels and units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InputError
from ..lazy import load
from ..tape import Tape

_TIME = "time"  # the axis, as in numerical solutions


def as_times(time: object) -> Any:
    """Return one time as a number, several as an array.

    Raises
    ------
    InputError
        If they are no numbers.
    """
    try:
        if isinstance(time, (int, float)):
            return float(time)
        times: Any = load("xarray").DataArray(time).values
    except (TypeError, ValueError, OverflowError):  # as rows of different lengths
        times = None
    if times is None or times.dtype.kind not in "iuf":
        raise InputError(
            f"time: got {time!r:.60}; expected a number or an array of numbers, as in exact(30) or "
            "exact([0, 10, 30])"
        )
    return times.astype(float) if times.ndim else float(times)


def over(tape: Tape, times: Any, own: Sequence[float]) -> list[Any]:
    """Return each output of a tape at each time, as arrays of the shape of the times.

    Parameters
    ----------
    tape
        From time and the parameters.
    times
        An array.
    own
        Values of the parameters.
    """
    rows = [tape(float(t), *own) for t in times.flat]
    columns = [times.copy() for _ in tape.outputs]
    for i, column in enumerate(columns):
        column.flat = [row[i] for row in rows]
    return columns


def labelled(times: Any, states: Mapping[str, Any], units: Mapping[str, str], clock: str) -> Any:
    """Return states at one time or along an axis of times (xarray.Dataset).

    Parameters
    ----------
    times
        As they were given.
    states
        Each state there.
    units
        Of the states, as far as they are known.
    clock
        The unit of time.

    Raises
    ------
    InputError
        If the times have several axes.
    """
    given = as_times(times)
    axes = getattr(given, "ndim", 0)
    if axes > 1:
        raise InputError(f"times: got {axes} axes; expected a number or one axis of times")
    dims = (_TIME,) * axes

    def variable(values: Any, unit: str) -> Any:
        return load("xarray").Variable(dims, values, {"units": unit} if unit else {})

    data = {name: variable(values, units.get(name, "")) for name, values in states.items()}
    return load("xarray").Dataset(data, {_TIME: variable(given, clock)})
