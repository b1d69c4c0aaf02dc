"""An output at the time of an event shows what is after it, whatever roundings made of either."""

import numpy as np
import pytest

import ratelaw as rl

STEPS = ["reference:tsit5", "lanes:tsit5", "lanes:rodas5p", "scipy:RK45"]
AHEAD = [*STEPS, "exact"]  # a closed form is followed between times that are known ahead
TIMES = [0.1 + 0.2, np.nextafter(0.3, 0)]
TOUCH = {
    "time of a formula": "at a + b: x = 10",
    "condition on time": "when t > a + b: x = 10",
    "curved condition on time": "when t^2 > (a + b)^2: x = 10",
    "condition on a state": "when c > a + b: x = 10",
}


def model(event: str) -> str:
    return f"dx/dt = -x; x(0) = 1; c' = 1; c(0) = 0; a = 0.1; b = 0.2; {event}"


@pytest.mark.parametrize("more", [[], [1.0]], ids=["at the end", "on the way"])
@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("event", TOUCH)
@pytest.mark.parametrize("method", AHEAD)
def test_an_output_at_the_time_of_an_event_is_after_it(method, event, time, more):
    if method == "exact" and "state" in event:
        pytest.skip("the time of this event is not known ahead")
    x = rl.solve(model(TOUCH[event]), [0.2, time, *more], method=method).y[0]
    assert x[1] == pytest.approx(10, rel=1e-12)
    assert x[0] == pytest.approx(np.exp(-0.2), rel=1e-5)


@pytest.mark.parametrize("method", AHEAD)
def test_every_sum_of_tenths_is_the_time_of_its_dose(method):
    sums = np.cumsum(np.full(40, 0.1))
    doses = "n' = 0; n(0) = 0; every 0.1 from 0.1 to 10: n = n + 1"
    found = rl.solve(doses, sums, method=method).y[0]
    np.testing.assert_allclose(found, np.arange(1, 41), rtol=1e-14)


@pytest.mark.parametrize("method", STEPS)
def test_a_stop_at_the_end_is_one(method):
    found = rl.solve("dx/dt = 1; x(0) = 0; stop when x > 0.3", 0.3, method=method)
    assert "stop" in str(found.outcome)


@pytest.mark.parametrize("method", STEPS)
def test_a_whole_batch_shows_the_states_after_its_events(method):
    ends = np.arange(1, 60) / 10
    clocks = rl.model("dx/dt = r; x(0) = 0; r = 1; when x > 1: x = 0")(r=1 / ends)
    for end, row in zip(ends, rl.solve(clocks, ends, method=method).y[0], strict=True):
        assert row[ends == end] == pytest.approx(0, abs=1e-9)
        assert row[np.isclose(ends, end / 2)] == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("method", STEPS)
def test_a_condition_that_turns_a_rounding_after_an_event_is_met_and_passed(method):
    both = "x' = 1 - x; x(0) = 1; n' = 0; n(0) = 0; at 0.5: n = x; when x > 0.6 and t > 0.5: n = x"
    found = rl.solve(both, [0.3, 3], method=method)
    assert found.events["time"].tolist() == pytest.approx([0.5, 0.5], rel=1e-15)
    assert found.y[1].tolist() == [0, 1]
