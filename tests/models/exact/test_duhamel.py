"""Linear systems whose solution keeps an integral over the input."""

from functools import cache

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ratelaw.models.exact.quadrature import Quadrature
from ratelaw.models.exact.solve import ClosedForm, solve_exactly

OSCILLATOR = "y'' = -w^2*y + 1/(1 + t); y(0) = 0.5; y'(0) = 0.2; w = 1.5"
CHAIN = (
    "dx/dt = -k*c*exp(-d*t)*x; dz/dt = k*c*exp(-d*t)*x - m*z; dw/dt = m*z - m*w;"
    "x(0) = 2; z(0) = 0; w(0) = 0; k = 0.5; c = 3; d = 0.7; m = 0.4"
)
GROWING = "df/dt = f*t + g*t^2 + t; dg/dt = 2*f*t^2 + 3*g*t^2 + g*t + 1; f(0) = 1; g(0) = 2"


@cache
def solved(text: str) -> ClosedForm:
    return solve_exactly(text, budget=20)


def followed(rates, start, time):
    """Return the states at a time by numerical integration."""
    found = solve_ivp(rates, (0, time), start, rtol=1e-12, atol=1e-13, method="DOP853")
    return found.y[:, -1]


@pytest.mark.parametrize("text", [OSCILLATOR, CHAIN, GROWING])
def test_the_solution_is_certified_and_each_step_checked(text):
    exact = solved(text)
    assert not exact.remaining
    assert exact.certificate.valid
    assert exact.derivation.checked


@pytest.mark.parametrize("w", [0.0, 1e-9, 0.3, 4.0])
def test_an_oscillator_answers_to_an_input_without_a_known_integral(w):
    end = followed(lambda t, y: [y[1], -w * w * y[0] + 1 / (1 + t)], [0.5, 0.2], 2.0)
    exact = solved(OSCILLATOR)(2.0, w=w)
    assert [exact["y"], exact["y'"]] == pytest.approx(end, rel=1e-10)


@pytest.mark.parametrize("time", [0.5, 4.0])
def test_a_chain_fed_by_a_kept_integral_keeps_one_integral_only(time):
    exact = solved(CHAIN)
    assert [p.states for p in exact.parts] == [("x",), ("z", "w")]
    assert isinstance(exact.parts[1].solved.formula, Quadrature)

    def rates(t, y):
        killed = 1.5 * np.exp(-0.7 * t) * y[0]
        return [-killed, killed - 0.4 * y[1], 0.4 * (y[1] - y[2])]

    assert [*exact(time).values()] == pytest.approx(followed(rates, [2, 0, 0], time), rel=1e-10)


def test_a_system_with_a_growth_in_common_answers_to_an_input():
    def rates(t, y):
        f, g = y
        return [f * t + g * t**2 + t, 2 * f * t**2 + 3 * g * t**2 + g * t + 1]

    exact = solved(GROWING)(0.8)
    assert [exact["f"], exact["g"]] == pytest.approx(followed(rates, [1, 2], 0.8), rel=1e-10)


def test_integrals_have_letters_and_are_written_out_once():
    rows = str(solved(OSCILLATOR)).splitlines()
    assert rows[0] == "y(t) = cos(w*t)*(y_0 + J1(t)) + (y'_0 + J2(t))/w*sin(w*t)"
    assert rows[1].startswith("J1(t) = integral(")
    assert len(rows) == 3
