"""What is found of a trajectory before its first step: where it starts, and how stiff it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ....models.once import once
from ....models.system import FirstOrderSystem
from ...arrays import Float, Int
from ...evaluate import rows_function
from ...kernels.compile import Code, compiled, host
from ...kernels.llvm import function
from ...row_bounds import largest_row


class Start:
    """Start values of one trajectory as a function of its parameters.

    Parameters
    ----------
    system
        Whose they are.
    """

    def __init__(self, system: FirstOrderSystem) -> None:
        tape = system.start
        plain = all(output < len(tape.inputs) for output in tape.outputs)
        self.rows: Int | slice | None = _rows(tape.outputs) if plain else None
        self.function = rows_function(tape, "start", (("p", system.n_parameters),))

    def __call__(self, p: Float) -> Float:
        """Return the start values, (state,), most often some of the parameters, (parameter,)."""
        return self.function(p[:, None])[:, 0] if self.rows is None else p[self.rows]


def _rows(places: Sequence[int]) -> Int | slice:
    """Return what places are as an index; of consecutive ones, as they mostly are, a slice."""
    first, count = min(places, default=0), len(places)
    if list(places) == list(range(first, first + count)):
        return slice(first, first + count)
    return np.array(places, dtype=np.int64)


@once
def pace(system: FirstOrderSystem) -> Code | None:
    """Return the code that finds how fast a trajectory may decay; None where nothing decays.

    It is called with the address of time, states and parameters, and that of the largest row sum of
    absolute values in the Jacobian.
    """
    tape = largest_row(system)
    if tape is None:
        return None
    alone = replace(host(), width=1, functions={}, together=1)
    return compiled(function("pace", tape, alone), (("pace", "vpp"),))
