"""Whose errors choose the steps where there are sensitivities: of the states, or of both."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError

PREY = rl.library.lotka_volterra
BY = list(PREY.settings)[:2]
METHODS = ["lanes:tsit5", "lanes:dop853", "lanes:rodas5p", "reference:tsit5", "reference:rodas5p"]


def solve(method, **options):
    return rl.solve(PREY, [0, 10, 20], method=method, rtol=1e-5, **options)


def derivatives(method, rtol=1e-11, **options):
    sol = rl.solve(PREY, [0, 10, 20], method=method, rtol=rtol, sensitivities=BY, **options)
    return np.array([sol.gradient(state, by) for state in sol.states for by in BY])


@pytest.mark.parametrize("method", METHODS)
def test_controlled_by_the_states_alone_steps_are_those_without_sensitivities(method):
    found, plain = solve(method, sensitivities=BY, control="states"), solve(method)
    assert found.trajectories.n_steps.tolist() == plain.trajectories.n_steps.tolist()
    assert found.y[:2] == pytest.approx(plain.y, rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_controlled_by_both_the_derivatives_keep_to_the_tolerance_better(method):
    exact = derivatives("lanes:dop853", rtol=1e-12)
    errors = {
        control: np.abs(derivatives(method, rtol=1e-5, control=control) - exact).max()
        for control in ("both", "states")
    }
    assert 0 < errors["both"] < 0.5 * errors["states"]


@pytest.mark.parametrize("method", ["scipy:DOP853", "scipy:LSODA", "scipy:BDF"])
def test_backends_of_others_take_it_too(method):
    found, exact = derivatives(method, rtol=1e-6, control="states"), derivatives("lanes:dop853")
    assert found == pytest.approx(exact, abs=1e-3 * np.abs(exact).max())


def test_another_word_is_told_which_there_are():
    with pytest.raises(InputError, match="control: got 'both of them'; expected \"both\" or"):
        solve("auto", sensitivities=BY, control="both of them")
