"""Tapes evaluated on numpy arrays, one row per output."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..models.tape import Tape
from .arrays import Float
from .kernels.python import NUMPY, compiled

RowsFunction = Callable[..., Float]


def rows_function(
    tape: Tape, name: str, arguments: Sequence[tuple[str, int | None]]
) -> RowsFunction:
    """Return a function of arrays that gives all outputs as one array, (output, …).

    Parameters
    ----------
    tape, name, arguments
        As for `kernels.python.emit`.
    """
    function = compiled(tape, name, tuple(arguments), NUMPY)
    n_outputs = len(tape.outputs)

    def rows(*values: Float | float) -> Float:
        with np.errstate(all="ignore"):
            outputs = function(*values)
        shape = np.broadcast_shapes(*(np.shape(v)[-1:] for v in values))
        result = np.empty((n_outputs, *shape))
        for i, output in enumerate(outputs):
            result[i] = output
        return result

    return rows


def system_arguments(n_states: int, n_parameters: int) -> tuple[tuple[str, int | None], ...]:
    """Return the arguments (t, y, p) of every function of a system."""
    return (("t", None), ("y", n_states), ("p", n_parameters))
