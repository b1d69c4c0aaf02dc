"""Linear equations whose coefficient varies, without an input: limits, signs, and what is told."""

from math import exp

import pytest

from ratelaw.models.exact.solve import solve_exactly

INFECTION = "dl/dt = -I*l; dI/dt = -g*I; l(0) = 1; I(0) = 0.5; g = 0.1"
LIMITS = {
    "a cause that does not decay": (INFECTION, {"g": 0.0}, "l", exp(-1.0)),
    "a cause that hardly decays": (INFECTION, {"g": 1e-12}, "l", exp(-1.0)),
    "a wave of no frequency": ("dx/dt = x*cos(w*t); x(0) = 1; w = 1", {"w": 0.0}, "x", exp(2.0)),
    "an even rate": ("dx/dt = -k*exp(-a*t)*x; x(0) = 1; k = 1; a = 1", {"a": 0}, "x", exp(-2.0)),
}


@pytest.mark.parametrize("name", LIMITS)
def test_where_a_rate_is_zero_it_has_its_limit(name: str) -> None:
    text, settings, state, wanted = LIMITS[name]
    assert solve_exactly(text, budget=20)(2.0, settings)[state] == pytest.approx(wanted, rel=1e-11)


@pytest.mark.parametrize("k", [-1.0, 0.0, 1.0])
def test_without_an_input_the_sign_of_the_growth_does_not_matter(k: float) -> None:
    exact = solve_exactly("dx/dt = k*t*x; x(0) = 1; k = 1")
    assert exact(1.0, {"k": k})["x"] == pytest.approx(exp(k / 2), rel=1e-14)


@pytest.mark.parametrize("text", [INFECTION, "dx/dt = k*t*x; x(0) = 1; k = 1"])
def test_without_an_input_no_integral_of_it_is_told(text: str) -> None:
    derivation = solve_exactly(text, budget=20).derivation
    assert derivation.checked
    assert not any(step.text.endswith("= 0") for step in derivation)
