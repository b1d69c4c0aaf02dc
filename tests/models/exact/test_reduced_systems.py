"""Systems that are led back to simpler ones, in other states or in a time of their own."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.reduction.page import free_of
from ratelaw.models.exact.solve import solve_exactly
from ratelaw.models.tape import Builder

SYSTEMS = {
    "infection by shares": "S' = -b*S*I/(S + I); I' = b*S*I/(S + I) - g*I; S(0) = 0.9;"
    "I(0) = 0.1; b = 1.5; g = 0.5",
    "degree two": "x' = x*y; y' = y^2 - x^2; x(0) = 0.5; y(0) = 0.2",
    "degree two, of Lotka's kind": "x' = x*(x + 2*y); y' = y*(2*x + y); x(0) = 0.3; y(0) = 0.2",
    "a factor of time": "x' = cos(t)*y; y' = cos(t)*(6*x^2 - y*0); x(0) = 1; y(0) = 0.3",
    "projective": "x' = a*x + d*y + x*(b*x + c*y); y' = e*x + f*y + y*(b*x + c*y); x(0) = 0.2;"
    "y(0) = 0.3; a = 0.5; b = -0.4; c = -0.3; d = 0.2; e = 0.1; f = 0.3",
    "projective, moved": "x' = 1 + x*(x - y); y' = x + y*(x - y); x(0) = 0.2; y(0) = 0.3",
    "coupled by time": "x'' = t*y; y'' = t*x; x(0) = 1; x'(0) = 0; y(0) = 0; y'(0) = 1",
    "one state eliminated": "x' = 2*t*x + y; y' = (t - 1)*x - 2*t*y; x(0) = 1; y(0) = 0.5",
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_closed_form_agrees_with_integration(name: str) -> None:
    model = rl.model(SYSTEMS[name])
    exact = solve_exactly(model, budget=8)
    numeric = rl.solve(model, [0.8], method="scipy:DOP853", rtol=1e-12, atol=1e-14)
    assert list(exact(0.8).values()) == pytest.approx(list(np.ravel(numeric.y)), rel=1e-9)
    assert exact.derivation.checked


def test_quadratic_terms_of_several_forms_are_left() -> None:
    with pytest.raises(NoClosedFormError):
        solve_exactly("x' = x*(1 - x - t*y); y' = y*(1 - t*x - 2*y); x(0) = 0.5; y(0) = 0.4")


def test_what_a_function_is_free_of_is_seen_through_what_cancels() -> None:
    builder = Builder(["t", "y", "a"])
    t, y, a = builder.inputs
    seeming = free_of(builder.finish([(t * y + a * y) / y]), ["y"])
    assert seeming is not None
    assert "y" not in seeming.inputs
    assert seeming(*({"t": 2.0, "a": 3.0}[n] for n in seeming.inputs)) == (5.0,)
    assert free_of(builder.finish([t * y]), ["y"]) is None
    assert free_of(builder.finish([t + 1e-12 * y]), ["y"]) is None
