"""Compiled lanes: agreement with the reference, and independence of batch, lane and thread."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from paths import methods
from strategies import formulas, model_texts

import ratelaw as rl
from ratelaw.models.errors import RefusalError
from ratelaw.models.language.read import read_model
from ratelaw.models.library import LIBRARY
from ratelaw.solvers.lanes.assemble import program
from ratelaw.solvers.lanes.batch import PIECE
from ratelaw.solvers.status import Status

LORENZ, LOTKA_VOLTERRA = rl.library.lorenz, rl.library.lotka_volterra
FIXED = ("euler", "rk4")  # without an error to choose steps by
BLOWUP = rl.model("dx/dt = x^2; x(0) = 1")
ARRAYS = ("y", "status", "state", "n_steps", "n_rejected", "n_evaluations")


def solve(model, times, method="lanes:tsit5", **options):
    return rl.solve(model, times, method=method, check=False, **options)


def steps(sol):
    return int((sol.trajectories.n_steps + sol.trajectories.n_rejected).sum())


@pytest.mark.parametrize("name", LIBRARY)
def test_lanes_take_the_steps_of_the_reference(name):
    end = LIBRARY.entry(name).reference.time
    model = LIBRARY[name]
    ours, reference = (
        solve(model, np.linspace(model.t0, end, 30), f"{backend}:tsit5", max_steps=400)
        for backend in ("lanes", "reference")
    )
    assert ours.trajectories.status.tolist() == reference.trajectories.status.tolist()
    assert steps(ours) == pytest.approx(steps(reference), rel=0.02)
    scale = np.nanmax(np.abs(reference.y), axis=1, keepdims=True)
    assert np.nanmax(np.abs(ours.y - reference.y) - 1e-6 * scale) <= 0


@given(model_texts())
@settings(max_examples=10)
def test_any_model_ends_with_a_status(text):
    model = read_model(text)
    values = {p.name: 0.5 for p in model.parameters if p.value is None}
    values |= {model.start_name(s.name): 0.25 for s in model.states if s.start is None}
    found = solve(model(values), [0, 0.5, 1], max_steps=60).trajectories
    assert Status(found.status[0]) in Status
    assert np.isfinite(found.y[:, found.status == 0]).all()


@given(formulas(["x", "y", "t"], smooth=True, depth=3), formulas(["x", "y"], smooth=True, depth=3))
@settings(max_examples=15)
def test_a_random_smooth_system_is_solved_as_by_the_reference(first, second):
    model = rl.model(f"dx/dt = {first}; dy/dt = {second}; x(0) = 0.4; y(0) = -0.3")
    ours, reference = (
        solve(model, np.linspace(0, 1, 5), f"{backend}:tsit5", rtol=1e-9, max_steps=500)
        for backend in ("lanes", "reference")
    )
    assert ours.trajectories.status.tolist() == reference.trajectories.status.tolist()
    both = np.isfinite(ours.y) & np.isfinite(reference.y)
    assert ours.y[both] == pytest.approx(reference.y[both], rel=1e-6, abs=1e-8)


@pytest.fixture
def in_loops(monkeypatch):
    """Make every step one of loops over states, as those of large systems are."""
    monkeypatch.setattr("ratelaw.solvers.lanes.assemble.LARGEST_WHOLE", 0)
    program.cache_clear()
    yield
    program.cache_clear()


@pytest.mark.parametrize("method", ["tsit5", "dopri5", "bosh3", "heun", "radau9"])
@pytest.mark.parametrize("name", ["cooling", "lorenz", "sir", "damped_oscillator"])
def test_loops_over_states_take_the_same_steps(name, method, in_loops, monkeypatch):
    del in_loops
    times = np.linspace(0, LIBRARY.entry(name).reference.time, 30)
    options = {"method": f"lanes:{method}", "rtol": 1e-4, "max_steps": 100_000}
    looped = solve(LIBRARY[name], times, **options)
    monkeypatch.undo()
    program.cache_clear()
    whole = solve(LIBRARY[name], times, **options)
    assert looped.nfev == pytest.approx(whole.nfev, rel=0.02)
    assert looped.y == pytest.approx(whole.y, rel=1e-5, abs=1e-5)


def test_loops_over_states_take_fixed_steps(in_loops):
    del in_loops
    sol = solve(LORENZ, [0, 0.5], "lanes:rk4", step=0.01)
    reference = solve(LORENZ, [0, 0.5], "reference:rk4", step=0.01)
    assert sol.trajectories.n_steps.tolist() == [50]
    assert sol.y == pytest.approx(reference.y, rel=1e-12)


def test_loops_over_states_tell_who_is_to_blame(in_loops):
    del in_loops
    sol = solve("dx/dt = -x; dy/dt = y^2; x(0) = 1; y(0) = 1", [0, 0.5, 2])
    assert sol.outcome["step_too_small"] == 1
    assert sol.trajectories.state.tolist() == [1]
    assert sol.y[1, 1] == pytest.approx(2, rel=1e-4)


def ring(n: int) -> rl.Model:
    """Return a ring of cells that pass on what they hold."""
    rows = [f"dx{i}/dt = k*(x{i - 1 if i else n - 1} - sin(x{i}))" for i in range(n)]
    return rl.model("; ".join([*rows, *(f"x{i}(0) = {i % 7}" for i in range(n)), "k = 1"]))


def test_a_system_of_many_states_agrees_with_the_reference():
    ours, reference = (
        solve(ring(120), [0, 1, 2], f"{backend}:tsit5") for backend in ("lanes", "reference")
    )
    assert ours.nfev == reference.nfev
    assert ours.y == pytest.approx(reference.y, rel=1e-10)


STARTS = 1 + 0.1 * np.random.default_rng(0).random(2 * PIECE + 3)
CROWD = LORENZ({"x(0)": STARTS})


@pytest.fixture(scope="module")
def crowd():
    return solve(CROWD, [0.3, 1.0])


def test_a_trajectory_is_the_same_alone_and_in_a_crowd(crowd):
    for i in (0, 1, 7, PIECE - 1, PIECE, len(STARTS) - 1):
        alone = solve(LORENZ({"x(0)": STARTS[i]}), [0.3, 1.0]).trajectories
        for name in ARRAYS:
            found = getattr(crowd.trajectories, name)
            here, there = (a[..., i, :] if name == "y" else a[i] for a in (found, found))
            one = getattr(alone, name)
            assert np.array_equal(here, one[:, 0] if name == "y" else one[0]), name
            assert np.array_equal(here, there)


@pytest.mark.parametrize("method", [m for m in methods() if m.startswith("lanes:")])
def test_every_method_takes_a_crowd_of_a_small_system(method):
    values = np.linspace(0.5, 0.6, 70)
    options = {"step": 0.05} if method.endswith(FIXED) else {"rtol": 1e-4}
    many = solve(LOTKA_VOLTERRA(alpha=values), [0, 0.5], method, **options)
    alone = solve(LOTKA_VOLTERRA(alpha=values[69]), [0, 0.5], method, **options)
    assert many.y[:, 69] == pytest.approx(alone.y, rel=1e-12)


def test_the_order_of_a_crowd_is_irrelevant(crowd):
    order = np.random.default_rng(1).permutation(len(STARTS))
    shuffled = solve(LORENZ({"x(0)": STARTS[order]}), [0.3, 1.0])
    assert np.array_equal(shuffled.y, crowd.y[:, order])


@pytest.mark.parametrize("count", [1, 2, 7])
def test_the_number_of_threads_is_irrelevant(crowd, count, monkeypatch):
    monkeypatch.setattr("ratelaw.solvers.lanes.batch.processors", lambda: count)
    assert np.array_equal(solve(CROWD, [0.3, 1.0]).y, crowd.y)


def test_one_thread_alone_says_how_far_it_is_unless_that_is_little_work(monkeypatch):
    monkeypatch.setattr("ratelaw.solvers.lanes.batch.processors", lambda: 1)
    seen: list[float] = []
    solve(CROWD, [1.0], progress=seen.append)
    assert seen == [1.0]
    monkeypatch.setattr("ratelaw.solvers.lanes.batch.STEPS", 0)
    solve(CROWD, [1.0], progress=seen.append)
    assert seen[1:] == pytest.approx([1 / 3, 2 / 3, 1.0])


def test_members_that_fail_harm_no_other():
    starts = np.where(np.arange(40) % 3 == 0, 2.0, 0.1)
    starts[[5, 6, 7, 8, 39]] = np.nan
    model = rl.model("dx/dt = x^2 + 1e-9*log(1 + x); x(0) = a; a = 1")
    together = solve(model(a=np.where(np.isnan(starts), -2.0, starts)), np.linspace(0, 1, 6))
    how = together.trajectories
    assert {*how.status.tolist()} == {
        Status.SUCCESS, Status.STEP_TOO_SMALL, Status.NOT_FINITE
    }  # fmt: skip
    alone = solve(model(a=0.1), np.linspace(0, 1, 6))
    for i in np.flatnonzero(starts == 0.1):
        assert np.array_equal(together.y[:, i], alone.y)


def test_many_outputs_in_one_step_are_all_written():
    sol = solve("dx/dt = 1; x(0) = 0", np.linspace(0, 1, 1001))
    assert sol.trajectories.n_steps[0] < 20
    assert sol.y[0] == pytest.approx(sol.t, abs=1e-12)


@pytest.mark.parametrize("method", ["lanes:tsit5", "lanes:taylor12", "lanes:rodas4"])
def test_the_last_output_does_not_depend_on_others_in_its_step(method):
    model = rl.library.lotka_volterra()
    alone = rl.solve(model, [3.0], method=method).y[:, -1]
    among = rl.solve(model, np.linspace(0.0, 3.0, 4001), method=method).y[:, -1]
    np.testing.assert_array_equal(alone, among)


def test_conditions_are_watched():
    sol = solve(rl.library.cooling, 60)
    assert sol.when("T < 60") == pytest.approx(np.log(69 / 39) / 0.07, rel=1e-6)


def test_another_device_is_refused():
    with pytest.raises(RefusalError, match=r"lanes:tsit5 cannot .* it computes on the cpu"):
        rl.solve(LORENZ, 1, method="lanes:tsit5", device="cuda")


def test_progress_goes_to_one():
    seen: list[float] = []
    solve(CROWD, [1.0], progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1


ENDLESS = """
import signal
import numpy as np, ratelaw as rl
signal.signal(signal.SIGINT, signal.default_int_handler)  # not ignored as in the background
model = rl.library.lorenz({"x(0)": np.linspace(1, 2, COUNT)})
print("begun", flush=True)
rl.solve(model, [1e9], method="lanes:tsit5", max_steps=10**12)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize("count", ["1", "10_000"])
def test_an_interrupt_stops_within_a_second(count, tmp_path):
    script = [sys.executable, "-c", ENDLESS.replace("COUNT", count)]
    with subprocess.Popen(
        script, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(1.0)
        begin = time.monotonic()
        os.kill(process.pid, signal.SIGINT)
        try:
            _, told = process.communicate(timeout=30)
        finally:
            process.kill()
    assert time.monotonic() - begin < 1.0
    assert told.rstrip().endswith("KeyboardInterrupt")


def test_rates_too_long_to_compile_are_left_to_the_reference():
    model = rl.model(f"dx/dt = {' + '.join(['x'] * 10_001)}; x(0) = 1")
    sol = rl.solve(model, 1e-5)
    assert sol.method == "reference:tsit5"
    assert "operations, too long to compile" in sol.reason


BALL = rl.library.bouncing_ball
BALLS = 3 + np.arange(12) / 4


def events_of(sol, member):
    log = sol.trajectories.log
    which = log.member == member
    return log.event[which], log.time[which], log.before[:, which], log.after[:, which]


@pytest.mark.parametrize("count", [1, 3])
def test_events_of_a_member_are_those_it_has_alone_whatever_the_threads(count, monkeypatch):
    monkeypatch.setattr("ratelaw.solvers.lanes.batch.processors", lambda: count)
    monkeypatch.setattr("ratelaw.solvers.lanes.batch.VISITED", 5)
    crowd = solve(BALL({"h(0)": BALLS}), [1.0, 4.0])
    for i in (0, 4, 5, 11):
        alone = solve(BALL({"h(0)": BALLS[i]}), [1.0, 4.0])
        assert np.array_equal(crowd.y[:, i], alone.y)
        for found, own in zip(events_of(crowd, i), events_of(alone, 0), strict=True):
            assert np.array_equal(found, own)


def test_a_member_that_is_no_number_leaves_the_events_of_others_alone():
    text = "h' = v; v' = -9.81 - 1e-9*log(s); h(0) = 4; v(0) = 0; s = 1; when h < 0: v = -0.8*v"
    sizes = 1 + np.arange(12) / 4
    good = np.arange(12) % 3 != 1
    mixed, whole = (
        solve(rl.model(text)(s=values), [1.0, 4.0]) for values in (np.where(good, sizes, -1), sizes)
    )
    assert mixed.outcome["not_finite"] == 4
    assert np.array_equal(mixed.y[:, good], whole.y[:, good])
    assert sorted({*mixed.trajectories.log.member.tolist()}) == np.flatnonzero(good).tolist()
