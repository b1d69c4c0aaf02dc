"""Nonlinear scalar equations and systems with conserved totals, in closed form."""

from dataclasses import replace
from functools import cache
from math import atan, cos, erf, exp, isnan, log, pi, sin, sqrt, tan, tanh

import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import ClosedForm, solve_exactly
from ratelaw.models.lower import lower

ABEL = exp(1.9**2 / 2) * (exp(-2) - sqrt(pi / 2) * (erf(1.9 / sqrt(2)) - erf(sqrt(2))))

# A model, a time, and its states there by the textbook.
TEXTBOOK = {
    "logistic": ("dy/dt = r*y*(1 - y/K); y(0) = 1; r = 2; K = 5", 1.0, 5 / (1 + 4 * exp(-2))),
    "second order": ("dA/dt = -k*A^2; A(0) = 2; k = 3", 1.5, 2 / (1 + 2 * 3 * 1.5)),
    "power": ("dy/dt = a*y^p; y(0) = 2; a = 1; p = 0.5", 1.0, (sqrt(2) + 0.5) ** 2),
    "autocatalysis": ("dA/dt = -k*A*B; dB/dt = k*A*B; A(0) = 2; B(0) = 1; k = 1", 1.0,
                      6 / (2 + exp(3))),
    "drag": ("dv/dt = g - b*v^2; v(0) = 0; g = 9; b = 1", 0.2, 3 * tanh(0.6)),
    "seasonal": ("dy/dt = cos(t)*y*(1 - y); y(0) = 0.5", 1.0, 1 / (1 + exp(-sin(1)))),
    "Gompertz": ("dN/dt = a*N*log(K/N); N(0) = 2; a = 1; K = 20", 1.0, 20 * 0.1 ** exp(-1)),
    "rocket": ("dv/dt = u*q/(m - q*t) - g; v(0) = 0; u = 2; q = 1; m = 3; g = 1", 1.0,
               2 * log(1.5) - 1),
    "line": ("dy/dt = (t + y)^2; y(0) = 0", 0.5, tan(0.5) - 0.5),
    "homogeneous": ("t in [1, 2]; dy/dt = (t^2 + y^2)/(t*y); y(1) = 2", 2.0,
                    2 * sqrt(2 * log(2) + 4)),
    "variable coefficients": ("dy/dt = y*tan(t) + cos(t); y(0) = 2", 1.0,
                              (0.5 + sin(2) / 4 + 2) / cos(1)),
    "half an angle": ("dy/dt = 1 + cos(y); y(0) = 0", 2.0, 2 * atan(2)),
    "half an angle that grows": ("dy/dt = cos(t)*sin(2*y); y(0) = 0.5", 1.0,
                                 atan(exp(2 * sin(1)) * tan(0.5))),
    "Darboux": (  # with v = y/t: dt/dv = t + v*t^4
        "dy/dt = y/t + 1/(1 + y*t^2); y(1) = 0", (2 / 15 + 2 / 3 * exp(-0.6)) ** (-1 / 3),
        0.2 * (2 / 15 + 2 / 3 * exp(-0.6)) ** (-1 / 3)),
    "Abel": (  # with u = 1/y + t and s = 1/t: ds/du = u*s - 1
        "dy/dt = y^3/t + y^2; y(1) = 1", 1 / ABEL, 1 / (1.9 - 1 / ABEL)),
    "a square of the state": (  # u = y^2: du/dt = 2*t*u + 2*exp(t^2)
        "dy/dt = t*y + exp(t^2)/y; y(0) = 2", 1.0, sqrt(6 * exp(1))),
    "an exponential of the state": (  # u = exp(y): du/dt = u + t
        "dy/dt = 1 + t*exp(-y); y(0) = 1", 1.0, log(exp(2) + exp(1) - 2)),
    "cooling by radiation": ("dT/dt = -k*(T^4 - A^4); T(0) = 3; k = 1; A = 1",
                             log(1.5) / 4 - (atan(3) - atan(2)) / 2, 2.0),
    "growth with a power": ("dm/dt = a*m^(2/3) - b*m; m(0) = 1; a = 2; b = 3", 1.0,
                            (2 / 3 + exp(-1) / 3) ** 3),
}  # fmt: skip


@cache
def solved(name: str) -> tuple[ClosedForm, float, float]:
    """Return the closed form of a textbook's problem, with a time and the value there."""
    text, time, value = TEXTBOOK[name]
    return solve_exactly(text.removeprefix("t in [1, 2]; "), budget=10), time, value


@pytest.mark.parametrize("name", TEXTBOOK)
def test_the_closed_form_has_the_textbook_s_value(name: str) -> None:
    exact, time, value = solved(name)
    assert exact(time)[exact.states[0]] == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_every_step_of_its_derivation_is_checked(name: str) -> None:
    exact, _, _ = solved(name)
    assert len(exact.derivation) >= 2
    assert exact.derivation.checked


def test_logistic_growth_is_printed_as_in_a_textbook() -> None:
    exact = solve_exactly("dy/dt = r*y*(1 - y/K); y(0) = 1; r = 1; K = 2")
    assert str(exact) == "y(t) = K*y_0/(y_0 + (K - y_0)*exp(-r*t))"


@pytest.mark.parametrize(
    ("rate", "formula"),
    [
        ("r*x*(1 - (x/K)^q)", "x_0/((x_0/K)^q + (1 - (x_0/K)^q)*exp(-r*q*t))^(1/q)"),
        ("r/q*x*(1 - (x/K)^q)", "x_0/((x_0/K)^q + (1 - (x_0/K)^q)*exp(-r*t))^(1/q)"),
        ("-r*x^q", "x_0/(r*(q - 1)*x_0^(q - 1)*t + 1)^(1/(q - 1))"),
        ("r*(K - x)^q", "K - (K - x_0)/(r*(q - 1)*(K - x_0)^(q - 1)*t + 1)^(1/(q - 1))"),
    ],
)
def test_powers_that_are_symbols_are_printed_as_in_a_textbook(rate: str, formula: str) -> None:
    exact = solve_exactly(f"dx/dt = {rate}; x(0) = 1; r = 1; K = 2; q = 3")
    assert str(exact) == f"x(t) = {formula}"
    assert exact.derivation.checked


@cache
def theta_logistic() -> ClosedForm:
    return solve_exactly("dx/dt = r*x*(1 - (x/K)^q); x(0) = 1e-3; r = 1; K = 2; q = 3")


@pytest.mark.parametrize("start", [0.02, 1.5, 3.0])
@pytest.mark.parametrize("power", [1e-9, 1.0, 200.0, 1e6])
def test_growth_to_a_capacity_reaches_it_whatever_the_power(start: float, power: float) -> None:
    assert theta_logistic()(1e11, {"x(0)": start, "q": power})["x"] == pytest.approx(2.0, rel=1e-12)


def test_a_decay_begins_at_its_start_whatever_the_power() -> None:
    exact = solve_exactly("dx/dt = -r*x^q; x(0) = 6.4375; r = 0.16; q = 436")  # x^q is no double
    assert exact(0)["x"] == 6.4375


def test_growth_far_below_a_capacity_with_a_large_power_is_exponential() -> None:
    assert theta_logistic()(2.0, q=200)["x"] == pytest.approx(1e-3 * exp(2), rel=1e-14)


def test_gompertz_growth_is_printed_as_in_a_textbook() -> None:
    exact = solve_exactly("dN/dt = a*N*log(K/N); N(0) = 1; a = 1; K = 2")
    assert str(exact) == "N(t) = K*exp(-log(K/N_0)*exp(-a*t))"


def test_the_outflow_of_a_tank_is_printed_as_a_square() -> None:
    exact = solve_exactly("dh/dt = -k*sqrt(h); h(0) = 2; k = 1")
    assert str(exact) == "h(t) = (sqrt(h_0) - k*t/2)^2"


@pytest.mark.parametrize("start", [0.1, 1.0, 3.0])
def test_logistic_growth_neither_overflows_nor_loses_its_limit(start: float) -> None:
    exact = solve_exactly("dy/dt = r*y*(1 - y/K); y(0) = 1; r = 1; K = 2")
    assert exact(1e6, {"y(0)": start, "r": 7.0})["y"] == pytest.approx(2.0, rel=1e-15)
    assert exact(3.0, {"y(0)": start, "r": 0.0})["y"] == pytest.approx(start, rel=1e-15)


def test_a_solution_that_becomes_infinite_ends_there() -> None:
    exact = solve_exactly("dx/dt = x^2; x(0) = 2")
    assert exact(0.25)["x"] == pytest.approx(4.0)
    assert "until x becomes infinite at t = 1/x_0" in exact.certificate.domain


def test_a_power_law_has_its_limit_at_the_first_power() -> None:
    exact = solve_exactly("dy/dt = a*y^p; y(0) = 2; a = 0.5; p = 1")
    assert exact(2.0)["y"] == pytest.approx(2 * exp(1), rel=1e-12)


def test_a_negative_discriminant_turns_the_hyperbola_into_a_tangent() -> None:
    exact = solve_exactly("dy/dt = a*y^2 + c; y(0) = 0; a = 1; c = 1")
    assert exact(1.0)["y"] == pytest.approx(tan(1), rel=1e-12)
    assert exact(1.0, a=-1)["y"] == pytest.approx(tanh(1), rel=1e-12)
    assert exact(1.0, a=0)["y"] == pytest.approx(1.0, rel=1e-12)


def test_an_enzyme_s_substrate_is_given_by_lambert_s_function() -> None:
    exact = solve_exactly("dS/dt = -V*S/(K + S); S(0) = 2; V = 1; K = 1", budget=10)
    assert str(exact) == "S(t) = K*lambertw(S_0/K*exp((S_0 - V*t)/K))"
    value = exact(1.0)["S"]
    assert value + 1 + log(value) == pytest.approx(2 + log(2), rel=1e-14)
    assert exact(1.0, {"S(0)": 0.0})["S"] == 0.0
    assert exact(1.0, {"S(0)": 2e3})["S"] == pytest.approx(1999.0005, abs=1e-4)  # exp(2000)


def test_a_moving_line_in_a_logarithm_has_the_lower_branch() -> None:
    exact = solve_exactly("dy/dx = 1/(x + y); y(0) = 2", budget=10)
    assert str(exact) == "y(x) = -(x + lambertwm1(-(y_0 + 1)*exp(-(y_0 + x + 1))) + 1)"
    value = exact(1.0)["y"]
    assert value - log(value + 2) == pytest.approx(2 - log(3), rel=1e-14)


def test_what_cannot_be_solved_for_the_state_is_left_as_a_curve() -> None:
    exact = solve_exactly("dS/dt = -V*S/(1 + S + S^2); S(0) = 2; V = 1", budget=10)
    assert str(exact) == "S + S^2/2 + log(abs(S)) = S_0 + S_0^2/2 + log(abs(S_0)) - V*t"
    value = exact(1.0)["S"]
    assert value + 1 + value**2 / 2 + log(value) == pytest.approx(4 + log(2), rel=1e-14)


@pytest.mark.parametrize("start", [2.0, 200.0])
@pytest.mark.parametrize("time", [1e3, 1e6, 1e9])
def test_what_is_less_than_any_double_is_zero(start: float, time: float) -> None:
    exact = solve_exactly("dS/dt = -V*S/(K + S); S(0) = 2; V = 1; K = 1", budget=10)
    assert exact(time, {"S(0)": start})["S"] == 0.0


def test_a_curve_that_begins_beside_a_singular_point_is_followed() -> None:
    text = "dy/dt = y*(sqrt(t*y) + 1)/(t*(sqrt(t*y) - 1)); y(0) = 1.5"
    exact = solve_exactly(replace(lower(rl.model(text)), t0=1.0), budget=20)
    value = exact(2.0, {"y(0)": 1.5})["y"]
    assert value == pytest.approx(9.7680049689, rel=1e-9)  # Kamke 1.332, by numerical integration


def test_equal_concentrations_are_the_limit_of_unequal_ones() -> None:
    exact = solve_exactly("dA/dt = -k*A*B; dB/dt = -k*A*B; A(0) = 2; B(0) = 1; k = 1")
    assert exact(1.0)["A"] == pytest.approx(1 / (1 - 0.5 * exp(-1)), rel=1e-12)
    equal = exact(1.0, {"B(0)": 2.0})
    assert equal["A"] == pytest.approx(2 / 3, rel=1e-12)
    assert equal["A"] == pytest.approx(equal["B"], rel=1e-12)


def test_a_total_that_is_conserved_is_said() -> None:
    exact = solve_exactly("dA/dt = -k*A*B; dB/dt = -k*A*B; A(0) = 2; B(0) = 1; k = 1")
    assert exact.derivation[0].text == "A - B = A_0 - B_0"


@pytest.mark.parametrize("text", ["dy/dt = cos(t*y); y(0) = 0.5", "dy/dt = y^3 + t; y(0) = 1"])
def test_an_equation_without_a_closed_form_is_refused(text: str) -> None:
    with pytest.raises(NoClosedFormError):
        solve_exactly(text, budget=10)


def test_what_autocatalysis_has_nearly_used_up_keeps_its_digits() -> None:
    exact = solve_exactly("dA/dt = -k*A*B; dB/dt = k*A*B; A(0) = a; B(0) = b", budget=10)
    values = exact(2.0, k=1.0, a=1.0, b=1e-9)
    assert values["A"] == pytest.approx(1.000000001 / (1 + 1e-9 * exp(2 * 1.000000001)), rel=1e-15)
    assert values["B"] == pytest.approx(
        1e-9 * 1.000000001 / (1e-9 + exp(-2 * 1.000000001)), rel=1e-15
    )


@pytest.mark.parametrize("seed", range(3))
def test_infection_without_recovery_is_certified_whatever_the_points(seed: int) -> None:
    exact = solve_exactly("dS/dt = -b*S*I; dI/dt = b*S*I; dR/dt = b*S*I", budget=10, seed=seed)
    assert not exact.remaining


def test_beyond_a_fold_no_root_of_another_curve_is_taken() -> None:
    exact = solve_exactly("dy/dx = (y - x^2)/(y^2 - x); y(1) = 1.5", budget=10)
    assert exact(1.4166666666666667)["y"] == pytest.approx(1.5124516316309, rel=1e-11)
    later = exact(1.5)["y"]
    assert isnan(later) or later == pytest.approx(1.4364916731, rel=1e-9)
    assert isnan(exact(1.6)["y"])  # the curve turned back at its fold before


GROWN = {
    "dm/dt = a*m^(2/3) - b*m": "m(t) = (a/b + (m_0^(1/3) - a/b)*exp(-b*t/3))^3",
    "dk/dt = s*k^0.3 - d*k": "k(t) = (s/d + (k_0^0.7 - s/d)*exp(-0.7*d*t))^(10/7)",
    "dy/dt = r*y - h*sqrt(y)": "y(t) = (h/r + (sqrt(y_0) - h/r)*exp(r*t/2))^2",
}


@pytest.mark.parametrize(("text", "printed"), GROWN.items())
def test_growth_by_a_root_of_the_state_prints_as_a_textbook_has_it(text: str, printed: str) -> None:
    exact = solve_exactly(text, budget=20)
    assert str(exact) == printed
    assert exact.derivation.checked


def test_a_constant_force_in_special_relativity_prints_as_a_textbook_has_it() -> None:
    exact = solve_exactly(
        "dv/dt = F/m*(1 - v^2/c^2)^1.5; v(0) = 0.5; F = 1; m = 2; c = 3", budget=20
    )
    momentum = "v_0/sqrt(1 - v_0^2/c^2) + F*t/m"
    assert str(exact) == f"v(t) = ({momentum})/sqrt(({momentum})^2/c^2 + 1)"
    assert exact(1e9)["v"] == 3.0
    assert exact(-4.0)["v"] == -exact(4.0, {"v(0)": -0.5})["v"]
