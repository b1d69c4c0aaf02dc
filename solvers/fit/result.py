"""The result of a fit: everything needed to use the estimates, and to doubt them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...models.errors import UnknownNameError, did_you_mean, listing
from ...models.lazy import load
from ...models.model import Model
from ..arrays import Float, read_only
from ..solution import Solution
from ..solve import solve
from . import doubt
from .estimate import Estimate
from .experiment import Experiment
from .multistart import NEAR_EXACT, Starts
from .objective import Objective
from .optimise import Ending
from .uncertainty import Information, in_words

APART = 0.1  # standard errors between starts that are said to have found different answers
CURVE = 201  # points of the fitted curve


@dataclass(frozen=True, eq=False)
class FitResult:
    """Estimates of a model's parameters from measurements.

    Parameters
    ----------
    model
        With the estimates put in.
    objective
        Sum of squares for parameters in natural units, (parameter, batch) to (batch,).
    sharp
        The same with the sharper solutions that the estimates were refined with.
    starts
        What became of every start.
    point
        The estimates, (parameter,).
    information
        What the data tell about them.
    method
        Who solved the model.
    optimiser
        Who searched.
    """

    model: Model
    objective: Objective
    sharp: Objective
    starts: Starts
    point: Float
    information: Information
    method: str = ""
    optimiser: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "point", read_only(self.point))

    @property
    def experiment(self) -> Experiment:
        """What was measured."""
        return self.objective.comparisons[0].experiment

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the free parameters."""
        return self.objective.space.names

    @property
    def estimates(self) -> dict[str, float]:
        """Estimated values by name."""
        return self._named(self.point)

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors by name; nan at a bound, inf where the data do not determine it."""
        return self._named(self.information.standard_errors)

    @property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """95 % confidence intervals by name, by Student's t."""
        low, high = self.information.intervals()
        return {n: (float(a), float(b)) for n, a, b in zip(self.names, low, high, strict=True)}

    @property
    def covariance(self) -> Float:
        """Of the estimates, (parameter, parameter)."""
        return self.information.covariance

    @property
    def correlation(self) -> Float:
        """Of the estimates, (parameter, parameter)."""
        return self.information.correlation

    def __getitem__(self, name: str) -> Estimate:
        known = (
            (name,)
            if name in self.names
            else tuple(n for n in self.names if n == name.replace(" ", ""))
        )
        if not known:
            raise UnknownNameError(
                f"no {name} among the free parameters {listing(self.names)}."
                f"{did_you_mean(name, self.names)}"
            )
        i = self.names.index(known[0])
        low, high = self.intervals[known[0]]
        error, unit = float(self.information.standard_errors[i]), self.model.units[known[0]]
        held = bool(self.information.held[i])
        return Estimate(known[0], float(self.point[i]), error, low, high, unit, held)

    def _named(self, values: Float) -> dict[str, float]:
        return {n: float(v) for n, v in zip(self.names, values, strict=True)}

    @property
    def n_data(self) -> int:
        """Number of readings."""
        return self.objective.n_data

    @property
    def n_estimated(self) -> int:
        """Number of estimated quantities: parameters, and one standard deviation for each noise."""
        return len(self.names) + len(self.objective.noises)

    @property
    def sum_of_squares(self) -> float:
        """Of the residuals; with readings in several units their pooled value, see `Objective`."""
        return self.information.value

    @property
    def residual_sd(self) -> float:
        """Standard deviation of the residuals: sqrt(sum of squares / (readings - parameters))."""
        return self.information.residual_sd

    @property
    def residual_sds(self) -> dict[str, float]:
        """Standard deviation of the residuals of each unit that has one of its own."""
        sums = self.objective.sums(self.residuals["residual"].to_numpy()[None])[0]
        counts = np.bincount(self.objective.groups)
        spare = max(self.information.degrees, 0) / self.n_data
        with np.errstate(divide="ignore", invalid="ignore"):
            sds = np.sqrt(sums / (counts * spare))
        return {unit: float(sd) for unit, sd in zip(self.objective.noises, sds, strict=True)}

    @cached_property
    def log_likelihood(self) -> float:
        """At the estimates, with the most likely standard deviation."""
        return self.sharp.log_likelihood(self.point)

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2 q - 2 log L, with q = `n_estimated`."""
        return 2.0 * self.n_estimated - 2.0 * self.log_likelihood

    @property
    def aicc(self) -> float:
        """Akaike's criterion for small samples; inf when there are too few readings for it."""
        q, rest = self.n_estimated, self.n_data - self.n_estimated - 1
        return self.aic + 2.0 * q * (q + 1) / rest if rest > 0 else float("inf")

    @property
    def bic(self) -> float:
        """Schwarz's criterion, q log n - 2 log L, with q = `n_estimated`."""
        return self.n_estimated * float(np.log(self.n_data)) - 2.0 * self.log_likelihood

    @property
    def paths(self) -> list[Float]:
        """For each start the points it accepted, natural values, (iteration, parameter)."""
        return list(self.starts.search.paths)

    @property
    def path_values(self) -> list[Float]:
        """For each start the sum of squares along its path, (iteration,)."""
        return list(self.starts.search.path_values)

    @cached_property
    def residuals(self) -> Any:
        """A pandas.DataFrame: time, observable, observed, predicted, residual."""
        frame = self.experiment.to_dataframe()
        frame["predicted"] = self.sharp.predictions(self.point)
        frame["residual"] = self.sharp.residuals(self.point)
        return frame

    @cached_property
    def autocorrelation(self) -> dict[str, float]:
        """Lag-1 autocorrelation of each observable's residuals."""
        return {n: doubt.autocorrelation(r) for n, r in self._residuals_of.items()}

    @cached_property
    def _residuals_of(self) -> dict[str, Float]:
        groups = self.residuals.groupby("observable", sort=False)["residual"]
        return {str(n): column.to_numpy() for n, column in groups}

    @cached_property
    def doubts(self) -> tuple[str, ...]:
        """Reasons not to believe it, each a sentence."""
        held = [n for n, h in zip(self.names, self.information.held, strict=True) if h]
        found: list[str] = []
        if self.sum_of_squares > NEAR_EXACT * self.starts.floor:  # else no noise is left
            found += [s for n, r in self._residuals_of.items() for s in doubt.about_residuals(n, r)]
        found += doubt.about_bounds(held)
        found += [in_words(d, self.names) for d in self.information.indistinct]
        found += doubt.about_errors(self._vague)
        found += doubt.about_data(self.n_data, len(self.names))
        starts = self.starts
        found += doubt.about_starts(starts.n, starts.agree, starts.failed, self._apart)
        best = starts.status[starts.best]
        if best is not Ending.CONVERGED:
            found.append(f"the best start {best.cause}: the estimates may not be at the minimum")
        return tuple(found)

    @property
    def _vague(self) -> list[str]:
        """Parameters whose error exceeds the range they were searched in."""
        errors = zip(self.names, self.information.standard_errors, strict=True)
        ranges = self.objective.space.ranges
        return [n for (n, e), r in zip(errors, ranges, strict=True) if r.high - r.low < e < np.inf]

    @property
    def _apart(self) -> list[str]:
        """Parameters on which starts at the best value differ, though the data determine them."""
        ends = self.starts.end[:, self.starts.agreeing]
        errors = self.information.standard_errors
        spread = ends.max(axis=1) - ends.min(axis=1)
        wide = np.isfinite(errors) & (spread > APART * errors + 1e-6 * np.abs(self.point))
        return [n for n, w in zip(self.names, wide, strict=True) if w]

    @cached_property
    def solution(self) -> Solution:
        """The fitted model on a fine grid that covers the readings."""
        return self._solutions[-1]

    @cached_property
    def _solutions(self) -> list[Solution]:
        """Backward and forward from the start time, as far as there are readings."""
        t0, times, way = self.model.t0, self.experiment.times, self.objective.comparisons[0]
        first, last = float(times[0]), float(times[-1])
        ends = [first] * (first < t0) + [last] * (last > t0) or [t0 + 1.0]
        grids = [np.linspace(t0, end, CURVE) for end in ends]
        return [solve(self.model, grid, method=way.method, device=way.device) for grid in grids]

    @cached_property
    def curve(self) -> Any:
        """The fitted observables on the grid, an xarray.Dataset over time."""
        xarray, names = load("xarray"), self.experiment.observables
        back, *ahead = [xarray.Dataset({n: s[n] for n in names}) for s in self._solutions]
        joined = xarray.concat([back.isel(time=slice(1, None)), *ahead], "time") if ahead else back
        return joined.sortby("time")

    @property
    def data(self) -> Any:
        """The readings that were fitted, as a long table (pandas.DataFrame)."""
        return self.experiment.to_dataframe()

    def plot(self, kind: str = "fit", **options: Any) -> Any:
        """Draw the whole fit (``"fit"``), or only where the starts ended (``"waterfall"``)."""
        from ..plot import fits
        from ..plot.options import check_options

        starts = self.starts
        options = {"agree": starts.agree, "unit": fits.square_of(self.objective.noises), **options}
        if kind == "waterfall":
            check_options(fits.waterfall, options)
            return fits.waterfall(starts.value, **options)
        if kind != "fit":
            raise UnknownNameError(
                f"kind: no picture of a fit is called {kind!r}; there are fit and waterfall"
            )
        check_options(fits.fit, options)
        return fits.fit(self.curve, self.residuals, starts.value, **options)

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and text that JSON can hold; what is not finite is None."""
        from .record import record  # the record sits above the figures it writes down

        return record(self)

    def __str__(self) -> str:
        from .report import screen  # the report sits above the figures it shows

        return screen(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from .report import page

        return page(self)
