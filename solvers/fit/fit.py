"""The front door of fitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import TypeVar

import numpy as np

from ...models.errors import InputError, UnknownNameError, did_you_mean, listing
from ...models.model import Model
from ...models.specify import model as read
from ..arrays import Bool, Float
from ..progress import Report, reporting
from .comparison import Comparison
from .experiment import Experiment
from .loss import Loss
from .losses import SHELF as LOSSES
from .multistart import Starts
from .objective import Linearisation, Objective
from .optimise import Optimiser, Search, blocked, search_all
from .optimisers import SHELF as OPTIMISERS
from .parameters import Free, ParameterSpace
from .result import FitResult
from .starts import start_numbers, start_points, whole_number
from .uncertainty import Information

T = TypeVar("T")


def fit(
    model: Model | str,
    data: object,
    free: Free,
    *,
    starts: int | Sequence[int] = 1,
    seed: int = 0,
    method: str = "auto",
    optimiser: str | Optimiser = "gauss-newton",
    loss: str | Loss = "normal",
    rtol: float = 1e-8,
    atol: float | Mapping[str, float] | None = None,
    device: str = "cpu",
    max_iterations: int | None = None,
    executor: Executor | None = None,
    progress: bool | Report | None = None,
) -> FitResult:
    """Estimate parameters and start values of a model from measurements.

    Everyday arguments are the first three and `starts`.

    Parameters
    ----------
    model
        A model, or its text.
    data
        A table with named columns: a pandas.DataFrame, a mapping from names to arrays, an
        xarray.Dataset or the path of a CSV file. One column is the time, called ``time`` or as the
        model calls it; each other column is named after a state or definition. Readings that are
        nan are left out; equal times are replicates.
    free
        What varies, with bounds in natural units: ``{"k": log(1e-3, 1), "T_s": (0, 40)}``. A start
        value is called ``"T(0)"``. ``log(low, high)`` is searched in the logarithm.
    starts
        How many searches; the first begins at the model's own values, the others are spread over
        the box. Or the numbers of the starts: ``[17]`` is start 17 alone.
    seed
        Decides where starts begin.
    method, device
        Who solves the model, as for `solve`.
    optimiser
        ``"gauss-newton"``, with exact sensitivities; or, to see how they fare, ``"descent"`` and
        ``"adam"``; or an optimiser with options of its own, such as ``Descent(rate=0.05)``.
    loss
        ``"normal"``, noise of one size for all readings in the same unit, which is estimated; or
        ``"lognormal"``, noise of one relative size.
    rtol, atol
        Tolerances of the solutions while searching. The best start is then refined with
        tolerances ten thousand times smaller.
    max_iterations
        Limit on the points tried by each start.
    executor
        Any `concurrent.futures.Executor`; the starts are spread over it.
    progress
        A function of the fraction done, or True or False; by default a bar in terminals.

    Returns
    -------
    result
        Prints as a screen; ``fit["k"]``, ``fit.estimates``, ``fit.standard_errors``,
        ``fit.starts``, ``fit.doubts``, ``fit.residuals``, ``fit.plot()``.

    Raises
    ------
    InputError, UnknownNameError, MissingValueError
        If an argument cannot be used; the message names it.
    RefusalError
        If the backend asked for cannot solve this model.

    Examples
    --------
    >>> from ratelaw.solvers.fit.parameters import log
    >>> decay = "dx/dt = -k*x; x(0) = 10; k = 1"
    >>> found = fit(decay, {"time": [1, 2, 3], "x": [6.1, 3.6, 2.3]}, {"k": log(0.01, 10)})
    >>> print(found["k"])
    k = 0.49933 ± 0.0067
    """
    specification, objective = _objective(
        model, data, free, _chosen(LOSSES, "loss", loss), method, device, rtol, atol
    )
    numbers = start_numbers(starts)
    begin = start_points(objective.space, specification.values, numbers, seed)
    searcher = _chosen(OPTIMISERS, "optimiser", optimiser)
    limit = None if max_iterations is None else whole_number("max_iterations", max_iterations, 1)
    with reporting(progress, "fitting") as report:
        search = search_all(objective, searcher, begin, limit, executor, report)
    found = Starts(search, numbers, objective.space.names, objective.floor)
    _require_success(search)
    point, sharp = _refined(objective, searcher, search.end[:, found.best])
    around = sharp.linearise(point[:, None])
    held = _held(objective, point, around)
    information = Information(point, around.jacobian[0], float(around.value[0]), held)
    estimates = dict(zip(objective.space.names, map(float, point), strict=True))
    return FitResult(
        objective.comparisons[0].model(estimates), objective, sharp, found, point, information,
        objective.comparisons[0].solver, _name(optimiser),
    )  # fmt: skip


def _objective(
    model: Model | str, data: object, free: Free, loss: Loss, method: str, device: str,
    rtol: float, atol: float | Mapping[str, float] | None,
) -> tuple[Model, Objective]:  # fmt: skip
    """Return the model as given, and the objective: every argument checked."""
    specification = read(model) if isinstance(model, str) else model
    if not isinstance(specification, Model):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"model: got {type(model).__name__}; expected a model or its text")
    if specification.dimensions:
        raise InputError(
            f"model: it varies along {listing(d.name for d in specification.dimensions)}; a fit "
            "needs one value for each name, so give single numbers"
        )
    space = ParameterSpace.of(specification, free)
    experiment = Experiment.of(data, specification)
    for readings in experiment.readings:
        loss.check(readings)
    middle = dict(
        zip(
            space.names,
            map(float, space.within(np.full((len(space.names), 1), 0.5))[:, 0]),
            strict=True,
        )
    )
    complete = specification({n: specification.values.get(n, v) for n, v in middle.items()})
    comparison = Comparison(complete, experiment, loss, space.names, method, device, rtol, atol)
    _ = comparison.sides  # a refusal, or a tolerance that is none, shows here and not in the search
    return specification, Objective(space, (comparison,))


def _refined(objective: Objective, optimiser: Optimiser, point: Float) -> tuple[Float, Objective]:
    """Return the best point and its objective, both sharpened if that succeeds."""
    sharp = objective.refined()
    found = optimiser.refine(sharp, point)
    return (found.end[:, 0], sharp) if np.isfinite(found.value[0]) else (point, objective)


def _held(objective: Objective, point: Float, around: Linearisation) -> Bool:
    """Tell which estimates are on a bound and would leave it, (parameter,)."""
    gradient = np.matmul(around.residuals[0], around.jacobian[0])[:, None]
    inner = objective.space.inner(point[:, None])
    return blocked(inner, gradient, objective.space.box)[:, 0]


def _require_success(search: Search) -> None:
    if not np.isfinite(search.value).any():
        count = len(search.value)
        what = "the only start" if count == 1 else f"none of {count} starts"
        verb = "could not be" if count == 1 else "could be"
        raise InputError(
            f"free: {what} {verb} solved: the model blows up, or is not defined, where the search "
            "begins; narrow the bounds, or try solve(model, times) with values from within them"
        )


def _chosen(shelf: Mapping[str, T], what: str, given: str | T) -> T:
    if not isinstance(given, str):
        return given
    name = given.replace("-", "_")
    if name not in shelf:
        known = [n.replace("_", "-") for n in shelf]
        raise UnknownNameError(
            f"{what}: no {what} is called {given!r}; there are {listing(known)}."
            f"{did_you_mean(given, known)}"
        )
    return shelf[name]


def _name(optimiser: str | Optimiser) -> str:
    return optimiser if isinstance(optimiser, str) else type(optimiser).__name__
