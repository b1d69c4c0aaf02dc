"""A solution is not carried past a pole of the coefficients of its equation."""

import math

import pytest

import ratelaw as rl
from ratelaw.models.exact.proof.regular import is_entire
from ratelaw.models.language.read import read_expression


@pytest.mark.parametrize(
    ("text", "before", "beyond", "said"),
    [
        ("dy/dx = -y*(y^2/cos(x) + tan(x)); y(1) = 1", 1.5, 1.6, "cos(x) = 0"),
        ("dy/dt = y/(t - 3) + a; y(1) = 1; a = 1", 2.5, 3.5, "t - 3 = 0"),
        ("dy/dt = y/(t - 3)^2; y(1) = 1", 2.5, 3.5, "t - 3 = 0"),
        ("dy/dt = 1/(2 - t); y(0) = 1", 1.5, 2.5, "2 - t = 0"),
        ("dy/dt = y/((t - 1)*(t - 2)); y(0) = 1", 0.5, 3.0, "t - 1 = 0"),
        ("dy/dt = y*tan(t); y(0) = 1", 1.5, 6.0, "cos(t) = 0"),
        ("dy/dt = y*tan(w*t); y(0) = 1; w = 5", 0.3, 1.3, "cos(w*t) = 0"),
        ("dy/dt = -y/tan(t); y(1) = 1", 3.1, 3.3, "sin(t) = 0"),
        ("dy/dt = y/cos(t)^2; y(0) = 1", 1.5, 6.0, "cos(t) = 0"),
        ("dy/dt = y/(t^2 - 3*t + 2); y(0) = 1", 0.5, 3.0, "= 0"),
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


def test_one_that_goes_on_analytically_is_carried_on():
    exact = rl.solve_exactly("dy/dx = -y*tan(x) + cos(x); y(1) = 1")
    assert exact(2.0)["y"] == pytest.approx(math.cos(2) * (1 + 1 / math.cos(1)), rel=1e-12)


@pytest.mark.parametrize(
    ("formula", "is_one"),
    [
        ("t*cos(t)^2/3 + a^0.5*exp(-t)", True), ("1/(1 - t)", False), ("tan(t)", False),
        ("abs(t)", False), ("log(t)", False), ("t^a", False), ("sqrt(t)", False),
    ],
)  # fmt: skip
def test_what_goes_on_analytically_is_told_from_its_operations(formula, is_one):
    assert is_entire(read_expression(formula), "t") is is_one
