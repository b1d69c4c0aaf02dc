"""How often: a histogram of many draws, with its middle and its spread."""

from __future__ import annotations

from typing import Any

import numpy as np

from .style import FAINT, INK, PALETTE, axes_or_new, label, quiet, unit_of


@quiet()
def histogram(
    values: Any,
    *,
    bins: int | str = "auto",
    name: str = "",
    missing: str = "never",
    ax: Any = None,
) -> Any:
    """Draw how often each value occurs, with the median and the interval that holds 90 %.

    Parameters
    ----------
    values
        xarray.DataArray with units; nan, of draws to which it never happened, is counted above.
    bins
        Number of bins, or a rule of `numpy.histogram_bin_edges`.
    name
        Label of the horizontal axis; by default the array's name.
    missing
        What is said of the draws that are nan.
    ax
        Axes to draw on; by default a new figure.

    Returns
    -------
    Axes or Figure
        The axes given, or the new figure.
    """
    ax, drawn = axes_or_new(ax, 6.4, 3.6)
    every = np.asarray(values.values, dtype=float).ravel()
    finite = every[np.isfinite(every)]
    ax.set_xlabel(label(name or values.name, unit_of(values)))
    ax.set_ylabel("draws")
    ax.grid(visible=False, axis="x")
    never = every.size - finite.size
    if never:
        ax.set_title(f"{never:,} of {every.size:,} {missing}".replace(",", " "))
    if finite.size:
        ax.hist(finite, bins=bins, color=PALETTE[0], alpha=0.75, edgecolor="white", linewidth=0.4)
        ax.margins(y=0.2)  # room for the words above the bars
        _middle(ax, *np.quantile(finite, [0.05, 0.5, 0.95]))
    return drawn


def _middle(ax: Any, low: float, median: float, high: float) -> None:
    ax.axvspan(low, high, color=FAINT, alpha=0.5, zorder=0)
    ax.axvline(median, color=INK, lw=1.4)
    for x, text, side in (
        (low, "5 %", "right"),
        (median, "median", "left"),
        (high, "95 %", "left"),
    ):
        ax.annotate(f"{text}\n{x:.3g}", (x, 0.98), xycoords=ax.get_xaxis_transform(), fontsize=9,
                    ha=side, va="top", xytext=(4 if side == "left" else -4, 0),
                    textcoords="offset points")  # fmt: skip
