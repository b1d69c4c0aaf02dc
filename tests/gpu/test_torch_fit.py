import numpy as np
import pytest

import ratelaw as rl
from ratelaw.solvers.fit.comparison import Comparison
from ratelaw.solvers.fit.experiment import Experiment
from ratelaw.solvers.fit.losses import SHELF as LOSSES
from ratelaw.solvers.fit.objective import Objective
from ratelaw.solvers.fit.parameters import ParameterSpace

MODEL = rl.model("dx/dt = -k*x; x(0) = 10; k = 1; gain = 1; seen = gain*x")
T = np.array([0.0, 1, 1, 2, 4])
DATA = {"time": T, "x": [9.1, 6.2, 6.0, 4.1, 1.8], "seen": [18.0, 12, 12.5, 8, 4]}
FREE = {"k": rl.log(0.01, 10), "x(0)": (1, 20), "gain": (0.5, 5)}
POINTS = np.array([[0.3, 0.5], [9.0, 8.0], [2.0, 1.5]])
METHOD = "torchdiffeq:dopri5"


def objective(method, loss):
    space = ParameterSpace.of(MODEL, FREE)
    experiment = Experiment.of(DATA, MODEL)
    comparison = Comparison(MODEL, experiment, LOSSES[loss], space.names, method, rtol=1e-9)
    return Objective(space, (comparison,))


@pytest.mark.parametrize("loss", list(LOSSES))
def test_the_gradient_through_the_steps_is_that_of_the_sensitivities(loss):
    through_steps = objective(METHOD, loss)
    assert through_steps.comparisons[0].differentiable
    value, gradient = through_steps.gradient(POINTS)
    expected_value, expected = objective("scipy:DOP853", loss).gradient(POINTS)
    assert value == pytest.approx(expected_value, rel=1e-7)
    assert gradient == pytest.approx(expected, rel=1e-6)


def test_a_trajectory_that_fails_is_infinite_and_its_mates_have_gradients():
    model = rl.model("dx/dt = a*x^2; x(0) = 1; a = 0.1")
    space = ParameterSpace.of(model, {"a": (0, 10)})
    experiment = Experiment.of({"time": [1, 2], "x": [1.1, 1.2]}, model)
    comparison = Comparison(model, experiment, LOSSES["normal"], space.names, METHOD)
    value, gradient = Objective(space, (comparison,)).gradient(np.array([[0.1, 5.0]]))
    assert value[1] == np.inf
    assert np.isfinite([value[0], gradient[0, 0]]).all()


@pytest.mark.parametrize("optimiser", ["adam", "descent", "gauss-newton"])
def test_a_fit_through_torchdiffeq_finds_the_same_minimum(optimiser):
    free = {"k": rl.log(0.1, 1), "x(0)": (5, 15), "gain": (1, 3)}
    plain = rl.fit(MODEL, DATA, free)
    found = rl.fit(MODEL, DATA, free, method=METHOD, optimiser=optimiser, max_iterations=150)
    assert found.sum_of_squares == pytest.approx(plain.sum_of_squares, rel=1e-2)
