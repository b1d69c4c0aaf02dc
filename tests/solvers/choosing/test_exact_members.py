"""Members of a batch that a closed form does not reach, beside others that it does."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import RefusalError

BLOWS_UP = rl.model("dx/dt = x^2; x(0) = 1")
TIMES = [0, 0.5, 2]


def test_a_member_out_of_reach_leaves_the_others_alone():
    sol = rl.solve(BLOWS_UP({"x(0)": [0.1, 1, -1]}), TIMES, method="exact")
    assert sol["x"].sel({"x(0)": 1}).values == pytest.approx([1, 2, np.nan], nan_ok=True)
    assert sol["x"].sel({"x(0)": -1}).values == pytest.approx([-1, -2 / 3, -1 / 3])
    assert sol["x"].sel({"x(0)": 0.1}).values == pytest.approx([0.1, 0.1 / 0.95, 0.125])


def test_who_is_out_of_reach_is_told_with_the_last_time_that_has_a_value():
    sol = rl.solve(BLOWS_UP({"x(0)": [0.1, 1, -1]}), TIMES, method="exact")
    assert not sol.success
    assert "number 1" in str(sol.outcome)
    assert "t = 0.5 of 2" in str(sol.outcome)


def test_a_closed_form_that_reaches_for_nobody_is_refused():
    with pytest.raises(RefusalError, match="does not reach"):
        rl.solve(BLOWS_UP({"x(0)": [1, 2]}), TIMES, method="exact")


def test_an_automatic_choice_takes_steps_where_a_known_form_does_not_reach_for_all():
    rl.solve_exactly(BLOWS_UP)
    assert rl.solve(BLOWS_UP({"x(0)": [0.1, 1]}), TIMES).method != "exact"


def test_a_refusal_says_where_the_closed_form_holds():
    escaping = rl.model("x'' = exp(x) - 3*x; x(0) = 2.5; x'(0) = 1")
    with pytest.raises(RefusalError, match="it is valid for motions that turn on both sides"):
        rl.solve(escaping, [0.1, 0.2], method="exact")
