"""What a fit looks like: data and curve, residuals against time, and the waterfall of starts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...models.lazy import load
from .style import INK, MUTED, PALETTE, axes_or_new, label, new_figure, quiet, unit_of

BLUE, RED = PALETTE[0], PALETTE[1]


@quiet()
def fit(
    curve: Any,
    residuals: Any,
    values: Any,
    *,
    agree: int | None = None,
    unit: str = "",
    title: str = "",
) -> Any:
    """Draw data with the fitted curve, the residuals below, and the waterfall of the starts.

    Parameters
    ----------
    curve
        xarray.Dataset over ``time``, one array per observable, with units.
    residuals
        pandas.DataFrame with the columns time, observable, observed, predicted, residual.
    values, agree, unit
        As for `waterfall`.
    title
        Written above.

    Returns
    -------
    Figure
        One column per observable, and the waterfall at the right if there were several starts.
    """
    names = list(dict.fromkeys(residuals["observable"]))
    several = np.size(values) > 1
    figure = new_figure(5.2 * len(names) + 3.0 * several, 5.0)
    widths = [1.0] * len(names) + [0.55] * several
    grid = figure.add_gridspec(2, len(widths), width_ratios=widths, height_ratios=[2, 1])
    for column, name in enumerate(names):
        upper = figure.add_subplot(grid[0, column])
        lower = figure.add_subplot(grid[1, column], sharex=upper)
        rows = residuals[residuals["observable"] == name]
        data_and_curve(curve[name], rows, ax=upper)
        residuals_against_time(rows, unit_of(curve[name]), unit_of(curve["time"]), ax=lower)
        upper.tick_params(labelbottom=False)
        upper.set_xlabel("")
    if several:
        waterfall(values, agree=agree, unit=unit, ax=figure.add_subplot(grid[:, -1]))
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    return figure


def square_of(units: Iterable[str]) -> str:
    """Return the unit of a sum of squares of readings, empty if they are of several units."""
    different = set(units)
    (unit,) = different if len(different) == 1 else ("",)
    simple = unit.isalnum() or not unit
    return f"{unit}^2" if unit and simple else f"({unit})^2" if unit else ""


@quiet()
def data_and_curve(
    curve: Any, rows: Any = None, *, ax: Any = None, color: str = RED, name: str = "fitted curve"
) -> Any:
    """Draw the readings of one observable as dots and its fitted curve as a line.

    Parameters
    ----------
    curve
        xarray.DataArray over ``time``, with units.
    rows
        pandas.DataFrame with the columns time and observed; None if they are drawn already.
    ax
        Axes to draw on; by default a new figure.
    color, name
        Of the curve.

    Returns
    -------
    Axes or Figure
        The axes given, or the new figure.
    """
    ax, drawn = axes_or_new(ax)
    if rows is not None:
        seen = rows[np.isfinite(rows["observed"])]
        ax.plot(seen["time"], seen["observed"], "o", ms=3.2, mfc="none", mec=MUTED, mew=0.8,
                label=_readings(len(seen)))  # fmt: skip
    ax.plot(curve["time"], curve, color=color, label=name)
    ax.set_xlabel(label("time", unit_of(curve["time"])))
    ax.set_ylabel(label(curve.name, unit_of(curve)))
    ax.legend()
    return drawn


def _readings(count: int) -> str:
    return "1 reading" if count == 1 else f"{count} readings"


@quiet()
def residuals_against_time(
    rows: Any, unit: str = "", time_unit: str = "", *, ax: Any = None, color: str = RED
) -> Any:
    """Draw residuals, observed less predicted, in the order of time; good ones show no pattern.

    Parameters
    ----------
    rows
        pandas.DataFrame with the columns time and residual.
    unit, time_unit
        Units of the residual and of time.
    ax
        Axes to draw on; by default a new figure.
    color
        Of the dots.

    Returns
    -------
    Axes or Figure
        The axes given, or the new figure.
    """
    ax, drawn = axes_or_new(ax, 6.4, 2.4)
    ax.axhline(0, color=INK, lw=0.8)
    ax.plot(rows["time"], rows["residual"], ".-", ms=4, lw=0.6, color=color)
    ax.set_xlabel(label("time", time_unit))
    ax.set_ylabel(label("residual", unit))
    return drawn


@quiet()
def waterfall(
    values: Any, *, agree: int | None = None, unit: str = "", ax: Any = None, name: str = ""
) -> Any:
    """Draw where each start of a fit ended, best first; a plateau is a minimum found often.

    Parameters
    ----------
    values
        Objective at the end of every start, (start,); nan for one that failed.
    agree
        How many of the best ended at the same value; by default those within a part in 10 000.
    unit
        Unit of the objective.
    ax
        Axes to draw on; by default a new figure.
    name
        What the objective is called; ``sum of squares`` by default.

    Returns
    -------
    Axes or Figure
        The axes given, or the new figure.

    Notes
    -----
    Raue et al. (2013), Lessons learned from quantitative dynamical modeling in systems biology,
    doi:10.1371/journal.pone.0074335, figure 2.
    """
    ax, drawn = axes_or_new(ax, 4.6, 3.6)
    every = np.asarray(values, dtype=float)
    ended = np.sort(every[np.isfinite(every)])
    best = ended[0] if ended.size else np.nan
    together = int((ended <= best + 1e-4 * abs(best)).sum()) if agree is None else agree
    ranks = np.arange(1, ended.size + 1)
    ax.plot(ranks[together:], ended[together:], "o", ms=4, mfc="none", mec=MUTED)
    ax.plot(ranks[:together], ended[:together], "o", ms=4, color=BLUE)
    _scale_of_values(ax, ended)
    ax.xaxis.set_major_locator(load("matplotlib.ticker").MaxNLocator(5, integer=True))
    ax.set_xlabel("start, best first")
    ax.set_ylabel(label(name or "sum of squares", unit))
    failed = every.size - ended.size
    ax.set_title(f"{together} of {every.size} starts agree" + f", {failed} failed" * bool(failed))
    return drawn


def _scale_of_values(ax: Any, ended: Any) -> None:
    """Choose an axis on which neither a few bad starts nor rounding errors fill the picture."""
    if not ended.size:
        return
    low, high = float(ended[0]), float(ended[-1])
    if low > 0 and high > 10 * low:
        ax.set_yscale("log")
    elif high - low <= 0.01 * abs(low):
        ax.set_ylim(*sorted((0.0, 1.5 * low)) if low else (-1.0, 1.0))
