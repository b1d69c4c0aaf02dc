"""Linear equations of second order by functions with a name: which, where, how exactly."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import solve_exactly

EQUATIONS = {
    "Airy's": "y'' = t*y; y(0) = 1; y'(0) = 0.5",
    "Airy's in -": "y'' = -(k*t + c)*y; y(0) = 1; y'(0) = 0.5; k = 0.7; c = 0.4",
    "the modified Bessel's": "y'' = -y'/t + k^2*y; y(1) = 1; y'(1) = 0.5; k = 0.8",
    "Bessel's of order nu": "y'' = -y'/t - (1 - nu^2/t^2)*y; y(1) = 1; y'(1) = 0; nu = 0.7",
    "Bessel's of order 1/5": "y'' = -t^3*y; y(1) = 1; y'(1) = 0.5",
    "Bessel's of order 1/4, its": "y'' = -k*t^2*y; y(0) = 1; y'(0) = 0.5; k = 0.7",
    "Weber's": "y'' = 2*t*y' - 2*n*y; y(0) = 1; y'(0) = 0.5; n = 1.4",
    "Whittaker's": "y'' = -((b - t)*y' - a*y)/t; y(1) = 1; y'(1) = 0; a = 0.4; b = 1.3",
    "Legendre's": "y'' = (2*t*y' - n*(n + 1)*y)/(1 - t^2); y(0) = 1; y'(0) = 0.5; n = 2.5",
    "Legendre's, of the hypergeometric functions in t/2":
        "y'' = -(a*t*y' + b*y)/(4 + t^2); y(0) = 1; y'(0) = 0.5; a = 2.3; b = 0.2",
    "Whittaker's, of": "y'' = -((1 - t)*y' + n*y)/t; y(1) = 1; y'(1) = 0.5; n = 1.4",
    "Coulomb's": "y'' = -(1 - 2*e/t)*y; y(1) = 1; y'(1) = 0.5; e = 0.5",
    "Legendre's, of": "y'' = -y'*cos(t)/sin(t) - n*(n + 1)*y; y(1) = 1; y'(1) = 0.2; n = 1.4",
    "Legendre's, of the hypergeometric":
        "y'' = -2*tan(t)*y' - a*y; y(0) = 1; y'(0) = 0.2; a = 1.3",
    "Riemann's, of the hypergeometric functions in":
        "y'' = -((1 - 2*t)*y' - y/4)/(t*(1 - t)); y(0.05) = 1; y'(0.05) = 0.5",
    "Riemann's, of the hypergeometric functions in 1":
        "y'' = -((1 - 2*t)*y' - y/4)/(t*(1 - t)); y(1.5) = 1; y'(1.5) = 0.5",
    "Whittaker's, of the confluent hypergeometric functions in":
        "y'' = -a*t^2*y' - b*t*y; y(0) = 1; y'(0) = 0.5; a = 0.6; b = 1.3",
    "Riemann's, of the hypergeometric functions in -": "y'' = -((a + b*t)*y' + c*y)/(t*(t + 1));"
        "y(1) = 1; y'(1) = 0.5; a = 0.4; b = 1.1; c = 2.3",
    "Legendre's, of the hypergeometric functions in sin(":
        "y'' = (a + n*(n - 1)/cos(t)^2)*y; y(0) = 1; y'(0) = 0.5; a = 0.4; n = 1.6",
    "Bessel's of order v in exp(":
        "y'' = y'/t - t^2*(exp(t^2) - v^2)*y; y(1) = 1; y'(1) = 0.5; v = 0.7",
    "Airy's in t": "y'' = 2*tan(t)*y' + (t + 1)*y; y(0) = 1; y'(0) = 0.5",
    "Bessel's of order 0 in log(":
        "y'' = -y'*(1/log(t + 1) + 1)/(t + 1) - y/(t + 1)^2; y(1) = 1; y'(1) = 0.5",
}  # fmt: skip


@pytest.mark.parametrize("name", EQUATIONS)
def test_an_equation_is_recognised_whatever_it_looks_like(name: str) -> None:
    exact = solve_exactly(EQUATIONS[name], budget=20)
    assert exact.derivation.checked
    assert f"This equation is {name}" in str(exact.derivation)


@pytest.mark.parametrize("name", EQUATIONS)
def test_its_solution_agrees_with_integration(name: str) -> None:
    model = rl.model(EQUATIONS[name])
    times = model.t0 + np.linspace(0.0, 0.9, 7)
    found = solve_exactly(model, budget=20)
    exact = [found(float(t))["y"] for t in times]
    numeric = rl.solve(model, times, method="scipy:DOP853", rtol=1e-12, atol=1e-13)["y"].values
    np.testing.assert_allclose(exact, numeric, rtol=1e-9)


def test_riccati_s_equation_with_a_square_of_time_starts_at_zero() -> None:
    model = rl.model("dy/dt = t^2 + y^2; y(0) = y0; y0 = 0.3")
    exact = solve_exactly(model, budget=20)
    times = np.linspace(0.0, 1.5, 4)
    numeric = rl.solve(model, times, method="scipy:DOP853", rtol=1e-12, atol=1e-13)["y"].values
    np.testing.assert_allclose([exact(float(t))["y"] for t in times], numeric, rtol=1e-9)
    assert np.isnan(exact(2.5)["y"])  # beyond the pole
    assert exact.derivation.checked


def test_an_angle_that_turns_round_is_not_followed_further() -> None:
    exact = solve_exactly(EQUATIONS["Legendre's, of the hypergeometric"], budget=20)
    assert np.isfinite(exact(1.5)["y"])
    assert np.isnan(exact(1.6)["y"])
    assert np.isnan(exact(6.0)["y"])


ELEMENTARY = {
    "1 - 2/cosh(t)^2": "y'' = (1 - 2/cosh(t)^2)*y; y(0) = 1; y'(0) = 0.2",
    "a pole where the second solution is multiplied out": "y'' = (t^2 + 3)*y; y(0) = 1; y'(0) = 1",
    "Legendre's of order 1": "y'' = (2*t*y' - 2*y)/(1 - t^2); y(0) = 1; y'(0) = 0.5",
}


@pytest.mark.parametrize("name", ELEMENTARY)
def test_a_second_solution_is_found_from_the_first(name: str) -> None:
    model = rl.model(ELEMENTARY[name])
    exact = solve_exactly(model, budget=20)
    numeric = rl.solve(model, [0.8], method="scipy:DOP853", rtol=1e-12, atol=1e-13)["y"].values
    assert exact(0.8)["y"] == pytest.approx(float(numeric[0]), rel=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "y'' = -(a - 2*q*cos(2*t))*y; y(0) = 1; y'(0) = 0; a = 1; q = 0.3",  # Mathieu's
        "y'' = -(a - 2*q*cos(2*t))*y + 1; y(0) = 1; y'(0) = 0; a = 1; q = 0.3",  # and driven
    ],
)
def test_what_has_no_such_form_is_left(text: str) -> None:
    with pytest.raises(NoClosedFormError):
        solve_exactly(text, budget=5)


@pytest.mark.parametrize("begin", ["0.2", "0.7"])
def test_a_start_may_be_at_a_decimal_that_is_no_double(begin: str) -> None:
    exact = solve_exactly(f"y'' = -t*y; y({begin}) = 1; y'({begin}) = 0.5", budget=20)
    assert exact.certificate.valid
    assert "airyai(-t)" in str(exact)
