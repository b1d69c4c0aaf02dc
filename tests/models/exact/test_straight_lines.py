"""Equations whose solutions are straight lines, as Clairaut's are."""

import math

import pytest

from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import solve_exactly

CLAIRAUT = "dy/dt = -t/2 + sqrt(t^2/4 + y); y(0) = 4"


def test_a_line_goes_on_with_the_rate_of_the_start():
    exact = solve_exactly(CLAIRAUT, budget=20)
    assert str(exact) == "y(t) = y_0 + sqrt(y_0)*t"
    assert exact(3.0)["y"] == pytest.approx(10.0, rel=1e-15)


def test_a_line_ends_where_it_touches_the_envelope():
    exact = solve_exactly(CLAIRAUT, budget=20)
    assert exact(-3.9)["y"] == pytest.approx(-3.8, rel=1e-14)
    assert math.isnan(exact(-4.1)["y"])  # at -4 it has met y = -t^2/4


def test_the_lines_of_a_moving_front_all_meet():
    exact = solve_exactly("dy/dt = (y - a)/(t + c); y(0) = 1; a = 3; c = 2", budget=20)
    assert exact(2.0)["y"] == pytest.approx(-1.0)


def test_a_rate_that_changes_on_the_way_is_no_such_equation():
    with pytest.raises(NoClosedFormError):
        solve_exactly("dy/dt = -t/2 + sqrt(t^2/4 + y^3); y(0) = 1", budget=5)
