"""Antiderivatives that are found by a table and a few rules: nobody is asked without time."""

from math import isclose

import pytest
import sympy

from ratelaw.models.exact.budget.clock import Clock
from ratelaw.models.symbolic.antiderivative import antiderivative

X, A, B, N = sympy.symbols("x a b n", real=True)
AT = {X: 0.7, A: 2.3, B: 1.2, N: 1.5}
INTEGRANDS = (
    "sin(3*x)/cos(x)", "cos(x)**3/sin(x)**2", "tan(x)**3", "1/(3 + sin(x))", "sec(2*x)",
    "1/(a + b*cos(x))", "sqrt(x**2 + a**2)", "x**3/sqrt(4 - x**2)", "sqrt(a*x**2 + b*x)",
    "x*log(x)**2", "x**n*log(x)", "atan(x)", "asin(x)/sqrt(1 - x**2)", "exp(-x**2)",
    "exp(a*x**2 + b*x)", "sin(2*x)/x", "exp(3*x)/x**3", "cos(x)/x**2 + sin(x)/x",
    "(x*sin(x) - cos(x))/(x*cos(x))", "exp(-1/(2*x**2))/x**2",
    "sqrt(1 - x)*sqrt(1 + x)/(x**2 - 1)", "1/(x**2 + a**2)", "1/(b*(x**4 - a**4))",
)  # fmt: skip


@pytest.mark.parametrize("text", INTEGRANDS)
def test_its_derivative_is_the_integrand(text: str) -> None:
    integrand = sympy.sympify(text, locals={"x": X, "a": A, "b": B, "n": N})
    found = antiderivative(integrand, X, Clock(0.0))
    assert found is not None
    back, wanted = (complex(e.subs(AT).evalf()) for e in (sympy.diff(found, X), integrand))
    assert isclose(back.real, wanted.real, rel_tol=1e-10)
    assert abs(back.imag) < 1e-10


def test_integrals_over_powers_that_cancel_leave_an_elementary_function() -> None:
    integrand = sympy.diff(sympy.sin(X) / X**3, X)
    found = antiderivative(sympy.expand(integrand), X, Clock(0.0))
    assert sympy.simplify(found - sympy.sin(X) / X**3) == 0


def test_what_no_rule_knows_is_left_to_others() -> None:
    assert antiderivative(sympy.sin(sympy.exp(X) + X**2), X, Clock(0.0)) is None
