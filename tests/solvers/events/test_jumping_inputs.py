"""Inputs that jump and measured inputs: met once each, forward and backward, by every backend."""

import math

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import SolveError

BACKENDS = ["reference:tsit5", "lanes:tsit5", "scipy:RK45"]
HIGH = 0.5 - math.asin(0.3) / math.pi  # the part of a turn in which a sine is above 0.3


def driven(rate: str) -> rl.Model:
    """Return what an input comes to, from 0 on."""
    return rl.model(f"dx/dt = {rate}; x(0) = 0")


@pytest.mark.parametrize("method", BACKENDS)
@pytest.mark.parametrize(
    ("rate", "until", "total"),
    [
        ("step(sin(2*pi*t))", 3, 1.5),  # zero at the very start
        ("step(sin(2*pi*t) - 0.3)", 3, 3 * HIGH),
        ("sign(cos(2*pi*t))", 2.75, -0.25),
        ("pulse(mod(t, 2), 0, 1)", 5, 3),
        ("pulse(mod(t, 2), 0, 1)", -5, -2),
        ("pulse(mod(t, 2), 0.5, 1)", 5, 2.5),
        ("pulse(mod(t, 2), 0.5, 1)", -5, -2.5),
        ("floor(t)", -2.5, 4.5),
        ("step(t + 3) - step(t + 1)", -5, -2),
    ],
)
def test_an_input_that_jumps_is_followed_to_the_last_digits(rate, until, total, method):
    sol = rl.solve(driven(rate), until, method=method)
    assert sol.y[0, -1] == pytest.approx(total, rel=1e-11)


def test_jumps_just_below_powers_of_two_are_met_backward():
    sol = rl.solve("dx/dt = floor(t); x(3) = 0", -2.5)
    assert sol.y[0, -1] == pytest.approx(1.5, rel=1e-11)


@pytest.mark.parametrize(("turns", "total"), [("t > 1", 11), ("t >= 1", 11)])
def test_a_condition_that_turns_next_to_a_planned_event_fires_once(turns, total):
    model = rl.model(f"dx/dt = 0; x(0) = 0; at t = 1: x = 10; when {turns}: x += 1")
    sol = rl.solve(model, 3)
    assert (sol.y[0, -1], len(sol.events)) == (total, 2)


def test_an_input_that_jumps_too_often_backward_is_refused():
    with pytest.raises(SolveError, match="at most 1 000 000 times"):
        rl.solve(driven("floor(1e9*t)"), -5)


@pytest.mark.parametrize("method", ["lanes:tsit5", "scipy:LSODA", "scipy:RK45"])
@pytest.mark.parametrize("kind", ["", ", cubic"])
def test_a_measured_input_is_followed_by_every_backend(method, kind):
    times, values = [0.0, 1.0, 2.5, 4.0], [0.0, 3.0, -1.0, 2.0]
    model = rl.model(f"dx/dt = table(a, t{kind}) - x; x(0) = 0", data={"a": (times, values)})
    sharp = rl.solve(model, 6, method="reference:tsit5", rtol=1e-11, atol=1e-12)
    found = rl.solve(model, 6, method=method, rtol=1e-8, atol=1e-9)
    assert found.at(np.linspace(0, 6, 13))["x"].values == pytest.approx(
        sharp.at(np.linspace(0, 6, 13))["x"].values, abs=1e-6
    )


@pytest.mark.parametrize(
    "method",
    ["lanes:tsit5", "lanes:rodas5p", "lanes:radau9", "reference:rodas5p", "scipy:DOP853"],
)
@pytest.mark.parametrize(
    ("text", "end", "last"),
    [
        ("dx/dt = floor(t) - x; x(0) = 0", -0.5, math.expm1(0.5)),
        ("dx/dt = if(t > 0, 1, 0) - x; x(0) = 0", 1.0, -math.expm1(-1)),
        ("dx/dt = t - x; x(0) = 5; when t > 0: x = 1", 1.0, 2 * math.exp(-1)),
        ("dx/dt = -x; x(0) = 5; at t = c: x = 1; c = 1e-310", 1.0, math.exp(-1)),
    ],
)
def test_what_happens_at_once_after_a_start_at_zero_leaves_a_step_that_can_be_made(
    text: str, end: float, last: float, method: str
) -> None:
    sol = rl.solve(text, [0, end], method=method, rtol=1e-9)
    assert sol.y[0, -1] == pytest.approx(last, rel=1e-8)
