"""Plans: what a solve needs before it runs, remembered without a difference to the result."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError
from ratelaw.models.lower import lower
from ratelaw.solvers.plan import Asked, plan

TEXT = "dx/dt = -k*x; x(0) = 1; k = 0.5"
USUAL = Asked("auto", 1e-6, None, "cpu", (), (), "both", None, None, None)


def test_the_same_again_is_the_same_plan():
    model = rl.model(TEXT)
    assert plan(model, 1, USUAL) is plan(model, 1, USUAL)


@pytest.mark.parametrize(
    "change",
    [
        {"method": "dop853"}, {"rtol": 1e-5}, {"atol": (("x", 1e-4),)}, {"outputs": ("x",)},
        {"sensitivities": ("k",)}, {"step": 0.1, "method": "rk4"}, {"max_steps": 50},
        {"error": "global"},
    ],
    ids=str,
)  # fmt: skip
def test_whatever_is_asked_otherwise_is_another_plan(change):
    model = rl.model(TEXT)
    assert plan(model, 1, USUAL._replace(**change)) is not plan(model, 1, USUAL)


def test_output_times_are_part_of_a_plan():
    model, times = rl.model(TEXT), np.array([0.0, 1.0])
    first = plan(model, times, USUAL)
    times[1] = 2.0
    assert first.problem.t_end == 1.0
    assert plan(model, times, USUAL).problem.t_end == 2.0


def test_one_time_and_an_array_of_it_are_different_plans():
    model = rl.model(TEXT)
    assert plan(model, 1.0, USUAL).problem.t_eval.shape == (101,)
    assert plan(model, np.array([1.0]), USUAL).problem.t_eval.shape == (1,)


def test_equal_models_keep_their_own_titles():
    model = rl.model(TEXT)
    other = replace(model, title="decay")
    assert other == model
    assert rl.solve(model, 1).problem.model is model
    assert rl.solve(other, 1).problem.model is other


def test_a_second_solution_equals_the_first_and_shares_no_numbers():
    model = rl.model(TEXT)
    first, second = rl.solve(model, 1), rl.solve(model, 1)
    assert np.array_equal(first.y, second.y)
    assert not np.shares_memory(first.y, second.y)


def test_a_sweep_is_not_kept_for_longer_than_its_solution():
    model = rl.model(TEXT)(k=np.linspace(0.1, 1, 50))
    problem = weakref.ref(rl.solve(model, 1).problem)
    gc.collect()
    assert problem() is None


def test_a_mistake_is_told_again():
    model = rl.model(TEXT)
    for _ in range(2):
        with pytest.raises(InputError, match="method: got"):
            rl.solve(model, 1, method=["auto"])


def test_models_that_differ_in_values_only_have_one_system():
    model = rl.model(TEXT)
    assert lower(model(k=0.1)) is lower(model({"x(0)": 2}))


def test_models_that_differ_in_a_formula_have_two_systems():
    start = rl.model("dx/dt = -k*x; x(0) = 2*k; k = 0.5")
    assert lower(start) is not lower(start({"x(0)": 1}))
    assert lower(start) is not lower(rl.model("dx/dt = -k*x; x(0) = 3*k; k = 0.5"))


def test_other_values_make_the_plan_that_would_be_made_anew():
    model = rl.model("dx/dt = a*x - x*y; dy/dt = x*y - c*y; x(0) = 1; y(0) = 2; a = 1; c = 3")
    plan(model, 1, USUAL)
    found = plan(model(a=2, c=4), 1, USUAL)
    anew = plan(rl.model(str(model(a=2, c=4))), 1, USUAL._replace(max_steps=100_000))
    assert found.choice == anew.choice
    assert np.array_equal(found.problem.p, anew.problem.p)
    assert np.array_equal(found.problem.y0, anew.problem.y0)
    assert found.problem.max_steps == anew.problem.max_steps


def test_other_values_that_are_stiff_go_another_way():
    model = rl.model("dx/dt = -k*(x - cos(t)*y**2); dy/dt = -y; x(0) = 2; y(0) = 1; k = 1")
    explicit = plan(model, 1, USUAL).choice
    assert explicit.fallback is not None
    stiff = plan(model(k=1e6), 1, USUAL).choice
    assert (stiff.backend, stiff.method) == explicit.fallback
    assert stiff.reason.startswith("the model looks stiff at the start")
    assert plan(model(k=2), 1, USUAL).choice == explicit


def test_the_unit_of_other_values_is_their_own():
    one, other = (rl.model(f"dx/dt = -k*x; x(0) = 1 [{u}]; k = 0.5") for u in ("m", "kg"))
    assert [rl.solve(m, 1)["x"].attrs["units"] for m in (one, other)] == ["m", "kg"]


def test_labelled_arrays_share_no_attributes():
    sol = rl.solve(TEXT, 1)
    sol["x"].time.attrs["note"] = sol["x"].attrs["note"] = "mine"
    assert "note" not in sol["x"].time.attrs
    assert "note" not in sol["x"].attrs


def test_a_closed_form_that_becomes_known_later_is_used_from_then_on(tmp_path, monkeypatch):
    monkeypatch.setenv("RATELAW_CACHE", str(tmp_path))
    model = rl.model("dx/dt = -k*x^1.625; x(0) = 1.5; k = 0.75")
    before = rl.solve(model, 3.0)
    rl.solve_exactly(model)
    assert before.method == "lanes:taylor12"
    assert rl.solve(model, 3.0).method == rl.solve(model(k=0.5), 3.0).method == "exact"
