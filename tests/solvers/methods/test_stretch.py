"""Steps of a fixed length that are taken many at a time: as if they had been taken one by one."""

import numpy as np
import pytest

import ratelaw as rl

LORENZ = rl.library.lorenz
BLOWUP = rl.model("dx/dt = x^2; x(0) = 1")
STEP = {"step": 1e-3, "max_steps": 10**5, "check": False}


def ends(sol):
    found = sol.trajectories
    return [a.tolist() for a in (found.status, found.t, found.n_steps, found.state)]


@pytest.mark.parametrize("model", [LORENZ, rl.model("dx/dt = x*cos(t); x(0) = 1")])
def test_outputs_on_the_way_change_nothing(model):
    every = rl.solve(model, np.linspace(0, 2, 1001), method="lanes:rk4", **STEP)
    last = rl.solve(model, [2.0], method="lanes:rk4", **STEP)
    assert np.array_equal(every.y[:, -1], last.y[:, -1])
    assert ends(every) == ends(last)


def test_backward_steps_are_taken_so_too():
    model = rl.model("dx/dt = x*cos(t); x(3) = 1")
    sol = rl.solve(model, [0.0], method="lanes:rk4", **STEP)
    assert sol.y[0, -1] == pytest.approx(np.exp(-np.sin(3.0)), rel=1e-10)


def test_a_state_that_leaves_all_numbers_is_found_at_its_own_step():
    ours, theirs = (rl.solve(BLOWUP, [2.0], method=f"{b}:rk4", **STEP)
                    for b in ("lanes", "reference"))  # fmt: skip
    assert not ours.success
    assert ends(ours) == ends(theirs)


def test_one_that_leaves_all_numbers_does_not_touch_the_others():
    starts = np.linspace(0.1, 0.9, 100)
    crowd = rl.solve(BLOWUP.vary("i", {"x(0)": starts}), [2.0], method="lanes:rk4", **STEP)
    assert np.count_nonzero(~np.isnan(crowd.y[0, :, -1])) == np.count_nonzero(starts < 0.5)
    for i in (0, 30):
        alone = rl.solve(BLOWUP({"x(0)": starts[i]}), [2.0], method="lanes:rk4", **STEP)
        assert crowd.y[0, i, -1] == alone.y[0, -1]


@pytest.mark.parametrize("limit", [1, 2, 3, 700, 1500])
def test_no_more_steps_are_taken_than_are_allowed(limit):
    sol = rl.solve(LORENZ, [2.0], method="lanes:rk4", **STEP | {"max_steps": limit})
    assert sol.trajectories.n_steps.tolist() == [limit]
    assert sol.outcome["max_steps"] == 1


def test_a_time_too_large_for_the_step_ends_it_where_one_by_one_does():
    model = rl.model("dx/dt = 1 + 0*t; x(1e12) = 0")
    ours, theirs = (
        rl.solve(model, [1e12 + 40], method=f"{backend}:rk4", **STEP)
        for backend in ("lanes", "reference")
    )
    assert ends(ours) == ends(theirs)
