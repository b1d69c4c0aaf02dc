"""Where a closed form says that it ends: what happens there, and when."""

import math

import pytest

from ratelaw.models.exact.solve import solve_exactly

ENDINGS = {
    "dh/dt = -k*sqrt(h); h(0) = 4; k = 1": (
        "valid until h reaches 0 at t = 2*sqrt(h_0)/k, if it does, where it may rest", 4.0, "h"
    ),
    "dx/dt = k*x^2; x(0) = 2; k = 1": (
        "valid until x becomes infinite at t = 1/(k*x_0), if it does", 0.5, "x"
    ),
    "dN/dt = r*N*(N/K - 1); N(0) = 8; K = 4; r = 1": (
        "valid until N becomes infinite at t = -log(1 - K/N_0)/r, if it does",
        math.log(2.0), "N"
    ),
    "dy/dt = 1 + y^2; y(0) = 0": (
        "valid until y becomes infinite at t = pi/2 - atan(y_0), if it does", math.pi / 2, "y"
    ),
}  # fmt: skip


@pytest.mark.parametrize("model", ENDINGS)
def test_the_end_of_a_solution_is_said_and_is_where_its_values_end(model: str) -> None:
    words, time, state = ENDINGS[model]
    exact = solve_exactly(model, budget=20)
    assert exact.certificate.domain.split("; ")[0] == words
    assert math.isfinite(exact(time * (1 - 1e-6))[state])
    assert math.isnan(exact(time * (1 + 1e-6))[state])


def test_a_state_beside_its_own_exponential_is_solved_for() -> None:
    exact = solve_exactly("dx/dt = a*exp(-x) - b; x(0) = 0; a = 2; b = 1", budget=20)
    assert str(exact) == "x(t) = log((a - (a - b*exp(x_0))*exp(-b*t))/b)"
    assert exact(1.0)["x"] == pytest.approx(math.log(2.0 - math.exp(-1.0)), rel=1e-14)


def test_a_solution_of_unknown_power_may_end_in_either_way() -> None:
    exact = solve_exactly("dA/dt = -k*A^n; A(0) = 1; k = 1; n = 3", budget=20)
    assert "A reaches 0 or becomes infinite" in exact.certificate.domain


def test_a_negative_parameter_is_not_said_to_be_positive() -> None:
    exact = solve_exactly("dy/dt = a - b*t*y; y(0) = 1; a = 1; b = 2", budget=20)
    (negative,) = (p for p in exact.certificate.domain.split("; ") if p.startswith("for b < 0"))
    assert "b > 0" not in negative
