"""Equations that separate, whose integral is no known function: an equation between integrals."""

from functools import cache
from math import exp, log

import pytest
from scipy.integrate import quad, solve_ivp

from ratelaw import solve
from ratelaw.models.exact.first_order.inverse import Inverse
from ratelaw.models.exact.solve import ClosedForm, solve_exactly

EQUATIONS = {
    "homogeneous": "t*exp(t/y)/y",
    "isobaric": "a*y^3 + 0.5*t^-1.5",
    "of a line": "1 + y - t + exp(y - t)",
    "separable": "t*(y + exp(y))/9",
}


@cache
def solved(name: str) -> ClosedForm:
    return solve_exactly(f"dy/dt = {EQUATIONS[name]}; y(1) = y0; y0 = 0.7; a = 1", budget=10)


@pytest.mark.parametrize("name", EQUATIONS)
def test_its_integral_is_kept_and_every_step_checked(name: str) -> None:
    exact = solved(name)
    assert isinstance(exact.parts[0].solved.formula, Inverse)
    assert "integral(" in str(exact)
    assert exact.derivation.checked


@pytest.mark.parametrize("name", EQUATIONS)
@pytest.mark.parametrize("start", [1.3])
def test_it_follows_the_numerical_solution(name: str, start: float) -> None:
    exact = solved(name)
    system = exact.system
    given = {"y0": start, "a": 1.0, "y(1)": start}

    def rate(t: float, y: list[float]) -> tuple[float, ...]:
        return system.vector_field(t, *y, *(given[n] for n in system.parameters))

    numerical = solve_ivp(rate, (1, 1.2), [start], rtol=1e-11, atol=1e-12, method="DOP853")
    assert exact(1.2, y0=start)["y"] == pytest.approx(numerical.y[0, -1], rel=1e-9)


def test_the_clock_is_the_integral() -> None:
    u = solved("homogeneous")(1.5)["y"] / 1.5
    passed = quad(lambda w: w / (exp(1 / w) - w * w), 0.7, u)[0]
    assert passed == pytest.approx(log(1.5), rel=1e-10)


QUOTIENTS = {
    "a switch (Goldbeter and Koshland 1981)": (
        "dx/dt = k*(1 - x)/(J + 1 - x) - m*x/(K + x); x(0) = 0.2; k = 1; m = 0.8; J = 0.1; K = 0.1",
        "log(",
    ),
    "an outbreak (Ludwig, Jones and Holling 1978)": (
        "dN/dt = r*N*(1 - N/K) - B*N^2/(A^2 + N^2); N(0) = 1; r = 0.5; K = 10; B = 1; A = 1",
        "integral(",
    ),
}


@pytest.mark.parametrize("name", QUOTIENTS)
def test_quotients_of_polynomials_with_symbols_take_few_seconds(name: str) -> None:
    text, part = QUOTIENTS[name]
    exact = solve_exactly(text, budget=8)  # a quarter of it was needed; all of it before
    assert part in str(exact)
    (state,) = exact.system.states
    numerical = solve(text, [0.0, 3.0], method="scipy:DOP853", rtol=1e-11, atol=1e-13)
    assert exact(3.0)[state] == pytest.approx(numerical.y[0, -1], rel=1e-9)
