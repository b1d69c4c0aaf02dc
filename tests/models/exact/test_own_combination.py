"""Two states of which a combination has an equation of its own."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import solve_exactly

SYSTEMS = {
    "squares and products": "x' = x^2 + y^2; y' = 2*x*y; x(0) = 0.3; y(0) = 0.2",
    "sum and difference": "x' = y*(x + y); y' = x*(x + y); x(0) = 0.5; y(0) = 0.2",
    "oscillators": "p' = a + k*sin(q - p); q' = b + k*sin(p - q); p(0) = 0; q(0) = 1; "
    "a = 1; b = 1.5; k = 0.4",
    "weights that are no ones": "x' = (x + 2*y)^2 - 2; y' = 1 - (x + 2*y)^2/4; "
    "x(0) = 0.3; y(0) = 0.2",
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_closed_form_agrees_with_integration(name: str) -> None:
    model = rl.model(SYSTEMS[name])
    exact = solve_exactly(model, budget=20)
    numeric = rl.solve(model, [0.9], method="scipy:DOP853", rtol=1e-12, atol=1e-14)
    assert list(exact(0.9).values()) == pytest.approx(list(np.ravel(numeric.y)), rel=1e-9)
    assert exact.derivation.checked


def test_a_combination_that_is_none_is_left() -> None:
    with pytest.raises(NoClosedFormError):
        solve_exactly("x' = x^2 + y^3; y' = 2*x*y; x(0) = 0.3; y(0) = 0.2", budget=2)
