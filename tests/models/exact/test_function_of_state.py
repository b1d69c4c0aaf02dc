"""Equations that are linear, Bernoulli's or Riccati's in a function of the state."""

from functools import cache

import pytest
from scipy.integrate import solve_ivp

from ratelaw.models.exact.solve import ClosedForm, solve_exactly
from ratelaw.models.lower import lower
from ratelaw.models.specify import model

# An equation that begins at t = 1, and the other state in which it is simple.
EQUATIONS = {
    "linear in a tangent": ("(-t*sin(y)*cos(y) + t*(t^2 + 1)*cos(y)^2)/(t^2 + 1)", "tan(y)"),
    "Bernoulli's in a sine": ("(cos(t)*sin(y)^2 + sin(y))/cos(y)", "sin(y)"),
    "Bernoulli's in a cosine": ("-cos(y)*(1 - t*cos(y))/((1 + t)*sin(y))", "cos(y)"),
    "Riccati's in the tangent of a half": ("t*(cos(y) - 1) + 2*sin(y)", "tan(y/2)"),
    "linear in a logarithm": ("y*(2*log(t^2/y)/t + t)", "log(y)"),
    "Riccati's in a logarithm": ("t*y*log(y)^2 - y*log(y)", "log(y)"),
    "linear in an exponential": ("exp(-3*y)*t - 1/t", "exp(3*y)"),
    "linear in an arc tangent": ("(1 + y^2)*(1 - t*atan(y))", "atan(y)"),
    "linear in an arc sine": ("sqrt(1 - y^2)*(t - 3*asin(y))", "asin(y)"),
    "linear in a root": ("t*sqrt(y + t^2) - 2*t + cos(t)*(y + t^2)", "sqrt(t^2 + y)"),
}  # fmt: skip
STARTS = 0.4, 2.6


@cache
def solved(name: str) -> ClosedForm:
    rate, _ = EQUATIONS[name]
    return solve_exactly(f"dy/dt = {rate}; y(1) = y0; y0 = 0.6", budget=10)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("name", EQUATIONS)
def test_it_follows_the_numerical_solution(name: str, start: float) -> None:
    system = lower(model(f"dy/dt = {EQUATIONS[name][0]}; y(1) = y0; y0 = 0.6"))
    if name == "linear in an arc sine":
        start = start / 4
    numerical = solve_ivp(
        lambda t, y: system.vector_field(t, *y, start), (1, 1.1), [start], rtol=1e-11, atol=1e-12
    )
    exact = solved(name)(1.1, y0=start)["y"]
    assert exact == pytest.approx(numerical.y[0, -1], rel=1e-8)


@pytest.mark.parametrize("name", EQUATIONS)
def test_the_derivation_names_the_other_state_and_is_checked(name: str) -> None:
    derivation = solved(name).derivation
    assert derivation.checked
    assert f"= {EQUATIONS[name][1]}" in derivation[0].text


def test_a_state_that_becomes_infinite_ends_the_solution() -> None:
    exact = solve_exactly("dy/dt = (1 + y^2)*(t + atan(y)); y(0) = 1", budget=10)
    assert exact(0.3)["y"] > 1
    assert exact(5.0)["y"] != exact(5.0)["y"]
    assert "stays between -pi/2 and pi/2" in exact.certificate.domain
