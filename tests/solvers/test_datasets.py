"""The measured data: each with its source and units, and the figures that are known of them."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import curve_fit

import ratelaw as rl
from ratelaw.models.errors import UnknownNameError
from ratelaw.models.lower import lower
from ratelaw.models.units.read import read_unit
from ratelaw.solvers.datasets import DATASETS


@pytest.fixture(params=list(DATASETS))
def data(request: pytest.FixtureRequest) -> pd.DataFrame:
    return DATASETS[request.param]()


def experiments(data: pd.DataFrame) -> list[pd.DataFrame]:
    """Return one table per repetition of the experiment."""
    group = data.attrs.get("group")
    return [table for _, table in data.groupby(group)] if group else [data]


def misfit(model: rl.Model, data: pd.DataFrame, column: str) -> float:
    """Return the sum of squares between one column and the model as it stands."""
    system = lower(model)
    p = [model.values[name] for name in system.parameters]
    solution = solve_ivp(
        lambda t, y: system.vector_field(t, *y, *p),
        (0, data["time"].max()),
        system.start(*p),
        t_eval=data["time"],
        rtol=1e-9,
        atol=1e-9,
    )
    return float(np.sum((solution.y[system.states.index(column)] - data[column]) ** 2))


@pytest.mark.parametrize("key", ["title", "source", "licence"])
def test_a_data_set_says_whence_it_is(data: pd.DataFrame, key: str) -> None:
    assert data.attrs[key]


def test_a_source_has_a_year(data: pd.DataFrame) -> None:
    assert re.search(r"\b(19|20)\d\d\b", data.attrs["source"])


def test_the_units_are_those_of_columns_time_among_them(data: pd.DataFrame) -> None:
    assert {"time"} <= set(data.attrs["units"]) <= set(data.columns)


def test_the_units_can_be_read(data: pd.DataFrame) -> None:
    assert all(str(read_unit(unit)) == unit for unit in data.attrs["units"].values())


def test_time_is_the_first_column_and_sorted(data: pd.DataFrame) -> None:
    assert data.columns[0] == "time"
    assert all(table["time"].is_monotonic_increasing for table in experiments(data))


def test_all_readings_are_finite_numbers(data: pd.DataFrame) -> None:
    assert np.isfinite(data.to_numpy(dtype=float)).all()


def test_a_data_set_is_an_attribute_and_an_item() -> None:
    assert rl.datasets.cooling_water == rl.datasets["cooling_water"]


def test_an_unknown_attribute_is_answered_with_a_guess() -> None:
    with pytest.raises(AttributeError, match=r"there are .*\. Did you mean cooling_water\?"):
        _ = rl.datasets.cooling_watter


def test_an_unknown_item_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match="no data set is called 'no_such'; there are"):
        rl.datasets["no_such"]


def test_data_sets_are_completed_by_the_shell() -> None:
    assert set(rl.datasets) <= set(dir(rl.datasets))


def test_the_data_sets_print_names_and_titles() -> None:
    assert f"cooling_water(): {rl.datasets.cooling_water().attrs['title']}" in repr(rl.datasets)


def test_a_table_is_read_anew_so_that_none_can_spoil_it() -> None:
    spoilt = rl.datasets.cooling_water()
    spoilt["T"] = 0
    assert rl.datasets.cooling_water()["T"][0] == 98.2


def test_the_mug_has_222_readings_one_a_minute() -> None:
    data = rl.datasets.cooling_water()
    assert list(data.columns) == ["time", "T"]
    assert data.attrs["units"] == {"time": "min", "T": "degC"}
    assert np.array_equal(data["time"], np.arange(222))
    assert (data["T"].iloc[0], data["T"].iloc[-1]) == (98.2, 25.8)


def test_newtons_law_fits_the_mug_as_is_known() -> None:
    time, temperature = rl.datasets.cooling_water()[["time", "T"]].to_numpy().T

    def law(t: np.ndarray, k: float, surroundings: float, start: float) -> np.ndarray:
        return surroundings + (start - surroundings) * np.exp(-k * t)

    best, _ = curve_fit(law, time, temperature, p0=(0.02, 25, 90))
    residuals = law(time, *best) - temperature
    assert best == pytest.approx([0.020964, 27.004, 89.140], rel=1e-4)
    assert residuals @ residuals == pytest.approx(484.612, abs=5e-4)


def test_the_water_and_mug_model_nearly_fits_as_it_stands() -> None:
    assert misfit(rl.library.two_body_cooling, rl.datasets.cooling_water(), "T") < 6.5


def test_the_epidemic_model_nearly_fits_as_it_stands() -> None:
    assert misfit(rl.library.sir, rl.datasets.boarding_school_flu(), "I") < 4000


def test_the_boarding_school_had_14_days_of_influenza() -> None:
    data = rl.datasets.boarding_school_flu()
    assert (len(data), data["I"].max(), data["I"].idxmax()) == (14, 298, 5)


def test_theophylline_was_given_to_twelve_subjects() -> None:
    assert [len(table) for table in experiments(rl.datasets.theophylline())] == [11] * 12
