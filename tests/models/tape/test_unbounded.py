"""Formulas whose exponentials cancel although none of them is a double."""

import math

import mpmath
import pytest

import ratelaw as rl
from ratelaw.models.language.read import read_expression
from ratelaw.models.tape.differentiate import derivative
from ratelaw.models.tape.unbounded import unbounded

DIGITS = mpmath.MPContext()
DIGITS.dps = 60
FUNCTIONS = {
    "exp(-x)*expi(x)": lambda x: DIGITS.exp(-x) * DIGITS.ei(x),
    "exp(x)*expi(-x)": lambda x: DIGITS.exp(x) * DIGITS.ei(-x),
    "(2 + expi(x) - expi(1))*exp(-x)": lambda x: (
        (DIGITS.mpf(2) + DIGITS.ei(x) - DIGITS.ei(1)) * DIGITS.exp(-x)
    ),
    "exp(-x^2)*erfi(x)": lambda x: DIGITS.exp(-x * x) * DIGITS.erfi(x),
    "sinh(x)/cosh(x)^2*exp(x)": lambda x: DIGITS.sinh(x) / DIGITS.cosh(x) ** 2 * DIGITS.exp(x),
    "sqrt(exp(2*x)/(1 + exp(x)^2))": lambda x: 1 / DIGITS.sqrt(1 + DIGITS.exp(-2 * x)),
    "log(abs(1 - exp(3*x)))": lambda x: DIGITS.log(abs(1 - DIGITS.exp(3 * x))),
    "if(x < 3, exp(x), exp(2*x))*exp(-2*x)": lambda x: DIGITS.exp(-x) if x < 3 else DIGITS.mpf(1),
}


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("x", [0.2, 2.0, 30.0, 49.9, 50.1, 120.0, 800.0, 3000.0])
def test_a_value_that_is_a_double_is_one_whatever_it_is_made_of(text: str, x: float) -> None:
    expected = float(FUNCTIONS[text](DIGITS.mpf(x)))
    assert unbounded(read_expression(text))(x)[0] == pytest.approx(
        expected, rel=2e-15 * max(1, x / 100)
    )


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("x", [2.0, 80.0, 900.0])
def test_so_is_its_slope(text: str, x: float) -> None:
    expected = DIGITS.diff(FUNCTIONS[text], DIGITS.mpf(x), h=DIGITS.mpf(10) ** -20)
    found = derivative(unbounded(read_expression(text)), "x")(x)[0]
    assert found == pytest.approx(float(expected), rel=1e-9, abs=1e-12)


def test_what_is_beyond_the_doubles_is_infinite_and_what_is_undefined_is_no_number() -> None:
    assert unbounded(read_expression("exp(x)*expi(x)"))(800.0) == (math.inf,)
    assert math.isnan(unbounded(read_expression("log(-exp(x))"))(2.0)[0])


@pytest.mark.parametrize("time", [2.0, 60.0, 800.0, 5000.0])
def test_a_linear_equation_with_an_exponential_integral_is_evaluated_at_any_time(
    time: float,
) -> None:
    exact = rl.solve_exactly("dx/dt = -x + 1/t; x(1) = 2")
    t = DIGITS.mpf(time)
    expected = (2 * DIGITS.e + DIGITS.ei(t) - DIGITS.ei(1)) * DIGITS.exp(-t)
    assert exact(time)["x"] == pytest.approx(float(expected), rel=1e-15)
    assert "expi(t)" in str(exact)
