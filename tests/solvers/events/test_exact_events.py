"""Closed forms in pieces: through doses, steps and tables at times that are known ahead."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.cache import VARIABLE, user_cache
from ratelaw.models.errors import InputError, RefusalError
from ratelaw.models.exact import kept
from ratelaw.solvers.status import Status

DOSES = "dA/dt = -k*A; A(0) = 0; k = 0.1; dose = 100\nevery 24: A += dose"
GUT = (
    "dG/dt = -ka*G; dA/dt = ka*G - k*A; G(0) = 0; A(0) = 0; ka = 1; k = 0.1; dose = 100; tau = 12\n"
    "every tau from 2 to 50: G += dose"
)
HARVEST = (
    "dx/dt = r*x*(1 - x/K); x(0) = 0.1; r = 1; K = 2; f = 0.5\n"
    "at t = 3: x = f*x\nat t = 5: x += 0.1"
)
STEP = "dx/dt = if(t < a, r1, r2)*x*(1 - x/K); x(0) = 0.1; r1 = 1; r2 = 0.3; K = 2; a = 2"
PULSE = "dx/dt = -x + pulse(t, 1, 2)*p; x(0) = 0.1; p = 3\nat t = 2.5: x = 0"
TABLE = "dx/dt = -k*(x - table(T, t)); x(0) = 3; k = 0.3\nT = [(0, 20), (5, 22), (8, 10)]"
SWITCHED = "dx/dt = k*floor(t) - x^2; x(0) = 1; k = 0.5"
KICKED = "x'' = -w^2*x + cos(t); x(0) = 1; x'(0) = 0; w = 2\nat t = 2: x' = 0"
BALL = "dh/dt = v; dv/dt = -9.81; h(0) = 10; v(0) = 0\nwhen h < 0: v = -0.8*v"
CASES = (DOSES, GUT, HARVEST, STEP, PULSE, TABLE, SWITCHED, KICKED)


def exactly(model, times, **options):
    return rl.solve(model, times, method="exact", **options)


def by_steps(model, times, **options):
    return rl.solve(model, times, method="reference:dop853", rtol=1e-11, **options)


@pytest.mark.parametrize("text", CASES)
def test_pieces_agree_with_steps(text):
    model = rl.model(text)
    found, wanted = exactly(model, 10), by_steps(model, 10)
    np.testing.assert_allclose(found.y, wanted.y, rtol=1e-9, atol=1e-10)
    assert found.method == "exact"


@pytest.mark.parametrize(
    ("text", "by"),
    [(GUT, ["ka", "k", "dose", "tau"]), (HARVEST, ["r", "f", "x(0)"]), (STEP, ["r1", "a"]),
     (PULSE, ["p"]), (TABLE, ["k"])],
)  # fmt: skip
def test_derivatives_go_through_events(text, by):
    model = rl.model(text)
    found, wanted = (s(model, 10, sensitivities=by) for s in (exactly, by_steps))
    for state in (s.name for s in model.states):
        for name in by:
            gradient = found.gradient(state, name)
            np.testing.assert_allclose(gradient, wanted.gradient(state, name), rtol=1e-8, atol=1e-9)


def test_repeated_doses_add_up():
    sol = exactly(DOSES, [0.0, 23.0, 24.0, 100.0])
    wanted = [sum(100 * math.exp(-0.1 * (t - d)) for d in range(0, 97, 24) if d <= t)
              for t in (0, 23, 24, 100)]  # fmt: skip
    np.testing.assert_allclose(sol.y[0], wanted, rtol=1e-14)


def test_what_happened_is_told():
    times = exactly(DOSES, 100).events["time"].tolist()
    assert times == [0.0, 24.0, 48.0, 72.0, 96.0]


def test_each_member_has_its_own_times():
    model = rl.model(GUT)(tau=[6.0, 12.0, 24.0])
    found, alone = exactly(model, 60), exactly(rl.model(GUT)(tau=12.0), 60)
    np.testing.assert_array_equal(found["A"].sel(tau=12.0), alone["A"])


def test_a_stop_ends_the_trajectory():
    sol = exactly(f"{DOSES}\nat t = 50: stop", [49.0, 51.0])
    assert np.isnan(sol.y).tolist() == [[False, True]]
    assert sol.success


def test_a_condition_on_states_is_refused_with_the_reason():
    with pytest.raises(
        RefusalError, match=r"the event 'when h < 0: .*' happens depends on the sta"
    ):
        exactly(BALL, 5)


def test_pieces_without_a_closed_form_are_refused_with_the_reason():
    with pytest.raises(RefusalError, match="exact cannot solve this problem: no closed form"):
        exactly("dx/dt = sin(x*t) + x^5; x(0) = 1\nat t = 1: x = 0", 5)


def test_what_an_event_did_is_not_undone():
    with pytest.raises(InputError, match="cannot be undone"):
        exactly(DOSES, -5)


def test_times_that_cannot_be_are_told_of_the_member():
    sol = exactly(rl.model(GUT)(tau=[-1.0, 12.0]), 60)
    assert sol.outcome.counts == {Status.IMPOSSIBLE: 1, Status.SUCCESS: 1}


AGAIN = """
import json, sys
import ratelaw as rl
sol = rl.solve(rl.model(sys.argv[1]), [100.0])
print(json.dumps([sol.method, float(sol.y[0, 0]), "sympy" in sys.modules]))
"""


def test_another_process_takes_the_pieces_it_knows(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setattr(kept, "user_cache", user_cache)
    text = "dB/dt = s - q*B; B(0) = 2; s = 1; q = 0.3\nat t = 7, 70: B += 5"
    wanted = float(exactly(text, [100.0]).y[0, 0])
    command = [sys.executable, "-c", AGAIN, text]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert json.loads(run.stdout) == ["exact", wanted, False]
