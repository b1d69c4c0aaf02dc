"""Trajectories against time: one line each, coloured by what was swept, or bands of many draws."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np

from ...models.errors import InputError, UnknownNameError, listing
from ...models.lazy import load
from ..arrays import Float, Int
from .jumps import Jumps
from .keys import STYLES, chosen, coordinate, key_of_colors, key_of_styles
from .style import PALETTE, geometric, label, new_figure, quiet, sequence, unit_of

CROWD = 100  # members above which lines hide each other and quantiles say more
SAME_SCALE = 30  # ratio of peaks up to which two states share one panel


@quiet()
def trajectories(
    data: Any,
    jumps: Jumps | None = None,
    /,
    *,
    x: str | None = None,
    color: str | None = None,
    ax: Any = None,
    logx: bool | None = None,
    logy: bool = False,
    marker: str = "",
) -> Any:
    """Draw a labelled array, or every array of a dataset, against time or what was swept.

    Parameters
    ----------
    data
        xarray.DataArray or Dataset with the dimension `x`; units are in ``attrs["units"]``.
        One more dimension is told by colour, a second one by line style; many draws become their
        median and the bands that hold the middle half and 90 % of them.
    jumps
        What events did on the way; lines against time show it.
    x
        Dimension along the horizontal axis; by default ``time``, else the first.
    color
        Dimension told by colour; if there is none of this name, a colour of matplotlib.
    ax
        Axes to draw on; by default a new figure, with a panel for each unit.
    logx, logy
        Logarithmic axes; by default the horizontal one is if its values are spaced that way.
    marker
        Marker of matplotlib to put on every value.

    Returns
    -------
    Axes or Figure
        The axes given, or the new figure.

    Raises
    ------
    InputError, UnknownNameError
        If the data have no such dimension, or more dimensions than a picture can tell apart.
    """
    arrays = list(data.data_vars.values()) if hasattr(data, "data_vars") else [data]
    x = _horizontal(arrays) if x is None else x
    _require(arrays, x, color)
    panels = [arrays] if ax is not None else _panels(arrays)
    drawn, axes = (ax, [ax]) if ax is not None else _canvas(len(panels))
    colors = dict(zip((a.name for a in arrays), cycle(PALETTE), strict=False))
    for panel, together in zip(axes, panels, strict=True):
        for array in together:
            own = colors[array.name] if color is None and ax is None else color
            _draw(panel, array, x, own, marker, None if marker or x != "time" else jumps)
        _label(panel, together, logy)
    _share_x(axes, arrays[0][x], logx)
    axes[0].set_title(chosen(arrays[0]))
    _key(axes, arrays[0], x, color)
    return drawn


def _canvas(count: int) -> tuple[Any, list[Any]]:
    figure = new_figure(6.4, 1.6 + 2.4 * count)
    return figure, list(figure.subplots(count, sharex=True, squeeze=False)[:, 0])


def _horizontal(arrays: Sequence[Any]) -> str:
    dims = [str(d) for d in arrays[0].dims]
    return dims[0] if dims and "time" not in dims else "time"


def _require(arrays: Sequence[Any], x: str, color: str | None) -> None:
    for array in arrays:
        if x not in array.dims:
            has = listing(map(str, array.dims)) or "none"
            raise UnknownNameError(f"x: {array.name} has no dimension {x!r}; it has {has}")
        others = _others(array, x, color)
        if len(others) > 2 or (len(others) == 2 and array.sizes[others[1]] > len(STYLES)):
            raise InputError(
                f"{array.name} varies along {listing(map(str, others))}: a picture can tell one by "
                f"colour and {len(STYLES)} values of another by line style; choose some, as in "
                f".sel({others[-1]}=…) or .isel({others[-1]}=[0, 1])"
            )
    if color is not None and color not in {d for a in arrays for d in a.dims}:
        if not load("matplotlib.colors").is_color_like(color):
            dims = listing(map(str, arrays[0].dims))
            raise UnknownNameError(f"color: {color!r} is neither a dimension ({dims}) nor a colour")


def _others(array: Any, x: str, color: str | None) -> list[str]:
    """Return the dimensions besides x, the one told by colour first."""
    return sorted((d for d in array.dims if d != x), key=lambda d: d != color)


def _panels(arrays: Sequence[Any]) -> list[list[Any]]:
    """Group arrays that can share an axis: one unit, one order of magnitude, nothing swept."""
    groups: list[list[Any]] = []
    for array in arrays:
        home = next((g for g in groups if _together(g[0], array)), None)
        if home is None:
            groups.append([array])
        else:
            home.append(array)
    return groups


def _together(one: Any, other: Any) -> bool:
    if one.ndim > 1 or other.ndim > 1 or unit_of(one) != unit_of(other):
        return False
    low, high = sorted((_peak(one), _peak(other)))
    return high <= SAME_SCALE * low


def _peak(array: Any) -> float:
    finite = array.values[np.isfinite(array.values)]
    return float(np.abs(finite).max()) if finite.size else 0.0


def _draw(ax: Any, array: Any, x: str, color: str | None, marker: str, jumps: Jumps | None) -> None:
    others = _others(array, x, color)
    options = {"marker": marker, "linestyle": "none", "markersize": 3} if marker else {}
    if not others:
        line = _line(array, x, array.values, 0, jumps)
        ax.plot(*line, color=color, label=str(array.name), **options)
    elif _crowded(array, x, color):
        _bands(ax, array[x].values, array.transpose(..., x).values.reshape(-1, array.sizes[x]))
    else:
        _sweep(ax, array.transpose(*others, x), x, options, _numbers(array, x, others), jumps)


def _crowded(array: Any, x: str, color: str | None) -> bool:
    asked = color in array.dims
    return not asked and array.size // array.sizes[x] > CROWD


def _line(array: Any, x: str, values: Float, number: int, jumps: Jumps | None) -> tuple[Any, Any]:
    """Return one member's line, with its jumps."""
    if jumps is None or array.name not in jumps.values:
        return array[x], values
    return jumps.put_into(array.name, number, array[x].values, values)


def _numbers(array: Any, x: str, others: Sequence[str]) -> Int:
    """Return the members' numbers in an array, (colour, line style)."""
    dims = [d for d in array.dims if d != x]
    shape = [array.sizes[d] for d in dims]
    numbers = np.arange(np.prod(shape, dtype=np.int64)).reshape(shape)
    return numbers.transpose([dims.index(d) for d in others]).reshape(array.sizes[others[0]], -1)


def _sweep(
    ax: Any, array: Any, x: str, options: dict[str, Any], numbers: Int, jumps: Jumps | None
) -> None:
    colors, *rest = array.dims[:-1]
    values = coordinate(array, colors)
    shades, scale = sequence(values)
    lines = array.values.reshape(values.size, -1, array.sizes[x])
    styles = STYLES if rest else ("-",)
    for value, members, whose in zip(values, lines, numbers, strict=True):
        for style, member, number in zip(styles, members, whose, strict=False):
            line = _line(array, x, member, number, jumps)
            ax.plot(*line, **{"color": shades(scale(value)), "linestyle": style, **options})


def _bands(ax: Any, x: Float, members: Float) -> None:
    """Draw the median and the bands of the middle half and 90 %, of the members that got so far."""
    some = np.isfinite(members).any(axis=0)
    low, first, median, third, high = np.full((5, x.size), np.nan)
    quantiles = np.stack([low, first, median, third, high])
    quantiles[:, some] = np.nanquantile(members[:, some], [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    blue = PALETTE[0]
    ax.fill_between(x, quantiles[0], quantiles[4], color=blue, alpha=0.18, lw=0, label="90 %")
    ax.fill_between(x, quantiles[1], quantiles[3], color=blue, alpha=0.30, lw=0, label="50 %")
    ax.plot(x, quantiles[2], color=blue, label="median")
    ax.legend(title=f"{len(members):,} draws".replace(",", " "), title_fontsize=9)


def _label(ax: Any, arrays: Sequence[Any], logy: bool) -> None:
    names = ", ".join(str(a.name) for a in arrays if a.name is not None)
    ax.set_ylabel(label(names, unit_of(arrays[0])))
    if logy:
        ax.set_yscale("log")
    if len(arrays) > 1:
        ax.legend()


def _share_x(axes: Sequence[Any], x: Any, logx: bool | None) -> None:
    values = np.asarray(x.values, dtype=float)
    positive = values[values > 0]
    spread = positive.size > 2 and positive.max() > 100 * positive.min()
    if logx or (logx is None and spread and geometric(positive)):
        axes[-1].set_xscale("log")
    axes[-1].set_xlabel(label(x.name, unit_of(x)))


def _key(axes: Sequence[Any], array: Any, x: str, color: str | None) -> None:
    others = _others(array, x, color)
    if others and not _crowded(array, x, color):
        key_of_colors(axes, array, others[0])
    if len(others) > 1 and not _crowded(array, x, color):
        key_of_styles(axes[0], array, others[1])
