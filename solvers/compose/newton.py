"""What Newton's iterations for an implicit step do to each state alone: programs of one state.

The stages z of a step solve z = h A f(y + z). In the basis T of the spectrum of A^-1 they are
w = T^-1 z, and what is left to solve falls apart: (mu/h - J) change = T^-1 f - (mu/h) w for each
eigenvalue mu, complex ones as pairs of real vectors.

References
----------
J. C. Butcher (1976), On the implementation of implicit Runge-Kutta methods, BIT 16, 237-240,
doi:10.1007/BF01932265; E. Hairer, G. Wanner (1996), Solving Ordinary Differential Equations II,
section IV.8, doi:10.1007/978-3-642-05221-7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...models.structure.dependencies import is_affine
from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Value
from ..arrays import Float
from ..method import Method
from ..tableaux.collocation import Spectrum, implicit_part, spectrum
from ..tableaux.tableau import ButcherTableau
from .program import Program, floats, inputs, vector

# With fewer, Newton's error limits the step and not the method's; more cost what they bring. Where
# rates are affine the first is exact, and the second removes its rounding.
ITERATIONS, OF_AFFINE = 5, 2
TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Newton:
    """Newton's iterations for one state; w and the like hold one number per stage.

    Parameters
    ----------
    found
        The spectrum.
    times
        Of the stages, as fractions of the step.
    ahead
        (h, f, g) to the first right sides: with rates f at the start, changing by g in time, and no
        state changed yet.
    spread
        (y, w) to the state at the stages.
    misses
        (h, w, f) to the right sides of the next iteration, with f the rates at the stages.
    improve
        (w, change) to the new w, and what changed at the end of the step.
    close
        (h, y, f, w) to the new state, the right side of the equation for its error, and the inner
        stages, which dense output needs.
    error
        (e, moved, earlier) to the error: of the method, and what Newton's iterations have left if
        they go on as the last two changes at the end of the step did.
    """

    found: Spectrum
    times: tuple[float, ...]
    ahead: Program
    spread: Program
    misses: Program
    improve: Program
    close: Program
    error: Program

    @property
    def count(self) -> int:
        """Number of stages."""
        return len(self.times)


def iterations(system: FirstOrderSystem) -> int:
    """Return how many iterations the steps of a system take."""
    return OF_AFFINE if is_affine(system) else ITERATIONS


@lru_cache(maxsize=16)
def newton(method: Method) -> Newton:
    """Return the iterations for a fully implicit method."""
    tableau = method.tableau
    assert isinstance(tableau, ButcherTableau)
    found, times = spectrum(tableau), tuple(floats(tableau.c)[1:])
    return Newton(
        found, times, _ahead(found, times), _spread(found), _misses(found), _improve(found),
        _close(found, tableau), _error(found),
    )  # fmt: skip


def _ahead(found: Spectrum, times: Sequence[float]) -> Program:
    builder = Builder(("h", "f", "g"))
    h, f, g = builder.inputs
    rates = [f + (c * h) * g for c in times]
    return Program("ahead", builder.finish(mixed(found.back, rates)),
                   tuple((x, None) for x in builder.names))  # fmt: skip


def _spread(found: Spectrum) -> Program:
    count = len(found.basis)
    arguments = (("y", None), ("w", count))
    builder = inputs(arguments)
    y, w = builder.input("y"), vector(builder, "w", count)
    return Program("spread", builder.finish(y + z for z in mixed(found.basis, w)), arguments)


def _misses(found: Spectrum) -> Program:
    count = len(found.basis)
    arguments = (("h", None), ("w", count), ("f", count))
    builder = inputs(arguments)
    inverse = 1.0 / builder.input("h")
    w, f = vector(builder, "w", count), vector(builder, "f", count)
    pairs = zip(mixed(found.back, f), mixed(found.blocks, w), strict=True)
    return Program("misses", builder.finish(a - inverse * b for a, b in pairs), arguments)


def _improve(found: Spectrum) -> Program:
    count = len(found.basis)
    arguments = (("w", count), ("change", count))
    builder = inputs(arguments)
    w, change = vector(builder, "w", count), vector(builder, "change", count)
    (moved,) = mixed(found.basis[-1:], change)
    sums = [a + b for a, b in zip(w, change, strict=True)]
    return Program("improve", builder.finish([*sums, moved]), arguments)


def _close(found: Spectrum, tableau: ButcherTableau) -> Program:
    count = len(found.basis)
    arguments = (("h", None), ("y", None), ("f", None), ("w", count))
    builder = inputs(arguments)
    h, y, f = (builder.input(x) for x in ("h", "y", "f"))
    *inner, last = mixed(found.basis, vector(builder, "w", count))
    first, *weights = floats(tableau.b_error or ())
    solved = np.linalg.solve(implicit_part(tableau).T, np.array(weights, dtype=float))
    by_stage: Float = np.asarray(solved, dtype=np.float64)
    (of_stages,) = mixed(by_stage[None], [*inner, last])
    right = first * f + (1.0 / h) * of_stages
    return Program("close", builder.finish([y + last, found.real * right, *inner]), arguments)


def _error(found: Spectrum) -> Program:
    builder = Builder(("e", "moved", "earlier"))
    e, moved, earlier = builder.inputs
    left = abs(moved) * (abs(moved) / (abs(earlier) + TINY))  # its square might overflow
    return Program("error", builder.finish([abs(e) + left]),
                   tuple((x, None) for x in builder.names))  # fmt: skip


def mixed(matrix: Float, values: Sequence[Value]) -> list[Value]:
    """Return a matrix of numbers times a vector of values."""
    rows = [[float(x) * v for x, v in zip(line, values, strict=True)] for line in matrix]
    return [sum(row[1:], row[0]) for row in rows]
