"""The verb `plot`: one word for the picture of anything."""

from __future__ import annotations

from typing import Any

from ...models.errors import InputError
from .options import check_options
from .trajectories import trajectories


def plot(x: Any, /, *kind: str, **options: Any) -> Any:
    """Draw a labelled array, a solution, a fit, or anything else that can draw itself.

    Parameters
    ----------
    x
        An xarray.DataArray or Dataset; a pandas.DataFrame of readings, its first column
        the time; or an object with a method `plot`, such as a Solution or FitResult.
    kind
        Which picture, where there are several: ``rl.plot(fit, "waterfall")``.
    options
        For arrays ``x``, ``color``, ``ax``, ``logx``, ``logy`` and ``marker``, see `trajectories`;
        for others those of their own method.

    Returns
    -------
    Figure or Axes
        A new matplotlib figure, which a notebook shows and ``.savefig("cups.png")`` writes; or the
        axes given as ``ax``, as in ``rl.plot(sol["T"], ax=pyplot.gca())``.

    Raises
    ------
    InputError
        If there is nothing to draw, or no such option.
    """
    if hasattr(x, "dims") and hasattr(x, "coords"):
        check_options(trajectories, options)
        return trajectories(x, **options)
    if hasattr(x, "iloc") and hasattr(x, "to_xarray"):
        _require_columns(x)
        options.setdefault("marker", "o")
        check_options(trajectories, options)
        return trajectories(_readings(x), **options)
    if not callable(getattr(x, "plot", None)):
        raise InputError(
            f"plot: got {type(x).__name__}; expected a Solution, a FitResult, a labelled array "
            "(xarray) or a table of readings (pandas)"
        )
    return x.plot(*kind, **options)


def _require_columns(table: Any) -> None:
    """Raise unless a table has a column of times and one to draw."""
    columns = getattr(table, "columns", None)
    if columns is None or len(columns) < 2:
        what = type(table).__name__ if columns is None else "a table of fewer than two columns"
        raise InputError(
            f"plot: got {what}; expected a table whose first column is the time, with readings in "
            "the others. If the index is the time, give plot(x.reset_index())"
        )


def _readings(table: Any) -> Any:
    """Return a table as arrays over its first column."""
    time, *columns = table.columns
    units = table.attrs.get("units", {})
    arrays = table.set_index(time).to_xarray()[columns]
    for name in (time, *columns):
        arrays[name].attrs["units"] = units.get(name, "")
    return arrays.rename({time: "time"}) if time != "time" else arrays
