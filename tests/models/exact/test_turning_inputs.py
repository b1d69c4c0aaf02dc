"""Inputs of time that bend and jump: ramps, triangles, windows, in linear and other equations."""

import numpy as np
import pytest

import ratelaw as rl

RAMP = "dv/dt = (V*min(t/t_r, 1) - v)/tau; v(0) = 0; V = 5; t_r = 1.7; tau = 0.6"
CASES = {
    "ramp": RAMP,
    "ramp backward": RAMP.replace("t_r = 1.7", "t_r = -1.7"),
    "late ramp": "dx/dt = r*min(max((t - a)/b, 0), 1) - k*x; x(0) = 1; r = 2; a = 1; b = 2; k = 0.4",  # noqa: E501
    "triangle": "dx/dt = a*max(1 - abs(t - c)/w, 0) - k*x; x(0) = 1; a = 2; c = 2; w = 1; k = 0.5",
    "window": "dx/dt = if(abs(t - c) < w, r, 0) - k*x; x(-1) = 1; r = 2; c = 2; w = 0.8; k = 0.4",
    "reversed": "dN/dt = N*(1 - N/K) - if(t > a and t < b, h, 0)*N; N(0) = 2; K = 9; a = 3; b = 1; h = 1",  # noqa: E501
    "bell": "dx/dt = a*exp(-abs(t - c)/w) - k*x; x(0) = 1; a = 1; c = 2; w = 0.7; k = 0.4",
    "logistic": "dN/dt = r*min(t/T, 1)*N*(1 - N/K); N(0) = 1; r = 0.8; T = 2; K = 10",
    "oscillator": "x'' = -w^2*x + F*min(t/T, 1); x(0) = 1; x'(0) = 0.5; w = 1.5; F = 2; T = 2",
}  # fmt: skip


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_the_formula_goes_where_steps_lead(text: str) -> None:
    model, times = rl.model(text), np.linspace(0.3, 6.3, 13)
    exact = rl.solve_exactly(text, budget=10)
    wanted = rl.solve(model, times, method="scipy:DOP853", rtol=1e-12, atol=1e-13)
    for state in exact.states:
        np.testing.assert_allclose(exact(times)[state], np.asarray(wanted[state]), rtol=1e-8)
    assert exact.certificate.valid
    assert exact.derivation.checked


def test_times_that_are_parameters_may_come_in_any_order() -> None:
    exact = rl.solve_exactly(
        "dN/dt = N*(1 - N/K) - if(t < a, 0.3, 0)*N - if(t < b, 0.5, 0)*N\nN(0) = 2; K = 9"
    )
    one, other = exact(3.0, a=1.0, b=2.0)["N"], exact(3.0, a=2.5, b=2.0)["N"]
    assert np.isfinite([one, other]).all()
    assert other < one


def test_a_ramp_is_printed_piece_by_piece() -> None:
    assert str(rl.solve_exactly(RAMP)).splitlines() == [
        "v(t) = V*t/t_r + (v_0 + V*tau/t_r)*exp(-t/tau) - V*tau/t_r for 0 <= t < t_r",
        "v_1 = v(t_r)",
        "v(t) = V + (v_1 - V)*exp(-(t - t_r)/tau) from t = t_r on",
    ]


def test_where_nothing_turns_no_piece_ends() -> None:
    assert str(rl.solve_exactly(CASES["window"])).count("x(t) = ") == 3


def test_the_order_written_is_said() -> None:
    assert "written for 0 <= a <= a + b" in rl.solve_exactly(CASES["late ramp"]).certificate.domain
