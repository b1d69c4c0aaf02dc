"""The distance where the speed has one law each way: thrown up, coming down, sliding, stopping."""

import math
from random import Random

import numpy as np
import pytest

import ratelaw as rl

THROWN = "y'' = -g - k*y'*abs(y'); y(0) = 1; y'(0) = 12; g = 9.81; k = 0.05"
CASES = {
    "thrown up": THROWN,
    "thrown down": THROWN.replace("y'(0) = 12", "y'(0) = -12"),
    "from rest": THROWN.replace("y'(0) = 12", "y'(0) = 0"),
    "as a system": "y' = v; v' = -g - k*v*abs(v); y(0) = 1; v(0) = 12; g = 9.81; k = 0.05",
    "numbers": "y'' = -9.81 - 0.05*y'*abs(y'); y(0) = 1; y'(0) = 12",
    "drag alone": "x'' = -c*x'*abs(x'); x(0) = 1; x'(0) = -3; c = 0.4",
    "sliding until it stops": "x'' = -r*sign(x'); x(0) = 1; x'(0) = 3; r = 0.8",
    "driven on after a turn": "x'' = F - r*sign(x'); x(0) = 1; x'(0) = -3; F = 2; r = 0.8",
    "friction and a linear drag": "x'' = -c*x' - r*sign(x'); x(0) = 1; x'(0) = 3; r = 0.8; c = 0.3",
}
STOPPED = math.log1p(0.3 * 3 / 0.8) / 0.3  # the first of those that stop


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_both_pieces_go_where_steps_lead(text: str) -> None:
    exact = rl.solve_exactly(text, budget=20)
    assert not exact.remaining
    assert exact.certificate.valid
    assert exact.derivation.checked
    times = np.linspace(0.1, 3, 25)
    known = times[times < STOPPED] if "r*sign" in text and "F" not in text else times
    wanted = rl.solve(rl.model(text), known, method="reference:dop853", rtol=1e-11, atol=1e-12)
    place = exact.states[0]
    np.testing.assert_allclose(exact(known)[place], wanted[place], rtol=1e-8, atol=1e-8)


def test_a_throw_goes_where_steps_lead_whatever_its_numbers() -> None:
    exact, chance = rl.solve_exactly(THROWN, budget=20), Random(2)
    for _ in range(25):
        values = {"g": chance.choice([0, chance.uniform(1, 20)]), "y(0)": chance.gauss(0, 5)}
        values |= {"k": chance.choice([0, 1e-9, 10 ** chance.uniform(-3, 0)])}
        values |= {"y'(0)": chance.choice([0, chance.gauss(0, 20)])}
        times = np.linspace(0.05, 4, 20)
        wanted = rl.solve(
            exact.model(values), times, method="reference:dop853", rtol=1e-12, atol=1e-12
        )
        np.testing.assert_allclose(exact(times, values)["y"], wanted["y"], rtol=1e-9, atol=1e-8)


def test_what_has_stopped_stays_where_it_is() -> None:
    exact = rl.solve_exactly(CASES["sliding until it stops"])
    way = 1 + 3**2 / (2 * 0.8)
    np.testing.assert_allclose(exact(np.array([3.75, 4, 50]))["x"], way, rtol=1e-14)


def test_the_apex_has_a_letter_and_the_way_is_told() -> None:
    exact = rl.solve_exactly(THROWN, budget=20)
    assert "t_1 = atan(sqrt(g*k)*y'_0/g)/sqrt(g*k)" in str(exact)
    assert "changes when y' reaches 0" in str(exact.derivation)
    top = math.log1p(0.05 * 12**2 / 9.81) / (2 * 0.05)
    apex = math.atan(math.sqrt(9.81 * 0.05) * 12 / 9.81) / math.sqrt(9.81 * 0.05)
    assert exact(apex)["y"] == pytest.approx(1 + top, rel=1e-14)


def test_drag_alone_needs_no_amount_in_the_logarithm() -> None:
    exact = rl.solve_exactly("x'' = -c*x'^2; x(0) = 2; x'(0) = 20; c = 0.01")
    assert str(exact) == "x(t) = x_0 + log(1 + c*x'_0*t)/c"


def test_drag_that_drives_is_followed_to_the_apex_that_is_written_and_no_further() -> None:
    exact = rl.solve_exactly(THROWN, budget=20)
    for k in (-0.01, -1e-9):
        before, after = exact(np.array([0.5, 3.0]), k=k)["y'"]
        assert math.isfinite(before)
        assert math.isnan(after)
