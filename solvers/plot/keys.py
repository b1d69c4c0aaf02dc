"""What colours and line styles mean: a colour bar, or a legend where there are few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...models.lazy import load
from ..arrays import Float
from .style import MUTED, label, sequence, unit_of

FEW = 5  # members of a sweep that a legend can name; more get a colour bar
STYLES = ("-", "--", ":", "-.")


def chosen(array: Any) -> str:
    """Return what was chosen of the dimensions that are gone: ``T_s = 21 degC``."""
    single = [(n, c) for n, c in array.coords.items() if not c.ndim and c.dtype.kind in "iuf"]
    return ", ".join(f"{name} = {c.item():g} {unit_of(c)}".rstrip() for name, c in single)


def coordinate(array: Any, dim: str) -> Float:
    """Return the numbers along a dimension; those of an unnumbered one are counted."""
    values = array[dim].values
    return values.astype(float) if _numbers(values) else np.arange(values.size, dtype=float)


def key_of_colors(axes: Sequence[Any], array: Any, dim: str) -> None:
    """Say on a figure's axes what the colours along a dimension mean."""
    values = coordinate(array, dim)
    shades, scale = sequence(values)
    title = label(dim, unit_of(array[dim]))
    if values.size > FEW:
        mappable = load("matplotlib.cm").ScalarMappable(scale, shades)
        axes[0].figure.colorbar(mappable, ax=list(axes), label=title, pad=0.02)
    else:
        _legend(axes[0], title, array[dim].values, [{"color": shades(scale(v))} for v in values])


def key_of_styles(ax: Any, array: Any, dim: str) -> None:
    """Say what the line styles along a dimension mean."""
    looks = [{"color": MUTED, "linestyle": s} for s in STYLES[: array.sizes[dim]]]
    _legend(ax, label(dim, unit_of(array[dim])), array[dim].values, looks)


def _legend(ax: Any, title: str, values: Any, looks: Sequence[dict[str, Any]]) -> None:
    line, before = load("matplotlib.lines").Line2D, ax.get_legend()
    names = [f"{v:g}" if _numbers(values) else str(v) for v in values]
    handles = [line([], [], label=n, **look) for n, look in zip(names, looks, strict=True)]
    ax.legend(
        handles=handles, title=title, title_fontsize=9, loc="lower left" if before else "best"
    )
    if before is not None:
        ax.add_artist(before)


def _numbers(values: Any) -> bool:
    return values.dtype.kind in "iuf"
