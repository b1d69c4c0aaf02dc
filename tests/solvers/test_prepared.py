"""One trajectory prepared for programs: numbers in, numbers out."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError, MissingValueError, SolveError
from ratelaw.solvers.prepared import prepare

TEXT = "dx/dt = a*x - x*y; dy/dt = x*y - c*y; x(0) = 1; y(0) = 2; a = 1.5; c = 3"
TIMES = np.linspace(0, 5, 7)


@pytest.mark.parametrize("method", ["auto", "tsit5", "radau9", "rk4", "reference:tsit5"])
def test_it_finds_what_solve_finds(method):
    run = prepare(TEXT, TIMES, method=method, rtol=1e-5, step=0.1 if method == "rk4" else None)
    sol = rl.solve(TEXT, TIMES, method=method, rtol=1e-5, step=0.1 if method == "rk4" else None)
    assert np.array_equal(run(), sol.y)
    assert run.method == sol.method


def test_other_parameters_and_start_values_are_given_in_order():
    run = prepare(TEXT, TIMES)
    p = np.array([{"a": 1.2, "c": 2.0, "x(0)": 0.5, "y(0)": 1.0}[n] for n in run.parameters])
    sol = rl.solve(rl.model(TEXT)(a=1.2, c=2.0)({"x(0)": 0.5, "y(0)": 1.0}), TIMES)
    assert np.array_equal(run(p), sol.y)
    assert np.array_equal(run(), rl.solve(TEXT, TIMES).y)  # its own are what they were


def test_other_numbers_are_none_of_those_that_solve_has():
    model = rl.model(TEXT)
    before = rl.solve(model, TIMES).y
    run = prepare(model, TIMES)
    run(2 * run.p)
    assert np.array_equal(rl.solve(model, TIMES).y, before)
    assert np.array_equal(run(), before)


def test_a_start_value_may_be_a_formula_of_parameters():
    run = prepare("dx/dt = -x; x(0) = 2*a; a = 1", [0, 1])
    assert run(np.array([3.0]))[0] == pytest.approx([6, 6 * np.exp(-1)], rel=1e-5)


def test_states_are_at_the_output_times():
    run = prepare(TEXT, TIMES)
    assert run.states == ("x", "y")
    assert np.array_equal(run.t, TIMES)
    assert run().shape == (2, 7)


def test_what_was_found_stays_when_more_is_asked():
    run = prepare(TEXT, TIMES)
    first = run()
    kept = first.copy()
    run(2 * run.p)
    assert np.array_equal(first, kept)


@pytest.mark.parametrize(
    "text",
    [
        "dx/dt = -k*x; x(0) = 1; k = 1; when x < 0.5: x = 1",
        "dx/dt = if(t > 1, k, 0); x(0) = 0; k = 1",
        "dx/dt = -k*(x - cos(t)); x(0) = 0; k = 1e5",
    ],
)
def test_what_needs_more_than_steps_is_solved_as_ever(text):
    run = prepare(text, [0, 1, 2])
    sol = rl.solve(rl.model(text)(k=1.5), [0, 1, 2])
    assert np.allclose(run(np.array([sol.problem.p[i, 0] for i in range(2)])), sol.y, rtol=1e-4)


def test_it_turns_to_the_method_for_stiff_models_where_parameters_make_one():
    text = "dx/dt = y; dy/dt = mu*(1 - x^2)*y - x; x(0) = 2; y(0) = 0; mu = 1"
    run = prepare(text, [0, 2000])
    p = run.p.copy()
    p[run.parameters.index("mu")] = 1000.0
    assert run(p)[:, 1] == pytest.approx([1.706167732, -8.9e-4], rel=1e-2)


def test_a_failure_is_told():
    with pytest.raises(SolveError, match="blows up"):
        prepare("dx/dt = x^2; x(0) = 1", [0, 2])()


@pytest.mark.parametrize("p", [np.zeros(3), "abcd", 3.0, np.zeros((4, 2))])
def test_numbers_that_do_not_fit_are_refused(p):
    with pytest.raises(InputError, match=r"^p: got .* expected 4 numbers, the values of a, c"):
        prepare(TEXT, TIMES)(p)


def test_a_batch_is_left_to_solve():
    with pytest.raises(InputError, match="has the dimensions a"):
        prepare(rl.model(TEXT)(a=[1.0, 2.0]), TIMES)


def test_a_model_lacking_a_value_is_refused():
    with pytest.raises(MissingValueError, match="k has no value"):
        prepare("dx/dt = -k*x; x(0) = 1", 1)


def test_threads_may_share_it():
    run = prepare(TEXT, TIMES)
    points = [run.p * (1 + 0.01 * i) for i in range(20)]
    alone = [run(p) for p in points]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(run, points * 5))
    assert all(np.array_equal(a, b) for a, b in zip(alone * 5, together, strict=True))


@pytest.mark.parametrize("p", [[True, False], [True, 1.0], [1.0, np.True_], ["0.5", "1"]])
def test_truths_and_text_are_no_numbers(p):
    run = prepare("dx/dt = -k*x; x(0) = 1; k = 0.5", [1.0])
    with pytest.raises(InputError, match="expected 2 numbers"):
        run(p)


def test_a_parameter_that_is_no_number_is_named():
    run = prepare("dx/dt = -k*x; x(0) = 1; k = 0.5", [1.0])
    with pytest.raises(InputError, match="got nan for k"):
        run([np.nan, 1.0])


@pytest.mark.parametrize("method", ["auto", "reference:tsit5", "radau9"])
def test_it_can_be_sent_to_another_process(method):
    run = prepare(TEXT, TIMES, method=method)
    before = run(2 * run.p)
    again = pickle.loads(pickle.dumps(run))
    assert (again.parameters, again.method) == (run.parameters, run.method)
    assert np.array_equal(again(2 * run.p), before)


@pytest.mark.parametrize(
    "given", [[1, 2, 3, 4j], np.array([1, 2, 3, 4j]), [1, 2, 3, 10**400], [1 + 0j, 2, 3, 4]]
)
def test_what_no_number_holds_is_refused(given):
    with pytest.raises(InputError, match=r"p: got .*; expected 4 numbers"):
        prepare(TEXT, TIMES)(given)
