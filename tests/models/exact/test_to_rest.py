"""Solutions followed as far as they go: next to rest, almost to infinity, through slow places."""

import math

import pytest
from scipy.integrate import solve_ivp

from ratelaw.models.exact.solve import solve_exactly

CUBIC = "-2 - y + 1.5*y^2 - 3*y^3"  # its root is no fraction
KNOWN = {
    CUBIC: lambda _, y: -2 - y + 1.5 * y**2 - 3 * y**3,
    "2 + y^2 + y^3": lambda _, y: 2 + y**2 + y**3,
    "cos(t)*(1.5*y^2 - y^3/4 - 0.5)": lambda t, y: math.cos(t) * (1.5 * y**2 - y**3 / 4 - 0.5),
    "-3*(y + 2)*(y - 1)*(y - 2)": lambda _, y: -3 * (y + 2) * (y - 1) * (y - 2),
    "-(y^2 - 3)/(2*t*y + 5)": lambda t, y: -(y**2 - 3) / (2 * t * y + 5),
    "-1.5*sin(y)^2": lambda _, y: -1.5 * math.sin(y[0]) ** 2,
    "-(y*cos(t) + 2*t*exp(y))/(sin(t) + t^2*exp(y) - 0.25)": lambda t, y: (
        -(y * math.cos(t) + 2 * t * math.exp(y[0])) / (math.sin(t) + t * t * math.exp(y[0]) - 0.25)
    ),
}


@pytest.mark.parametrize(
    ("rate", "start", "after"),
    [
        (CUBIC, -1.157159, 4.0),  # at rest but for a millionth
        ("2 + y^2 + y^3", 1.187069, 0.18),  # almost infinite
        ("2 + y^2 + y^3", 1.187069, -20.0),
        ("cos(t)*(1.5*y^2 - y^3/4 - 0.5)", 0.3, 4.0),
        ("-3*(y + 2)*(y - 1)*(y - 2)", -0.802893, 1.0),  # one rounding from rest
        ("-(y^2 - 3)/(2*t*y + 5)", 1.533005, -2.0),  # through a line at the start
        ("-1.5*sin(y)^2", 1.031818, -30.0),
        ("-(y*cos(t) + 2*t*exp(y))/(sin(t) + t^2*exp(y) - 0.25)", 1.044324, -0.36),  # and back
    ],
)
def test_the_solution_is_where_steps_lead(rate: str, start: float, after: float) -> None:
    exact = solve_exactly(f"dy/dt = {rate}", budget=20)
    steps = solve_ivp(KNOWN[rate], (0, after), [start], method="DOP853", rtol=1e-12, atol=1e-14)
    assert exact(after, {"y(0)": start})["y"] == pytest.approx(float(steps.y[0, -1]), rel=1e-10)


def test_next_to_rest_digits_are_kept() -> None:
    exact = solve_exactly("dy/dt = -sin(y)^2", budget=20)
    assert exact(1e9, {"y(0)": 1.0})["y"] == pytest.approx(1 / (1e9 + 1 / math.tan(1)), rel=1e-15)


@pytest.mark.parametrize("start", [1.0, -1.0])
def test_where_several_solutions_begin_none_is_given(start: float) -> None:
    exact = solve_exactly("dy/dt = a*cos(t)*sqrt(1 - y^2)", budget=20)
    values = {"a": 1.0, "y(0)": start}
    assert all(math.isnan(exact(t, values)["y"]) for t in (0.0, 0.3, 1.0))
