"""The study in seven steps, each a function from values to values; nothing here prints or draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...models.exact.solve import ClosedForm, solve_exactly
from ...models.lazy import load
from ...models.library import LIBRARY
from ...models.model import Model
from ...models.specify import model
from ..answer.difference import Difference
from ..arrays import Float
from ..datasets import DATASETS
from ..draw import LogNormal, Normal, draw
from ..fit.fit import fit
from ..fit.parameters import log
from ..fit.result import FitResult
from ..solution import Solution
from ..solve import solve

SEED = 0
NEAR = 1e-3  # part of the lowest loss within which an optimiser has arrived
TRIES = 120  # steps tried in a walk, those taken back included
OPTIMISERS = {"gradient descent": "descent", "Gauss-Newton": "gauss-newton"}
BACKENDS = ("reference:dopri5", "scipy:LSODA")
ONE_BODY = {"k": log(1e-3, 1), "T_s": (0, 40), "T(0)": (80, 100)}
TWO_BODIES = {
    "a": log(1e-3, 1), "b": log(1e-3, 1), "h": log(1e-3, 1), "T_s": (0, 40), "T(0)": (80, 110),
}  # fmt: skip


@dataclass(frozen=True)
class Solved:
    """One law solved exactly and by several backends, and how far each is from the exact one."""

    exact: ClosedForm
    exactly: Solution
    solutions: Mapping[str, Solution]
    differences: Mapping[str, Difference]


@dataclass(frozen=True)
class WhatIf:
    """Many mugs, and when each is cool enough to drink from.

    Parameters
    ----------
    solution
        Every mug's temperature.
    spread
        How each uncertain parameter was drawn.
    limit
        Temperature.
    times
        Labelled array of times, (draw,); nan for a mug that stayed hotter to the end.
    """

    solution: Solution
    spread: Mapping[str, LogNormal | Normal]
    limit: float
    times: Any

    @property
    def draws(self) -> int:
        """Number of mugs."""
        return int(self.times.size)

    @property
    def never(self) -> int:
        """Mugs that stayed hotter to the end."""
        return int(np.isnan(self.times.values).sum())

    @property
    def quantiles(self) -> tuple[float, float, float]:
        """Times by which 5, 50 and 95 % of those that got there did."""
        low, median, high = np.nanquantile(self.times.values, [0.05, 0.5, 0.95])
        return float(low), float(median), float(high)


@dataclass(frozen=True)
class Descent:
    """How optimisers walk down a loss surface.

    Parameters
    ----------
    loss
        Labelled array over two parameters.
    paths
        For each optimiser the points it visited, (iteration, 2).
    values
        For each optimiser the loss at them, (iteration,).
    """

    loss: Any
    paths: Mapping[str, Float]
    values: Mapping[str, Float]

    def steps(self, optimiser: str) -> int | None:
        """Return after how many steps it was `NEAR` the lowest loss that any saw, if ever."""
        best = min(v.min() for v in self.values.values())
        close = np.flatnonzero(self.values[optimiser] <= best * (1 + NEAR))
        return int(close[0]) if close.size else None


def readings() -> Any:
    """Return the measurements (pandas.DataFrame)."""
    return DATASETS["cooling_water"]()


def read_law() -> Model:
    """Read Newton's law of cooling from its text; reading checks the units (step 1)."""
    published = LIBRARY["cooling"]
    return model(published.text, title=published.title, source=published.source)


def solve_law(law: Model, times: Any) -> Solved:
    """Solve it exactly, and numerically by more than one backend (step 2)."""
    exact = solve_exactly(law)
    solutions = {name: solve(law, times, method=name) for name in BACKENDS}
    gaps = {name: sol.difference(exact) for name, sol in solutions.items()}
    return Solved(exact, solve(law, times, method="exact"), solutions, gaps)


def fit_law(law: Model, data: Any, starts: int = 64) -> FitResult:
    """Fit rate, room and start temperature (steps 3 and 4); the result says what to doubt."""
    return fit(law, data, ONE_BODY, starts=starts, seed=SEED)


def fit_two_bodies(data: Any, starts: int = 8) -> FitResult:
    """Fit the law for water and mug together (step 5)."""
    return fit(LIBRARY["two_body_cooling"], data, TWO_BODIES, starts=starts, seed=SEED)


def what_if(law: Model, draws: int = 10_000, limit: float = 60.0, until: float = 60.0) -> WhatIf:
    """Many mugs of uncertain make in rooms of uncertain temperature, as one batch (step 6)."""
    values = law.values
    spread: dict[str, LogNormal | Normal] = {
        "a": LogNormal(values["a"], 0.3),
        "h": LogNormal(values["h"], 0.3),
        "T_s": Normal(values["T_s"], 2.0),
    }
    solution = solve(draw(law, draws, seed=SEED, **spread), until)
    return WhatIf(solution, spread, limit, solution.when(f"T < {limit:g}"))


def walk_down(law: Model, data: Any, start: Mapping[str, float], points: int = 60) -> Descent:
    """Step 7: the loss over k and T_s, and the paths of two optimisers from one start.

    Parameters
    ----------
    law
        With T(0) where it is to stay.
    data
        Measurements.
    start
        Where k and T_s begin.
    points
        Of the surface along each side.
    """
    free = {"k": log(5e-3, 0.1), "T_s": (0.0, 45.0)}
    walks = {
        name: fit(law(start), data, free, optimiser=optimiser, rtol=1e-6, max_iterations=TRIES)
        for name, optimiser in OPTIMISERS.items()
    }
    some = next(iter(walks.values()))
    return Descent(
        _surface(some, points),
        {name: walk.paths[0] for name, walk in walks.items()},
        {name: walk.path_values[0] for name, walk in walks.items()},
    )


def _surface(walk: FitResult, points: int) -> Any:
    k, room = np.linspace(0.006, 0.045, points), np.linspace(8.0, 42.0, points)
    grid = np.stack(np.meshgrid(k, room))
    loss = walk.objective(grid.reshape(2, -1)).reshape(points, points)
    units = walk.model.units
    xarray = load("xarray")
    coords = {
        "T_s": xarray.Variable("T_s", room, {"units": units["T_s"]}),
        "k": xarray.Variable("k", k, {"units": units["k"]}),
    }
    attrs = {"units": f"{units['T']}^2"}
    return xarray.DataArray(loss, coords, ("T_s", "k"), "sum of squares", attrs)
