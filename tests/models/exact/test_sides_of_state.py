"""Equations with one law below a value of the state and another above it."""

import math

import numpy as np
import pytest

import ratelaw as rl

FALL = "dv/dt = g - c*v*abs(v); v(0) = -5; g = 9.8; c = 0.6"
CASES = {
    "thrown up": FALL,
    "falling": FALL.replace("v(0) = -5", "v(0) = 1"),
    "both drags": "dv/dt = g - a*v - c*v*abs(v); v(0) = -5; g = 9.8; a = 0.3; c = 0.6",
    "drag": "dv/dt = -c*v*abs(v); v(0) = -2; c = 0.6",
    "overflow": "dh/dt = q - k*max(h - h_c, 0); h(0) = 0.5; q = 1; k = 0.6; h_c = 2",
    "saturated": "ds/dt = -V*min(s/K, 1); s(0) = 6; V = 2; K = 1.5",
    "outflow": "dh/dt = -k*sqrt(max(h, 0)); h(0) = 4; k = 1",
    "harvest": "dx/dt = r*x*(1 - x/K) - if(x > E, h, 0)*x\nx(0) = 2; r = 0.8; K = 9; E = 6; h = 0.1",  # noqa: E501
    "diode": "dv/dt = (V - v)/tau - k*max(v, 0); v(0) = -3; V = 2; tau = 1.5; k = 0.7",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_the_formula_goes_where_steps_lead(text: str) -> None:
    times = np.linspace(0.2, 5.2, 11)
    exact = rl.solve_exactly(text, budget=10)
    wanted = rl.solve(rl.model(text), times, method="reference:dop853", rtol=1e-11, atol=1e-12)
    (state,) = exact.states
    np.testing.assert_allclose(exact(times)[state], wanted[state], rtol=1e-8, atol=1e-9)
    assert exact.certificate.valid
    assert exact.derivation.checked
    assert len(exact.tape.nodes) < 1500


def test_dry_friction_stops_a_body_for_good() -> None:
    exact = rl.solve_exactly("dv/dt = -mu*sign(v); v(0) = v_0; mu = 0.3")
    assert str(exact) == (
        "v(t) = if(v_0 < 0, if(-v_0/mu <= t, 0, v_0 + mu*t), if(v_0/mu <= t, 0, v_0 - mu*t))"
    )
    assert [exact(4.0, v_0=v)["v"] for v in (-5.0, -0.6, 0.0, 0.6)] == [-3.8, 0.0, 0.0, 0.0]


def test_the_time_of_the_top_has_a_letter() -> None:
    assert str(rl.solve_exactly(FALL)).splitlines()[-1] == "t_1 = -atan(sqrt(g*c)*v_0/g)/sqrt(g*c)"


def test_where_rates_hold_a_state_between_them_nothing_is_returned() -> None:
    heated = "dT/dt = -k*(T - T_a) + if(T < S, P, 0)\nT(0) = 15; k = 0.3; T_a = 10; S = 20; P = 6"
    exact = rl.solve_exactly(heated)
    reached = math.log((30 - 15) / (30 - 20)) / 0.3  # on the way from 15 to 30
    assert math.isfinite(exact(0.99 * reached)["T"])
    assert math.isnan(exact(1.01 * reached)["T"])
    assert "until T reaches S" in exact.certificate.domain


def test_an_equilibrium_in_between_is_never_passed() -> None:
    exact = rl.solve_exactly("dx/dt = -k*abs(x); x(0) = x_0; k = 0.6")
    assert str(exact) == "x(t) = if(x_0 < 0, x_0*exp(k*t), x_0*exp(-k*t))"
