"""Gradients of one parameter set from memory laid out once: as a batch has them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.tape import Builder
from ratelaw.solvers.backends.lanes import BACKEND
from ratelaw.solvers.fit.comparison import Comparison
from ratelaw.solvers.fit.experiment import Experiment
from ratelaw.solvers.fit.losses import SHELF as LOSSES
from ratelaw.solvers.fit.objective import Objective
from ratelaw.solvers.fit.parameters import ParameterSpace
from ratelaw.solvers.problem import initial_value_problem
from ratelaw.solvers.tally import Tally

PREY = """
    dx/dt = a*x - b*x*y; dy/dt = -c*y + d*x*y
    x(0) = {start}; y(0) = 1; a = 1.5; b = 1; c = 3; d = 1; s = 0.5
"""
BY = ("a", "b", "c", "d", "s", "y(0)")


def problem(start="2*s", begin=0.0, model=None, n=9, **options):
    """Return a problem whose squares and cubes of x are added up, and one with its values."""
    plain = initial_value_problem(
        model or rl.model(PREY.format(start=start)), np.linspace(begin, 4, n), **options
    )
    builder = Builder(("t", *plain.system.states, *plain.system.parameters, "seen"))
    names = {name: builder.input(name) for name in builder.names}
    gap = names["x"] - names["seen"]
    tape = builder.finish([gap * gap, names["x"] ** 3.0 * names["a"]])
    return replace(plain, tally=Tally(tape, np.arange(n), np.ones((1, n)), BY))


def both(asked, method="tsit5", weights=None):
    """Return what is found at once and what a batch of one finds, (term + parameter,)."""
    trip = BACKEND.round_trip(asked, method, watchful=True)
    once = trip(asked.p[:, 0], weights)
    tally = replace(asked.tally, weights=None if weights is None else weights[:, None])
    return once, BACKEND.solve(replace(asked, tally=tally), method).sums[:, 0]


@pytest.mark.parametrize("method", ["tsit5", "dop853", "rodas5p", "taylor8"])
def test_it_is_what_a_batch_finds(method):
    once, batch = both(problem(), method)
    assert np.array_equal(once, batch)


@pytest.mark.parametrize("start", ["s", "2*s", "s^2 + 0.1*exp(s)", "1"])
def test_slopes_go_through_the_start_values(start):
    once, batch = both(problem(start))
    assert np.array_equal(once, batch)


@pytest.mark.parametrize("begin", [0.0, 0.5])
def test_sums_are_weighted_at_the_start_too(begin):
    once, batch = both(problem(begin=begin), weights=np.array([3.0, -2.0]))
    assert np.array_equal(once, batch)


def test_a_fixed_step_is_what_a_batch_takes():
    once, batch = both(problem(step=0.05), "rk4")
    assert np.array_equal(once, batch)


def test_one_with_many_steps_makes_room():
    once, batch = both(problem(rtol=1e-10))
    assert np.array_equal(once, batch)


def test_one_with_more_steps_than_there_can_be_room_for_is_left_to_a_batch():
    once, batch = both(problem(step=1e-4, max_steps=10**6), "rk4")
    assert once is None
    assert np.isfinite(batch).all()


def test_one_that_fails_or_is_stiff_is_left_to_a_batch():
    asked = problem()
    trip = BACKEND.round_trip(asked, "tsit5", watchful=True)
    names = asked.system.parameters
    for name, value in (("b", np.nan), ("c", 1e9)):
        p = asked.p[:, 0].copy()
        p[names.index(name)] = value
        assert trip(p, None) is None


def test_where_something_happens_it_is_not_ready():
    text = PREY.format(start="1") + "; when x > 1.5: x = 1"
    assert BACKEND.round_trip(problem(model=rl.model(text)), "tsit5", watchful=True) is None


def objective():
    model = rl.model(PREY.format(start="1"))
    data = {"time": [1, 2, 3], "x": [1.0, 2.0, 0.5], "y": [1.0, 0.3, 2.0]}
    space = ParameterSpace.of(model, {name: (0, 10) for name in "abcd"})
    comparison = Comparison(model, Experiment.of(data, model), LOSSES["normal"], space.names)
    return Objective(space, (comparison,))


POINTS = np.array([[1.5, 1.0, 3.0, 1.0], [1.2, 0.9, 2.0, 1.1], [1.0, 1.0, 1e9, 1.0]]).T


def test_a_fit_has_the_same_gradient_of_one_set_as_of_many():
    goal = objective()
    values, slopes = goal.gradient(POINTS)
    for i, point in enumerate(POINTS.T):
        value, slope = goal.gradient(point[:, None])
        assert value == values[i]
        assert np.array_equal(slope[:, 0], slopes[:, i])


def test_threads_do_not_meet():
    goal = objective()
    points = [POINTS[:, :1] * factor for factor in np.linspace(0.9, 1.1, 20)]
    alone = [goal.gradient(p)[1] for p in points]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda p: goal.gradient(p)[1], points * 5))
    assert all(np.array_equal(a, b) for a, b in zip(alone * 5, together, strict=True))
