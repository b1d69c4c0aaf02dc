"""The root of a power beside a square: the scale factor of the universe."""

import math
from random import Random

import numpy as np
import pytest

import ratelaw as rl

UNIVERSE = "da/dt = H*sqrt(M/a + L*a^2); a(0) = 0.1; H = 1; M = 0.3; L = 0.7"
CASES = {
    "universe": UNIVERSE,
    "density": "da/dt = a*H*sqrt(M*a^(-3) + L); a(0) = 1; H = 0.8; M = 0.3; L = 0.7",
    "collapsing": "da/dt = -sqrt(M/a + L*a^2); a(0) = 3; M = 0.3; L = 0.7",
    "radiation": "da/dt = sqrt(R/a^2 + L*a^2); a(0) = 1; R = 1; L = 0.3",
    "numbers": "da/dt = sqrt(0.3/a + 0.7*a^2); a(1) = 1",
    "another power": "dx/dt = sqrt(A*sqrt(x) + B*x^2); x(0) = 1; A = 0.5; B = 0.2",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_the_formula_goes_where_steps_lead(text: str) -> None:
    exact = rl.solve_exactly(text, budget=20)
    assert exact.certificate.valid
    assert exact.derivation.checked
    assert "integral" not in str(exact)
    (state,) = exact.states
    times = np.linspace(1.02, 2.2, 15)
    wanted = rl.solve(rl.model(text), times, method="reference:dop853", rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(exact(times)[state], wanted[state], rtol=1e-9)


def test_a_universe_goes_where_steps_lead_whatever_its_numbers() -> None:
    exact, chance = rl.solve_exactly(UNIVERSE, budget=20), Random(6)
    for _ in range(25):
        values = {"M": chance.uniform(0.2, 2), "a(0)": chance.uniform(0.05, 1)}
        values |= {"L": chance.choice([0.0, 1e-12, -1e-12, chance.uniform(-0.1, 2)])}
        times = np.linspace(0.01, 0.5, 10)
        wanted = rl.solve(
            exact.model(values), times, method="reference:dop853", rtol=1e-12, atol=1e-13
        )
        np.testing.assert_allclose(exact(times, values)["a"], wanted["a"], rtol=1e-9)


def test_a_closed_universe_ends_where_it_turns() -> None:
    exact = rl.solve_exactly(UNIVERSE, budget=20)
    values = {"L": -0.7, "a(0)": 0.001}
    turn = math.pi / (3 * math.sqrt(0.7))
    assert exact(0.98 * turn, values)["a"] == pytest.approx((0.3 / 0.7) ** (1 / 3), rel=1e-3)
    assert math.isnan(exact(1.02 * turn, values)["a"])
    assert "as long as a goes on in the direction" in exact.certificate.domain


def test_it_is_the_power_of_a_hyperbolic_sine() -> None:
    exact = rl.solve_exactly(UNIVERSE, budget=20)
    begin = (0.3 / 0.7) ** (1 / 3) * math.sinh(1.5 * math.sqrt(0.7) * 1e-3) ** (2 / 3)
    now = exact(1.0, {"a(0)": begin})["a"]
    wanted = (0.3 / 0.7) ** (1 / 3) * math.sinh(1.5 * math.sqrt(0.7) * 1.001) ** (2 / 3)
    assert now == pytest.approx(wanted, rel=1e-12)
