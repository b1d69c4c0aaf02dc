"""Equations of any order: written as a person would, held as first-order states."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.display import equations_text, to_html, to_latex
from ratelaw.models.errors import SpecificationError, UnitError
from ratelaw.models.language.read import read_model
from ratelaw.models.lower import lower

SPRING = "x'' = -w^2*x; x(0) = 1; x'(0) = 0; w = 2"


@pytest.mark.parametrize(
    "text",
    [
        "x'' = -w^2*x; x(0) = 1; x'(0) = 0; w = 2",
        "d2x/dt2 = -w^2*x; x(0) = 1; x'(0) = 0; w = 2",
        "d^2x/dt^2 = -w^2*x; x(0) = 1; x'(0) = 0; w = 2",
        "d²x/dt² = -w^2*x; x(0) = 1; x'(0) = 0; w = 2",
        "x'(0) = 0; w = 2; x(0) = 1; d2x / dt2 = -w^2*x",
    ],
)
def test_a_second_derivative_is_written(text):
    assert read_model(text) == read_model(SPRING)


def test_states_are_the_derivatives_of_lower_order():
    system = lower(rl.model("y''' = -y; y(0) = 1; y'(0) = 2; y''(0) = 3"))
    assert system.states == ("y", "y'", "y''")
    assert system.parameters == ("y(0)", "y'(0)", "y''(0)")
    assert system.vector_field(0, 5, 6, 7, 1, 2, 3) == (6, 7, -5)


@pytest.mark.parametrize(
    "right", ["-c*x'", "-c*dx/dt", "-dx/dt*c", "-c/2*dx/dt*2", "-(dx/dt)*c", "c*-dx/dt"]
)
def test_a_derivative_of_lower_order_is_used_in_a_formula(right):
    field = lower(rl.model(f"x'' = {right}; x(0) = 1; x'(0) = 3; c = 2")).vector_field
    assert field(0, 1, 3, 2, 1, 3) == (3, -6)


def test_a_derivative_divides():
    field = lower(rl.model("x'' = 2/dx/dt; x(0) = 1; x'(0) = 4")).vector_field
    assert field(0, 1, 4, 1, 4) == (4, 0.5)


def test_a_second_derivative_is_used_in_a_third_order_equation():
    model = read_model("x''' = -d2x/dt2")
    assert model == read_model("x''' = -x''")


def test_quotients_of_parameters_stay_quotients():
    model = read_model("x' = a*dx/dt; dx = 3; dt = 2; a = 1")
    assert [p.name for p in model.parameters] == ["dx", "dt", "a"]


def test_another_independent_variable_prints_as_itself():
    model = read_model("d2y/dx2 = -dy/dx; y(0) = 1; y'(0) = 2")
    assert (model.time, model.text.splitlines()[0]) == ("x", "d2y/dx2 = -y'")
    assert read_model(model.text) == model


def test_the_independent_variable_may_be_declared():
    model = read_model("independent: s; y'' = -s*y")
    assert model.time == "s"
    assert read_model(model.text) == model


def test_it_prints_as_it_was_written():
    model = rl.model(SPRING)
    assert str(model) == "x'' = -w^2*x\nx(0) = 1\nx'(0) = 0\nw = 2"
    assert rl.model(str(model)) == model


def test_it_is_set_on_paper():
    model = rl.model(f"{SPRING}; observe: E = x'^2")
    assert r"\frac{\mathrm{d}^{2}x}{\mathrm{d}t^{2}} &= -w^{2} \, x" in to_latex(model)
    assert r"E &= x'^{2}" in to_latex(model)
    assert "x'' = -w²·x" in equations_text(model)
    assert "x&#x27;(0)" in to_html(model)


def test_a_name_with_a_prime_works_through_results():
    sol = rl.solve(rl.model(SPRING)({"x'(0)": [0.0, 1.0]}), [0, 0.5, 1])
    assert sol["x'"].dims == ("x'(0)", "time")
    exact = [-2 * np.sin(2 * sol.t), -2 * np.sin(2 * sol.t) + np.cos(2 * sol.t)]
    np.testing.assert_allclose(sol["x'"], exact, rtol=1e-4, atol=1e-5)
    assert "x'" in sol.to_xarray()


def test_sensitivities_by_a_start_rate():
    sol = rl.solve(rl.model(SPRING), [0, 0.5, 1], sensitivities=["x'(0)"])
    np.testing.assert_allclose(
        sol.gradient("x", "x'(0)"), np.sin(2 * sol.t) / 2, rtol=1e-4, atol=1e-5
    )


def test_a_start_rate_is_fitted():
    times = np.linspace(0, 2, 9)
    data = {"time": times, "x": np.cos(2 * times) + np.sin(2 * times)}
    fit = rl.fit(rl.model(SPRING), data, free={"x'(0)": (0, 5)}, starts=2, seed=0)
    assert fit.estimates["x'(0)"] == pytest.approx(2, rel=1e-4)


def test_the_unit_of_a_rate_follows_from_that_of_the_state():
    model = rl.model("x'' = -g; x(0) = 10 [m]; x'(0) = 0; g = 9.81 [m/s^2]")
    assert model.units["x'"] == "m/s"


def test_units_of_a_second_order_equation_are_checked():
    with pytest.raises(UnitError) as caught:
        rl.model("x'' = -g*x; x(0) = 10 [m]; x'(0) = 0; g = 9.81 [m/s^2]")
    assert "left is m/s^2, right is m^2/s^2" in caught.value.problem


def test_a_missing_start_rate_is_asked_for():
    with pytest.raises(ValueError, match=r"x' has no start value; write x'\(0\)"):
        rl.solve(rl.model("x'' = -x; x(0) = 1"), 1)


@pytest.mark.parametrize("name", ["x'(1)", "x''(0)"])
def test_a_start_rate_that_is_not_there(name):
    with pytest.raises(KeyError, match="the start values x"):
        rl.model(SPRING)({name: 3})


def test_two_orders_of_one_state_are_refused():
    with pytest.raises(SpecificationError, match="x was already given in line 1; keep one"):
        rl.model("x'' = -x\nx' = 1")
