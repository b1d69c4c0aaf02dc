"""Pictures say what they show: units on the axes, the data in the lines, others' settings kept."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import ratelaw as rl
from ratelaw.models.errors import InputError
from ratelaw.solvers.plot.fits import data_and_curve, residuals_against_time, square_of, waterfall
from ratelaw.solvers.plot.fits import fit as fit_figure
from ratelaw.solvers.plot.formulas import formula_svg
from ratelaw.solvers.plot.histograms import histogram
from ratelaw.solvers.plot.surfaces import surface
from ratelaw.solvers.plot.trajectories import trajectories

TIMES = np.linspace(0.0, 60.0, 31)


def labelled(shape: dict[str, int], name: str = "T", unit: str = "degC") -> xr.DataArray:
    """Return an array that falls with time, higher for later members of each dimension."""
    sizes = {**shape, "time": TIMES.size}
    values = 100.0 * np.exp(-TIMES / 20) + np.arange(np.prod([*shape.values(), 1])).reshape(-1, 1)
    coords = {
        d: xr.Variable((d,), np.linspace(0.02, 0.2, n), {"units": "1/min"})
        for d, n in shape.items()
    }
    coords["time"] = xr.Variable(("time",), TIMES, {"units": "min"})
    return xr.DataArray(
        values.reshape(*sizes.values()), coords, tuple(sizes), name, attrs={"units": unit}
    )  # fmt: skip


def curves(ax) -> list:
    """Return the lines of an axes that have points."""
    return [line for line in ax.get_lines() if len(line.get_xdata())]


def legend(ax) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


@pytest.fixture(scope="module")
def coffee() -> rl.Model:
    return rl.model("dT/dt = -k*(T - T_s); T(0) = 90 [degC]; k = 0.07 [1/min]; T_s = 21 [degC]")


def residuals(observables: tuple[str, ...] = ("T",)) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {"time": TIMES, "observable": name, "observed": TIMES + 1.0, "predicted": TIMES,
             "residual": 1.0}
        )
        for name in observables
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_axes_carry_names_and_units() -> None:
    ax = rl.plot(labelled({})).axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time [min]", "T [degC]")


def test_a_name_without_unit_stands_alone() -> None:
    assert rl.plot(labelled({}, unit="")).axes[0].get_ylabel() == "T"


def test_the_line_is_the_data() -> None:
    array = labelled({})
    (line,) = rl.plot(array).axes[0].get_lines()
    np.testing.assert_array_equal(line.get_xdata(), TIMES)
    np.testing.assert_array_equal(line.get_ydata(), array)


def test_a_sweep_has_one_line_per_member_and_a_colour_bar_with_its_unit() -> None:
    array = labelled({"k": 10})
    panel, bar = rl.plot(array, color="k").axes
    assert bar.get_ylabel() == "k [1/min]"
    assert len({line.get_color() for line in curves(panel)}) == 10
    for line, values in zip(curves(panel), array.values, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), values)


def test_a_short_sweep_is_named_in_a_legend() -> None:
    (panel,) = rl.plot(labelled({"k": 3})).axes
    assert legend(panel) == ["0.02", "0.11", "0.2"]
    assert panel.get_legend().get_title().get_text() == "k [1/min]"


def test_a_second_dimension_is_told_by_line_style() -> None:
    panel = rl.plot(labelled({"k": 6, "T_s": 2}), color="k").axes[0]
    assert len(curves(panel)) == 12
    assert {line.get_linestyle() for line in curves(panel)} == {"-", "--"}
    assert panel.get_legend().get_title().get_text() == "T_s [1/min]"


def test_the_order_of_dimensions_does_not_matter() -> None:
    array = labelled({"k": 3})
    one, other = rl.plot(array).axes[0], rl.plot(array.transpose("time", "k")).axes[0]
    for a, b in zip(curves(one), curves(other), strict=True):
        np.testing.assert_array_equal(a.get_ydata(), b.get_ydata())


def test_too_many_dimensions_are_answered_with_how_to_choose() -> None:
    with pytest.raises(ValueError, match=r"\.sel\(b=…\)"):
        rl.plot(labelled({"a": 5, "b": 9}), color="a")


def test_many_draws_become_their_median_and_bands() -> None:
    array = labelled({"draw": 400})
    (panel,) = rl.plot(array).axes
    (median,) = curves(panel)
    np.testing.assert_allclose(median.get_ydata(), array.median("draw"))
    assert legend(panel) == ["90 %", "50 %", "median"]


def test_bands_leave_out_draws_that_ended_early() -> None:
    array = labelled({"draw": 400})
    array[:200, 10:] = np.nan
    array[:, 20:] = np.nan
    (median,) = curves(rl.plot(array).axes[0])
    np.testing.assert_allclose(median.get_ydata()[:20], array.median("draw")[:20])
    assert np.isnan(median.get_ydata()[20:]).all()


def test_states_of_one_unit_share_a_panel_and_others_have_their_own() -> None:
    warm, cold, mass = labelled({}, "T"), labelled({}, "M"), labelled({}, "m", "kg")
    upper, lower = rl.plot(xr.Dataset({"T": warm, "M": cold, "m": mass})).axes
    assert (upper.get_ylabel(), lower.get_ylabel()) == ("T, M [degC]", "m [kg]")
    assert legend(upper) == ["T", "M"]


def test_a_state_too_small_to_see_beside_another_has_its_own_panel() -> None:
    data = xr.Dataset({"A": labelled({}, "A", ""), "B": 1e-5 * labelled({}, "B", "")})
    assert len(rl.plot(data).axes) == 2


def test_what_was_chosen_stands_in_the_title() -> None:
    chosen = labelled({"k": 3}).isel(k=1)
    assert rl.plot(chosen).axes[0].get_title(loc="left") == "k = 0.11 1/min"


def test_a_colour_that_is_no_dimension_is_a_colour() -> None:
    (line,) = rl.plot(labelled({}), color="k").axes[0].get_lines()
    assert line.get_color() == "k"


def test_a_colour_that_is_neither_is_refused() -> None:
    with pytest.raises(KeyError, match="neither a dimension"):
        rl.plot(labelled({"k": 3}), color="rate")


def test_times_spaced_in_the_logarithm_get_a_logarithmic_axis() -> None:
    array = labelled({}).assign_coords(time=np.geomspace(1e-3, 1e5, TIMES.size))
    assert rl.plot(array).axes[0].get_xscale() == "log"


def test_axes_given_are_drawn_on_and_returned() -> None:
    ax = rl.plot(labelled({})).add_subplot()
    assert trajectories(labelled({}), ax=ax) is ax
    assert len(ax.get_lines()) == 1


def test_a_table_of_readings_is_drawn_as_dots_with_its_units() -> None:
    ax = rl.plot(rl.datasets.cooling_water()).axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time [min]", "T [degC]")
    (dots,) = ax.get_lines()
    assert dots.get_linestyle() == "None"
    assert len(dots.get_xdata()) == 222


@pytest.mark.parametrize("one", [pd.Series([1.0, 2.0], name="x"), pd.DataFrame({"x": [1.0, 2.0]})])
def test_readings_without_a_column_of_times_are_refused(one) -> None:
    with pytest.raises(InputError, match=r"first column is the time.*reset_index"):
        rl.plot(one)
    if isinstance(one, pd.Series):
        assert rl.plot(one.rename_axis("time").reset_index()).axes


def test_a_solution_draws_itself(coffee: rl.Model) -> None:
    sol = rl.solve(coffee, 60)
    (line,) = rl.plot(sol).axes[0].get_lines()
    through = np.isin(line.get_xdata().round(9), sol.t.round(9))
    np.testing.assert_allclose(line.get_ydata()[through], sol.y[0])


def test_the_sweep_of_the_sample_is_drawn_as_written(coffee: rl.Model) -> None:
    cups = rl.solve(coffee(k=np.linspace(0.02, 0.2, 10), T_s=[5, 21]), 60)
    panel, bar = rl.plot(cups["T"].sel(T_s=21), color="k").axes
    assert bar.get_ylabel() == "k [1/min]"
    assert panel.get_title(loc="left") == "T_s = 21 degC"
    np.testing.assert_array_equal(curves(panel)[3].get_ydata(), cups["T"].sel(T_s=21)[3])


def test_the_fit_of_the_sample_is_drawn_as_written(coffee: rl.Model) -> None:
    data = rl.datasets.cooling_water()
    fit = rl.fit(
        coffee,
        data,
        free={"k": rl.log(1e-3, 1), "T_s": (0, 40), "T(0)": (80, 100)},
        starts=8,
        seed=0,
    )
    upper, lower, starts = rl.plot(fit).axes
    assert upper.get_ylabel() == "T [degC]"
    assert (lower.get_xlabel(), lower.get_ylabel()) == ("time [min]", "residual [degC]")
    assert starts.get_ylabel() == "sum of squares [degC^2]"
    (waterfall_alone,) = rl.plot(fit, "waterfall").axes
    assert waterfall_alone.get_title(loc="left") == "8 of 8 starts agree"
    assert waterfall_alone.get_ylabel() == "sum of squares [degC^2]"


def test_what_cannot_be_drawn_is_told_what_can() -> None:
    with pytest.raises(ValueError, match="got int; expected a Solution"):
        rl.plot(3)


def test_a_fit_without_several_starts_has_no_waterfall() -> None:
    data = xr.Dataset({"T": labelled({}), "M": labelled({}, "M")})
    assert len(fit_figure(data, residuals(("T", "M")), [3.0]).axes) == 4


def test_readings_that_are_missing_are_not_drawn_or_counted() -> None:
    rows = residuals()
    rows.loc[3, "observed"] = np.nan
    ax = data_and_curve(labelled({}), rows).axes[0]
    assert legend(ax)[0] == "30 readings"


def test_residuals_are_drawn_around_zero() -> None:
    zero, line = residuals_against_time(residuals(), "degC", "min").axes[0].get_lines()
    assert set(zero.get_ydata()) == {0}
    np.testing.assert_array_equal(line.get_ydata(), 1.0)


def test_a_waterfall_goes_up_and_counts_agreement_and_failure() -> None:
    ax = waterfall([5.0, 1.0, 1.00001, 70.0, np.nan], unit="degC^2").axes[0]
    other, best = ax.get_lines()
    assert ax.get_title(loc="left") == "2 of 5 starts agree, 1 failed"
    assert list(best.get_ydata()) == [1.0, 1.00001]
    assert list(other.get_ydata()) == [5.0, 70.0]
    assert ax.get_yscale() == "log"


def test_a_surface_has_paths_units_and_a_bar() -> None:
    up, right = np.linspace(1, 2, 20), np.linspace(3, 4, 30)
    coords = {
        "b": xr.Variable("b", up, {"units": "degC"}),
        "a": xr.Variable("a", right, {"units": "1/min"}),
    }
    values = 1 + (up[:, None] - 1.5) ** 2 + (right - 3.5) ** 2
    loss = xr.DataArray(values, coords, ("b", "a"), "loss")
    path = np.array([[1.1, 3.1], [1.5, 3.5]])
    ax, bar = surface(loss, {"steepest": path}).axes
    assert (ax.get_xlabel(), ax.get_ylabel(), bar.get_ylabel()) == ("a [1/min]", "b [degC]", "loss")
    np.testing.assert_array_equal(ax.get_lines()[0].get_xydata(), path[:, ::-1])


def test_a_histogram_counts_the_draws_that_never_did() -> None:
    times = xr.DataArray(
        np.r_[np.arange(99.0), np.nan], dims="draw", name="t", attrs={"units": "min"}
    )
    ax = histogram(times).axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("t [min]", "draws")
    assert ax.get_title(loc="left") == "1 of 100 never"
    assert sum(patch.get_height() for patch in ax.containers[0]) == 99


def test_a_histogram_of_nothing_is_still_a_picture() -> None:
    times = xr.DataArray([np.nan, np.nan], dims="draw", name="t")
    assert histogram(times).axes[0].get_title(loc="left") == "2 of 2 never"


def test_a_formula_becomes_an_outline_with_its_words() -> None:
    drawn = formula_svg(r"\frac{dT}{dt} = -k \, \left(T - T_{s}\right)", "dT/dt = -k*(T - T_s) < 0")
    assert drawn is not None
    assert 'aria-label="dT/dt = -k*(T - T_s) &lt; 0"' in drawn
    assert "currentColor" in drawn


def test_a_formula_that_cannot_be_drawn_is_none() -> None:
    assert formula_svg(r"\begin{cases} a \end{cases}", "a") is None


def test_a_figure_shows_itself_in_a_notebook() -> None:
    assert rl.plot(labelled({}))._repr_png_().startswith(b"\x89PNG")


def test_settings_of_others_are_as_before() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    rl.plot(labelled({"k": 10}))
    assert dict(matplotlib.rcParams) == before


def test_drawing_and_writing_loads_no_window_system(tmp_path: Path) -> None:
    script = (
        "import sys, ratelaw as rl\n"
        "rl.plot(rl.solve(rl.library.cooling, 60)).savefig('cup.png')\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    assert (tmp_path / "cup.png").stat().st_size > 10_000


def test_a_script_with_pyplot_finds_the_picture_there(tmp_path: Path) -> None:
    script = (
        "import matplotlib; matplotlib.use('agg')\n"
        "import matplotlib.pyplot as plt, ratelaw as rl\n"
        "figure = rl.solve(rl.library.cooling, 60).plot()\n"
        "assert plt.gcf() is figure\n"
        "plt.savefig('cup.png')\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    assert (tmp_path / "cup.png").stat().st_size > 10_000


def test_a_notebook_with_pyplot_shows_a_picture_once() -> None:
    script = (
        "import matplotlib.pyplot as plt, ratelaw as rl\n"
        "plt.get_backend = lambda: 'module://matplotlib_inline.backend_inline'\n"
        "rl.solve(rl.library.cooling, 60).plot()\n"
        "assert not plt.get_fignums()\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("units", "square"),
    [(["degC"], "degC^2"), (["1/min", "1/min"], "(1/min)^2"), (["degC", "g"], ""), ([""], "")],
)
def test_squares_have_the_unit_of_what_is_squared(units: list[str], square: str) -> None:
    assert square_of(units) == square


@pytest.mark.parametrize("draw", [rl.plot, lambda x, **options: x.plot(**options)])
def test_an_option_that_there_is_not_is_answered_with_those_there_are(coffee, draw):
    with pytest.raises(InputError, match="no option is called title; there are x, color, ax"):
        draw(rl.solve(coffee, 60), title="Coffee")


def test_without_a_time_the_first_dimension_is_along_the_axis(coffee):
    cups = rl.solve(coffee(k=np.linspace(0.02, 0.2, 5)), 60)
    (ax,) = rl.plot(cups.when("T < 60")).axes
    assert ax.get_xlabel() == "k [1/min]"


def test_a_curve_bends_smoothly_where_only_its_end_was_asked_for():
    turning = rl.model("x'' = -x; x(0) = 1; x'(0) = 0")
    (line, *_) = rl.solve(turning, 60).plot().axes[0].lines
    x, y = line.get_data()
    assert len(x) > 500
    assert y == pytest.approx(np.cos(x), abs=1e-4)


def test_a_curve_has_the_times_that_were_asked_for():
    (line, *_) = rl.solve(rl.library.cooling, [0, 20, 60]).plot().axes[0].lines
    assert list(line.get_data()[0]) == [0, 20, 60]
