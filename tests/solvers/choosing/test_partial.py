"""Closed forms of some states, put into the rates of the others: the numbers are those of steps."""

import subprocess
import sys
from dataclasses import replace
from os import environ

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.cache import VARIABLE
from ratelaw.models.errors import RefusalError
from ratelaw.models.exact import kept
from ratelaw.models.exact.kept import Known, keep
from ratelaw.models.lower import lower
from ratelaw.models.tape import Builder
from ratelaw.solvers.choosing.choice import numerical
from ratelaw.solvers.choosing.partial import partial_of
from ratelaw.solvers.problem import initial_value_problem
from ratelaw.solvers.status import Status

REST = "dy/dt = -y^3 + 0.3*sin(x*y) + 0.2*x*cos(y); y(0) = 1"
PARTS = {
    "w": "dx/dt = v; dv/dt = -w^2*x; x(0) = 1; v(0) = 0; w = 3",
    "c": "dx/dt = -k*x; x(0) = c^2; k = 0.7; c = 2",
    "a": "dx/dt = if(t < 1.3, a, 0) - x; x(0) = 0; a = 2",
}
MODELS = {by: f"{REST}; {part}" for by, part in PARTS.items()}
OSCILLATOR = MODELS["w"]
OFTEN = rl.model(OSCILLATOR)(w=100.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the closed form of a part of each model is known."""
    place = tmp_path_factory.mktemp("parts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "user_cache", lambda: place)
        for by, text in MODELS.items():
            exact, system = rl.solve_exactly(PARTS[by]), lower(rl.model(text))
            builder = Builder((system.time, *system.parameters))
            values = builder.inline(exact.tape, [builder.input(n) for n in exact.tape.inputs])
            keep(Known(exact.states, builder.finish(values)), replace(system, events=()))
        yield place


@pytest.fixture(autouse=True)
def known_here(folder, monkeypatch):
    monkeypatch.setattr(kept, "user_cache", lambda: folder)


@pytest.fixture(scope="module", params=MODELS)
def both(request, folder):
    """A solution with formulas put in, and one without, with sensitivities."""
    by, text = request.param, MODELS[request.param]
    part = rl.solve(text, 4, method="partial", sensitivities=[by])
    whole = rl.solve(text, 4, method="lanes:tsit5", rtol=1e-8, sensitivities=[by])
    return part, whole, by


def test_states_are_those_of_steps_in_the_same_order(both):
    part, whole, _ = both
    assert list(part.to_xarray().data_vars) == list(whole.to_xarray().data_vars)
    assert part.y == pytest.approx(whole.y, abs=1e-5)


def test_gradients_are_those_of_steps(both):
    part, whole, by = both
    for state in ("x", "y"):
        wanted = whole.gradient(state, by).values
        assert part.gradient(state, by).values == pytest.approx(wanted, abs=2e-5)


def test_values_between_output_times_are_those_of_steps(both):
    part, whole, _ = both
    for state in ("x", "y"):
        assert float(part.at(2.345)[state]) == pytest.approx(
            float(whole.at(2.345)[state]), abs=1e-7
        )


@pytest.mark.parametrize("condition", ["y < 0.8", "x + y < 1.9"])
def test_conditions_may_ask_for_both_kinds_of_states(condition):
    part, whole = (rl.solve(OSCILLATOR, 4, method=m) for m in ("partial", "lanes:tsit5"))
    assert float(part.when(condition)) == pytest.approx(float(whole.when(condition)), abs=1e-5)


def test_it_is_said_which_states_are_formulas(both):
    assert both[0].method.startswith("exact+lanes:")
    assert "the closed form of x" in both[0].reason
    assert "y integrated" in both[0].reason


# Events


@pytest.mark.parametrize(
    "event", ["when y < 0.7: y = y + 0.5", "at t = 1: y = 2*y", "when y < 0.6: stop"]
)
def test_events_of_the_other_states_happen_as_in_steps(event):
    text = f"{OSCILLATOR}; {event}"
    part, whole = (rl.solve(text, 3, method=m) for m in ("partial", "lanes:tsit5"))
    assert part.y == pytest.approx(whole.y, abs=1e-5, nan_ok=True)
    assert np.isnan(part.y).any() == ("stop" in event)
    for column in ("time", "x before", "x after", "y before", "y after"):
        assert list(part.events[column]) == pytest.approx(list(whole.events[column]), abs=1e-5)


@pytest.mark.parametrize("event", ["at t = 1: x = 2*x", "when x < 0: y = 1", "at t = 1: y = x"])
def test_an_event_that_reads_or_sets_an_exact_state_is_refused(event):
    with pytest.raises(RefusalError, match="an event reads or sets"):
        rl.solve(f"{OSCILLATOR}; {event}", 3, method="partial")


# Who is asked


def test_exact_says_that_a_part_has_a_closed_form():
    with pytest.raises(RefusalError, match='There is one for x and v: method="partial"'):
        rl.solve(OSCILLATOR, 3, method="exact")


def test_where_all_states_have_a_closed_form_exact_is_named():
    with pytest.raises(RefusalError, match='use method="exact"'):
        rl.solve("dx/dt = -x; x(0) = 1", 3, method="partial")


def test_automatically_formulas_are_put_in_where_exact_states_turn_very_often():
    sol = rl.solve(OFTEN, 20)
    assert sol.method.startswith("exact+")
    assert "turn so often" in sol.reason
    assert sol["x"].values == pytest.approx(np.cos(100 * sol.t), abs=1e-11)


def test_automatically_others_are_integrated_as_a_whole():
    assert not rl.solve(OFTEN(w=1.0), 20.5).method.startswith("exact+")


def test_a_trajectory_has_the_same_numbers_alone_and_in_a_crowd():
    crowd = rl.solve(OFTEN(w=[1.0, 100.0]), 19)
    for i, w in enumerate((1.0, 100.0)):
        alone = rl.solve(OFTEN(w=w), 19)
        assert crowd["y"].values[i] == pytest.approx(alone["y"].values, abs=1e-12)


def test_automatically_no_algebra_is_loaded(folder):
    code = (
        f"import sys, ratelaw as rl; m = rl.model({OSCILLATOR!r})(w=100.0); "
        "assert rl.solve(m, 20).method[:6] == 'exact+'; "
        "assert 'sympy' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, timeout=60, env=environ | {VARIABLE: str(folder)}
    )


# Where a formula does not reach


def test_a_trajectory_that_the_formula_does_not_reach_is_told():
    model = rl.model("dx/dt = 1; dy/dt = x - y; x(0) = 0; y(0) = 0")
    system = lower(model)
    builder = Builder((system.time, *system.parameters))
    time = builder.input(system.time)
    ends = (time < 1.0).apply("select", time, float("nan"))
    part = partial_of(system, Known(("x",), builder.finish([ends])))
    whole = initial_value_problem(model, 2)
    found = numerical(part.problem(whole), "cpu").solve(part.problem(whole))
    assert part.together(whole, found).status[0] != Status.SUCCESS
