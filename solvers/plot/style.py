"""One quiet style for every picture, and the few things all pictures share."""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np

from ...models.lazy import load
from ..arrays import Float

# Told apart by colour-blind readers too: Okabe, Ito (2008), Color universal design.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#444444")
INK, MUTED, FAINT = "#333333", "#777777", "#e4e4e4"
STYLE: Mapping[str, object] = {
    "figure.dpi": 150,
    "figure.facecolor": "white",
    "figure.constrained_layout.h_pad": 0.08,  # inches
    "figure.constrained_layout.w_pad": 0.08,
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.formatter.useoffset": False,
    "grid.color": FAINT,
    "grid.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
}


@contextmanager
def quiet() -> Generator[None]:
    """Draw in the house style; everybody else's settings are as before afterwards."""
    matplotlib = load("matplotlib")
    cycle = matplotlib.cycler(color=PALETTE)
    with matplotlib.rc_context({**STYLE, "axes.prop_cycle": cycle}):
        yield


def new_figure(width: float = 6.4, height: float = 4.0) -> Any:
    """Return an empty figure, in inches; pyplot's current one where a script has loaded pyplot.

    There ``plt.show()`` and ``plt.savefig()`` find it. Otherwise it belongs to no window and no
    global list, and neither does it in a notebook, which would show it twice.
    """
    size: dict[str, Any] = {"figsize": (width, height), "layout": "constrained"}
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or "inline" in pyplot.get_backend():
        return _figure_class()(**size)
    return pyplot.figure(FigureClass=_figure_class(), **size)


@cache
def _figure_class() -> Any:
    # A figure outside pyplot's list is not shown by a notebook unless it says how.
    return type("Figure", (load("matplotlib.figure").Figure,), {"_repr_png_": png})


def png(figure: Any) -> bytes:
    """Return a figure as the bytes of a PNG file."""
    stream = BytesIO()
    figure.savefig(stream, format="png")
    return stream.getvalue()


def axes_or_new(ax: Any, width: float = 6.4, height: float = 4.0) -> tuple[Any, Any]:
    """Return the axes to draw on, and what the drawing function returns.

    That is the axes the caller gave, or the new figure of one who gave none.
    """
    if ax is not None:
        return ax, ax
    figure = new_figure(width, height)
    return figure.add_subplot(), figure


def label(name: object, unit: str = "") -> str:
    """Return an axis label: ``T [degC]``."""
    return f"{name} [{unit}]" if unit else str(name)


def unit_of(array: Any) -> str:
    """Return the unit a labelled array or coordinate carries, empty for none."""
    return str(array.attrs.get("units", ""))


def geometric(values: Float) -> bool:
    """Tell whether values are spaced evenly in the logarithm rather than as they are."""
    if values.size < 3 or not (values > 0).all():
        return False
    plain, ratios = np.diff(np.sort(values)), np.diff(np.log(np.sort(values)))
    return bool(np.ptp(ratios) / ratios.mean() < 0.5 * np.ptp(plain) / plain.mean())


def sequence(values: Float) -> tuple[Any, Any]:
    """Return a colour map for ordered values and its scale; it stops short of pale yellow."""
    colors, maps = load("matplotlib.colors"), load("matplotlib").colormaps
    shades = maps["viridis"](np.linspace(0.0, 0.88, 256))
    scale = colors.LogNorm if geometric(values) else colors.Normalize
    low, high = float(values.min()), float(values.max())
    return colors.ListedColormap(shades), scale(low, high if high > low else low + 1)
