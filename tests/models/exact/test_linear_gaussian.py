"""Linear equations whose rate changes evenly in time, and Riccati's that become linear."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.exact.solve import solve_exactly

EQUATIONS = {
    "a rate that grows": (
        "dv/dt = g - (a + b*t)*v; v(0) = 10; g = 9.8; a = 0.2; b = 0.5",
        "dawson",
    ),
    "a drift": ("dy/dt = -a*t*y + b + d*t; y(0) = 1; a = 0.8; b = 0.5; d = 1", "dawson"),
    "growth that grows": ("dy/dt = c*t*y + b; y(0) = 1; b = 0.5; c = 0.4", "erf"),
    "decay that turns to growth": (
        "dy/dt = (c*t - a)*y + b; y(0) = 1; a = 2; b = 0.5; c = 1",
        "erf",
    ),
    "Riccati's, by Airy's": ("dy/dt = t - y^2; y(0) = 0.5", "airyai"),
}


@pytest.mark.parametrize("name", EQUATIONS)
def test_the_solution_agrees_with_integration(name: str) -> None:
    model = rl.model(EQUATIONS[name][0])
    times = np.linspace(0.0, 2.0, 9)
    (exact,) = rl.solve(model, times, method="exact").y.reshape(1, -1)
    (numeric,) = rl.solve(model, times, method="scipy:DOP853", rtol=1e-12, atol=1e-13).y.reshape(
        1, -1
    )
    np.testing.assert_allclose(exact, numeric, rtol=1e-9)


@pytest.mark.parametrize("name", EQUATIONS)
def test_it_is_written_with_the_function_a_textbook_has(name: str) -> None:
    text, function = EQUATIONS[name]
    exact = solve_exactly(text, budget=20)
    assert function in str(exact)
    assert exact.derivation.checked


@pytest.mark.parametrize("time", [30.0, 300.0])
def test_late_values_neither_overflow_nor_lose_digits(time: float) -> None:
    exact = solve_exactly("dv/dt = g - (a + b*t)*v; v(0) = 10; g = 9.8; a = 0.2; b = 0.5")
    speed = 9.8 / (0.2 + 0.5 * time)  # the quasi-steady value, with its first two corrections
    slow = 0.5 / (0.2 + 0.5 * time) ** 2
    assert exact(time)["v"] == pytest.approx(speed * (1 + slow + 3 * slow**2), rel=50 * slow**3)


def test_a_number_halved_and_a_sign_are_worked_out() -> None:
    exact = solve_exactly("dy/dt = 1 - 2*t*y; y(0) = 1")
    assert str(exact) == "y(t) = y_0*exp(-t^2) + dawson(t)"
    falling = solve_exactly("dy/dt = 1 - b*t*y; y(0) = 1; b = 2", budget=20)
    cases = "for b = 0: valid for all t", "for b < 0: valid for all t"
    assert falling.certificate.domain == "; ".join(("valid where b > 0", *cases))
