from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import ratelaw as rl
from ratelaw.models.errors import InputError, UnknownNameError
from ratelaw.solvers.fit.experiment import Experiment

MODEL = rl.model("dx/dt = -k*x; dy/dt = k*x; x(0) = 1; y(0) = 0; k = 1; total = x + y")
NAN = float("nan")
TABLE = {"time": [0, 1, 2], "x": [1.0, 0.4, 0.1]}


def readings_of(data, model=MODEL):
    return Experiment.of(data, model).readings


@pytest.mark.parametrize(
    "data",
    [
        TABLE,
        pd.DataFrame(TABLE),
        pd.DataFrame(TABLE).set_index("time"),
        {"t": (0, 1, 2), "x": np.array([1.0, 0.4, 0.1])},
        xr.Dataset({"x": ("time", TABLE["x"])}, {"time": TABLE["time"]}),
        {"time": [2, 0, 1], "x": [0.1, 1.0, 0.4]},
        {"time": ["0", "1", "2"], "x": ["1.0", "0.4", "0.1"]},
    ],
    ids=["mapping", "frame", "indexed frame", "t", "dataset", "unsorted", "digits"],
)
def test_a_table_is_read_in_the_order_of_time(data):
    (x,) = readings_of(data)
    assert x.observable == "x"
    assert x.times.tolist() == [0, 1, 2]
    assert x.values.tolist() == [1.0, 0.4, 0.1]


@pytest.mark.parametrize("as_path", [str, lambda path: path])
def test_a_csv_file_is_read(tmp_path, as_path):
    file = tmp_path / "readings.csv"
    file.write_text("# a comment\ntime, x\n0,1.0\n1,\n2,0.1\n")
    (x,) = readings_of(as_path(file))
    assert x.times.tolist() == [0, 2]


def test_each_observable_has_its_own_times_where_readings_are_missing():
    x, y = readings_of({"time": [0, 1, 2], "x": [1, NAN, 3], "y": [NAN, 5, NAN]})
    assert x.times.tolist() == [0, 2]
    assert y.times.tolist() == [1]


def test_a_column_without_readings_is_left_out():
    assert Experiment.of({**TABLE, "y": [NAN] * 3}, MODEL).observables == ("x",)


def test_replicates_are_kept():
    experiment = Experiment.of({"time": [1, 1, 0], "x": [3, 4, 5]}, MODEL)
    assert experiment.n_data == 3
    assert experiment.times.tolist() == [0, 1]


def test_a_definition_can_be_read():
    assert readings_of({"time": [1], "total": [1]})[0].observable == "total"


def test_the_readings_can_be_seen_as_a_long_table():
    frame = Experiment.of({**TABLE, "y": [0, NAN, 1]}, MODEL).to_dataframe()
    assert frame.columns.tolist() == ["time", "observable", "observed"]
    assert frame.observable.tolist() == ["x"] * 3 + ["y"] * 2


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (7, InputError, "data: got int; expected a table with named columns"),
        ([1, 2], InputError, "data: got list; expected a table"),
        ({}, InputError, "data: got a table without columns"),
        ({"x": [1]}, InputError, "no column is the time; got x, expected one called t or time"),
        ({"time": [1]}, InputError, "there is only the time; add a column named after x, y"),
        ({"time": [1], "X": [1]}, UnknownNameError, r"called X, .* Did you mean x\? Rename"),
        ({"time": [1], "k": [1]}, UnknownNameError, "column k is a parameter"),
        ({"time": [1, 2], "x": [1]}, InputError, "column x has 1 values and column time has 2"),
        ({"time": [1], "x": ["hot"]}, InputError, "column x has 'hot'; expected numbers"),
        ({"time": ["noon"], "x": [1]}, InputError, "column time has 'noon'; expected numbers"),
        ({"time": [NAN], "x": [1]}, InputError, "column time has nan; times must be finite"),
        ({"time": [1], "x": [float("inf")]}, InputError, "column x is infinite at time 1"),
        ({"time": [1], "x": [NAN]}, InputError, "no reading in it; every value is missing"),
        ({"time": [[1]], "x": [1]}, InputError, r"column time has shape \(1, 1\)"),
        ("nowhere.csv", InputError, "data: there is no file 'nowhere.csv'"),
        (
            pd.DataFrame({"time": pd.to_datetime(["2020-01-01"]), "x": [1]}),
            InputError,
            "column time has datetime.*expected numbers",
        ),
        (
            pd.DataFrame([[0, 1, 2]], columns=["time", "x", "x"]),
            InputError,
            "column x is there twice",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_answered_with_the_column(data, error, says):
    with pytest.raises(error, match=says):
        Experiment.of(data, MODEL)


def test_an_empty_file_is_said_to_be_no_table(tmp_path):
    file = tmp_path / "empty.csv"
    file.write_text("")
    with pytest.raises(InputError, match="is not a CSV table"):
        Experiment.of(file, MODEL)


@pytest.mark.parametrize("text", ["t;x\n0;1\n1;2\n", "t;x\n0;1,5\n1;2,5\n"])
def test_a_table_with_semicolons_is_told_how_to_be_read(tmp_path, text):
    file = tmp_path / "comma.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=r"read_csv\('comma.csv', sep=\";\", decimal=\",\"\)"):
        Experiment.of(file, MODEL)


def test_a_unit_in_the_name_of_a_column_is_told():
    with pytest.raises(InputError, match=r"got t \[h\] and x \[mg\].*does not stand in"):
        Experiment.of({"t [h]": [0, 1], "x [mg]": [1, 2]}, MODEL)


def test_a_row_with_a_field_too_many_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "shifted.csv"
    file.write_text("time,T\n0,90.0,0\n1,80,0\n2,70,0\n")
    with pytest.raises(InputError, match="more fields than the header"):
        rl.fit(rl.library.cooling, file, {"k": (0.01, 1)})
