"""What is scheduled: doses, jumps of inputs, stops; each at its very time."""

import numpy as np
import pytest
from hybrid import NEVER, once, problem, solved

import ratelaw as rl
from ratelaw.models.errors import InputError, SolveError
from ratelaw.solvers.status import Status

PATHS = ["reference:tsit5", "lanes:tsit5", "scipy:RK45"]
DECAY = rl.model("dA/dt = -k*A; A(0) = 0; k = 0.1")
CLOCK = rl.model("dx/dt = 1; x(0) = 0")
DOSE = {"label": "dose", "occasion": ("0", "12", "36"), "reset": {"A": "A + 100"}}
# The input 1 for t in [a, b), 0 elsewhere.
PULSE = rl.model("dx/dt = if(t < a, 0, 1)*if(t < b, 1, 0); x(0) = 0; a = 0.3; b = 0.7")
EDGES = ({"occasion": once("a")}, {"occasion": once("b")})


def run(model, times, *events, method="reference:tsit5", **options):
    return solved(problem(model, times, *events, **options), method)


@pytest.fixture(params=PATHS)
def path(request):
    return request.param


def test_repeated_doses_add_up(path):
    sol = run(DECAY, np.linspace(0, 48, 49), DOSE, method=path, rtol=1e-8)
    exact = sum(np.where(sol.t >= s, 100 * np.exp(-0.1 * (sol.t - s)), 0) for s in (0, 12, 24, 36))
    assert sol.y[0] == pytest.approx(exact, rel=1e-6)
    assert sol.events["time"].tolist() == [0, 12, 24, 36]


def test_an_output_at_the_time_of_an_event_shows_what_is_after_it(path):
    sol = run(DECAY, [0, 12], DOSE, method=path, rtol=1e-9)
    assert sol.y[0] == pytest.approx([100, 100 + 100 * np.exp(-1.2)], rel=1e-8)


def test_a_step_ends_where_an_input_jumps(path):
    sol = run(PULSE, [0, 0.3, 0.5, 0.7, 1], *EDGES, method=path)
    assert sol.y[0] == pytest.approx([0, 0, 0.2, 0.4, 0.4], abs=1e-15)
    assert sol.trajectories.n_rejected.tolist() == [0]


def test_an_input_jumps_backward_in_time_too(path):
    sol = run(PULSE, [-0.1, -1], *EDGES, method=path)
    assert sol.y[0] == pytest.approx([0, 0], abs=1e-15)
    late = rl.model("dx/dt = if(t < a, 0, 1)*if(t < b, 1, 0); x(1) = 0.4; a = 0.3; b = 0.7")
    sol = run(late, [0.7, 0.5, 0.3, 0], *EDGES, method=path)
    assert sol.y[0] == pytest.approx([0.4, 0.2, 0, 0], abs=1e-15)


def test_rates_are_not_asked_for_past_a_jump_before_it_has_passed(path):
    model = rl.model("dx/dt = if(t < a, 1, log(-1)); x(0) = 0; a = 1")
    sol = run(model, [1], {"occasion": once("a")}, method=path)
    assert sol.y[0] == pytest.approx([1], rel=1e-15)


def test_a_jump_is_where_rounding_puts_it(path):
    # 3*0.1 is the number after 0.3, and floor(t/0.1) turns 3 at another number than either.
    stairs = rl.model("dx/dt = floor(t/d); x(0) = 0; d = 0.1")
    sol = run(stairs, 2, {"occasion": ("d", "d", "inf")}, method=path)
    assert sol.y[0, -1] == pytest.approx(0.1 * sum(range(20)), rel=1e-14)
    assert sol.trajectories.n_rejected.tolist() == [0]


def test_events_at_one_time_happen_in_the_order_written(path):
    double = {"label": "double", "occasion": once("2"), "reset": {"x": "2*x"}}
    add = {"label": "add", "occasion": once("2"), "reset": {"x": "x + 1"}}
    assert run(CLOCK, [2], double, add, method=path).y[0] == pytest.approx([5])
    sol = run(CLOCK, [2], add, double, method=path)
    assert sol.y[0] == pytest.approx([6])
    assert sol.events["rule"].tolist() == ["add", "double"]
    assert sol.events["x before"].tolist() == pytest.approx([2, 3])
    assert sol.events["x after"].tolist() == pytest.approx([3, 6])


def test_times_that_differ_by_rounding_are_one_time():
    every = {"label": "every", "occasion": ("0", "0.1", "1"), "reset": {"x": "2*x"}}
    at = {"label": "at", "occasion": once("0.3"), "reset": {"x": "x + 1"}}
    rules = run(CLOCK, [0.35], at, every).events["rule"].tolist()
    assert rules == ["every", "every", "every", "at", "every"]


def test_all_right_sides_of_an_event_see_what_was_before_it(path):
    model = rl.model("dx/dt = 0; dy/dt = 0; x(0) = 1; y(0) = 2")
    swap = {"label": "swap", "occasion": once("1"), "reset": {"x": "y", "y": "x"}}
    assert run(model, [2], swap, method=path).y.ravel().tolist() == [2, 1]


def test_a_stop_ends_a_trajectory_well(path):
    stop = {"label": "stop", "occasion": once("2"), "stops": True}
    later = {"label": "later", "occasion": once("2"), "reset": {"x": "0"}}
    sol = run(CLOCK, [1, 2, 3], stop, later, method=path)
    assert sol.success
    assert sol.y[0] == pytest.approx([1, 2, np.nan], nan_ok=True)
    assert sol.outcome["stopped"] == 1
    assert str(sol.outcome) == "stopped at t = 2 of 3 by 'stop'"
    assert repr(sol).endswith("  events   1 x stop\n  end      x = 2")


def test_an_event_at_the_end_happens(path):
    sol = run(DECAY, [36], DOSE, method=path)
    assert len(sol.events) == 4
    assert sol.events["A after"].iloc[-1] == sol.y[0, -1]


def test_each_member_has_its_own_times(path):
    model = rl.model("dx/dt = 0; x(0) = 0; a = 1; b = 0.25")(a=[0.5, 1, 9.0], b=[0.25, 1])
    tick = {"label": "tick", "occasion": ("a", "b", "2"), "reset": {"x": "x + 1"}}
    sol = run(model, [3], tick, method=path)
    assert sol.y[0, :, :, 0].tolist() == [[7, 2], [5, 2], [0, 0]]
    table = sol.events
    assert list(table) == ["a", "b", "time", "rule", "x before", "x after"]
    chosen = table[(table["a"] == 1) & (table["b"] == 0.25)]
    assert chosen["time"].tolist() == [1, 1.25, 1.5, 1.75, 2]


def test_a_batch_of_one_is_no_batch(path):
    rates = np.array([0.05, 0.1, 0.5])
    crowd = run(DECAY(k=rates), [1, 50], DOSE, method=path)
    for i, k in enumerate(rates):
        alone = run(DECAY(k=k), [1, 50], DOSE, method=path)
        assert np.array_equal(crowd.y[:, i], alone.y)
        found, single = crowd.events[crowd.events["k"] == k], alone.events
        assert np.array_equal(found["A after"], single["A after"])


def test_what_never_falls_due_changes_nothing(path):
    never = {"label": "never", "occasion": NEVER, "reset": {"A": "0"}}
    model = DECAY({"A(0)": 1})
    with_event, without = (run(model, 9, *e, method=path) for e in ([never], []))
    assert with_event.y == pytest.approx(without.y, rel=1e-12)
    assert with_event.events.empty
    assert list(with_event.events) == ["time", "rule", "A before", "A after"]


def test_other_times_are_read_across_events(path):
    sol = run(DECAY, 48, DOSE, method=path)
    assert sol.at(12)["A"].item() == sol.events["A after"][1]


def test_steps_of_one_length_end_at_events_too():
    sol = run(CLOCK, [3], {**DOSE, "reset": {"x": "x + 1"}}, method="reference:rk4", step=0.7)
    assert sol.y[0] == pytest.approx([4])


def test_what_was_done_cannot_be_undone_backward():
    with pytest.raises(InputError, match=r"times: got -5.*'dose' did cannot be undone"):
        run(DECAY, -5, DOSE)


@pytest.mark.parametrize(
    ("occasion", "said"),
    [
        (("0", "1e-9", "inf"), "would happen .*e\\+10 times up to t = 48"),
        (("0", "0 - 1", "inf"), "came out as 0, -1 and inf"),
        (("nan", "0", "inf"), "came out as nan"),
    ],
)
def test_times_that_cannot_be_are_told(occasion, said, path):
    sol = run(DECAY, 48, {**DOSE, "occasion": occasion}, method=path)
    assert sol.outcome.counts == {Status.IMPOSSIBLE: 1}
    with pytest.raises(SolveError, match=f"times of an event cannot be .event 'dose': .*{said}"):
        sol.check()


def test_times_that_cannot_be_are_a_matter_of_one_member(path):
    model = rl.model("dx/dt = 0; x(0) = 0; a = 1; every a from a: x += 1")
    sol = rl.solve(model(a=[1.0, -1.0, 1e-9, 0.5]), [0, 2], method=path, check=False)
    assert sol.outcome.counts == {Status.SUCCESS: 2, Status.IMPOSSIBLE: 2}
    assert sol.y[0, :, 1] == pytest.approx([2, np.nan, np.nan, 4], nan_ok=True)
    assert "its first time, period and last time came out as -1, -1 and inf" in sol.explain(1)
    assert "would happen 2.0e+09 times up to t = 2" in sol.explain(2)
    assert "state" not in sol.explain(1)


def test_who_knows_no_events_says_so_and_who_does():
    pytest.importorskip("torchdiffeq")
    said = r"'dose'; lanes, reference and scipy do"
    with pytest.raises(rl.models.errors.RefusalError, match=said):
        run(DECAY, 48, DOSE, method="torchdiffeq:dopri5")


def test_several_stops_are_counted():
    stop = {"label": "stop", "occasion": once("a"), "stops": True}
    model = rl.model("dx/dt = 1; x(0) = 0; a = 1")(a=[1.0, 2, 9])
    sol = run(model, [3], stop)
    assert sol.outcome.counts == {Status.SUCCESS: 1, Status.STOPPED: 2}
    assert str(sol.outcome).splitlines() == [
        "1 reached the end",
        "2 were stopped by an event, the first number 0: stopped at t = 1 of 3 by 'stop'",
    ]


@pytest.mark.parametrize("period", [0.0, -1.0])
@pytest.mark.parametrize("method", ["auto", "reference:tsit5"])
def test_a_period_that_is_no_length_of_time_is_impossible(period, method):
    model = rl.model("dx/dt = 0; x(0) = 0; P = 1; every P: x = x + 1")
    sol = rl.solve(model(P=[1.0, period]), [0, 5.0], method=method)
    assert sol.outcome.counts == {Status.SUCCESS: 1, Status.IMPOSSIBLE: 1}
    assert "the period positive" in sol.message
