"""Kepler's problem: places and velocities about a centre, in a plane and in space."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import ClosedForm, solve_exactly

PLANE = """
x'' = -m*x/(x^2 + y^2)^(3/2)
y'' = -m*y/(x^2 + y^2)^(3/2)
m = 1; x(0) = 1; y(0) = 0; x'(0) = 0; y'(0) = 1.1
"""
SPACE = """
r = sqrt(x^2 + y^2 + z^2)
dx/dt = u; dy/dt = v; dz/dt = w
du/dt = -G*M*x/r^3; dv/dt = -G*M*y/r^3; dw/dt = -G*M*z/r^3
G = 0.5; M = 2; x(0) = 1; y(0) = 0.5; z(0) = 0.1; u(0) = 0; v(0) = 0.7; w(0) = -0.2
"""
ESCAPE = math.sqrt(2)


@pytest.fixture(scope="module")
def plane() -> ClosedForm:
    return solve_exactly(PLANE, budget=20)


def followed(m: float, start: list[float], time: float) -> np.ndarray:
    """Return places and velocities by fine steps."""
    half = len(start) // 2

    def rates(_: float, y: np.ndarray) -> np.ndarray:
        pull = -m * y[:half] / np.linalg.norm(y[:half]) ** 3
        return np.concatenate([y[half:], pull])

    found = solve_ivp(rates, (0, time), start, method="DOP853", rtol=1e-13, atol=1e-14)
    return found.y[:, -1]


@pytest.mark.parametrize("time", [0.001, 0.7, -2.5, 30.0])
@pytest.mark.parametrize("speed", [0.2, 1.0, ESCAPE, math.nextafter(ESCAPE, 2), 3.0])
@pytest.mark.parametrize("m", [1.0, -0.5])
def test_ellipse_parabola_and_hyperbola_are_one_formula(plane, m, speed, time):
    start = {"m": m, "x'(0)": -0.6 * speed, "y'(0)": 0.8 * speed}
    at = plane(time, start)
    expected = followed(m, [1.0, 0.0, start["x'(0)"], start["y'(0)"]], time)
    assert [at["x"], at["y"], at["x'"], at["y'"]] == pytest.approx(expected, rel=1e-8, abs=1e-9)


def test_a_circle_closes_after_a_thousand_turns(plane):
    at = plane(2000 * math.pi, {"y'(0)": 1.0})
    assert [at["x"], at["y"]] == pytest.approx([1.0, 0.0], abs=1e-11)


def test_a_fall_from_rest_ends_at_the_centre(plane):
    rest, end = {"y'(0)": 0.0}, math.pi / (2 * math.sqrt(2))
    assert plane(0.9 * end, rest)["x"] == pytest.approx(followed(1, [1, 0, 0, 0], 0.9 * end)[0])
    assert math.isnan(plane(1.1 * end, rest)["x"])


def test_without_a_force_the_motion_is_straight(plane):
    assert plane(3.0, {"m": 0.0}) == pytest.approx({"x": 1, "y": 3.3, "x'": 0, "y'": 1.1})


def test_it_is_told_in_a_time_of_its_own(plane):
    rows = str(plane).splitlines()
    assert rows[:3] == [
        "x(t) = f*x_0 + g*x'_0",
        "y(t) = f*y_0 + g*y'_0",
        "f = 1 - m*(1 - C)/(r_0*w^2)",
    ]
    assert plane.derivation.checked
    assert "equal areas" in str(plane.derivation)


def test_places_in_space_and_names_of_velocities_are_free():
    exact = solve_exactly(SPACE, budget=20)
    at = exact(4.0)
    expected = followed(1.0, [1.0, 0.5, 0.1, 0.0, 0.7, -0.2], 4.0)
    assert [at[s] for s in "xyzuvw"] == pytest.approx(expected, rel=1e-9)
    assert "w_1^2 = " in str(exact)  # w is a velocity here


@pytest.mark.parametrize(
    "text",
    [PLANE.replace("(3/2)", "2"), PLANE.replace("y'' = -m*y", "y'' = -2*m*y")],
    ids=["another power", "another strength along an axis"],
)
def test_another_force_is_left(text):
    with pytest.raises(NoClosedFormError):
        solve_exactly(text)
