"""Losses to be differentiated: readings of all states, and the gradient by differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from compiled import of_arrays
from networks import network
from problem import Problem

SAMPLE = 3  # members whose gradient is compared with the reference
STEP = 1e-4  # of differences, relative; of order four, they are right to some nine digits
SPREAD = 0.1  # of the parameters of members around the true ones, relative


@dataclass(frozen=True, eq=False)
class Loss(Problem):
    """The sum of squared distances from readings of all states, to be differentiated.

    Its `reference` is the gradient, (parameter, member), nan for members nobody looks at.

    Parameters
    ----------
    by
        Parameters and start values to differentiate by.
    times
        Of the readings.
    readings
        (state, time).
    """

    by: tuple[str, ...] = ()
    times: np.ndarray = field(default_factory=lambda: np.empty(0))
    readings: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))

    def error(self, found: np.ndarray) -> float:
        """Return the largest error of a member's gradient, relative to its largest entry."""
        found = np.asarray(found, float).reshape(self.reference.shape)
        looked = np.isfinite(self.reference).all(axis=0)
        gaps = np.abs(found - self.reference)[:, looked].max(axis=0)
        return float((gaps / np.abs(self.reference[:, looked]).max(axis=0)).max())

    @property
    def rows(self) -> list[int]:
        """Rows of the parameters that are differentiated by."""
        return [self.system.parameters.index(name) for name in self.by]


PREY = "dx/dt = a*x - b*x*y; dy/dt = d*x*y - c*y; x(0)=1; y(0)=1; a=1.5; b=1; c=3; d=1"


@cache
def loss(name: str, n: int) -> Loss:
    """Return the loss of `n` parameter sets, with reference gradients of some."""
    text, by, times = LOSSES[name]
    bare = Loss(name, text, float(times[-1]), np.empty(0), by=by, times=times)
    true = bare.p[bare.rows, 0]
    path = _trajectories(bare)
    readings = path(bare.p[:, 0])
    factors = np.exp(SPREAD * np.random.default_rng(1).standard_normal((len(by), n)))
    varies = {name: true[i] * factors[i] for i, name in enumerate(by)}
    reference = np.full((len(by), n), np.nan)
    full = Loss(name, text, bare.end, reference, varies=varies, by=by, times=times,
                readings=readings)  # fmt: skip
    for j in range(min(SAMPLE, n)):
        reference[:, j] = _gradient(full.p[:, j], full.rows, path, readings)
    return full


def _trajectories(problem: Loss):
    """Return a function from parameters to states at the readings, by scipy at its finest."""
    from scipy.integrate import solve_ivp

    rates = of_arrays(problem)

    def path(p: np.ndarray) -> np.ndarray:
        start = np.array(problem.system.start(*p))
        found = solve_ivp(
            rates, (0.0, problem.end), start, args=(p,), method="DOP853", t_eval=problem.times,
            rtol=3e-14, atol=1e-16,
        )  # fmt: skip
        assert found.success, found.message
        return found.y

    return path


def _gradient(p: np.ndarray, rows: Sequence[int], path, readings: np.ndarray) -> np.ndarray:
    """Return the gradient by differences of order four; residuals, not their sum, are compared."""
    here = path(p) - readings
    slopes = []
    for row in rows:
        h = STEP * p[row]
        moved = []
        for k in (-2, -1, 1, 2):
            other = p.copy()
            other[row] += k * h
            moved.append(path(other))
        slope = (8 * (moved[2] - moved[1]) - (moved[3] - moved[0])) / (12 * h)
        slopes.append(2 * (here * slope).sum())
    return np.array(slopes)


_TEXT, _BY = network(20)
LOSSES: dict[str, tuple[str, tuple[str, ...], np.ndarray]] = {
    "lotka-volterra": (PREY, ("a", "b", "c", "d", "x(0)", "y(0)"), np.linspace(0.5, 10, 20)),
    "network 20 x 50": (_TEXT, tuple(_BY), np.linspace(0.5, 10, 20)),
}
