"""Events that happen when a condition begins to hold, in both backends that follow them."""

from math import sqrt

import numpy as np
import pytest
from hybrid import once, problem, solved

import ratelaw as rl
from ratelaw.solvers.status import Status

PATHS = ["reference:tsit5", "lanes:tsit5", "scipy:RK45", "scipy:Radau", "scipy:LSODA"]
G, E, H = 9.81, 0.8, 10.0
BALL = rl.model("dh/dt = v; dv/dt = -g; h(0) = 10; v(0) = 0; g = 9.81; e = 0.8")
BOUNCE = {"label": "when h < 0: v = -e*v", "trigger": "-h", "reset": {"v": "-e*v"}}
CLOCK = rl.model("dx/dt = 1; y = 2*x; x(0) = 0")
SWING = rl.model("dx/dt = v; dv/dt = -x; n' = 0; x(0) = 0; v(0) = 1; n(0) = 0")  # sin(t)


def run(model, times, *events, method="reference:tsit5", **options):
    return solved(problem(model, times, *events, **options), method)


def bounces(count):
    fall = sqrt(2 * H / G)
    return fall * (1 + 2 * np.cumsum([0.0, *(E**k for k in range(1, count))]))


@pytest.fixture(params=PATHS)
def path(request):
    return request.param


def test_a_bouncing_ball_meets_the_ground_when_it_must(path):
    found = run(BALL, [8], BOUNCE, method=path, rtol=1e-10).events["time"].to_numpy()
    exact = path != "scipy:LSODA"  # whose formulas begin with order 1
    assert found == pytest.approx(bounces(4), rel=1e-12 if exact else 1e-8)


def test_states_after_an_event_are_what_it_sets(path):
    table = run(BALL, [8], BOUNCE, method=path).events
    assert table["v after"].to_numpy() == pytest.approx(-E * table["v before"].to_numpy())
    assert (table["h after"] == table["h before"]).all()
    assert table["h before"].to_numpy() == pytest.approx(np.zeros(4), abs=1e-12)


def test_endlessly_many_events_end_with_a_remedy(path):
    sol = run(BALL, [20], BOUNCE, method=path)
    limit = sqrt(2 * H / G) * (1 + 2 * E / (1 - E))
    assert sol.outcome["zeno"] == 1
    assert sol.trajectories.t[0] == pytest.approx(limit, rel=1e-5)
    assert "events come ever faster" in sol.message
    assert "stop when" in sol.message
    assert np.isnan(sol.y).all()


@pytest.mark.parametrize("loss", [0.02, 0.2, 0.4])
def test_endlessly_many_events_of_which_few_can_be_told_apart_end_alike(loss, path):
    sol = run(BALL(e=loss), [20], BOUNCE, method=path)
    assert sol.outcome["zeno"] == 1
    limit = sqrt(2 * H / G) * (1 + 2 * loss / (1 - loss))
    assert sol.trajectories.t[0] == pytest.approx(limit, rel=1e-5)


@pytest.mark.parametrize("loss", [0.0, 1e-9, 1e-6, 1e-3])
@pytest.mark.parametrize("stepper", [*PATHS, "lanes:rodas5p", "lanes:radau9", "lanes:taylor12"])
def test_a_ball_that_hardly_bounces_does_not_fall_through_the_floor(stepper, loss):
    sol = run(BALL(e=loss), [1, 8], BOUNCE, method=stepper)
    assert sol.outcome["zeno"] == 1
    assert sol.trajectories.t[0] == pytest.approx(sqrt(2 * H / G) * (1 + 2 * loss), rel=1e-5)
    assert np.isnan(sol.y[:, 1]).all()


def test_what_an_event_stops_and_nothing_drives_on_stays(path):
    cart = rl.model("dx/dt = v; dv/dt = 0; x(0) = 0; v(0) = 1")
    stop = {"label": "stop", "trigger": "x - 1", "reset": {"v": "0"}}
    sol = run(cart, [5], stop, method=path)
    assert sol.success
    assert sol.y[:, -1] == pytest.approx([1, 0])


def test_what_an_event_only_slows_goes_on(path):
    stop = {"label": "slow", "trigger": "-h", "reset": {"v": "v/2"}}
    sol = run(BALL, [3], stop, method=path)
    assert sol.success
    fall, speed = sqrt(2 * H / G), sqrt(2 * H * G) / 2
    left = 3 - fall
    assert sol.y[0, -1] == pytest.approx(-speed * left - G * left**2 / 2, rel=1e-5)


def test_a_step_too_small_after_one_event_is_no_matter_of_events(path):
    burst = rl.model("dx/dt = x^2; n' = 0; x(0) = 1; n(0) = 0")
    passing = {"label": "when x > 2: n = 1", "trigger": "x - 2", "reset": {"n": "1"}}
    assert run(burst, [2], passing, method=path).outcome["zeno"] == 0


def test_steps_that_events_take_are_put_down_to_them(path):
    tick = {"label": "when x > 0.02: x = 0", "trigger": "x - 0.02", "reset": {"x": "0"}}
    sol = run(CLOCK, [100], tick, method=path, max_steps=500)
    assert "the last by 'when x > 0.02: x = 0'" in sol.message
    assert "let events be fewer" in sol.message


def test_chattering_ends_with_a_remedy(path):
    relay = rl.model("dx/dt = u; du/dt = 0; x(0) = 1; u(0) = -1")
    down = {"label": "down", "trigger": "x", "reset": {"u": "-1"}}
    up = {"label": "up", "trigger": "-x", "reset": {"u": "1"}}
    assert run(relay, [5], down, up, method=path).outcome["zeno"] == 1


def test_events_that_set_off_each_other_without_end_are_told(path):
    never = rl.model("dx/dt = 1; x(0) = -1")
    one = {"label": "one", "trigger": "x", "reset": {"x": "-1"}}
    two = {"label": "two", "trigger": "-0.5 - x", "reset": {"x": "1"}}
    sol = run(never, [5], one, two, method=path)
    assert sol.outcome["zeno"] == 1
    assert sol.trajectories.t[0] == pytest.approx(1, abs=1e-6)


def test_a_stop_when_keeps_what_was_before(path):
    stop = {"label": "stop when x > 2", "trigger": "x - 2", "stops": True}
    sol = run(rl.model("dx/dt = x; x(0) = 1"), [0, 0.5, 1], stop, method=path, rtol=1e-9)
    assert sol.success
    assert sol.y[0] == pytest.approx([1, np.exp(0.5), np.nan], rel=1e-7, nan_ok=True)
    assert sol.events["time"].item() == pytest.approx(np.log(2), rel=1e-8)
    assert sol.outcome.counts == {Status.STOPPED: 1}


def test_what_holds_from_the_start_must_cease_before_it_fires(path):
    count = {"label": "count", "trigger": "v", "reset": {"n": "n + 1"}}
    sol = run(SWING, [20], count, method=path, rtol=1e-8)
    assert sol.events["time"].to_numpy() == pytest.approx(np.pi * np.array([1.5, 3.5, 5.5]))
    assert sol.y[2, -1] == 3


@pytest.mark.parametrize("height", [0.99, 0.9999, 0.999999])
def test_an_excursion_shorter_than_a_step_is_seen(path, height):
    count = {"label": "count", "trigger": f"x - {height}", "reset": {"n": "n + 1"}}
    sol = run(SWING, [15], count, method=path, rtol=1e-8)
    first = np.arcsin(height)
    exact = first + 2 * np.pi * np.arange(3)
    assert sol.events["time"].to_numpy() == pytest.approx(exact, abs=1e-4)


def test_the_time_is_that_of_the_numerical_solution(path):
    cross = {"label": "cross", "trigger": "x - 0.5"}
    sol = run(SWING, [1.0], cross, method=path)
    assert sol.events["x after"].item() == pytest.approx(0.5, rel=1e-10)
    assert sol.events["time"].item() == pytest.approx(np.pi / 6, rel=1e-5)


def test_an_event_that_sets_nothing_changes_nothing(path):
    cross = {"label": "cross", "trigger": "x - 0.5"}
    noted, plain = (run(SWING, [1.0], *e, method=path) for e in ([cross], []))
    assert noted.y == pytest.approx(plain.y, rel=1e-5)


def test_conditions_that_turn_at_one_time_fire_in_the_order_written(path):
    add = {"label": "add", "trigger": "x - 1", "reset": {"x": "x + 1"}}
    double = {"label": "double", "trigger": "2*x - 2", "reset": {"x": "2*x"}}
    late = {"label": "late", "trigger": "x - 3.5"}
    sol = run(CLOCK, [1.2], double, add, late, method=path)
    assert sol.events["rule"].tolist() == ["double", "add"]
    assert sol.y[0] == pytest.approx([3.2])
    sol = run(CLOCK, [1.2], add, double, late, method=path)
    assert sol.events["rule"].tolist() == ["add", "double", "late"]
    assert sol.events["time"].to_numpy() == pytest.approx(np.ones(3))


def test_the_earliest_of_several_in_one_step_comes_first(path):
    second = {"label": "second", "trigger": "x - 0.5", "reset": {"x": "x + 10"}}
    first = {"label": "first", "trigger": "x - 0.25", "reset": {"x": "0"}}
    sol = run(CLOCK, [0.6], second, first, method=path)
    assert sol.events["rule"].tolist() == ["first", "first"]


def test_what_is_scheduled_can_set_off_what_is_conditional(path):
    dose = {"label": "dose", "occasion": once("1"), "reset": {"x": "x + 10"}}
    full = {"label": "full", "trigger": "x - 5", "reset": {"x": "x - 3"}}
    table = run(CLOCK, [2], full, dose, method=path).events
    assert table["rule"].tolist() == ["dose", "full"]
    assert table["time"].tolist() == [1, 1]
    assert table["x after"].tolist() == pytest.approx([11, 8])


def test_a_condition_on_time_alone_is_foreseen(path):
    model = rl.model("dx/dt = if(t <= a, 1, log(-1)); x(0) = 0; a = 1")
    stop = {"label": "stop when t > a", "trigger": "t - a", "stops": True}
    sol = run(model, [1, 2], stop, method=path)
    assert sol.success
    assert sol.events["x before"].item() == pytest.approx(1)


def test_a_member_that_stops_where_no_rate_is_leaves_the_others_alone(path):
    model = rl.model("dx/dt = if(t <= a, cos(9*t), log(-1)); x(0) = 0; a = 1")(
        a=[1.0, 2.0, 3.0, 4.0]
    )
    stop = {"label": "stop when t > a", "trigger": "t - a", "stops": True}
    sol = run(model, [5], stop, method=path)
    found = sol.events.sort_values("time")
    assert found["time"].to_numpy() == pytest.approx([1, 2, 3, 4])
    assert found["x before"].to_numpy() == pytest.approx(np.sin(9 * found["time"]) / 9, abs=1e-5)


@pytest.mark.parametrize("w", [1.0, 30.0])
def test_a_square_wave_has_all_its_edges(path, w):
    wave = rl.model("dx/dt = sign(sin(w*t)); x(0) = 0; w = 1")(w=w)
    edges = ({"trigger": "sin(w*t)"}, {"trigger": "-sin(w*t)"})
    sol = run(wave, np.linspace(0, 20, 9), *edges, method=path)
    assert sol.y[0] == pytest.approx(np.arccos(np.cos(w * sol.t)) / w, abs=1e-10)
    sol = run(wave, [-7.0], *edges, method=path)
    assert sol.y[0] == pytest.approx(np.arccos(np.cos(w * sol.t)) / w, abs=1e-10)


def test_each_member_has_its_own_events_as_if_alone():
    balls = BALL({"h(0)": [1.0, 5.0, 10.0]})(e=[0.5, 0.9])
    crowd = run(balls, [1.0, 3.0], BOUNCE)
    for j, h in enumerate([1.0, 5.0, 10.0]):
        for k, e in enumerate([0.5, 0.9]):
            alone = run(BALL({"h(0)": h}, e=e), [1.0, 3.0], BOUNCE, max_steps=10_000)
            assert np.array_equal(crowd.y[:, j, k], alone.y, equal_nan=True)
            table = crowd.events
            own = table[(table["h(0)"] == h) & (table["e"] == e)]
            assert np.array_equal(own["time"], alone.events["time"])


def test_other_times_are_read_across_events(path):
    sol = run(BALL, [0, 8], BOUNCE, method=path)
    first = sol.events["time"].iloc[0]
    assert sol.at(first)["v"].item() == sol.events["v after"].iloc[0]
    assert sol.difference(sol).largest == 0


def test_a_condition_asked_about_sees_what_events_do(path):
    dose = {"label": "dose", "occasion": once("1"), "reset": {"x": "x + 10"}}
    sol = run(CLOCK, [2], dose, method=path)
    assert sol.when("x > 5").item() == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("rate", ["t", "t^3", "1 - cos(t)"])
@pytest.mark.parametrize(
    "path", ["lanes:tsit5", "lanes:radau5", "lanes:radau9", "reference:tsit5", "scipy:RK45",
             "scipy:LSODA", "scipy:BDF"],
)  # fmt: skip
@pytest.mark.parametrize("way", ["x > 0.5", "x < 0.5"])
def test_a_condition_that_rises_slowly_from_its_threshold_begins_to_hold_once(rate, path, way):
    sign = "" if ">" in way else "-"
    text = f"dx/dt = {sign}({rate}); dn/dt = 0; x(0) = 0.5; n(0) = 0; when {way}: n += 1"
    assert rl.solve(text, [2.0], method=path)["n"].values[-1] == 1


@pytest.mark.parametrize("path", ["lanes:tsit5", "scipy:RK45"])
def test_a_condition_that_ceases_by_more_than_roundings_begins_anew(path):
    text = "dx/dt = 1e-9*cos(t); dn/dt = 0; x(0) = 1; n(0) = 0; when x > 1: n += 1"
    assert rl.solve(text, [20.0], method=path, rtol=1e-12, atol=1e-15)["n"].values[-1] == 4
