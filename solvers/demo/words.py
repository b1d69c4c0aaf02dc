"""The story in words, made from the values: no sentence here knows a result beforehand."""

from __future__ import annotations

from math import log
from typing import Any

from ...models.errors import listing
from ...models.exact.solve import ClosedForm
from ...models.model import Model
from ..draw import LogNormal, Normal
from ..fit.result import FitResult
from .study import NEAR, Descent, Solved, WhatIf

CORRELATED = 0.5  # lag-1 autocorrelation of residuals that chance does not explain
DECISIVE = 10.0  # AIC difference (Burnham, Anderson 2002, Model Selection, section 2.6)


def about_data(data: Any) -> str:
    """Return what was measured."""
    units, first, last = data.attrs["units"], data.iloc[0], data.iloc[-1]
    return (
        f"{data.attrs['title']}: {len(data)} readings over {last['time'] - first['time']:g} "
        f"{units['time']}, from {first['T']:g} to {last['T']:g} {units['T']}."
    )


def about_law(law: Model) -> str:
    """Return what reading a model found about its units."""
    unit = law.states[0].unit
    return (
        f"The units agree: both sides are in {unit}/{law.time_unit}, so time is in {law.time_unit}."
    )


def certified(exact: ClosedForm) -> str:
    """Return how far the exact solution can be believed."""
    checked = "Every step is checked" if exact.derivation.checked else "Not every step is checked"
    return f"{checked}. The solution is {exact.certificate}."


def about_solving(solved: Solved) -> str:
    """Return how far the numerical solutions are from the exact one."""
    gaps = [f"{d.largest:.1e} {d.unit} ({name})" for name, d in solved.differences.items()]
    return f"The numerical solutions differ from the exact one by at most {listing(gaps)}."


def agreement(fit: FitResult) -> str:
    """Return how many starts found the same answer."""
    starts = fit.starts
    if starts.agree == starts.n:
        return f"All {starts.n} starts agree"
    failed = f", {starts.failed} could not be solved" if starts.failed else ""
    return f"{starts.agree} of {starts.n} starts agree{failed}"


def about_estimates(fit: FitResult) -> str:
    """Return the estimates with their standard errors."""
    found = [
        f"{n} = {v:#.4g} ± {fit.standard_errors[n]:.2g} {fit.model.units[n]}".rstrip()
        for n, v in fit.estimates.items()
    ]
    return f"{agreement(fit)}: {listing(found)}."


def about_scatter(fit: FitResult) -> str:
    """Return how far the readings are from the curve."""
    unit = fit.model.states[0].unit
    return (
        f"Residual standard deviation {fit.residual_sd:.3g} {unit}, sum of squares "
        f"{fit.sum_of_squares:.4g} {unit}^2, AIC {fit.aic:.1f}."
    )


def lag(fit: FitResult) -> float:
    """Return the correlation of each residual with the next."""
    return next(iter(fit.autocorrelation.values()))


def about_doubt(fit: FitResult) -> list[str]:
    """Return whether the law can be right for these data."""
    if lag(fit) > CORRELATED:
        return [
            f"The residuals are strongly autocorrelated (lag-1 {lag(fit):.2f}; chance would give "
            "about 0). They do not scatter, they follow a curve: the law is wrong for this mug, "
            "however close it comes to the readings.",
            "The standard errors assume independent residuals, so they are far too small.",
        ]
    return [
        f"The residuals look independent (lag-1 {lag(fit):.2f}): nothing speaks against the law."
    ]


def about_better(one: FitResult, two: FitResult) -> list[str]:
    """Return whether a second law is better, and by how much."""
    gain, unit = one.aic - two.aic, one.model.states[0].unit
    more = len(two.names) - len(one.names)
    odds = " That leaves the first law no support." if gain > DECISIVE else ""
    rest = (
        f"A pattern remains (lag-1 {lag(two):.2f}) at a size of {two.residual_sd:.2g} {unit}: this "
        "law is not the last word either."
        if lag(two) > CORRELATED
        else f"The residuals now look independent (lag-1 {lag(two):.2f})."
    )
    return [
        f"The residual standard deviation goes from {one.residual_sd:.3g} to {two.residual_sd:.2g} "
        f"{unit}. With {more} more parameters AIC is {'better' if gain > 0 else 'worse'} by "
        f"{abs(gain):.0f}.{odds}",
        rest,
    ]


def about_spread(mugs: WhatIf) -> str:
    """Return how the mugs differ."""
    units = mugs.solution.problem.labels.units
    sizes = [f"{name} by {_size(d, units[name])}" for name, d in mugs.spread.items()]
    return f"Suppose mugs and rooms differ: {listing(sizes)} (standard deviations)."


def _size(distribution: LogNormal | Normal, unit: str) -> str:
    relative = isinstance(distribution, LogNormal)
    return f"{100 * distribution.sd:g} %" if relative else f"{distribution.sd:g} {unit}"


def about_mugs(mugs: WhatIf) -> str:
    """Return when the mugs are cool enough, and how many are not."""
    low, median, high = mugs.quantiles
    unit, time = mugs.solution.problem.labels.units["T"], mugs.times.attrs["units"]
    end = f"{mugs.solution.t[-1]:g} {time}"
    never = f"{mugs.never} stay hotter for {end}" if mugs.never else f"all get there within {end}"
    return (
        f"Of {count(mugs.draws)} mugs solved as one batch {never}; of the others half are below "
        f"{mugs.limit:g} {unit} after {median:.1f} {time}, and 90 % get there between {low:.1f} "
        f"and {high:.1f} {time}."
    )


def about_walks(descent: Descent) -> str:
    """Return how many steps each optimiser took."""
    steps = [f"{name} {_steps(descent, name)}" for name in descent.paths]
    begin = next(iter(descent.values.values()))[0]
    return (
        f"Both begin at a sum of squares of {count(round(begin))}. To come within {100 * NEAR:g} % "
        f"of the lowest, {listing(steps)}."
    )


def _steps(descent: Descent, name: str) -> str:
    steps = descent.steps(name)
    if steps is None:
        return f"needs more than {len(descent.values[name]) - 1} steps"
    return f"needs {steps} steps"


def in_short(one: FitResult, two: FitResult, mugs: WhatIf) -> str:
    """Return the answer in a few sentences."""
    time, unit = one.model.time_unit, one.model.states[0].unit
    verdict = (
        f"But that law leaves a pattern of {one.residual_sd:.2g} {unit}, and water and mug as two "
        f"bodies leave {two.residual_sd:.2g} {unit}: the mug matters."
        if two.aic < one.aic
        else "A second temperature, that of the mug, explains no more."
    )
    half = log(2) / one.estimates["k"]
    return (
        f"By Newton's law the gap to the room halves every {half:.0f} {time}. {verdict} Of many "
        f"such mugs half are below {mugs.limit:g} {unit} after {mugs.quantiles[1]:.0f} {time}."
    )


def count(number: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{number:,}".replace(",", "\u202f")
