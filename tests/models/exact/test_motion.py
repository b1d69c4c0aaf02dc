"""Motion in a potential: elliptic and elementary solutions against integration."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.exact.solve import solve_exactly

MOTIONS = {
    "a hard spring": "x'' = -a*x - b*x^3; x(0) = 1; x'(0) = 0.4; a = 1; b = 0.5",
    "a soft spring": "x'' = -a*x - b*x^3; x(0) = 0.6; x'(0) = 0.2; a = 1; b = -0.5",
    "across two wells": "x'' = -a*x - b*x^3; x(0) = 1; x'(0) = 1.5; a = -1; b = 1",
    "in one of two wells": "x'' = -a*x - b*x^3; x(0) = 1.2; x'(0) = 0; a = -1; b = 1",
    "a cubic spring": "x'' = -b*x^3; x(0) = 1; x'(0) = 0; b = 0.5",
    "a swing": "x'' = -w^2*sin(x); x(0) = 2.5; x'(0) = 0.3; w = 1.3",
    "a swing far round": "x'' = -w^2*sin(x); x(0) = 7; x'(0) = 0.5; w = 1.3",
    "a pendulum that turns over": "x'' = -w^2*sin(x); x(0) = 0.3; x'(0) = -4; w = 1.3",
    "a centrifugal force": "r'' = k/r^3; r(0) = 2; r'(0) = -0.3; k = 1",
    "an escape": "r'' = -k/r^2; r(0) = 1; r'(0) = 2; k = 1",
    "a throw that returns": "r'' = -k/r^2; r(0) = 3; r'(0) = 0.5; k = 1.2",
    "charges that repel": "r'' = k/r^2; r(0) = -2; r'(0) = 3; k = -1",
    "a fall in air": "x'' = g - k*x'^2; x(0) = x0; x'(0) = 3; g = 9.8; k = 0.1; x0 = 1",
    "a throw in air": "x'' = -g - k*x'^2; x(0) = 1; x'(0) = 2; g = 0.5; k = 0.1",
    "a fall in thin air": "x' = v; v' = 2 - v^2/8; x(0) = 1; v(0) = 5",
    "Morse, bound": "x'' = -2*(exp(-x) - exp(-2*x)); x(0) = 0.5; x'(0) = 0",
    "Morse, free": "x'' = -2*(exp(-x) - exp(-2*x)); x(0) = 0.5; x'(0) = 3",
}


@pytest.mark.parametrize("name", MOTIONS)
def test_the_solution_agrees_with_integration(name: str) -> None:
    model, times = rl.model(MOTIONS[name]), np.linspace(0.0, 6.0, 13)
    exact = solve_exactly(model, budget=20)
    found = np.array([list(exact(float(t)).values()) for t in times]).T
    numeric = rl.solve(model, times, method="scipy:DOP853", rtol=1e-12, atol=1e-13).y
    np.testing.assert_allclose(found, numeric.reshape(2, -1), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(
    "name",
    [
        "a hard spring",
        "a swing",
        "a centrifugal force",
        "an escape",
        "Morse, free",
        "a fall in air",
    ],
)
def test_each_step_is_checked(name: str) -> None:
    assert solve_exactly(MOTIONS[name], budget=20).derivation.checked


def test_a_fall_from_rest_is_a_cycloid() -> None:
    exact = solve_exactly("r'' = -k/r^2; r(0) = 2; r'(0) = 0; k = 1", budget=20)
    angle = 2.5  # r = (1 + cos(angle)), t = angle + sin(angle)
    assert exact(angle + np.sin(angle))["r"] == pytest.approx(1 + np.cos(angle), rel=1e-13)
    assert np.isnan(exact(3.2)["r"])  # beyond the centre, which is reached at pi


def test_at_the_speed_of_escape_the_distance_grows_as_a_power() -> None:
    exact = solve_exactly(MOTIONS["an escape"], budget=20)
    assert exact(7.0, {"r'(0)": np.sqrt(2)})["r"] == pytest.approx(
        (1 + 1.5 * np.sqrt(2) * 7) ** (2 / 3), rel=1e-12
    )
    assert exact(7.0, k=0)["r"] == pytest.approx(15.0, rel=1e-14)


def test_a_fall_keeps_its_digits_as_the_air_thins_and_after_long() -> None:
    exact = solve_exactly(MOTIONS["a fall in air"], budget=20)
    assert exact(2.0, k=0)["x"] == pytest.approx(1 + 6 + 19.6, rel=1e-14)
    assert exact(2.0, k=1e-9)["x"] == pytest.approx(26.6 - 224.453333e-9, abs=1e-13)
    later, end = (exact(t)["x"] for t in (1000.0, 1001.0))
    assert end - later == pytest.approx(np.sqrt(98), rel=1e-10)
    assert np.isnan(
        exact(2.0, {"x'(0)": -20})["x"]
    )  # pulled ever faster, it has got infinitely far


def test_without_its_cubic_force_a_spring_is_a_harmonic_oscillator() -> None:
    exact = solve_exactly(MOTIONS["a hard spring"], budget=20)
    assert exact(2.0, b=0)["x"] == pytest.approx(np.cos(2) + 0.4 * np.sin(2), rel=1e-14)


def test_a_small_swing_is_a_harmonic_oscillation() -> None:
    exact = solve_exactly("x'' = -w^2*sin(x); x(0) = 1; x'(0) = 0; w = 2", budget=20)
    assert exact(0.7, {"x(0)": 1e-6})["x"] == pytest.approx(1e-6 * np.cos(1.4), rel=1e-11)


def test_a_soft_spring_that_gives_way_has_another_formula_and_says_so() -> None:
    exact = solve_exactly(MOTIONS["a soft spring"], budget=20)
    assert "valid where (a + b*x_0^2)^2 + 2*b*x'_0^2 > 0" in exact.certificate.domain
    assert np.isnan(exact(0.1, {"x(0)": 0.0, "x'(0)": 2.0})["x"])
