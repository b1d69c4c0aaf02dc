"""States that grow by a common factor, or turn about the origin while they do."""

from functools import cache
from math import cos, exp, log, sin, sqrt

import pytest

from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import ClosedForm, solve_exactly

SHEARED = log(1 + 0.25 * (exp(2) - 1)) / 2  # the integral of r^2, r(0) = 0.5, up to t = 1
RADIUS = sqrt(1 / (1 + 3 * exp(-2)))

# A model, and its states at t = 1 by the textbook.
PROBLEMS = {
    "two kinds in one niche": (
        "dx/dt = x*(1 - x - y); dy/dt = y*(1 - x - y); x(0) = 0.5; y(0) = 0.1",
        [0.5 / (0.6 + 0.4 * exp(-1)), 0.1 / (0.6 + 0.4 * exp(-1))]),
    "three, with a season": (
        "dx/dt = -x*(x + y + z)*cos(t); dy/dt = -y*(x + y + z)*cos(t); "
        "dz/dt = -z*(x + y + z)*cos(t); x(0) = 1; y(0) = 2; z(0) = 0",
        [1 / (1 + 3 * sin(1)), 2 / (1 + 3 * sin(1)), 0.0]),
    "Hopf": (
        "dx/dt = x - w*y - x*(x^2 + y^2); dy/dt = w*x + y - y*(x^2 + y^2); x(0) = 0.5; y(0) = 0; "
        "w = 2", [RADIUS * cos(2), RADIUS * sin(2)]),
    "Stuart and Landau": (
        "dx/dt = x - (x - y)*(x^2 + y^2); dy/dt = y - (y + x)*(x^2 + y^2); x(0) = 0.5; y(0) = 0",
        [RADIUS * cos(SHEARED), -RADIUS * sin(SHEARED)]),
}  # fmt: skip


@cache
def solved(name: str) -> ClosedForm:
    """Return the closed form of a problem."""
    return solve_exactly(PROBLEMS[name][0], budget=10)


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_closed_form_has_the_textbook_s_values(name: str) -> None:
    assert list(solved(name)(1.0).values()) == pytest.approx(PROBLEMS[name][1], rel=1e-12)


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_step_to_it_is_checked(name: str) -> None:
    assert solved(name).derivation.checked


def test_rates_that_turn_but_for_a_little_are_no_such_system() -> None:
    text = "dx/dt = x - y - x*(x^2 + y^2) + 1e-6*x^2; dy/dt = x + y - y*(x^2 + y^2)"
    with pytest.raises(NoClosedFormError, match="no closed form is known"):
        solve_exactly(text)
