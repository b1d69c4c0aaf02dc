"""Motion under a force with one linear law on each side of a place: periodic, in one formula."""

import math
from random import Random

import numpy as np
import pytest

import ratelaw as rl

STIFFER = "x'' = -k*x - if(x > 0, r*x, 0); x(0) = 1; x'(0) = 0.2; k = 1; r = 3"
SPRING = "x'' = -g - if(x < b, s*(x - b), 0); x(0) = 3; x'(0) = -1; g = 9.81; s = 60; b = 0.5"
CASES = {
    "stiffer one way": STIFFER,
    "begins below": STIFFER.replace("x(0) = 1", "x(0) = -1"),
    "begins between": STIFFER.replace("x(0) = 1", "x(0) = 0"),
    "begins between, downward": STIFFER.replace("x(0) = 1; x'(0) = 0.2", "x(0) = 0; x'(0) = -1"),
    "relay": "x'' = -a*sign(x); x(0) = 1; x'(0) = 0.3; a = 2",
    "amount": "x'' = -k*x - r*abs(x); x(0) = 1; x'(0) = 0; k = 3; r = 0.5",
    "falls on a spring": SPRING,
    "slack": "x'' = F - k*max(x, 0); x(0) = -1; x'(0) = 0; k = 3; F = 0.7",
    "numbers": "x'' = if(x > 0, -4*x, -x); x(1) = 1; x'(1) = 0",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_the_formula_goes_where_steps_lead(text: str) -> None:
    exact = rl.solve_exactly(text, budget=10)
    assert not exact.remaining
    assert exact.certificate.valid
    assert exact.derivation.checked
    times = np.linspace(1.1, 25, 40)
    wanted = rl.solve(rl.model(text), times, method="reference:dop853", rtol=1e-11, atol=1e-12)
    for state in exact.states:
        np.testing.assert_allclose(exact(times)[state], wanted[state], rtol=1e-6, atol=1e-7)


def test_what_falls_on_a_spring_goes_where_steps_lead_whatever_its_numbers() -> None:
    exact, chance = rl.solve_exactly(SPRING, budget=10), Random(5)
    for _ in range(25):
        values = {"g": chance.uniform(1, 10), "s": 10 ** chance.uniform(0, 3)}
        values |= {"b": chance.gauss(0, 1), "x'(0)": chance.choice([0, chance.gauss(0, 3)])}
        values |= {"x(0)": values["b"] + chance.choice([0, 1]) * chance.uniform(0.01, 3)}
        if values["x(0)"] == values["b"]:
            values["x'(0)"] = chance.choice([-1, 1]) * chance.uniform(0.5, 3)
        times = np.linspace(0.05, 6, 20)
        wanted = rl.solve(
            exact.model(values), times, method="reference:dop853", rtol=1e-12, atol=1e-13
        )
        found = exact(times, values)["x"]
        assert np.isfinite(found).all()
        np.testing.assert_allclose(found, wanted["x"], rtol=1e-6, atol=1e-6)


def test_the_period_is_the_sum_of_both_sides() -> None:
    exact = rl.solve_exactly(STIFFER, budget=20)
    period = math.pi / 2 + math.pi
    np.testing.assert_allclose(exact(5 * period)["x"], 1, rtol=1e-12)
    assert "P_1 = pi/sqrt(k + r) + pi/sqrt(k)" in str(exact).splitlines()


def test_energy_is_what_it_was_for_very_long() -> None:
    exact = rl.solve_exactly(SPRING, budget=10)
    times = np.linspace(0, 1e4, 200)
    x, v = exact(times)["x"], exact(times)["x'"]
    energy = v**2 / 2 + 9.81 * x + 30 * np.minimum(x - 0.5, 0) ** 2
    np.testing.assert_allclose(energy, energy[0], rtol=1e-12)


def test_what_does_not_come_back_has_no_value() -> None:
    exact = rl.solve_exactly(CASES["slack"], budget=10)
    assert math.isnan(exact(1.0, F=-0.7)["x"])  # driven away
    assert math.isnan(exact(1.0, {"x(0)": 0.3})["x"])  # hangs on the spring all the time
    assert "from both sides" in exact.certificate.domain


@pytest.mark.parametrize("stiffness", [0.0, 1e-12, 1e-6])
def test_a_vanishing_spring_is_a_limit(stiffness: float) -> None:
    relay = rl.solve_exactly(
        "x'' = -a*sign(x) - k*x; x(0) = 1; x'(0) = 0.3; a = 2; k = 1", budget=10
    )
    bare = rl.solve_exactly(CASES["relay"], budget=10)
    times = np.linspace(0.1, 9, 20)
    wanted = bare(times)["x"]
    np.testing.assert_allclose(relay(times, k=stiffness)["x"], wanted, atol=20 * stiffness + 1e-12)
