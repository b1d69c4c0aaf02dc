"""Sensitivities of solutions with events, against the derivatives of closed forms."""

import math

import numpy as np
import pytest

import ratelaw as rl

EVERY = ["reference:tsit5", "lanes:tsit5", "lanes:rodas5p", "scipy:RK45"]
BALL = rl.model("""
    dh/dt = v;  dv/dt = -g
    h(0) = 10 [m];  v(0) = 0 [m/s];  g = 9.81 [m/s^2];  e = 0.8
    when h < 0: v = -e*v
""")


def height(t: float, g: complex, e: complex, h_0: complex) -> complex:
    """Return the height of a bouncing ball, which falls from h_0, in closed form."""
    fall = (2 * h_0 / g) ** 0.5
    speed, since = g * fall * e, t - fall
    while (2 * speed / g).real < since.real:
        speed, since = speed * e, since - 2 * speed / g
    return speed * since - g * since**2 / 2


@pytest.mark.parametrize("method", ["reference:tsit5", "lanes:tsit5", "scipy:DOP853"])
def test_a_ball_that_bounced_four_times(method: str) -> None:
    values = {"g": 9.81, "e": 0.8, "h_0": 10.0}
    by = ["g", "e", "h(0)"]
    sol = rl.solve(BALL, 8, method=method, sensitivities=by, rtol=1e-9, atol=1e-10)
    exact = [height(8, **{**values, n: x + 1e-30j}).imag / 1e-30 for n, x in values.items()]
    assert [float(sol.gradient("h", n)[-1]) for n in by] == pytest.approx(exact, rel=1e-7)


def test_a_dose_at_a_parameter_time() -> None:
    model = rl.model("dx/dt = -k*x; x(0) = 1; k = 0.1; D = 2; a = 4; at t = a: x += D")
    sol = rl.solve(model, 10, sensitivities=["a", "D"], rtol=1e-10)
    left = math.exp(-0.1 * 6)
    found = [float(sol.gradient("x", n)[-1]) for n in ("a", "D")]
    assert found == pytest.approx([0.1 * 2 * left, left], rel=1e-7)


def test_a_step_at_a_parameter_time() -> None:
    model = rl.model("dx/dt = if(t < a, 0, b) - k*x; x(0) = 1; a = 3; b = 2; k = 0.1")
    sol = rl.solve(model, 10, method="reference:tsit5", sensitivities=["a"], rtol=1e-10)
    assert float(sol.gradient("x", "a")[-1]) == pytest.approx(-2 * math.exp(-0.1 * 7), rel=1e-7)


def test_a_dose_and_a_step_at_one_time_move_on_their_own() -> None:
    text = "dx/dt = if(t < a, 0, b) - k*x; x(0) = 1; a = 3; b = 2; k = 0.1; at t = a: x += b"
    sol = rl.solve(rl.model(text), 10, sensitivities=["a"], rtol=1e-10)
    # x = exp(-k*t) + b*exp(-k*(t - a)) + b/k*(1 - exp(-k*(t - a))) after a.
    exact = (0.1 * 2 - 2) * math.exp(-0.1 * 7)
    assert float(sol.gradient("x", "a")[-1]) == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize(
    "method", ["reference:tsit5", "lanes:tsit5", "lanes:rodas5p", "scipy:RK45"]
)
@pytest.mark.parametrize(
    "rate", ["step(t + 1000 - (a + 1000))", "if(w*t + 3 > a*w + 3, 1, 0)", "step(sin(w*t - w*a))"]
)
def test_a_jump_that_roundings_blur_has_the_same_sides_for_everybody(rate, method):
    a, w = np.random.default_rng(0).uniform(0.5, 1, (2, 8))
    model = rl.model(f"x' = {rate}; x(0) = 0; a = 1; w = 1").vary("set", {"a": a, "w": w})
    sol = rl.solve(model, [0, 2], method=method, sensitivities=["a"])
    assert sol.y[0, :, -1] == pytest.approx(2 - a, rel=1e-12)
    assert sol.gradient("x", "a").values[:, -1] == pytest.approx(-1, rel=1e-9)


@pytest.mark.parametrize("method", ["reference:tsit5", "lanes:tsit5"])
@pytest.mark.parametrize("condition", ["x < c and k >= 3", "not (x >= c or k < 3)"])
def test_a_condition_that_just_holds_says_nothing_of_when(condition: str, method: str) -> None:
    refill = rl.model(f"""
        dx/dt = -a*x
        x(0) = 1; a = 0.7; c = 0.5; k = 3
        when {condition}: x = 1 + k
    """)
    sol = rl.solve(refill, [1.5], sensitivities=["a", "c", "k"], method=method, rtol=1e-10)
    # At log(1/c)/a, when x is c, it becomes 1 + k: x = (1 + k)*exp(-a*t)/c.
    x = 4 * math.exp(-0.7 * 1.5) / 0.5
    assert sol.y.item() == pytest.approx(x, rel=1e-8)
    for name, slope in {"a": -1.5 * x, "c": -x / 0.5, "k": x / 4}.items():
        assert float(sol.gradient("x", name).item()) == pytest.approx(slope, rel=1e-7)
