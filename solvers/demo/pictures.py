"""The pictures of the study."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..fit.result import FitResult
from ..plot.fits import data_and_curve, residuals_against_time
from ..plot.histograms import histogram
from ..plot.style import INK, PALETTE, label, new_figure, quiet, unit_of
from ..plot.surfaces import surface
from ..plot.trajectories import trajectories
from .study import Descent, Solved, WhatIf

RED, BLUE = PALETTE[1], PALETTE[0]


@quiet()
def differences(solved: Solved) -> Any:
    """Draw how far each numerical solution is from the exact one."""
    figure = new_figure(6.4, 3.2)
    ax = figure.add_subplot()
    for name, sol in solved.solutions.items():
        gap = np.abs(sol["T"] - solved.exactly["T"])
        ax.semilogy(sol.t, np.where(gap > 0, gap, np.nan), label=name)
    some = next(iter(solved.solutions.values()))["T"]
    ax.set_xlabel(label("time", unit_of(some["time"])))
    ax.set_ylabel(label("distance from exact", unit_of(some)))
    ax.legend()
    return figure


@quiet()
def both_laws(one: FitResult, two: FitResult) -> Any:
    """Draw the data with the curves of both laws, and the residuals of both below."""
    figure = new_figure(6.4, 5.2)
    upper, lower = figure.subplots(2, sharex=True, height_ratios=[2, 1])
    for fit, color, name in ((one, RED, "Newton's law"), (two, BLUE, "water and mug")):
        curve, rows = fit.solution["T"], fit.residuals
        data_and_curve(curve, rows if fit is one else None, ax=upper, color=color, name=name)
        residuals_against_time(rows, unit_of(curve), unit_of(curve["time"]), ax=lower, color=color)
    upper.set_xlabel("")
    return figure


@quiet()
def mugs(what_if: WhatIf) -> Any:
    """Draw the spread of temperatures, and how often each time occurs."""
    figure = new_figure(6.4, 5.8)
    upper, lower = figure.subplots(2, sharex=True, height_ratios=[1.2, 1])
    trajectories(what_if.solution["T"], ax=upper)
    upper.set_xlabel("")
    upper.axhline(what_if.limit, color=INK, lw=0.8, ls="--")
    end = f"not within {what_if.solution.t[-1]:g} {unit_of(what_if.times)}"
    name = f"time until T < {what_if.limit:g}"
    histogram(what_if.times, bins=60, name=name, missing=end, ax=lower)
    return figure


def walks(descent: Descent) -> Any:
    """Draw the loss surface with the paths of the optimisers."""
    paths = {
        _with_steps(name, descent.steps(name)): path[:, ::-1]
        for name, path in descent.paths.items()
    }
    return surface(descent.loss, paths)


def _with_steps(name: str, steps: int | None) -> str:
    return name if steps is None else f"{name}, {steps} steps"
