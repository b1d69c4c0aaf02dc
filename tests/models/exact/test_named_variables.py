"""Equations that have a name in another variable, and first integrals made of named functions."""

import math
from typing import Any

import pytest

from ratelaw.models.exact.solve import ClosedForm, solve_exactly
from ratelaw.models.lazy import load

LINEAR = {  # y'' = p*y' + q*y, and where it is put back
    "an exponential": ("0", "v**2 - exp(2*t)", 0.7),
    "an exponential of half the time": ("0", "-a*exp(t)", 0.7),
    "the inverse": ("-2*(t + a)/t**2", "b*(b - 1)/t**2", 1.2),
    "a power that is a symbol": ("0", "-t**n", 1.2),
    "a power beside a square": ("b/t", "-a*t**n/t**2", 1.2),
    "no other variable, near 0": ("(c - (a + b + 1)*t)/(t*(t - 1))", "-a*b/(t*(t - 1))", 0.4),
    "the square": ("-a*t/(t**2 + 1)", "b/(t**2 + 1)", 0.7),
}
VALUES = {"a": 0.6, "b": 0.3, "c": 1.4, "n": 1.7, "v": 0.8}


def conjugate(m: Any, d: Any, c: Any, x: Any) -> Any:
    """Return Gauss's function of m + sqrt(d) and m - sqrt(d)."""
    mpmath = load("mpmath")
    return mpmath.re(mpmath.hyp2f1(m + mpmath.sqrt(d), m - mpmath.sqrt(d), c, x))


@pytest.mark.parametrize("name", LINEAR)
def test_two_solutions_are_found_and_solve_the_equation(name: str) -> None:
    sympy, mpmath = load("sympy"), load("mpmath")
    pairs = load("ratelaw.models.symbolic.named_equations").pairs
    symbols = {n: sympy.Symbol(n, real=True) for n in ("t", *VALUES)}
    known = {symbols[n]: value for n, value in VALUES.items()}
    p, q = (sympy.sympify(text, locals=symbols) for text in LINEAR[name][:2])
    t, at = symbols["t"], mpmath.mpf(LINEAR[name][2])
    pair = next(pairs(p, q, t, LINEAR[name][2]))
    with mpmath.workdps(30):
        for solution in pair:
            y = sympy.lambdify(t, solution.subs(known), [{"hyp2f1s": conjugate}, "mpmath"])
            slope, bend = mpmath.diff(y, at), mpmath.diff(y, at, 2)
            force = [complex(e.subs(known).subs(t, LINEAR[name][2])) for e in (p, q)]
            assert abs(bend - force[0] * slope - force[1] * y(at)) < 1e-9 * abs(bend)


FIRST_ORDER = {
    "dy/dt = -1/t - y^2; y(1) = 0.5": "besselj",
    "dy/dt = y^2 + exp(t); y(0) = 0.2": "besselj",
    "dy/dt = 1/(y + t^2); y(1) = 0.7": "airyai",
    "dy/dt = t/2 + 1/y; y(1) = 0.7": "airyai",
    "dy/dt = t^2*y^3 + t*y; y(0) = 0.5": "erfi",
    "dy/dt = -y*(t*y + 1)/t^2; y(1) = 0.5": "expi",
    "dy/dt = 1/sqrt(1 + t^4); y(0) = 0.5": "hyp2f1",
    "dy/dt = (y - 2*t + 3)/(4*t + y - 2); y(1) = 0.5": "log",
    "dy/dt = (y - t*sqrt(t^2 + y^2))/t; y(1) = 0.5": "sinh",
    "dy/dt = sqrt(y^2 - 1)/sqrt(t^2 - 1); y(2) = 1.5": "sqrt",
}


def solved(text: str) -> ClosedForm:
    return solve_exactly(text, budget=30)


@pytest.mark.parametrize("text", FIRST_ORDER)
def test_an_equation_of_first_order_is_solved_by_that_function(text: str) -> None:
    exact = solved(text)
    assert exact.derivation.checked
    assert FIRST_ORDER[text] in str(exact)


def test_a_quotient_of_lines_passes_the_point_where_they_cross_at_a_distance() -> None:
    exact = solved("dy/dt = (y - 2*t + 3)/(4*t + y - 2); y(1) = y0")
    assert "cross in one point" in str(exact.derivation)


def test_a_curve_of_a_root_and_a_line_is_solved_for_the_state() -> None:
    exact = solved("dy/dt = sqrt(y^2 - 1)/sqrt(t^2 - 1); y(2) = 1.5")
    expected = math.cosh(math.acosh(1.5) + math.acosh(3.0) - math.acosh(2.0))
    assert exact(3.0)["y"] == pytest.approx(expected, rel=1e-12)


def test_no_value_is_given_where_several_solutions_begin() -> None:
    exact = solve_exactly("dy/dt = sqrt(y^2 - 1)/sqrt(t^2 - 1); y(1) = y0", budget=30)
    assert math.isnan(exact(1.5, {"y0": 1.0})["y"])  # y = t is one, y = 1 another
    assert exact(1.5, {"y0": 2.0})["y"] == pytest.approx(math.cosh(math.acosh(2) + math.acosh(1.5)))


@pytest.mark.parametrize("after", [0.9, 3.0, 6.0])
def test_no_branch_is_given_after_a_blow_up(after: float) -> None:
    exact = solved("dx/dt = x^2 + a*t; x(0) = x0")
    at = {"a": 1.159, "x0": 1.159}  # grows without bound at about 0.8
    assert math.isnan(exact(after, at)["x"])
    assert exact(0.3, at)["x"] == pytest.approx(1.8502776770547344)
