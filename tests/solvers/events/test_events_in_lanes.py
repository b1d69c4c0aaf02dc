"""Events within compiled lanes: what the readable loop says, and what is left to its rules."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.solvers.events.happenings import Happenings
from ratelaw.solvers.lanes import notes

BALL = "h'' = -g - c*h'; h(0) = 10; h'(0) = 0; g = 9.81; c = 0.1; e = 0.9; when h < 0: h' = -e*h'"
DOSES = "dA/dt = -k*A; A(0) = 0; k = 0.1; every 2 from 0 to {last}: A = A + 10"
TOLERANCES = {"rtol": 1e-8, "atol": 1e-10}
ALIKE = 1e-6  # of both solutions, whose steps differ by roundings only until an event


def compare(model: object, end: float, method: str = "tsit5") -> rl.Solution:
    times = np.linspace(0, end, 23)
    lanes, loop = (
        rl.solve(model, times, method=f"{backend}:{method}", **TOLERANCES)
        for backend in ("lanes", "reference")
    )
    assert np.array_equal(np.isnan(lanes.y), np.isnan(loop.y))
    np.testing.assert_allclose(lanes.y, loop.y, rtol=ALIKE, atol=ALIKE)
    columns = [x for x in loop.events.columns if x != "rule"]
    assert lanes.events["rule"].tolist() == loop.events["rule"].tolist()
    np.testing.assert_allclose(lanes.events[columns], loop.events[columns], rtol=ALIKE, atol=ALIKE)
    return lanes


def test_a_crowd_of_bouncing_balls_bounces_as_in_the_readable_loop() -> None:
    balls = compare(rl.model(BALL)(e=np.linspace(0.8, 0.95, 21)), 8)
    assert len(balls.events) > 60


def test_a_condition_holds_at_the_time_of_its_event_and_not_long_before() -> None:
    found = rl.solve(BALL, 8, method="lanes:tsit5", rtol=1e-10).events
    assert (found["h before"] < 0).all()
    assert (found["h before"] > -1e-13).all()


def test_more_doses_than_are_planned_ahead_are_all_given() -> None:
    count = 3 * notes.LENGTH
    doses = compare(rl.model(DOSES.format(last=2 * (count - 1)))(k=[0.1, 0.3]), 2 * count)
    assert len(doses.events) == 2 * count


def test_doses_are_given_in_their_lanes_and_not_one_by_one_outside(monkeypatch):
    visits: list[int] = []

    def happen(self, i, t, y, inner=Happenings.happen):
        visits.append(len(i))
        return inner(self, i, t, y)

    monkeypatch.setattr(Happenings, "happen", happen)
    text = "dA/dt = -k*A; A(0) = 0; k = 0.1; every 1: A = A + 10; every 2 from 4: A = A/2"
    found = rl.solve(text, 3000, method="lanes:tsit5", max_steps=100_000)
    assert len(found.events) == 3001 + 1499
    assert len(visits) < 5


@pytest.mark.parametrize("count", [3, 70])
def test_what_is_due_at_one_time_happens_in_the_order_written(count):
    text = f"""
        dx/dt = -x; x(0) = 1; n' = 0; n(0) = 0
        every 0.3 from 0.3: x = x + 1, n = n + 1
        every 0.1*a from 0.3*a: x = 2*x
        at 0.1*3, 2*0.3, 1.5, 3: x = x - 1
        when n > {count}: n = 0
    """
    both = compare(rl.model(text + "; a = 1")(a=[1.0, 1.5, 3.0]), 0.35 * count, "rodas4")
    assert len(both.events) > 3 * count


def test_a_log_that_is_full_is_read_and_written_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "LINES", 1)
    doses = compare(rl.model(DOSES.format(last=100))(k=np.linspace(0.1, 0.3, 9)), 100)
    assert len(doses.events) == 9 * 51


@pytest.mark.parametrize(
    "text",
    [
        "dx/dt = 1; x(0) = 0; n' = 0; n(0) = 0; when x > 1: x = 0, n = n + 1; when n > 2: n = 0",
        "dx/dt = 1; x(0) = 0; y' = 0; y(0) = 0; at 1, 2: x = x + 1; at 2, 3: y = x",
        "dx/dt = 1; x(0) = 0; y' = 1; y(0) = 0; when x > 2: x = 0; when y > 2: y = 1",
        "dx/dt = 1; x(0) = 0; at 2: x = 5; when x > 4: x = 0; stop when t > 6.5",
        "dx/dt = 1; x(0) = 0; y' = 0; y(0) = 0; when x > 4: x = 0; at 4: y = x",
        "dx/dt = -x; x(0) = 1; when x < 0.5: x = 0.4; when x < 0.3: x = 1",
        "dx/dt = r; r' = 0; x(0) = 2; r(0) = -1; when x < 1: x = 0.2, r = 0.5; stop when x > 1.5",
        """dx/dt = 1 - x; x(0) = 2; n' = 0; n(0) = 0; at 1: x = 0.2; every 0.5: x = x/2
        every 0.5 from 1: x = 0.7; when x > 0.6: n = n + 1""",
        "dx/dt = cos(t); x(0) = 0; n' = 0; n(0) = 0; when x > 0.99999: n = n + 1",
    ],
    ids=["set off", "planned together", "turn together", "stop", "turn when planned", "still holds",
         "holds and ceases slowly", "ceases in between", "short"],
)  # fmt: skip
def test_events_that_meet_follow_the_rules_of_every_loop(text: str) -> None:
    assert len(compare(text, 8).events) > 1


def test_balls_at_the_end_of_their_bounces_are_told_so() -> None:
    balls = rl.model(BALL)(e=[0.6, 0.9])
    both = [rl.solve(balls, 9, method=f"{b}:tsit5") for b in ("lanes", "reference")]
    assert str(both[0].outcome) == str(both[1].outcome)
    assert len(both[0].events) == len(both[1].events)


def test_slopes_that_are_no_number_after_an_event_end_their_member_only() -> None:
    model = rl.model("dx/dt = sqrt(a - x); x(0) = 0; a = 9; at 1: x = x + 5")(a=[4.0, 30.0])
    found = rl.solve(model, [0, 0.5, 2], method="lanes:tsit5")
    assert np.isnan(found.y[0, 0, -1])
    assert np.isfinite(found.y[0, 1]).all()


@pytest.mark.parametrize("method", ["tsit5", "radau9"])
def test_steps_in_loops_end_where_a_condition_turns(method: str) -> None:
    """With more than eight states a step is loops over them."""
    ring = "; ".join(
        f"x{i}' = {1 + i % 3}*(x{(i + 1) % 12} - x{i}) + u/10; x{i}(0) = {i % 3}" for i in range(12)
    )
    text = f"{ring}; u' = 0; u(0) = 1; when x3 > 1.5: u = -1; when x3 < 0.5: u = 1"
    assert len(compare(text, 40, method).events) > 2


def test_evaluations_of_steps_made_again_are_counted() -> None:
    with_event, without = (
        rl.solve(text, 1.5, method="lanes:tsit5") for text in (BALL, BALL.partition("; when")[0])
    )
    assert int(np.sum(with_event.nfev)) > int(np.sum(without.nfev))


@pytest.mark.parametrize("condition", ["y > 1.8*(1 + 0.01*sin(t))", "sin(y) < -0.7"])
def test_a_closer_look_at_a_step_has_the_inputs_of_its_time(condition: str) -> None:
    text = f"x' = floor(2*t) - x; x(0) = 0; y' = 1; y(0) = 0; when {condition}: y = y + 0.1"
    assert len(compare(rl.model(text), 6).events) == 1


def test_conditions_that_hold_just_so_turn_once_together() -> None:
    text = """
        x'' = -1.5625*x + 1.5*cos(0.75*t); x(0) = 2; x'(0) = 0; n' = 0; n(0) = 0
        when not (x < 0.5 and x' < 0.5): n += 1
        when (x > 0 or x' > 0.5) and not t < 0.75: n += 100
        when abs(x) < 0.01: n += 10000
    """
    assert compare(rl.model(text), 6).y[2, -1] == 10201
