"""Euler's rigid body and its like, by Jacobi's elliptic functions."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import solve_exactly

TOP = (
    "p' = (B - C)/A*q*r; q' = (C - A)/B*r*p; r' = (A - B)/C*p*q; "
    "p(0) = 0.8; q(0) = 0.3; r(0) = 0.5; A = 1; B = 2; C = 3"
)
WAVES = "x' = y*z; y' = x*z; z' = x*y; x(0) = 1; y(0) = 0.5; z(0) = 0.1"
SN = "x' = y*z; y' = -x*z; z' = -0.36*x*y; x(0) = 0; y(0) = 1; z(0) = 1"


def _followed(inertia: tuple[float, float, float], time: float) -> list[float]:
    a, b, c = inertia

    def rates(_: float, w: np.ndarray) -> list[float]:
        p, q, r = w
        return [(b - c) / a * q * r, (c - a) / b * r * p, (a - b) / c * p * q]

    found = solve_ivp(rates, (0, time), [0.8, 0.3, 0.5], method="DOP853", rtol=1e-12, atol=1e-14)
    return list(found.y[:, -1])


@pytest.mark.parametrize("inertia", [(1, 2, 3), (3, 1, 2), (2, 3, 1), (1, 1, 2), (2, 1, 1)])
def test_a_top_turns_about_its_axes_in_any_order(inertia: tuple[float, float, float]) -> None:
    exact = solve_exactly(TOP, budget=20)
    found = exact(7.0, dict(zip("ABC", inertia, strict=True)))
    assert list(found.values()) == pytest.approx(_followed(inertia, 7.0), rel=1e-9)
    assert exact.certificate.valid
    assert exact.derivation.checked


def test_functions_of_jacobi_solve_their_own_equations() -> None:
    exact = solve_exactly(SN, budget=20)
    assert exact(0.7)["x"] == pytest.approx(0.629917115323487, rel=1e-9)
    assert exact(0.7)["y"] == pytest.approx((1 - 0.629917115323487**2) ** 0.5, rel=1e-8)


def test_a_start_on_an_axis_stays_there() -> None:
    exact = solve_exactly(TOP, budget=20)
    still = {"p(0)": 0.0, "q(0)": 2.0, "r(0)": 0.0}
    assert list(exact(5.0, still).values()) == [0.0, 2.0, 0.0]


def test_waves_that_grow_without_bounds_end_at_their_pole() -> None:
    exact = solve_exactly(WAVES, budget=20)
    before, after = exact(1.8), exact(2.5)
    assert before["x"] == pytest.approx(5.6747213330597, rel=1e-12)
    assert all(np.isnan(v) for v in after.values())


def test_three_that_are_alike_grow_alike() -> None:
    alike = dict.fromkeys(("x(0)", "y(0)", "z(0)"), 2.0)
    exact = solve_exactly(WAVES, budget=20)
    assert list(exact(0.25, alike).values()) == pytest.approx([4.0] * 3, rel=1e-14)
    assert np.isnan(exact(0.75, alike)["x"])


def test_rates_that_are_no_products_are_left() -> None:
    with pytest.raises(NoClosedFormError):
        solve_exactly(WAVES.replace("x*y;", "x*y + x;"), budget=2)
