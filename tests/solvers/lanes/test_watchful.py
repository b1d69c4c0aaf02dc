"""Looks on the way: what stiffness holds back is left to others soon, the rest goes on unmoved."""

from dataclasses import replace

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.solvers.backends.lanes import BACKEND
from ratelaw.solvers.problem import InitialValueProblem
from ratelaw.solvers.solve import solve
from ratelaw.solvers.status import Status
from ratelaw.solvers.stiffness import LOOKS

ORBIT = """
    x' = u; y' = v; u' = -x/(x^2 + y^2)^1.5; v' = -y/(x^2 + y^2)^1.5
    x(0) = 0.4; y(0) = 0; u(0) = 0; v(0) = w; w = 2
"""
ENDS = ("y", "status", "t", "state", "n_steps", "n_rejected", "n_evaluations")


def problem(model: object, end: float, method: str, **options: float) -> InitialValueProblem:
    """Return a problem that is watched."""
    times = np.linspace(end / 3, end, 3)
    asked = solve(model, times, method=f"lanes:{method}", check=False, **options).problem
    return replace(asked, watchful=True)


@pytest.mark.parametrize("method", ["tsit5", "dop853", "taylor12", "rkc5"])
def test_who_is_held_back_ends_at_the_first_look(method):
    watched = problem(rl.library.robertson, 40, method, max_steps=2000)
    found = BACKEND.solve(watched, method)
    assert found.status.tolist() == [Status.STIFF]
    assert found.n_steps + found.n_rejected == LOOKS[0]
    assert found.messages[0].startswith("ratio ")


@pytest.mark.parametrize("method", ["tsit5", "dop853", "taylor12", "rkc5"])
@pytest.mark.parametrize("end", [100, 2000])
def test_who_has_a_long_way_goes_on_unmoved(method, end):
    model = rl.model(ORBIT).vary("speed", {"w": np.linspace(1.9, 2.1, 21)})
    watched = problem(model, end, method, rtol=1e-7, max_steps=100_000)
    found, plain = (BACKEND.solve(replace(watched, watchful=x), method) for x in (True, False))
    assert (found.n_steps > LOOKS[0]).all()
    for name in ENDS:
        assert np.array_equal(getattr(found, name), getattr(plain, name)), name


@pytest.mark.parametrize("end", [30, 2000])
def test_one_alone_goes_on_unmoved(end):
    watched = problem(rl.model(ORBIT), end, "tsit5", rtol=1e-7, max_steps=100_000)
    ready = BACKEND.ready(watched, "tsit5", watched.max_steps)
    assert ready is not None
    once, batch = ready.go(), BACKEND.solve(watched, "tsit5")
    assert batch.status.tolist() == [Status.SUCCESS]
    assert once is not None
    for name in ENDS:
        assert np.array_equal(getattr(once, name), getattr(batch, name)), name


def test_one_alone_that_is_held_back_is_left_to_others():
    watched = problem(rl.library.robertson, 40, "tsit5", max_steps=100_000)
    ready = BACKEND.ready(watched, "tsit5", watched.max_steps)
    assert ready is not None
    assert ready.go() is None


def test_all_steps_that_are_allowed_are_taken_and_no_more():
    watched = problem(rl.model(ORBIT), 2000, "tsit5", max_steps=777)
    found = BACKEND.solve(watched, "tsit5")
    assert found.status.tolist() == [Status.MAX_STEPS]
    assert found.n_steps + found.n_rejected == 777


def test_each_goes_its_own_way():
    """Robertson's rates with the fast ones slowed down are not stiff."""
    text = """
        a' = -0.04*a + s*1e4*b*c; b' = 0.04*a - s*1e4*b*c - s^2*3e7*b^2; c' = s^2*3e7*b^2
        a(0) = 1; b(0) = 0; c(0) = 0; s = 1
    """
    model = rl.model(text).vary("slow", {"s": np.array([1e-4, 1.0] * 5)})
    sol = rl.solve(model, 40)
    alone = [rl.solve(model(s=s), 40) for s in (1e-4, 1.0)]
    assert sol.success
    assert sol.trajectories.whose is not None
    for i in range(10):
        assert np.array_equal(sol.y[:, i], alone[i % 2].y)
    assert [one.method for one in alone] == ["lanes:taylor12", "lanes:rodas5p"]
