"""Populations with growth rates of their own and one limit in common."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import solve_exactly

RIVALS = (
    "x' = x*(a - c*(x + y)); y' = y*(b - c*(x + y)); x(0) = 1; y(0) = 0.5; a = 1; b = 0.7; c = 0.3"
)
STRATEGIES = (
    "x' = x*(a - (a*x + b*y + c*z)); y' = y*(b - (a*x + b*y + c*z)); "
    "z' = z*(c - (a*x + b*y + c*z)); x(0) = 0.3; y(0) = 0.5; z(0) = 0.2; a = 1; b = 0.5; c = 0.2"
)
SPREAD = "x' = x*(a + x - y); y' = y*(b + x - y); x(0) = 1; y(0) = 0.5; a = 0.2; b = -0.4"


@pytest.mark.parametrize(("text", "end"), [(RIVALS, 5.0), (STRATEGIES, 8.0), (SPREAD, 0.8)])
def test_the_closed_form_agrees_with_integration(text: str, end: float) -> None:
    model = rl.model(text)
    exact = solve_exactly(model, budget=20)
    numeric = rl.solve(model, [end], method="scipy:DOP853", rtol=1e-12, atol=1e-14)
    assert list(exact(end).values()) == pytest.approx(list(np.ravel(numeric.y)), rel=1e-10)
    assert exact.certificate.valid
    assert exact.derivation.checked


def test_shares_of_strategies_stay_shares() -> None:
    exact = solve_exactly(STRATEGIES, budget=20)
    assert sum(exact(30.0).values()) == pytest.approx(1.0, rel=1e-14)


@pytest.mark.parametrize("change", [{"a": 0.0}, {"b": 0.0}, {"a": 0.7}, {"x(0)": 0.0}])
def test_rates_may_vanish_or_be_alike(change: dict[str, float]) -> None:
    model = rl.model(RIVALS)
    exact = solve_exactly(model, budget=20)
    numeric = rl.solve(model(change), [3.0], method="scipy:DOP853", rtol=1e-12, atol=1e-14)
    assert list(exact(3.0, change).values()) == pytest.approx(list(np.ravel(numeric.y)), rel=1e-10)


def test_late_values_do_not_overflow() -> None:
    found = solve_exactly(RIVALS, budget=20)(1e4)
    assert found["x"] == pytest.approx(1 / 0.3, rel=1e-13)
    assert found["y"] == 0.0


def test_what_helps_itself_ends_where_it_becomes_infinite() -> None:
    exact = solve_exactly(SPREAD, budget=20)
    assert np.isfinite(exact(0.8)["x"])
    assert np.isnan(exact(3.0)["x"])


def test_limits_that_differ_are_left() -> None:
    with pytest.raises(NoClosedFormError):
        solve_exactly(RIVALS.replace("(b - c*(x + y))", "(b - c*(2*x + y))"), budget=2)
