"""Linear equations of second order with coefficients that vary, and Riccati's equation."""

from functools import cache
from math import atan, atanh, cos, exp, log, sin, sqrt, tan, tanh

import pytest

from ratelaw.models.exact.solve import ClosedForm, solve_exactly

# A model, a time, and its first state there by hand.
BY_HAND = {
    "a polynomial and an exponential": (  # t^2 and exp(t)
        "x'' = ((t^2 - 2)*x' - (2*t - 2)*x)/(t^2 - 2*t); x(1) = 1; x'(1) = 2", 1.5, 1.5**2),
    "a logarithm by reduction of order": (  # t and t*log(t) + 1
        f"x'' = (t*x' - x)/(t^2 - t); x(2) = {1 + 2 * log(2)!r}; x'(2) = {1 + log(2)!r}",
        3.0, 1 + 3 * log(3)),
    "waves with an amplitude": (  # cos(2*t)/t and sin(2*t)/t
        "x'' = -2*x'/t - 4*x; x(1) = 1; x'(1) = -1", 2.0, cos(2) / 2),
    "an exponential of a square root": (  # exp(2*sqrt(t))
        "x'' = (x - x'/2)/t; x(1) = 1; x'(1) = 1", 4.0, exp(2)),
    "constant in another variable": (  # cos(exp(t)) and sin(exp(t))
        "x'' = x' - exp(2*t)*x; x(0) = 1; x'(0) = 0", 0.5, cos(exp(0.5) - 1)),
    "constant in an angle": (  # sqrt(1 - t^2) and t
        "x'' = (t*x' - x)/(1 - t^2); x(0) = 1; x'(0) = 0", 0.5, sqrt(0.75)),
    "waves around a moved pole": (  # cos(2*log(t + 1))/(t + 1) and the sine
        "x'' = -3*x'/(t + 1) - 5*x/(t + 1)^2; x(0) = 1; x'(0) = -1", 1.0, cos(2 * log(2)) / 2),
    "constant in a tangent": (  # cos(t)*cos(2*tan(t)) and the sine
        "x'' = -(1 + 4/cos(t)^4)*x; x(0) = 1; x'(0) = 0", 0.5, cos(0.5) * cos(2 * tan(0.5))),
    "constant where the square of a logarithm is": (  # exp(t*log(t) - t) and one over it
        f"x'' = x'/(t*log(t)) + log(t)^2*x; x(2) = 1; x'(2) = {log(2)!r}",
        3.0, exp(3 * log(3) - 2 * log(2) - 1)),
    "a factor that is a wave": (  # t*exp(t^2/2)/cos(t)
        "x'' = 2*tan(t)*x' + (t^2 + 4)*x; x(0) = 0; x'(0) = 1", 0.5, 0.5 * exp(0.125) / cos(0.5)),
    "an angle and its double": (  # cos(log(tan(t))) and the sine
        "x'' = -2*x'/tan(2*t) - 4*x/sin(2*t)^2; x(0.5) = 1; x'(0.5) = 0", 0.9,
        cos(log(tan(0.9) / tan(0.5)))),
    "logarithms of a quotient's integral": (  # Legendre's functions for n = 2
        "x'' = (2*t*x' - 6*x)/(1 - t^2); x(0) = 0; x'(0) = 1", 0.5, 0.375 + atanh(0.5) / 16),
    "with an input": (
        "x'' = x' - exp(2*t)*x + exp(2*t); x(0) = 2; x'(0) = 0", 0.5, 1 + cos(exp(0.5) - 1)),
    "with an input whose sine integrals cancel": (  # sin(t)/t
        "x'' = 6*x/t^2 - sin(t)/t - 2*cos(t)/t^2 - 4*sin(t)/t^3; "
        f"x(1) = {sin(1)!r}; x'(1) = {cos(1) - sin(1)!r}", 2.0, sin(2) / 2),
    "with a parameter": (  # t*exp(a*t) and t*exp(-a*t)
        "x'' = 2*x'/t + (a^2 - 2/t^2)*x; x(1) = 1; x'(1) = 1.7; a = 0.7", 2.0, 2 * exp(0.7)),
    "with a parameter of either sign": (  # cos(sqrt(b)*t)/t and sin(sqrt(b)*t)/t
        "x'' = -2*x'/t - b*x; x(1) = 1; x'(1) = -1; b = 4", 2.0, cos(2) / 2),
    "Riccati with a ratio": (  # y = t*u, t*u' = u^2 + 1
        "dy/dt = y/t + y^2/t^2 + 1; y(1) = 2", 1.2, 1.2 * tan(log(1.2) + atan(2))),
    "Riccati scaled by a wave": (  # y = u/cos(t), u' = u^2 - 1
        "dy/dt = cos(t)*y^2 + tan(t)*y - 1/cos(t); y(0) = 0", 0.5, -tanh(0.5) / cos(0.5)),
    "Riccati by a linear equation": (  # -u'/u with u = t*exp(t) and t*exp(-t)
        "dy/dt = y^2 + 2*y/t - 1 + 2/t^2; y(1) = -1", 2.0, -0.5 - tanh(1)),
    "Riccati for the time": (  # t = y*u, u' = y*(u^2 + 1)
        "dy/dt = y/(t + y*t^2 + y^3); y(0) = 1", 1.2 * tan(0.22), 1.2),
}  # fmt: skip


@cache
def solved(name: str) -> tuple[ClosedForm, float, float]:
    """Return the closed form of a problem, with a time and the value there."""
    text, time, value = BY_HAND[name]
    return solve_exactly(text, budget=20), time, value


@pytest.mark.parametrize("name", BY_HAND)
def test_the_closed_form_has_the_value_by_hand(name: str) -> None:
    exact, time, value = solved(name)
    assert exact(time)[exact.states[0]] == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("name", BY_HAND)
def test_every_step_of_its_derivation_is_checked(name: str) -> None:
    exact, _, _ = solved(name)
    assert len(exact.derivation) >= 2
    assert exact.derivation.checked


def test_a_parameter_of_the_other_sign_turns_waves_into_exponentials() -> None:
    exact, time, _ = solved("with a parameter of either sign")
    assert exact(time, b=-4.0)["x"] == pytest.approx((exp(2) + exp(-2)) / 4, rel=1e-12)


def test_exponentials_beyond_all_numbers_leave_the_limit_of_their_quotient() -> None:
    exact, _, _ = solved("Riccati by a linear equation")
    assert exact(2000.0)["y"] == pytest.approx(-1.0 - 1 / 2000.0, rel=1e-12)
