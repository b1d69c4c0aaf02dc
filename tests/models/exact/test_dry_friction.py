"""Oscillators with dry friction: half swings about two centres, until friction holds the body."""

import math
from random import Random

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import SolveError
from ratelaw.models.exact.solve import ClosedForm

PLAIN = "x'' = -k*x - r*sign(x'); x(0) = 2; x'(0) = 0.5; k = 2; r = 0.3"
DAMPED = "x'' = (F - k*x - c*x' - r*sign(x'))/m\nx(0) = 2; x'(0) = 0.5; m = 1.5; k = 2; r = 0.3; c = 0.2; F = 0.4"  # noqa: E501
CASES = {
    "plain": PLAIN,
    "damped": DAMPED,
    "by conditions": PLAIN.replace("r*sign(x')", "if(x' > 0, r, -r)"),
    "another friction each way": PLAIN.replace("r*sign(x')", "if(x' > 0, r, -2*r)"),
    "later": "x'' = -4*x - 0.2*x' - sign(x'); x(1) = 5; x'(1) = -1",
}


@pytest.fixture(scope="module")
def damped() -> ClosedForm:
    return rl.solve_exactly(DAMPED, budget=20)


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_half_swings_are_certified_and_derived(text: str) -> None:
    exact = rl.solve_exactly(text, budget=20)
    assert not exact.remaining
    assert exact.certificate.valid
    assert exact.derivation.checked
    assert "friction holds it there" in exact.certificate.domain
    assert len(exact.tape.nodes) < 2000


def test_swings_go_where_steps_lead(damped: ClosedForm) -> None:
    chance, followed = Random(1), 0
    for _ in range(25):
        values = {n: chance.uniform(0.5, 2) for n in ("m", "k")}
        values |= {"c": chance.choice([0.0, chance.uniform(0, 1)]), "r": chance.uniform(0, 0.4)}
        values |= {"x(0)": chance.uniform(-4, 4), "x'(0)": chance.choice([0, chance.gauss(0, 2)])}
        values |= {"F": chance.uniform(-1, 1)}
        times = np.linspace(0.1, 9, 30)
        x = damped(times, values)["x"]
        whole = int(np.isfinite(x).sum())
        if not whole:
            continue
        wanted = rl.solve(
            damped.model(values), times[:whole], method="reference:dop853", rtol=1e-11, atol=1e-12
        )
        np.testing.assert_allclose(x[:whole], wanted["x"], rtol=1e-8, atol=1e-8)
        followed += whole
    assert followed > 300


def test_each_turn_costs_two_reaches_of_friction() -> None:
    exact = rl.solve_exactly(PLAIN, budget=20)
    half, reach = math.pi / math.sqrt(2), 0.3 / 2
    turns = [exact(n * half, {"x'(0)": 0.0})["x"] for n in range(7)]
    wanted = [(-1) ** n * (2 - 2 * n * reach) for n in range(7)]
    np.testing.assert_allclose(turns, wanted, rtol=1e-13)


@pytest.mark.parametrize("start", [0.1, 0.16, 0.44, 0.46, 0.74, 0.76])
def test_it_is_held_at_the_first_turn_within_reach(start: float) -> None:
    exact = rl.solve_exactly(PLAIN, budget=20)
    half, turns = math.pi / math.sqrt(2), max(0, math.ceil((start - 0.15) / 0.3))
    x = exact(np.array([0.99, 1.01]) * turns * half, {"x(0)": start, "x'(0)": 0.0})["x"]
    assert np.isfinite(x[0]) == (turns > 0)
    assert np.isnan(x[1])


def test_nothing_is_lost_of_digits_where_damping_vanishes(damped: ClosedForm) -> None:
    plain = rl.solve_exactly(PLAIN, budget=20)
    own = {"m": 1.0, "F": 0.0, "k": 2.0, "r": 0.01, "x(0)": 3.0, "x'(0)": 1.0}
    times = np.linspace(0, 60, 40)
    wanted = plain(times, {n: own[n] for n in ("k", "r", "x(0)", "x'(0)")})["x"]
    for c in (0.0, 1e-18, 1e-14):
        np.testing.assert_allclose(damped(times, {**own, "c": c})["x"], wanted, rtol=1e-11)


def test_friction_that_drives_or_no_spring_has_no_such_solution(damped: ClosedForm) -> None:
    assert math.isnan(damped(1.0, r=-0.3)["x"])
    assert math.isnan(damped(1.0, k=-1)["x"])
    assert math.isnan(damped(1.0, c=9)["x"])
    assert math.isfinite(damped(1.0, r=0)["x"])


def test_the_answer_is_that_of_a_textbook() -> None:
    exact = rl.solve_exactly(PLAIN, budget=20)
    assert str(exact).splitlines() == [
        "x(t) = s/k*((w - 2*r*N)*cos(sqrt(k)*(t - t_1)) - r*(-1)^N)",
        "w = sqrt(k*(k*(x_0 + s*r/k)^2 + x'_0^2))",
        "t_1 = 2*atan(sqrt(k)*abs(x'_0)/(w + s*k*(x_0 + s*r/k)))/sqrt(k)",
        "s = if(x'_0 == 0, sign(x_0), sign(x'_0))",
        "N = floor(sqrt(k)/pi*(t - t_1) + 1)",
    ]


def test_where_it_is_held_steps_are_asked_and_say_why() -> None:
    with pytest.raises(SolveError, match="slide"):
        rl.solve(rl.model(PLAIN), 60)
