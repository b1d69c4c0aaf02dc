"""The exact Jacobian of one trajectory's rates, in the forms in which scipy takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...models.lazy import load
from ..arrays import Float, Int
from ..problem import InitialValueProblem
from ..row_bounds import jacobian_function
from ..scalar import Rates, scalar_function

SPARSE_FROM = 50  # states from which a sparse Jacobian pays; below, dense algebra is faster
DENSEST = 0.2  # and no more than this fraction of its entries present
BANDED_BELOW = 0.2  # of the states: bands up to this width are stored as such for LSODA


def scipy_jacobian(problem: InitialValueProblem, method: str, rates: Rates) -> dict[str, Any]:
    """Return the exact Jacobian of the rates as scipy takes it: banded, sparse or dense."""
    pattern, _ = jacobian_function(problem.system)
    entries = scalar_function(problem, pattern.tape)
    p, n = problem.p[:, 0], pattern.shape[0]
    places = (np.array(pattern.rows, np.int64), np.array(pattern.columns, np.int64))

    def in_columns(t: float, y: Float) -> Any:
        return load("scipy.sparse").csc_matrix(
            (entries(rates.within(t), y, p), places), shape=pattern.shape
        )

    def filled(shape: tuple[int, int], into: tuple[Int, Int]) -> Callable[[float, Float], Float]:
        def function(t: float, y: Float) -> Float:
            matrix = np.zeros(shape)
            matrix[into] = entries(rates.within(t), y, p)
            return matrix

        return function

    offsets = places[0] - places[1]
    below, above = (int(np.max(side, initial=0)) for side in (offsets, -offsets))
    width = below + above + 1
    if method == "LSODA" and n >= SPARSE_FROM and width <= n * BANDED_BELOW:
        packed = filled((width, n), (above + offsets, places[1]))
        return {"jac": packed, "lband": below, "uband": above}
    sparse = n >= SPARSE_FROM and len(pattern.rows) <= DENSEST * n * n
    if sparse and method != "LSODA":  # which takes no sparse matrices
        return {"jac": in_columns}
    return {"jac": filled(pattern.shape, places)}
