"""Lane and Emden's equation of the critical exponent, in closed form."""

import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import solve_exactly

STAR = (
    "y'' = -2*y'/t - y^5; y(1) = (3*c)^0.25/sqrt(1 + c); y'(1) = -c*(3*c)^0.25/(1 + c)^1.5; c = 1"
)
CUBIC = "y'' = -3*y'/t - y^3; y(1) = h/(1 + h^2/8); y'(1) = -h^3/4/(1 + h^2/8)^2; h = 2"


@pytest.mark.parametrize("c", [1 / 3, 2.0])
def test_a_regular_start_leads_to_the_regular_solution(c: float) -> None:
    exact = solve_exactly(STAR, budget=20)
    assert exact.certificate.valid
    assert exact.derivation.checked
    assert exact(3.0, c=c)["y"] == pytest.approx((3 * c) ** 0.25 / (1 + 9 * c) ** 0.5, rel=1e-13)


def test_another_dimension_has_its_own_exponent() -> None:
    exact = solve_exactly(CUBIC, budget=20)
    assert exact(2.0)["y"] == pytest.approx(2.0 / (1 + 4 * 4 / 8), rel=1e-13)


def test_another_start_is_a_motion_with_an_energy() -> None:
    text = STAR.replace("y(1) = ", "y(1) = 2*", 1)
    found = solve_exactly(text, budget=20)(3.0)["y"]
    assert found == pytest.approx(rl.solve(text, [1.0, 3.0], rtol=1e-10).y[0, -1], rel=1e-8)


@pytest.mark.parametrize("change", [("y^5", "y^4"), ("-2*y'/t", "-3*y'/t")])
def test_what_is_not_critical_is_left(change: tuple[str, str]) -> None:
    with pytest.raises(NoClosedFormError):
        solve_exactly(STAR.replace(*change), budget=5)
