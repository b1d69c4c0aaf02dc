"""A solution is not carried past a pole of the coefficients of its equation."""

import math

import pytest

import ratelaw as rl


@pytest.mark.parametrize(
    ("text", "before", "beyond", "said"),
    [
        ("dy/dx = -y*(y^2/cos(x) + tan(x)); y(1) = 1", 1.5, 1.6, "cos(x) = 0"),
        ("dy/dt = y/(t - 3) + a; y(1) = 1; a = 1", 2.5, 3.5, "t - 3 = 0"),
        ("dy/dt = y/(t - 3)^2; y(1) = 1", 2.5, 3.5, "t - 3 = 0"),
        ("dy/dt = 1/(2 - t); y(0) = 1", 1.5, 2.5, "2 - t = 0"),
    ],
)
def test_it_ends_at_the_pole_and_says_so(text, before, beyond, said):
    exact = rl.solve_exactly(text)
    assert said in exact.certificate.domain
    assert math.isfinite(exact(before)["y"])
    assert math.isnan(exact(beyond)["y"])


def test_one_without_poles_is_valid_everywhere():
    exact = rl.solve_exactly("dy/dt = -k*t*y/a; y(0) = 1; k = 1; a = 2")
    assert "until" not in exact.certificate.domain
    assert math.isfinite(exact(-3)["y"])
