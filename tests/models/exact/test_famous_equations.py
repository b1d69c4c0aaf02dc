"""Famous equations without a closed form are told by name."""

import pytest

from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import solve_exactly

NAMES = {
    "y'' = -(a - 2*q*cos(2*t))*y; y(0) = 1; y'(0) = 0": "Mathieu",
    "y'' = (a - 2*q*cosh(2*t))*y; y(0) = 1; y'(0) = 0": "Mathieu's modified",
    "y'' = -(t^2*y' + (a*t^2 + a + b*t)*y)/t^3; y(1) = 1; y'(1) = 0":
        "modified equation of Mathieu",
    "y'' = (2*t*y' - (a + b*t^2 - c/(1 - t^2))*y)/(1 - t^2); y(0) = 1; y'(0) = 0": "spheroidal",
    "y'' = -(1.3/t + 0.4/(t - 1) + 0.7/(t - 3))*y' - (a*t - b)/(t*(t - 1)*(t - 3))*y; y(2) = 1; "
    "y'(2) = 0": "Heun's equation",
    "y'' = -(1/t + 2*t)*y' - (a + b/t)*y; y(1) = 1; y'(1) = 0": "biconfluent form of Heun",
    "y'' = 6*y^2 + t; y(0) = 1; y'(0) = 0": "Painleve's first",
    "y'' = 2*y^3 + t*y + a; y(0) = 1; y'(0) = 0": "Painleve's second",
    "x'' = -d*x' - x - b*x^3; x(0) = 1; x'(0) = 0": "Duffing",
    "x'' = -w^2*sin(x) + cos(t); x(0) = 1; x'(0) = 0": "pendulum",
    "x'' = m*(1 - x^2)*x' - x; x(0) = 1; x'(0) = 0": "van der Pol",
    "y' = y^3 + t*y + 1; y(0) = 1": "Abel",
    "y' = y^2 + exp(-t^2); y(0) = 1": "Riccati",
}  # fmt: skip


@pytest.mark.parametrize("text", NAMES)
def test_an_equation_without_closed_form_is_told_by_name(text: str) -> None:
    with pytest.raises(NoClosedFormError, match=f"this is .*{NAMES[text]}"):
        solve_exactly(text, budget=8)


def test_an_equation_that_is_not_famous_is_told_as_such() -> None:
    with pytest.raises(NoClosedFormError, match=r"none of the .* covers it"):
        solve_exactly("y'' = -y' - t*sqrt(y); y(0) = 1; y'(0) = 0", budget=8)
