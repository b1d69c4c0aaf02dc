"""Rates that have a pole in time end a trajectory there, also where its states stay finite."""

import numpy as np
import pytest
from paths import methods

import ratelaw as rl
from ratelaw.models.errors import SolveError
from ratelaw.models.lower import lower
from ratelaw.models.structure.poles import poles

METHODS = [
    "lanes:taylor12", "lanes:dop853", "lanes:tsit5", "lanes:radau9", "lanes:rodas4",
    "reference:tsit5", "scipy:LSODA", "scipy:Radau",
]  # fmt: skip
# Every output ends a step of torchdiffeq's, at 0 too, where a wave over its time is no number.
TORCH = [m for m in methods() if m == "torchdiffeq:dopri5"]
# States reach a finite value at the pole, t = 1, and nothing tells which solution goes on from it.
POLES = {
    "a line": "x' = -x/(1 - t) + 1; x(0) = 1",
    "a power": "x' = -x*(1 - t)^(-1) + 1; x(0) = 1",
    "a clock": "x' = -x/(1 - c) + 1; x(0) = 1; c' = 1; c(0) = 0",
    "a tangent": "x' = -pi/2*tan(pi/2*t)*x + 1; x(0) = 1.5",
    "a cotangent": "x' = x*pi*cos(pi*t)/sin(pi*t) + 1; x(0.5) = 1",
    "one over a tangent": "x' = x*pi/tan(pi*t) + 1; x(0.5) = 1",
    "a tangent and a line": "x' = -t*tan(pi/2*t)*x + 1; x(0) = 1.5",
    "a second order": "x'' = -x'/(1 - t) + 1; x(0) = 1; x'(0) = 1",
}
# The integral of atan(1/s) from -1.1 to 0.9, with the jump at 0.
ANGLE = sum(
    sign * (s * np.arctan(1 / s) + 0.5 * np.log(1 + s * s)) for sign, s in ((1, 0.9), (-1, -1.1))
)
# What is divided vanishes with what it is divided by: the rate goes on.
NO_POLES = {
    "a wave over its time": ("x' = -x*sin(t)/t; x(-1) = 1", lambda: np.exp(-1.8921661407343662)),
    "what begins as a square": ("x' = x*(1 - cos(t))/t; x(-1) = 1", lambda: 1.0),
    "a wave by its time's inverse": (
        "x' = -x*(1/t)*sin(t); x(-1) = 1",
        lambda: np.exp(-1.8921661407343662),
    ),
    "an angle": ("x' = atan(1/(t - 0.1)); x(-1) = 0", lambda: ANGLE),
    "a cotangent where it is zero": (
        "x' = x/tan(t + 1.7); x(-1) = 1",
        lambda: np.sin(2.7) / np.sin(0.7),
    ),
    "a square": ("x' = 2*t*x/(1 + t^2); x(-1) = 1", lambda: 1.0),
}


@pytest.mark.parametrize("text", POLES.values(), ids=POLES.keys())
@pytest.mark.parametrize("method", [*METHODS, *TORCH])
def test_no_step_passes_a_pole(method, text):
    with pytest.raises(SolveError, match=r"t = (1|0\.99999\d*) of 2"):
        rl.solve(rl.model(text), 2, method=method)


@pytest.mark.parametrize("method", ["lanes:radau9", "lanes:rodas4", "scipy:Radau"])
def test_no_step_passes_a_pole_with_the_same_sign_on_both_sides(method):
    with pytest.raises(SolveError, match=r"t = (1|0\.99999\d*) of 2"):
        rl.solve(rl.model("x' = -1e-3*x/(1 - t)^2 + 1; x(0) = 1"), 2, method=method)


@pytest.mark.parametrize("given", NO_POLES.values(), ids=NO_POLES.keys())
@pytest.mark.parametrize("method", METHODS)
def test_what_is_no_pole_is_passed(method, given):
    text, last = given
    assert rl.solve(rl.model(text), 1, method=method).y[0, -1] == pytest.approx(last(), rel=1e-4)


def test_a_divisor_whose_sign_jumps_is_passed():
    sol = rl.solve(rl.model("x' = x/if(t < 0, -1, 1); x(-1) = 1"), 1, method="lanes:dop853")
    assert sol.y[0, -1] == pytest.approx(1, rel=1e-4)


def test_a_member_before_its_pole_is_not_spoiled_by_one_beyond():
    many = rl.model("x' = -x/(a - t) + 1; x(0) = 1; a = 3")(a=[1.0, 3.0])
    sol = rl.solve(many, 2)
    after = (3 - 2) * (1 / 3 - np.log((3 - 2) / 3))
    assert np.isnan(sol.y[0, 0, -1])
    assert sol.y[0, 1, -1] == pytest.approx(after, rel=1e-6)


def test_what_never_divides_by_time_pays_nothing():
    assert not poles(lower(rl.library.lorenz))
    assert not poles(lower(rl.library.michaelis_menten))
