"""Tapes evaluated on numpy arrays, one row per output."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..models.tape import Tape
from .arrays import Float
from .kernels.by_lists import rows_by_lists
from .kernels.listing import is_long
from .kernels.python import NUMPY, compiled

RowsFunction = Callable[..., Float]
Arguments = Sequence[tuple[str, int | None]]
RowsMaker = Callable[[Tape, str, Arguments], RowsFunction]


def rows_function(tape: Tape, name: str, arguments: Arguments) -> RowsFunction:
    """Return a function of arrays that gives all outputs as one array, (output, …).

    Parameters
    ----------
    tape, name, arguments
        As for `kernels.python.emit`. An argument of some length is an array with that many rows,
        a single one a row itself or a number; rows are as long as each other, or one long.
    """
    if is_long(tape):
        return rows_by_lists(tape, arguments)
    function = compiled(tape, name, tuple(arguments), NUMPY)
    n_outputs = len(tape.outputs)

    def rows(*values: Float | float) -> Float:
        # numpy's numbers divide by zero as its arrays do, to inf or nan; Python's raise.
        numbers = [v if isinstance(v, np.ndarray) else np.float64(v) for v in values]
        with np.errstate(all="ignore"):
            outputs = function(*numbers)
        result = np.empty((n_outputs, *_row(values)))
        for i, output in enumerate(outputs):
            result[i] = output
        return result

    return rows


def _row(values: Sequence[Float | float]) -> tuple[int, ...]:
    """Return the shape of one row of the result: the longest that the arguments have."""
    lengths = {v.shape[-1] for v in values if isinstance(v, np.ndarray) and v.ndim}
    longer = lengths - {1}
    return (longer.pop(),) if longer else (1,) if lengths else ()


def system_arguments(n_states: int, n_parameters: int) -> tuple[tuple[str, int | None], ...]:
    """Return the arguments (t, y, p) of every function of a system."""
    return (("t", None), ("y", n_states), ("p", n_parameters))
