"""Equations of second order that are led back to simpler ones, in other states or another time."""

from dataclasses import replace

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import solve_exactly

EQUATIONS = {
    "the scale of the state plays no part": "y'' = y'^2/y + a*y' + b*y; y(0) = 1; y'(0) = 0.4;"
    "a = 0.3; b = 0.6",
    "a square of the slope": "y'' = (t - y'^2)/y; y(1) = 1; y'(1) = 0.4",
    "conduction that varies": "y'' = -b*y'^2/(1 + b*y); y(0) = 1; y'(0) = 2; b = 0.4",
    "an inverse tangent": "y'' = 2*y*y'^2/(1 + y^2); y(0) = 0.3; y'(0) = 0.4",
    "a sine": "y'' = y'^2*tan(y); y(0) = 0.3; y'(0) = 0.4",
    "a negative state": "y'' = -y'^2/y - 1; y(0) = -2; y'(0) = 0.4",
    "exact": "y'' = y*y'; y(0) = 1; y'(0) = 0.4",
    "with an integrating factor": "y'' = 2*y*y' - 2*(y' - y^2)/t; y(1) = 0.3; y'(1) = 0.2",
    "Riccati's chain": "y'' = -(3*y + a)*y' - y^3 - a*y^2; y(0) = 0.5; y'(0) = 0.4; a = 0.4",
    "Ermakov": "y'' = -w^2*y + c/y^3; y(0) = 1; y'(0) = 0.3; w = 1.2; c = 0.5",
    "Ermakov, negative": "y'' = -w^2*y + c/y^3; y(0) = -1; y'(0) = 0.3; w = 1.2; c = 0.5",
    "Ermakov, damped": "y'' = -a*y' - y + c*exp(-2*a*t)/y^3; y(0) = 1; y'(0) = 0.3; a = 0.3;"
    "c = 0.5",
    "stretched": "y'' = y*y'/t; y(1) = 1; y'(1) = 0.4",
    "moved": "y'' = 2*a*y' - a^2*y + exp(-a*t)*y*(y' - a*y); y(0) = 0.5; y'(0) = 0.2; a = 0.3",
    "damping that suits": "y'' = -3*a*y' - 2*a^2*y - y^3; y(0) = 0.5; y'(0) = 0.4; a = 0.4",
    "in a cylinder": "y'' = -y'/t - a*exp(y); y(1) = 0; y'(1) = -0.5; a = 0.8",
}


@pytest.mark.parametrize("name", EQUATIONS)
def test_the_closed_form_agrees_with_integration(name: str) -> None:
    model = rl.model(EQUATIONS[name])
    exact = solve_exactly(model, budget=6)
    end = 1.6 if "(1) =" in EQUATIONS[name] else 0.8
    numeric = rl.solve(model, [end], method="scipy:DOP853", rtol=1e-12, atol=1e-14)
    assert list(exact(end).values()) == pytest.approx(list(np.ravel(numeric.y)), rel=1e-9)
    assert exact.derivation.checked


def test_a_formula_is_what_a_textbook_prints() -> None:
    exact = solve_exactly("y'' = -w^2*y + c/y^3; y(0) = 1; y'(0) = 0; w = 1; c = 1", budget=6)
    assert str(exact).startswith("y(t) = y_0*sqrt(")


@pytest.mark.parametrize(
    "text", ["y'' = -y' - y + y^3", "y'' = y'*y - y^2 + t", "y'' = y'^2*t + y^2"]
)
def test_what_is_none_of_these_is_left(text: str) -> None:
    with pytest.raises(NoClosedFormError):
        solve_exactly(f"{text}; y(0) = 0.3; y'(0) = 0.2", budget=2)


@pytest.mark.parametrize(
    "text",
    ["y'' = t*y - a*t", "y'' = -y'/t + y - a"],
)
def test_an_input_that_a_polynomial_takes_up_needs_no_integral(text: str) -> None:
    model = rl.model(f"{text}; y(1) = 2; y'(1) = 0.5; a = 0.6")
    exact = solve_exactly(model, budget=6)
    numeric = rl.solve(model, [1.7], method="scipy:DOP853", rtol=1e-12, atol=1e-14)
    assert list(exact(1.7).values()) == pytest.approx(list(np.ravel(numeric.y)), rel=1e-9)
    assert "integral" not in str(exact)


def test_a_slope_that_is_known_without_its_state_is_told() -> None:
    exact = solve_exactly("x'' = -x'^3*t; x(0) = 0; x'(0) = 2")
    slope = replace(exact, parts=exact.parts[:1], reason="left out")
    assert str(slope).splitlines()[0] == "x'(t) = x'_0/sqrt(x'_0^2*t^2 + 1)"
    assert "x'(t)" not in str(exact)
