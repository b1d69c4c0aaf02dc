"""Models with events, by different backends: the same states, the same events at the same times."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import ratelaw as rl

RTOL = 1e-8
FAR = 100  # tolerances by which two solutions may differ: each step errs, and so do event times
OTHERS = [
    "lanes:tsit5",
    "lanes:rodas5p",
    "lanes:dop853",
    "scipy:RK45",
    "scipy:LSODA",
    "reference:rodas5p",
]

MODELS = {
    "thermostat": (
        """
        dT/dt = -k*(T - T_out) + P*on; don/dt = 0; T(0) = 20; on(0) = 1
        k = 0.2; T_out = 5; P = 6; low = 19; high = 21
        when T > high: on = 0
        when T < low: on = 1
        """,
        8,
    ),
    "integrate-and-fire neuron": (
        "dV/dt = (-65 - V + 10*I)/10; V(0) = -65; I = 2; when V > -50: V = -65",
        50,
    ),
    "staged rocket": (
        """
        h'' = F/m - g; m' = -q; F' = 0; q' = 0
        h(0) = 0; h'(0) = 0; m(0) = 30; F(0) = 600; q(0) = 1; g = 9.81
        at 10: m = m - 8, F = 200, q = 0.3     # the first stage is dropped
        when m < 9: F = 0, q = 0               # the fuel is spent
        stop when h < 0
        """,
        60,
    ),
    "predator and prey, harvested": (
        """
        dx/dt = a*x - b*x*y; dy/dt = -c*y + d*x*y
        x(0) = 10; y(0) = 5; a = 1; b = 0.1; c = 1.5; d = 0.075
        at t = 4, 8, 12: x = 0.7*x, y = 0.5*y
        """,
        15,
    ),
    "repeated doses": (
        "dA/dt = -k*A; A(0) = 0; k = 0.1; D = 100; every 12 from 0 to 60: A = A + D",
        72,
    ),
    "pulse input": ("dx/dt = 5*pulse(t, 2, 0.01) - x; x(0) = 0", 10),
    "square wave": ("dx/dt = sign(sin(w*t)) - 0.1*x; x(0) = 0; w = 1", 20),
}


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize("name", MODELS)
def test_backends_agree_on_a_model_with_events(name: str, method: str) -> None:
    text, end = MODELS[name]
    times = np.linspace(0, end, 38)
    options = {"rtol": RTOL, "atol": 1e-10}
    one = rl.solve(text, times, method="reference:tsit5", **options)
    other = rl.solve(text, times, method=method, **options)
    scale = np.nanmax(np.abs(one.y), axis=1, keepdims=True)
    assert np.array_equal(np.isnan(one.y), np.isnan(other.y))
    assert np.nanmax(np.abs(one.y - other.y) / scale) <= FAR * RTOL
    assert one.events["rule"].tolist() == other.events["rule"].tolist()
    assert other.events["time"].to_numpy() == pytest.approx(one.events["time"], rel=FAR * RTOL)


@pytest.mark.parametrize("method", ["reference:tsit5", "lanes:tsit5", "scipy:RK45"])
def test_a_batch_that_several_workers_share_has_the_same_events(method: str) -> None:
    room = rl.model(MODELS["thermostat"][0])(P=[5.0, 6.0, 7.0], k=[0.15, 0.2])
    alone = rl.solve(room, [0, 4], method=method)
    with ThreadPoolExecutor(2) as pool:
        shared = rl.solve(room, [0, 4], method=method, executor=pool)
    assert np.array_equal(shared.y, alone.y)
    assert len(alone.events) > 10
    assert shared.events.equals(alone.events)


@pytest.mark.parametrize("end", [1, 1.1, 2])
@pytest.mark.parametrize("method", ["reference:tsit5", "lanes:tsit5", "lanes:radau9", "scipy:RK45"])
def test_conditions_that_turn_together_happen_once_each(method, end):
    meeting = rl.model(
        """
        dx/dt = 1; dy/dt = -1; dn/dt = 0; dm/dt = 0
        x(0) = 0; y(0) = 1; n(0) = 0; m(0) = 0; c = 0.5
        when x > c: n = n + 1
        when y < 1 - c: m = m + 1
        """
    ).vary("crossing", {"c": np.arange(1, 20) / 20})
    last = rl.solve(meeting, end, method=method).y[2:, :, -1]
    np.testing.assert_array_equal(last, 1)
