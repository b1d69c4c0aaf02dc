"""Measured inputs: points in the text or as data, interpolated, their knots known to the model."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

import ratelaw as rl
from ratelaw.models.display import equations_text, to_latex
from ratelaw.models.errors import InputError, SpecificationError
from ratelaw.models.lower import lower
from ratelaw.models.tape.differentiate import derivative

TIMES, VALUES = [0.0, 1.0, 2.5, 3.0, 7.0], [1.0, -2.0, 4.0, 4.0, 0.5]
POINTS = ", ".join(f"({t}, {y})" for t, y in zip(TIMES, VALUES, strict=True))
LINEAR = rl.model(f"x' = table(a, t); x(0) = 0; a = [{POINTS}]")
CUBIC = rl.model(f"x' = table(a, t, cubic); x(0) = 0; a = [{POINTS}]")
COFFEE = """
    dT/dt = -k*(T - table(ambient, t - lag))
    T(0) = 90 [degC]; k = 0.07 [1/min]; lag = 1 [min]
    ambient = [
        (0, 20),
        (5, 22), (9, 21)
    ] [degC]
"""


def rates(model, times):
    field = lower(model).vector_field
    return [field(t, 0, 0)[0] for t in times]


def test_it_is_linear_between_its_points_and_constant_beyond():
    times = np.linspace(-2, 9, 111)
    np.testing.assert_allclose(rates(LINEAR, times), np.interp(times, TIMES, VALUES), atol=1e-14)


def test_a_cubic_is_the_natural_spline():
    times = np.linspace(0, 7, 101)
    expected = CubicSpline(TIMES, VALUES, bc_type="natural")(times)
    np.testing.assert_allclose(rates(CUBIC, times), expected, atol=1e-13)
    assert rates(CUBIC, [-1, 8]) == [1, 0.5]


def test_a_cubic_through_two_points_is_a_line():
    model = rl.model("x' = table(a, t, cubic); x(0) = 0; a = [(0, 1), (2, 5)]")
    assert rates(model, [0, 1, 2]) == [1, 3, 5]


@pytest.mark.parametrize("model", [LINEAR, CUBIC, rl.model(COFFEE)])
def test_it_prints_and_reads_back_equal(model):
    assert rl.model(model.text) == model


def test_it_prints_as_it_was_written():
    assert LINEAR.text.splitlines() == [
        "dx/dt = table(a, t)",
        "x(0) = 0",
        "a = [(0, 1), (1, -2), (2.5, 4), (3, 4), (7, 0.5)]",
    ]
    assert "dT/dt = -k·(T - table(ambient, t - lag))" in equations_text(rl.model(COFFEE))
    assert "table(ambient, t - lag)" in to_latex(rl.model(COFFEE))


@pytest.mark.parametrize(
    "data",
    [
        {"a": (TIMES, VALUES)},
        {"a": {"time": TIMES, "value": VALUES}},
        {"a": np.array([TIMES, VALUES])},
    ],
)
def test_it_is_given_as_data(data):
    model = rl.model("x' = table(a, t); x(0) = 0", data=data)
    assert model == LINEAR
    assert rl.model(model.text) == LINEAR


@pytest.mark.parametrize("method", ["auto", "reference:tsit5"])
def test_the_solution_is_the_integral(method):
    sol = rl.solve(LINEAR, [0, 1, 3, 10], method=method, rtol=1e-10, atol=1e-12)
    areas = np.array([0, -0.5, -0.5 + 1.5 + 2, 3 + 9 + 1.5])
    np.testing.assert_allclose(sol["x"], areas, rtol=1e-9, atol=1e-10)


def test_its_knots_are_known_to_the_system():
    occasions = [event.occasion for event in lower(LINEAR).events]
    assert sorted(o(0.0)[0] for o in occasions) == TIMES


def test_knots_follow_a_lag():
    system = lower(rl.model(COFFEE))
    assert system.parameters == ("k", "lag", "T(0)")
    assert sorted(e.occasion(0.07, 3, 90)[0] for e in system.events) == [3, 8, 12]


def test_it_is_differentiated():
    system = lower(rl.model(COFFEE))
    slope = derivative(system.vector_field, "lag")
    assert slope(2.0, 90.0, 0.07, 1.0, 90.0)[0] == pytest.approx(-0.07 * 0.4)


def test_a_table_nobody_reads_is_kept():
    model = rl.model("x' = 1; a = [(0, 1), (1, 2)]")
    assert rl.model(model.text) == model


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        (
            "x' = table(b, t)", 1, 6,
            "the first argument of table is the name of measured values, such as "
            "ambient = [(0, 20), (5, 22)]; there are none",
        ),
        ("x' = table(a); a = [(0, 1), (1, 2)]", 1, 6,
         "a table is read by table(data, t) or table(data, t, cubic)"),
        ("x' = table(a, t, round); a = [(0, 1), (1, 2)]", 1, 6,
         "a table is interpolated linear or cubic: table(data, t, cubic)"),
        ("x' = 1; a = [(0, 1), (0, 2)]", 1, 23, "the times of a table grow; 0 comes after 0"),
        ("x' = 1; a = [(0, 1)]", 1, 9, "a table has two points or more: a = [(0, 20), (5, 22)]"),
        ("x' = 1; a = [(0, 1), (1, 2)]; a = [(0, 1), (1, 2)]", 1, 31,
         "a was already given; keep one"),
        ("x' = 1; a = [(0, 1), (1, 2)]; a = 3", 1, 31,
         "a is a table of measured values; keep one"),
    ],
)  # fmt: skip
def test_a_slip_with_a_table_is_told(text, line, column, problem):
    with pytest.raises(SpecificationError) as caught:
        rl.model(text)
    assert (caught.value.problem, caught.value.line, caught.value.column) == (problem, line, column)


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (([0, 1], [1]), "a has 2 times and 1 values"),
        (([1, 1], [1, 2]), "the times of a must grow; 1 comes after 1"),
        (([0, 1], [1, np.nan]), "a has a number that is not finite"),
        (([0, "x"], [1, 2]), "as a column of numbers"),
        (3, "give two columns"),
    ],
)
def test_a_slip_with_data_is_told(columns, problem):
    with pytest.raises(InputError, match=problem):
        rl.model("x' = table(a, t)", data={"a": columns})


def test_data_that_is_no_mapping_is_refused_with_its_form():
    with pytest.raises(InputError, match=r"data: got 3; give measured values by name: data="):
        rl.model("dx/dt = table(a, t)", data=3)
