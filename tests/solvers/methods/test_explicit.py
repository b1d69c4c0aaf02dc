"""The explicit backends, readable and compiled: orders, tolerances, and how each way ends."""

from math import log2

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import RefusalError, SolveError
from ratelaw.solvers.backends import SHELF as BACKENDS
from ratelaw.solvers.backends.reference import CHUNK
from ratelaw.solvers.methods import SHELF
from ratelaw.solvers.status import Status

WAVE = rl.model("dx/dt = x*cos(t); x(0) = 1")  # exp(sin(t))
BLOWUP = rl.model("dx/dt = x^2; dy/dt = -y; x(0) = 1; y(0) = 1")  # x = 1/(1/x(0) - t)
FOX = rl.library.lotka_volterra
ADAPTIVE = [name for name in SHELF if SHELF[name].order > 1]


@pytest.fixture(params=["reference", "lanes"])
def solve(request):
    def by(model, times, method="tsit5", **options):
        return rl.solve(model, times, method=f"{request.param}:{method}", check=False, **options)

    return by


def largest_error(solve, method, n_steps):
    sol = solve(WAVE, np.linspace(0, 6, 51), method, step=6 / n_steps)
    assert sol.trajectories.n_steps.tolist() == [n_steps]
    return np.abs(sol.y[0] - np.exp(np.sin(sol.t))).max()


# With these steps a method of order 9 is at rounding; test_convergence takes longer ones.
@pytest.mark.parametrize("name", [n for n in SHELF if SHELF[n].order < 9])
def test_a_method_converges_with_its_order(solve, name):
    n = {1: 1600, 2: 800, 3: 400, 8: 32}.get(SHELF[name].order, 200)
    measured = log2(largest_error(solve, name, n) / largest_error(solve, name, 2 * n))
    assert measured == pytest.approx(SHELF[name].order, abs=0.2)


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("name", [n for n in ADAPTIVE if SHELF[n].order > 2])
def test_an_adaptive_solution_delivers_its_tolerance_everywhere(solve, name, rtol):
    sol = solve(WAVE, np.linspace(0, 6, 301), name, rtol=rtol, max_steps=100_000)
    assert np.abs(sol.y[0] - np.exp(np.sin(sol.t))).max() < 10 * rtol


def test_a_tighter_tolerance_takes_more_steps(solve):
    counts = [int(solve(FOX, 6, rtol=r).trajectories.n_steps[0]) for r in (1e-3, 1e-6, 1e-9)]
    assert counts == sorted(set(counts))


def test_a_method_of_first_order_is_not_believed_to_keep_a_fine_tolerance(solve):
    with pytest.raises(RefusalError, match=r"euler is of order 1.*step=.*rtol=0\.001"):
        solve(WAVE, 6, "euler")
    assert solve(WAVE, 6, "euler", rtol=1e-3, max_steps=20_000).success


def members(sol, chosen):
    return sol.trajectories.y[:, chosen]


RATES = np.geomspace(0.2, 5, 7)


@pytest.mark.parametrize("name", ADAPTIVE)
def test_a_batch_of_one_is_no_batch(solve, name):
    options = {"rtol": 1e-3}
    batch = solve(FOX(alpha=RATES), 3, name, **options)
    for i, rate in enumerate(RATES):
        alone = solve(FOX(alpha=rate), 3, name, **options)
        assert np.array_equal(members(batch, i), members(alone, 0))
        assert batch.trajectories.n_steps[i] == alone.trajectories.n_steps[0]


def test_the_order_of_members_is_irrelevant(solve):
    forward, backward = solve(FOX(alpha=RATES), 10), solve(FOX(alpha=RATES[::-1]), 10)
    assert np.array_equal(forward.y, backward.y[:, ::-1])


def test_one_hard_member_spoils_no_other(solve):
    starts = np.array([0.1, 1.0, 0.2])  # the second blows up at t = 1
    together = solve(BLOWUP({"x(0)": starts}), np.linspace(0, 2, 9))
    assert [Status(s) for s in together.trajectories.status] == [
        Status.SUCCESS, Status.STEP_TOO_SMALL, Status.SUCCESS,
    ]  # fmt: skip
    for i in (0, 2):
        alone = solve(BLOWUP({"x(0)": starts[i]}), np.linspace(0, 2, 9))
        assert np.array_equal(members(together, i), members(alone, 0))


def test_chunks_are_invisible(solve):
    rates = np.linspace(0.05, 0.1, CHUNK + 3)
    crowd = solve(rl.library.cooling(k=rates), [0, 60], rtol=1e-3)
    for i in (0, CHUNK - 1, CHUNK, CHUNK + 2):
        alone = solve(rl.library.cooling(k=rates[i]), [0, 60], rtol=1e-3)
        assert np.array_equal(members(crowd, i), members(alone, 0))


def test_a_solution_that_blows_up_ends_with_time_and_state(solve):
    sol = solve(BLOWUP, np.linspace(0, 2, 9))
    how = sol.trajectories
    assert Status(how.status[0]) is Status.STEP_TOO_SMALL
    assert how.t[0] == pytest.approx(1, abs=1e-6)
    assert sol.problem.system.states[how.state[0]] == "x"
    assert "reached t = 1 of 2 (state x)" in sol.message


def test_outputs_before_the_end_of_a_failed_trajectory_stay(solve):
    sol = solve(BLOWUP, np.linspace(0, 2, 9))
    assert sol.y[0, :4] == pytest.approx(1 / (1 - sol.t[:4]), rel=1e-5)
    assert np.isnan(sol.y[:, 5:]).all()
    assert sol.y.shape == (2, 9)


@pytest.mark.parametrize(
    "text",
    ["dx/dt = log(x); x(0) = -1", "dx/dt = 1/x; x(0) = 0", "dx/dt = 1; x(0) = log(a); a = -1"],
)
def test_a_start_that_is_not_finite_is_told(solve, text):
    sol = solve(rl.model(text), 1)
    assert sol.outcome["not_finite"] == 1
    assert sol.message.startswith("0 steps reached t = 0 of 1 (state x)")


def test_a_fixed_step_into_infinity_is_no_success(solve):
    sol = solve(BLOWUP, 5, "rk4", step=0.5)
    assert sol.outcome["not_finite"] == 1


def test_a_rate_that_ends_is_told(solve):
    sol = solve(rl.model("dx/dt = -sqrt(1 - t); x(0) = 1"), 2)
    assert sol.outcome["step_too_small"] == 1
    assert sol.trajectories.t[0] == pytest.approx(1, abs=1e-6)


def test_too_many_steps_are_told(solve):
    sol = solve(FOX, 100, max_steps=20)
    assert sol.outcome["max_steps"] == 1
    assert sol.trajectories.n_steps[0] + sol.trajectories.n_rejected[0] == 20
    assert sol.message.startswith("20 steps reached t = ")
    assert sol.message.endswith("raise max_steps, or loosen rtol")


def test_stiffness_met_by_an_explicit_method_is_said():
    with pytest.raises(SolveError) as caught:
        rl.solve(rl.library.robertson, 40, method="tsit5", max_steps=1000)
    assert "1 000 steps reached t = " in str(caught.value)
    assert "of 40 (state A); the model looks stiff (ratio 9e+04)" in str(caught.value)
    assert 'use method="auto"' in str(caught.value)


@pytest.mark.parametrize("method", ["lanes:radau5", "reference:radau5", "lanes:rosenbrock23"])
def test_a_method_for_stiff_models_is_not_told_to_use_one(method: str):
    sol = rl.solve(rl.library.robertson, 1e11, method=method, rtol=1e-4, max_steps=50, check=False)
    assert "50 steps reached t = " in sol.message
    assert sol.message.endswith("raise max_steps, or loosen rtol")


def test_a_long_way_is_not_called_stiff(solve):
    assert solve(FOX, 1000, max_steps=100).outcome["stiff"] == 0


def test_output_is_at_the_times_asked_for(solve):
    times = [0, 0.1234, 1 / 3, 5.999999, 6]
    sol = solve(WAVE, times, rtol=1e-10)
    assert sol.t.tolist() == times
    assert sol.y[0] == pytest.approx(np.exp(np.sin(times)), rel=1e-8)


def test_outputs_do_not_change_the_steps(solve):
    few, many = solve(FOX, [20]), solve(FOX, np.linspace(0, 20, 999))
    assert np.array_equal(few.y[:, -1], many.y[:, -1])
    assert few.nfev == many.nfev


def test_the_start_itself_may_be_the_only_output(solve):
    assert solve(WAVE, [0]).y.tolist() == [[1.0]]


def test_a_fixed_step_that_does_not_divide_the_interval_is_cut_at_its_end(solve):
    sol = solve(WAVE, [1], "rk4", step=0.3)
    assert sol.trajectories.n_steps.tolist() == [4]
    assert sol.y[0, -1] == pytest.approx(np.exp(np.sin(1)), rel=1e-4)


def test_rounding_of_many_fixed_steps_adds_none(solve):
    assert solve(WAVE, 60, "rk4", step=0.1).trajectories.n_steps.tolist() == [600]


@pytest.mark.parametrize("name", ADAPTIVE)
def test_backward_in_time_retraces_the_way(solve, name):
    options = {"rtol": 1e-4, "max_steps": 100_000}
    there = solve(WAVE, [4], name, **options)
    turned = rl.model("dx/dt = x*cos(t); x(4) = 1")({"x(4)": there.y[0, -1]})
    back = solve(turned, np.linspace(4, 0, 9), name, **options)
    assert back.y[0] == pytest.approx(np.exp(np.sin(back.t)), rel=1e-3)


def test_backward_is_forward_with_the_sign_turned_bit_for_bit(solve):
    forward = solve(rl.model("dx/dt = -x^2 + 1; x(0) = 0.3"), np.linspace(0, 2, 5))
    backward = solve(rl.model("dx/dt = x^2 - 1; x(0) = 0.3"), np.linspace(0, -2, 5))
    assert np.array_equal(forward.y, backward.y)


@pytest.mark.parametrize("factor", [2.0**-20, 2.0**20])
def test_the_unit_of_time_does_not_matter(solve, factor):
    text = "dx/dt = c*(1 - x*y); dy/dt = c*(x - y); x(0) = 2; y(0) = 0.5; c = 1"
    plain = solve(rl.model(text), np.linspace(0, 8, 9))
    scaled = solve(rl.model(text)(c=1 / factor), factor * np.linspace(0, 8, 9))
    assert np.array_equal(plain.y, scaled.y)


def test_a_conserved_quantity_is_kept_to_the_tolerance(solve):
    sol = solve(rl.library.sir, 20, rtol=1e-8)
    assert sol.y.sum(axis=0) == pytest.approx(763, rel=1e-12)


def test_evaluations_are_counted(solve):
    how = solve(WAVE, 6).trajectories
    assert how.n_evaluations[0] == 6 * (how.n_steps[0] + how.n_rejected[0]) + 2


@pytest.mark.parametrize("name", ["reference", "lanes"])
def test_the_first_method_is_the_usual_one(name):
    assert BACKENDS[name].methods[0] == "tsit5"
    assert {*BACKENDS[name].methods} == {*SHELF}


@pytest.mark.parametrize(
    "rate", ["1/t", "x/t", "t^(-0.5)", "log(t)", "max(1/t, 3)", "(t - 1)^(1/3)"]
)
def test_a_rate_undefined_at_the_start_is_a_status(rate: str) -> None:
    sol = rl.solve(f"dx/dt = {rate}; x(0) = 0.5", 3, check=False)
    assert sol.outcome.counts == {Status.NOT_FINITE: 1}


@pytest.mark.parametrize("method", ["tsit5", "reference:tsit5", "dop853", "rodas5p", "radau5"])
def test_where_there_is_no_rate_beyond_the_start_it_is_told_at_once(method):
    sol = rl.solve("dx/dt = 1 + sqrt(t); x(0) = 1", [-1.0], method=method, check=False)
    assert sol.outcome["step_too_small"] == 1
    assert "steps reached t = 0 of -1 (state x); no step is small enough; it blows" in sol.message


@pytest.mark.parametrize("backend", ["reference", "lanes"])
@pytest.mark.parametrize("name", [n for n in ADAPTIVE if SHELF[n].order > 2])
@pytest.mark.parametrize("size", [1e200, 1e300])
def test_large_values_take_as_few_steps_as_small_ones(name, backend, size):
    def steps(start):
        model = rl.model("dx/dt = -x; x(0) = 1")({"x(0)": start})
        sol = rl.solve(model, [1], method=f"{backend}:{name}", atol=1e-9 * start, rtol=1e-5)
        assert sol.y[0, 0] / start == pytest.approx(np.exp(-1), rel=1e-4)
        return sol.nfev

    assert steps(size) == pytest.approx(steps(1.0), rel=0.1)


@pytest.mark.parametrize("method", ["auto", "tsit5", "dop853", "taylor12", "rodas5p"])
def test_a_rate_far_beyond_its_tolerance_has_a_first_step(method):
    sol = rl.solve("dx/dt = 1e304; x(0) = 1", [10], method=method)
    assert sol.y[0, 0] == pytest.approx(1e305)


@pytest.mark.parametrize("method", ["auto", "tsit5", "dop853", "radau5", "taylor12"])
def test_a_tolerance_too_small_to_be_normal_is_kept(method):
    sol = rl.solve("dx/dt = 1 - x; x(0) = 0", [1], method=method, atol={"x": 1e-320})
    assert sol.y[0, 0] == pytest.approx(1 - np.exp(-1), rel=1e-5)
