"""One trajectory from memory that was laid out once: as by a batch, and as often as wanted."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.solvers.backends.lanes import BACKEND
from ratelaw.solvers.solve import solve

TEXT = "dx/dt = a*x - x*y; dy/dt = x*y - c*y; x(0) = 1; y(0) = 2; a = 1.5; c = 3"
TIMES = np.linspace(0, 5, 7)


def found(model, method="tsit5", times=TIMES, max_steps=10_000, **options):
    """Return what is found at once, and what a batch of one finds."""
    problem = solve(model, times, method=f"lanes:{method}", check=False, **options).problem
    ready = BACKEND.ready(problem, method, max_steps)
    return ready and ready.go(), BACKEND.solve(problem, method)


@pytest.mark.parametrize("method", ["tsit5", "dop853", "radau9", "rk4"])
def test_it_is_what_a_batch_finds(method):
    once, batch = found(rl.model(TEXT), method)
    for name in ("y", "status", "t", "state", "n_steps", "n_rejected", "n_evaluations"):
        assert np.array_equal(getattr(once, name), getattr(batch, name)), name


def test_a_fixed_step_is_what_a_batch_takes():
    once, batch = found(rl.model(TEXT), "rk4", step=0.01)
    assert np.array_equal(once.y, batch.y)


def test_other_values_are_told_from_the_first():
    model = rl.model(TEXT)
    found(model)
    for other in (model({"x(0)": 4}), model(a=0.7)):
        once, batch = found(other)
        assert np.array_equal(once.y, batch.y)
        assert once.y[0, 0, 0] == other.values["x(0)"]


def test_one_that_fails_is_left_to_a_batch():
    once, _ = found(rl.model("dx/dt = x**2; x(0) = 1"), times=np.array([2.0]))
    assert once is None


def test_one_that_is_long_is_left_to_a_batch():
    once, batch = found(rl.model(TEXT), max_steps=5)
    assert once is None
    assert batch.status[0] == 0


@pytest.mark.parametrize(
    "text", ["dx/dt = -x; x(0) = 1; when x < 0.5: x = 1", "dx/dt = if(t > 1, 1, 0); x(0) = 0"]
)
def test_one_to_which_something_happens_is_left_to_a_batch(text):
    assert found(rl.model(text))[0] is None


def test_one_that_failed_is_not_tried_again(monkeypatch):
    problem = solve("dx/dt = x**2; x(0) = 1", 2, method="lanes:tsit5", check=False).problem
    ready = BACKEND.ready(problem, "tsit5", 1000)
    assert ready.go() is None
    monkeypatch.setattr(ready, "ground", None)  # of which a run takes a lane
    assert ready.go() is None


def test_functions_alone_are_those_of_a_vector():
    model = rl.model("dx/dt = sin(t)*exp(-x) + log(2 + x^2.3)/cosh(x); x(0) = 1")
    batch = rl.solve(model.vary("i", {"x(0)": np.linspace(0.5, 1.5, 5)}), TIMES, rtol=1e-9)
    alone = rl.solve(model({"x(0)": 1.0}), TIMES, rtol=1e-9)
    assert np.array_equal(batch.y[:, 2], alone.y)


def test_what_is_known_of_one_alone_may_replace_another():
    sol = rl.solve(rl.model(TEXT), TIMES, method="lanes:tsit5")
    once = sol.trajectories
    again = once.empty(1).put(np.array([0]), once)
    assert np.array_equal(again.n_evaluations, once.n_evaluations)
    with pytest.raises(AttributeError, match="no 'length'"):
        _ = once.length


def test_each_run_has_numbers_of_its_own():
    problem = solve(rl.model(TEXT), TIMES, method="lanes:tsit5").problem
    ready = BACKEND.ready(problem, "tsit5", 1000)
    first, second = ready.go(), ready.go()
    assert not np.shares_memory(first.y, second.y)


def test_its_solution_can_be_pickled():
    sol = rl.solve(rl.model(TEXT), TIMES, method="lanes:tsit5")
    again = pickle.loads(pickle.dumps(sol))
    assert np.array_equal(again.y, sol.y)
    assert again.message == sol.message


def test_threads_do_not_meet():
    model = rl.model(TEXT)
    models = [model(a=a) for a in np.linspace(1, 2, 40)]
    alone = [rl.solve(m, TIMES).y for m in models]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda m: rl.solve(m, TIMES).y, models * 5))
    assert all(np.array_equal(a, b) for a, b in zip(alone * 5, together, strict=True))
