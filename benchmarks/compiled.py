"""The rates of a problem compiled by numba, once for all contenders and tolerances.

As a callback on plain addresses: of a thousand rates on arrays, which may be indexed from their
ends, numba takes minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from problem import Problem

from ratelaw.models.once import once


@once
def callback(problem: Problem) -> Any:
    """Return rates(t, y, out, p) of addresses as numba's `CFunc`."""
    from numba import cfunc, types

    scope: dict = {"math": __import__("math")}
    head = "def rates(t, y, out, p):"
    exec(problem.source(head, "out[{i}] = {value}", lambda kind, i: f"{kind}[{i}]"), scope)
    numbers = types.CPointer(types.double)
    return cfunc(types.void(types.double, numbers, numbers, numbers))(scope["rates"])


@once
def in_place(problem: Problem) -> Callable[..., None]:
    """Return rates(t, y, out, p) of contiguous arrays, which writes into `out`."""
    from numba import njit

    kept = callback(problem)
    function = kept.ctypes

    @njit
    def rates(t: Any, y: Any, out: Any, p: Any) -> None:
        function(t, y.ctypes, out.ctypes, p.ctypes)

    return rates


@once
def of_arrays(problem: Problem) -> Callable[..., np.ndarray]:
    """Return rates(t, y, p), which returns a new array."""
    from numba import njit

    inner = in_place(problem)

    @njit
    def rates(t: Any, y: Any, p: Any) -> Any:
        out = np.empty_like(y)
        inner(t, np.ascontiguousarray(y), out, np.ascontiguousarray(p))
        return out

    return rates
