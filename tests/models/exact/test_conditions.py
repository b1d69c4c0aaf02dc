"""Which points a closed form with special functions is put back at, told without their values."""

import math

import pytest

from ratelaw.models.exact.proof.conditions import manageable, without_functions
from ratelaw.models.exact.solve import solve_exactly
from ratelaw.models.tape import Builder


@pytest.fixture
def builder() -> Builder:
    return Builder(["n", "x"])


def test_conditions_without_functions_are_looked_at_alone(builder: Builder) -> None:
    n, x = builder.inputs
    whole = builder.finish([(x < 700.0) & (n.apply("besselj", x) > 0.0) & (n > 0.0)])
    assert without_functions(whole)(1.0, 800.0) == (0.0, 1.0)


def test_a_condition_that_is_no_more_than_chosen_where_another_fails_counts_too(
    builder: Builder,
) -> None:
    n, x = builder.inputs
    inner = (n.apply("besselj", x) > 0.0) & (n > 0.0)
    whole = builder.finish([(x < 0.0).apply("select", 0.0, inner)])
    assert without_functions(whole)(-1.0, 1.0) == (0.0,)


def test_of_a_condition_without_special_functions_nothing_is_looked_at_first(
    builder: Builder,
) -> None:
    n, x = builder.inputs
    assert without_functions(builder.finish([(n < x) & (x < 1.0)])).outputs == ()


@pytest.mark.parametrize(
    ("order", "argument", "expected"), [(3, 5000, 1), (5000, 3, 1), (5000, 4000, 0)]
)
def test_a_bessel_function_of_large_order_and_argument_is_not_asked_for(
    builder: Builder, order: float, argument: float, expected: float
) -> None:
    n, x = builder.inputs
    assert manageable(builder.finish([n.apply("bessely", x)]))(order, argument) == (expected,)


def test_a_riccati_equation_with_symbols_for_power_and_factors_is_solved_in_its_budget() -> None:
    exact = solve_exactly("dy/dx = (-a*y**2 + b*y + c*x**q)/x; y(1) = y0")
    got = exact(1.5, a=1.2, b=0.8, c=1.4, q=0.6, y0=0.75)["y"]
    assert math.isclose(got, 1.222325047411, rel_tol=1e-11)  # by integration to 1e-12
