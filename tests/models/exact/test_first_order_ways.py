"""First-order equations by lines that cross, factors of a combination, products, distances."""

import math

import pytest
import sympy

from ratelaw.models.exact.solve import solve_exactly
from ratelaw.models.symbolic.antiderivative import from_tables

EQUATIONS = {  # each with y(1.5) from y(1) = 0.75, integrated to 1e-13
    "lines that cross": ("(2*y - 1)*(4*y + 6*t - 3)/(y + 3*t - 1)^2", 0.965064858203),
    "parallel lines": ("(t + 1 - 2*y)/(4*y - 2*t - 3)", 0.5920222773),
    "a factor of the sum": ("-(y^2 + t*y + 1)/(t^2 + t*y + 1)", 0.433516833215),
    "time of a product": ("y*(t*y - t^4 - 1)/(t*(t*y + t^4 - 1))", 0.432152586973),
    "a power of the time": ("t^2*cos(t*y)/t - y/t", 0.787670677085),
    "a distance": ("t*(y - t^2)^3 + 2*t", 1.98962217804),
    "a known solution": ("y^2 - y*sin(t) + cos(t)", 0.859224930035),
    "Euler's substitution": ("(sqrt(y^2 + t^2) - y)/t", 1.00929439101),
    "a logarithmic derivative": ("(5*y - y^4)/(7*t*y^3 + y - 5*t)", 0.404426635876),
    "an exponential integral": ("y*(t - y)/(t + 1)", 0.830563324315),
    "twice an angle": ("1/(t*cos(y) + sin(2*y))", 1.03817565618),
}


@pytest.mark.parametrize("name", EQUATIONS)
def test_an_equation_is_solved_and_every_step_checked(name: str) -> None:
    rate, expected = EQUATIONS[name]
    exact = solve_exactly(f"dy/dt = {rate}; y(1) = b; b = 0.75", budget=20)
    assert exact.certificate.valid
    assert all(step.checked for step in exact.derivation)
    assert math.isclose(exact(1.5)["y"], expected, rel_tol=1e-10)


@pytest.mark.parametrize("rate", ["-2*x + 1/(1 + t)", "-k*x + 1/(1 + t)"])
def test_a_linear_equation_is_solved_for_the_state_whatever_its_integral(rate: str) -> None:
    exact = solve_exactly(f"dx/dt = {rate}", budget=20)
    assert str(exact).startswith("x(t) = ")
    assert "expi" in str(exact)
    known = {"x(0)": 1.0} | ({"k": 2.0} if "k" in rate else {})
    late = exact(1000.0, known)["x"]  # where each factor alone is beyond doubles
    series = sum(
        math.factorial(n) / (2.0 * 1001.0) ** (n + 1) for n in range(8)
    )  # in 1/(k*(1 + t))
    assert math.isclose(late, series, rel_tol=1e-14)


def test_a_decaying_exponential_over_a_line_needs_no_oracle() -> None:
    t = sympy.Symbol("t", real=True)
    found = from_tables(3 * sympy.exp(-t / 4) / (t + 1), t)
    assert found == 3 * sympy.exp(sympy.Rational(1, 4)) * sympy.Ei(-t / 4 - sympy.Rational(1, 4))
