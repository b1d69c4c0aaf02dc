"""Rates in the sine and cosine of the state: followed through all turns, to rest or for ever."""

import math

import pytest

import ratelaw as rl


@pytest.mark.parametrize(
    ("rate", "start", "after"),
    [
        ("a*sin(y) + b", 0.0, 5.0),  # past pi, on its way to rest at 3*pi/2
        ("a*sin(y) + b", 9.0, 5.0),
        ("b + a*cos(y)", 3.0, -4.0),
        ("a*(b - cos(y))", 0.0, 6.0),
        ("a*(2*b + sin(y))", -2.0, 9.0),  # for ever
    ],
)
def test_the_angle_goes_where_steps_lead(rate: str, start: float, after: float) -> None:
    exact = rl.solve_exactly(f"dy/dt = {rate}", budget=20)
    values = {"a": 1.25, "b": 1.0, "y(0)": start}
    model = rl.model(f"dy/dt = {rate}\ny(0) = {start}\na = 1.25\nb = 1")
    steps = rl.solve(model, [0.0, after], rtol=1e-12, atol=1e-12)["y"]
    assert exact(after, values)["y"] == pytest.approx(float(steps[-1]), abs=1e-9)
    assert exact.certificate.domain == "valid for all t"


def test_where_rates_are_at_the_edge_between_rest_and_turning() -> None:
    exact = rl.solve_exactly("dy/dt = 1 + sin(y)", budget=20)
    late = exact(1e6, {"y(0)": 0.0})["y"]
    assert late == pytest.approx(1.5 * math.pi - 2e-6, rel=1e-9)


def test_a_common_factor_of_the_rate_does_not_hide_the_root() -> None:
    assert str(rl.solve_exactly("dy/dt = a*(b - y^2)", budget=20)).startswith("y(t) = if(0 < b, ")
