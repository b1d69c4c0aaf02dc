"""Linear systems under inputs that turn at the same times in every period, as one formula."""

import math

import numpy as np
import pytest

import ratelaw as rl

SQUARE = "dv/dt = (V*sign(sin(w*t)) - v)/tau; v(0) = 1; V = 5; w = 2; tau = 0.6"
CASES = {
    "square": SQUARE,
    "late start": "dx/dt = sign(sin(t)) - k*x; x(2) = 1; k = 0.5",
    "pulses": "dx/dt = if(mod(t, P) < D, a, 0) - k*x; x(0) = 1; P = 2; D = 0.7; a = 3; k = 0.5",
    "saw": "dx/dt = a*mod(t, P) - k*x; x(0) = 1; P = 2; a = 3; k = 0.5",
    "triangles": "dx/dt = a*abs(mod(t, 2) - 1) - k*x; x(0) = 1; a = 3; k = 0.5",
    "half a sine": "dv/dt = (V*max(sin(w*t), 0) - v)/tau; v(0) = 0; V = 3; w = 2; tau = 0.5",
    "seasons": "dN/dt = if(mod(t, 1) < f, r, -m)*N; N(0) = 2; f = 0.4; r = 1; m = 0.5",
    "no decay": "dx/dt = b*sign(sin(w*t)); x(0) = 1; b = 2; w = 2",
    "oscillator": "x'' = -w0^2*x + F*sign(sin(w*t)); x(0) = 1; x'(0) = 0; w0 = 1.5; F = 1; w = 2",
    "infusions": (
        "dx/dt = if(mod(t, 4) < 1, R, 0) - (k + p)*x + q*y; dy/dt = p*x - q*y\n"
        "x(0) = 0; y(0) = 0; R = 4; k = 0.3; p = 0.4; q = 0.2"
    ),
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_the_formula_goes_where_steps_lead(text: str) -> None:
    model, times = rl.model(text), np.linspace(2.3, 14.3, 13)
    exact = rl.solve_exactly(text, budget=10)
    wanted = rl.solve(model, times, method="reference:dop853", rtol=1e-11, atol=1e-12)
    for state in exact.states:
        np.testing.assert_allclose(exact(times)[state], wanted[state], rtol=1e-8, atol=1e-9)
    assert exact.certificate.valid


@pytest.mark.parametrize("name", ["square", "no decay", "seasons"])
def test_every_step_is_checked(name: str) -> None:
    assert rl.solve_exactly(CASES[name]).derivation.checked


def test_a_period_is_printed_once() -> None:
    assert str(rl.solve_exactly(SQUARE)).splitlines() == [
        "v(t) = V + (v_n - V)*exp(-(t - t_n)/tau) for t_n <= t < t_n + pi/w",
        "v_1 = v(t_n + pi/w)",
        "v(t) = (v_1 + V)*exp((t_n - t + pi/w)/tau) - V for t_n + pi/w <= t < t_n + 2*pi/w",
        "v_n = v(t_n)",
        "n = floor(w*t/(2*pi))",
        "t_n = pi*(2*n)/w",
    ]


def test_after_many_periods_only_the_input_is_left() -> None:
    exact = rl.solve_exactly(CASES["saw"])
    early, late = exact(40.5)["x"], exact(4000.5)["x"]
    assert late == pytest.approx(early, rel=1e-8)


def test_pulses_that_fill_the_period_are_left_to_steps() -> None:
    assert math.isnan(rl.solve_exactly(CASES["pulses"])(3.0, D=2.5)["x"])


def test_an_input_that_grows_in_every_period_is_no_periodic_one() -> None:
    with pytest.raises(rl.models.errors.NoClosedFormError):
        rl.solve_exactly("dx/dt = a*floor(t) - k*x; x(0) = 1; a = 2; k = 0.5")
