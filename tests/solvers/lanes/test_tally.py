"""Sums over output times that the kernel adds up itself, beside those of whole trajectories."""

from dataclasses import replace

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.tape import Builder
from ratelaw.solvers.backends import SHELF
from ratelaw.solvers.problem import initial_value_problem
from ratelaw.solvers.status import Status
from ratelaw.solvers.tally import Tally, tallied

LANES = SHELF["lanes"]
PREY = rl.library.lotka_volterra
TIMES = np.linspace(0, 20, 9)


def ring(n):
    rows = [f"dx{i}/dt = k*(x{i - 1 if i else n - 1} - sin(x{i}))" for i in range(n)]
    return rl.model("; ".join([*rows, *(f"x{i}(0) = {i % 7}" for i in range(n)), "k = 1"]))


def problem(model, times=TIMES, places=None):
    """Return a problem that asks for two sums, one of them with a reading."""
    plain = initial_value_problem(model, times)
    names = plain.system.states
    builder = Builder((plain.system.time, *names, *plain.system.parameters, "seen"))
    gap = builder.input(names[0]) - builder.input("seen")
    tape = builder.finish([gap * gap, builder.input(names[-1]) * builder.input("t")])
    rows = np.arange(len(times)) if places is None else np.array(places)
    return replace(plain, tally=Tally(tape, rows, np.linspace(0.2, 1.7, len(rows))[None]))


def both(asked, method):
    plain = LANES.solve(replace(asked, tally=None), method)
    return LANES.solve(asked, method), tallied(asked, plain)


@pytest.mark.parametrize("method", ["tsit5", "dop853", "rodas5p"])
def test_sums_are_those_of_the_trajectories(method):
    ours, expected = both(problem(PREY), method)
    assert ours.sums == pytest.approx(expected.sums, rel=1e-12)


def test_sums_of_a_system_of_many_states_too():
    ours, expected = both(problem(ring(30)), "tsit5")
    assert ours.sums == pytest.approx(expected.sums, rel=1e-12)


def test_several_rows_may_share_a_time_the_start_too():
    places = [0, 0, 1, 3, 3, 3, 8]
    ours, expected = both(problem(PREY, places=places), "tsit5")
    assert ours.sums == pytest.approx(expected.sums, rel=1e-12)


def test_backward_in_time_sums_are_those_of_the_trajectories():
    ours, expected = both(problem(rl.library.logistic, -TIMES[1:] / 10), "tsit5")
    assert ours.sums == pytest.approx(expected.sums, rel=1e-12)


def test_no_states_are_kept():
    found = LANES.solve(problem(PREY), "tsit5")
    assert found.y.shape == (2, 1, 0)


def test_a_member_has_the_sums_it_has_alone():
    model = rl.model("dx/dt = r*x*(1 - x); x(0) = 0.1; r = 1")
    values = np.linspace(0.5, 3, 11)
    whole = LANES.solve(problem(model.vary("i", {"r": values})), "tsit5").sums
    alone = [LANES.solve(problem(model(r=float(r))), "tsit5").sums[:, 0] for r in values]
    assert (whole == np.array(alone).T).all()


def test_a_trajectory_that_fails_has_no_sums_and_its_mates_are_untouched():
    model = rl.model("dx/dt = a*x^2; x(0) = 1; a = 0.1").vary("i", {"a": np.array([0.01, 5.0])})
    found = LANES.solve(problem(model), "tsit5")
    assert found.status[0] == Status.SUCCESS
    assert found.status[1] != Status.SUCCESS
    assert np.isfinite(found.sums[:, 0]).all()
    assert np.isnan(found.sums[:, 1]).all()


def test_a_way_of_no_length_has_the_sums_at_its_start():
    found = LANES.solve(problem(PREY, np.array([0.0])), "tsit5")
    hare = found.sums[0, 0]
    assert hare == pytest.approx((initial_value_problem(PREY, 1.0).y0[0, 0] - 0.2) ** 2)
