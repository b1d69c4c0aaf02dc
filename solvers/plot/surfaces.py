"""A loss surface over two parameters, and the paths that optimisers take on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...models.lazy import load
from ..arrays import Float
from .style import INK, PALETTE, axes_or_new, label, quiet, unit_of

LEVELS = 18
PATHS = (PALETTE[1], INK, PALETTE[3], PALETTE[2])


@quiet()
def surface(loss: Any, paths: Mapping[str, Float] | None = None, *, ax: Any = None) -> Any:
    """Draw contours of a loss, evenly spaced in its logarithm, with the paths of optimisers.

    Parameters
    ----------
    loss
        xarray.DataArray of positive numbers with two dimensions; the last one runs to the right.
        Name and units of the array and its coordinates become the labels.
    paths
        For each name in the legend, the points visited, (iteration, 2), in the order of the
        dimensions of `loss`.
    ax
        Axes to draw on; by default a new figure.

    Returns
    -------
    Axes or Figure
        The axes given, or the new figure.
    """
    ax, drawn = axes_or_new(ax, 6.4, 4.6)
    up, right = loss.dims
    levels = np.geomspace(float(loss.min()), float(loss.max()), LEVELS)
    scale = load("matplotlib.colors").LogNorm(levels[0], levels[-1])
    filled = ax.contourf(loss[right], loss[up], loss, levels, norm=scale, cmap=_pale())
    ax.contour(loss[right], loss[up], loss, levels, colors="white", linewidths=0.5)
    _bar(ax, filled, loss)
    for color, (name, points) in zip(PATHS, (paths or {}).items(), strict=False):
        _path(ax, name, np.asarray(points), color)
    ax.set(
        xlabel=label(right, unit_of(loss[right])),
        ylabel=label(up, unit_of(loss[up])),
        xlim=(float(loss[right].min()), float(loss[right].max())),
        ylim=(float(loss[up].min()), float(loss[up].max())),
    )
    ax.grid(visible=False)
    if paths:
        ax.legend(frameon=True, framealpha=0.9, edgecolor="none", loc="best")
    return drawn


def _pale() -> Any:
    """Return a colour map whose valley is white, so that paths stand out where they end."""
    maps, colors = load("matplotlib").colormaps, load("matplotlib.colors")
    return colors.ListedColormap(maps["Blues"](np.linspace(0.02, 0.75, 256)))


def _bar(ax: Any, filled: Any, loss: Any) -> None:
    ticker = load("matplotlib.ticker")
    title = label(loss.name or "loss", unit_of(loss))
    locator = ticker.LogLocator(subs=(1, 2, 5))
    bar = ax.figure.colorbar(filled, ax=ax, label=title, ticks=locator, format="%g", pad=0.02)
    bar.minorticks_off()


def _path(ax: Any, name: str, points: Float, color: str) -> None:
    up, right = points.T
    size = 4 if len(points) < 50 else 1.5
    ax.plot(right, up, "o-", ms=size, lw=1.2, color=color, label=name)
    ax.plot(right[:1], up[:1], "s", ms=7, mfc="white", mec=color)
    ax.plot(right[-1:], up[-1:], "*", ms=13, color=color, mec="white", zorder=3)
