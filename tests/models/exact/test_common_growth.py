"""Linear systems whose matrix is constant but for a growth and a pace in common."""

from functools import cache
from math import cos, exp, factorial, log, sin

import pytest

from ratelaw.models.exact.solve import ClosedForm, solve_exactly

# A model, a time, and its first state there by hand.
BY_HAND = {
    "a growth and a pace": (  # exp(sin(t)) times a rotation by t^2
        "dx/dt = cos(t)*x + 2*t*y; dy/dt = -2*t*x + cos(t)*y; x(0) = 1; y(0) = 0", 1.2,
        exp(sin(1.2)) * cos(1.44)),
    "a growth alone, with an input": (  # u' = v, v' = -u + 1, times exp(t^2/2)
        "dx/dt = t*x + y; dy/dt = -x + t*y + exp(t^2/2); x(0) = 0; y(0) = 0", 0.8,
        exp(0.32) * (1 - cos(0.8))),
    "a pace with parameters": (  # exp(a*t) times a rotation by b*log(1 + t)
        "dx/dt = a*x + b*y/(1 + t); dy/dt = a*y - b*x/(1 + t); x(0) = 1; y(0) = 0; a = -1; b = 3",
        1.0, exp(-1) * cos(3 * log(2))),
    "three states in a ring": (  # exp(t^2/2) times a sum of t^(3*k)
        "dx/dt = t*x + y; dy/dt = t*y + z; dz/dt = t*z - x; x(0) = 1; y(0) = 0; z(0) = 0", 1.1,
        exp(0.605) * sum((-1) ** k * 1.1 ** (3 * k) / factorial(3 * k) for k in range(9))),
}  # fmt: skip


@cache
def solved(name: str) -> tuple[ClosedForm, float, float]:
    """Return the closed form of a system, with a time and the value there."""
    text, time, value = BY_HAND[name]
    return solve_exactly(text, budget=20), time, value


@pytest.mark.parametrize("name", BY_HAND)
def test_the_closed_form_has_the_value_by_hand(name: str) -> None:
    exact, time, value = solved(name)
    assert exact(time)["x"] == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("name", BY_HAND)
def test_the_growth_that_is_taken_out_is_checked(name: str) -> None:
    exact, _, _ = solved(name)
    assert exact.derivation[0].words.startswith("The matrix grows alike in all states")
    assert exact.derivation[0].checked
