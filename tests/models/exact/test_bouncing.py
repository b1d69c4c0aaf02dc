"""A ball that bounces: flights that add up to a geometric series."""

import math
from random import Random

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError

BALL = "h'' = -g; h(0) = 10; h'(0) = 0; g = 9.81; e = 0.8\nwhen h < 0: h' = -e*h'"
CASES = {
    "ball": BALL,
    "thrown up": BALL.replace("h'(0) = 0", "h'(0) = 5"),
    "from the floor": BALL.replace("h(0) = 10; h'(0) = 0", "h(0) = 0; h'(0) = 7"),
    "as a system": "dh/dt = v\ndv/dt = -g\nh(0) = 10; v(0) = 0; g = 9.81; e = 0.8\n"
    "when h < 0: v = -e*v",
    "on a table": BALL.replace("h < 0", "h < b").replace("e = 0.8", "e = 0.8; b = 2"),
    "below a ceiling": BALL.replace("-g;", "g;").replace("h < 0", "h > 12"),
    "half its speed": BALL.replace("-e*h'", "-0.5*h'").replace("; e = 0.8", ""),
    "elastic": BALL.replace("-e*h'", "-h'").replace("; e = 0.8", ""),
    "without loss": BALL.replace("e = 0.8", "e = 1"),
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_the_formula_goes_where_steps_lead(text: str) -> None:
    exact = rl.solve_exactly(text, budget=10)
    assert not exact.remaining
    assert exact.certificate.valid
    assert exact.derivation.checked
    times = np.linspace(0.1, 4.1, 40)
    wanted = rl.solve(rl.model(text), times, method="reference:dop853", rtol=1e-11, atol=1e-12)
    for state in exact.states:
        np.testing.assert_allclose(exact(times)[state], wanted[state], rtol=1e-7, atol=1e-8)


def test_a_ball_goes_where_steps_lead_whatever_its_numbers() -> None:
    exact, chance = rl.solve_exactly(BALL, budget=10), Random(4)
    for _ in range(25):
        values = {"g": chance.uniform(1, 20), "e": chance.choice([1, 1 - 1e-9, chance.random()])}
        values |= {"h(0)": chance.uniform(0, 9), "h'(0)": chance.gauss(0, 6)}
        w = math.sqrt(values["h'(0)"] ** 2 + 2 * values["g"] * values["h(0)"])
        end = (values["h'(0)"] + w) / values["g"]
        end += 2 * w / values["g"] * sum(values["e"] ** n for n in range(1, 8))
        times = np.linspace(0.01, 0.995, 23) * end
        wanted = rl.solve(
            exact.model(values), times, method="reference:dop853", rtol=1e-12, atol=1e-13
        )
        np.testing.assert_allclose(exact(times, values)["h"], wanted["h"], rtol=1e-7, atol=1e-8)


def test_the_answer_is_that_of_a_textbook() -> None:
    assert str(rl.solve_exactly(BALL, budget=10)).splitlines()[1:] == [
        "w = sqrt(h'_0^2 + 2*g*h_0)",
        "t_1 = (h'_0 + w)/g",
        "N = floor(log(1 - g*(1 - e)/(2*e*w)*(t - t_1))/log(e))",
    ]


def test_the_height_of_each_flight_is_less_by_the_square_of_the_share() -> None:
    exact = rl.solve_exactly(BALL, budget=10)
    first = math.sqrt(2 * 10 / 9.81)
    tops = [
        first + 2 * first * sum(0.8**k for k in range(1, n)) + first * 0.8**n for n in (1, 2, 5)
    ]
    heights = exact(np.array(tops))["h"]
    np.testing.assert_allclose(heights, [10 * 0.8 ** (2 * n) for n in (1, 2, 5)], rtol=1e-12)


def test_after_endlessly_many_bounces_there_is_no_value() -> None:
    exact = rl.solve_exactly(BALL, budget=10)
    end = (1 + 0.8) / (1 - 0.8) * math.sqrt(2 * 10 / 9.81)
    assert math.isfinite(exact(0.99999 * end)["h"])
    assert math.isnan(exact(1.00001 * end)["h"])
    assert "endlessly many bounces" in exact.certificate.domain


@pytest.mark.parametrize(
    "change",
    [("-e*h'", "-e*h' + 1"), ("-e*h'", "-e*h'^2"), ("'' = -g", "'' = -g*h"), ("h < 0", "h < h'")],
)
def test_another_law_of_bounces_has_no_such_solution(change: tuple[str, str]) -> None:
    with pytest.raises(NoClosedFormError, match="depends on the states"):
        rl.solve_exactly(BALL.replace(*change))
