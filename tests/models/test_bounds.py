"""Bounds of parameters, constants, and what definitions are for."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.display import equations_text
from ratelaw.models.errors import InputError, SpecificationError, UnitError, UnknownNameError
from ratelaw.models.language.read import read_model

DECAY = "x' = -k*x; x(0) = 1; k = 0.5 [1/s] in [0.1, 2]"
FALL = "v' = -g; v(0) = 0 [m/s]; const g = 9.81 [m/s^2]"


def test_bounds_belong_to_the_parameter():
    (k,) = read_model(DECAY).parameters
    assert (k.value, k.unit, k.bounds) == (0.5, "1/s", (0.1, 2))


@pytest.mark.parametrize("bounds", ["[0, inf]", "[-inf, 3]", "[-1, 1e3]"])
def test_bounds_print_and_read_back(bounds):
    model = read_model(f"x' = -k*x; k = 1 in {bounds}")
    assert read_model(model.text) == model


def test_bounds_are_shown():
    assert "k    = 0.5 1/s in [0.1, 2]" in equations_text(rl.model(DECAY))


def test_a_value_outside_its_bounds_is_refused():
    with pytest.raises(InputError, match=r"k: got 3, outside its bounds 0\.1 to 2"):
        rl.model(DECAY)(k=3)


def test_a_fit_takes_the_bounds_of_the_model():
    model = rl.model(DECAY)
    times = np.linspace(0, 3, 7)
    fit = rl.fit(model, {"time": times, "x": np.exp(-1.3 * times)}, free=["k"], starts=2, seed=0)
    assert fit.estimates["k"] == pytest.approx(1.3, rel=1e-5)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x' = -k*x; x(0) = 1; k = 1", "k has no bounds in the model; give bounds"),
        ("x' = -k*x; x(0) = 1; k = 1 in [0, inf]", "k has a bound at infinity in the model"),
    ],
)
def test_a_fit_asks_for_bounds_that_are_missing(text, problem):
    data = {"time": [0, 1], "x": [1, 0.5]}
    with pytest.raises(InputError, match=problem):
        rl.fit(rl.model(text), data, free=["k"])


def test_a_constant_prints_and_reads_back():
    model = rl.model(FALL)
    assert "const g = 9.81 [m/s^2]" in model.text
    assert rl.model(model.text) == model


@pytest.mark.parametrize("value", [3, [1, 2]])
def test_a_constant_is_neither_set_nor_swept(value):
    with pytest.raises(UnknownNameError, match="g is a constant; write it without const"):
        rl.model(FALL)(g=value)


def test_a_whole_constant_keeps_its_name_and_unit():
    model = rl.model("v' = -g; v(0) = 0 [m/s]; const g = 10 [m/s^2]")
    assert model.text.splitlines()[0] == "dv/dt = -g"


def test_a_constant_is_not_fitted():
    with pytest.raises(UnknownNameError, match="g is a constant"):
        rl.fit(rl.model(FALL), {"time": [0, 1], "v": [0, -9]}, free={"g": (1, 20)})


def test_observables_are_among_the_results():
    sol = rl.solve(rl.model("x' = -x; x(0) = 1; observe: double = 2*x; half = x/2"), [0, 1])
    assert list(sol.to_xarray()) == ["x", "double"]
    assert "double" in sol.to_dataframe()
    np.testing.assert_allclose(sol["double"], 2 * sol["x"])


def test_an_observable_is_fitted():
    model = rl.model("x' = -k*x; x(0) = 1; k = 1 in [0.1, 3]; observe: y = 2*x")
    times = np.linspace(0, 2, 5)
    fit = rl.fit(model, {"time": times, "y": 2 * np.exp(-2 * times)}, free=["k"], starts=2, seed=0)
    assert fit.estimates["k"] == pytest.approx(2, rel=1e-5)


@pytest.mark.parametrize("role", ["observe", "input"])
def test_a_role_prints_and_reads_back(role):
    model = read_model(f"x' = -x; {role}: u = sin(t) [degC]")
    assert model.definitions[0].role == role
    assert read_model(model.text) == model


def test_an_input_of_numbers_counts_in_its_own_unit():
    model = rl.model("""
        dT/dt = -k*(T - T_s)
        input: T_s = 21 + 5*sin(2*pi*t/24) [degC]
        T(0) = 90 [degC]; k = 0.07 [1/min]
    """)
    assert model.units["T_s"] == "degC"


def test_an_input_of_another_unit_is_told():
    with pytest.raises(UnitError, match="u: left is m, right is s"):
        rl.model("x' = u/a; x(0) = 1 [m]; input: u = a [m]; a = 3 [s]")


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        ("x' = 1; k = 3 in [0, 1]", 1, 9, "k is 3, outside its bounds 0 to 1"),
        ("x' = 1; k = 3 in [5, 1]", 1, 19, "these bounds are 5 and 1; write the lower first"),
        ("x' = 1; k = 3 in [0, b]", 1, 22,
         "b is no bound; write a number, or inf for none: k = 1 in [0, inf]"),
        ("x' = 1; F = t in [0, 1]", 1, 9,
         "F is a formula, which has no bounds; bound the parameters it uses"),
        ("x' = 1 in [0, 1]", 1, 12,
         "an equation has no bounds; bounds belong to parameters: k = 1 in [0, 10]"),
        ("x' = 1; x(0) = 1 in [0, 1]", 1, 22,
         "a start value has no bounds; give it by a parameter: x(0) = x_0; x_0 = 1 in [0, 10]"),
        ("x' = 1; const g = 9 in [0, 1]", 1, 25, "a constant has no bounds: nothing varies it"),
        ("x' = 1; observe: y = x in [0, 1]", 1, 28,
         "a formula has no bounds; bounds belong to parameters: k = 1 in [0, 10]"),
        ("x' = 1; const c = 2*k; k = 1", 1, 15,
         "c is a constant, but its formula uses k; a constant is a number, a formula is written "
         "without const: c = …"),
        ("x' = 1; input: u = x + t", 1, 16,
         "the input u depends on x; an input is a formula of time and parameters. Without input: "
         "it is a definition, u = …"),
    ],
)  # fmt: skip
def test_a_slip_is_told(text, line, column, problem):
    with pytest.raises(SpecificationError) as caught:
        rl.model(text)
    assert (caught.value.problem, caught.value.line, caught.value.column) == (problem, line, column)
