"""Gauss and Newton's normal matrix added up along the way, beside the one of the Jacobian."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.solvers.fit import objective as objectives
from ratelaw.solvers.fit.comparison import Comparison
from ratelaw.solvers.fit.experiment import Experiment
from ratelaw.solvers.fit.losses import SHELF as LOSSES
from ratelaw.solvers.fit.objective import Objective
from ratelaw.solvers.fit.parameters import ParameterSpace

PREY = rl.model(
    "dx/dt = a*x - b*x*y; dy/dt = -c*y + d*x*y; x(0) = 1; y(0) = 1; a = 1.5; b = 1; c = 3; d = 1"
)
UNITS = rl.model(
    "dx/dt = -a*x + b; dy/dt = c*x - d*y; x(0) = 1 [mol]; y(0) = 2 [V]\n"
    "a = 1 [1/s]; b = 0.5 [mol/s]; c = 0.3 [V/mol/s]; d = 0.7 [1/s]"
)
POINTS = np.array([[1.4, 1.6], [0.9, 1.1], [2.9, 3.2], [1.1, 0.8]])


def readings(model, count=150, missing=()):
    times = np.linspace(0, 6, count)
    y = rl.solve(model, times).y * (1 + 0.05 * np.sin(7 * times))
    y[0, list(missing)] = np.nan
    return {"time": times, "x": y[0], "y": y[1]}


def objective(model, data, **options):
    space = ParameterSpace.of(model, {name: (0.1, 5) for name in "abcd"})
    comparison = Comparison(
        model, Experiment.of(data, model), LOSSES["normal"], space.names, **options
    )
    return Objective(space, (comparison,))


def normal(found):
    jacobian = found.jacobian
    return np.einsum("bri,brj->bij", jacobian, jacobian), np.einsum(
        "bri,br->bi", jacobian, found.residuals
    )


@pytest.mark.parametrize("model", [PREY, UNITS], ids=["one unit", "two units"])
def test_the_normal_matrix_is_that_of_the_jacobian(model):
    asked = objective(model, readings(model, missing=[3, 50]), method="auto", rtol=1e-8)
    assert asked.adds_up
    found, whole = asked.around(POINTS), asked.linearise(POINTS)
    assert found.jacobian.shape == (2, 4, 4)
    assert found.value == pytest.approx(whole.value, rel=1e-12)
    for ours, theirs in zip(normal(found), normal(whole), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12 * np.abs(theirs).max())


def test_a_point_without_solution_has_the_value_inf():
    growth = rl.model(
        "dx/dt = a*x^2; dy/dt = b*c*d - y; x(0) = 1; y(0) = 1; a = 1; b = 1; c = 1; d = 1"
    )
    data = {"time": np.linspace(0, 0.5, 120), "x": np.ones(120), "y": np.ones(120)}
    asked = objective(growth, data, method="auto", rtol=1e-8)
    found = asked.around(np.array([[0.5, 4.0], [1, 1], [1, 1], [1, 1]]))
    assert np.isfinite(found.value).tolist() == [True, False]
    assert not found.jacobian[1].any()


@pytest.mark.parametrize(
    ("count", "options"),
    [(150, {"rtol": 1e-9}), (20, {"rtol": 1e-6}), (150, {"method": "scipy:LSODA", "rtol": 1e-6})],
    ids=["sharp", "few readings", "other backend"],
)
def test_elsewhere_the_jacobian_is_kept(count, options):
    data = readings(PREY, count)
    asked = objective(PREY, data, **{"method": "auto", **options})
    assert not asked.adds_up
    assert asked.around(POINTS).jacobian.shape == (2, 2 * count, 4)


def test_a_fit_ends_where_it_does_with_the_jacobian(monkeypatch):
    data, free = readings(PREY), {name: (0.1, 5) for name in "abcd"}
    found = rl.fit(PREY, data, free=free, starts=8, seed=0)
    monkeypatch.setattr(objectives, "MANY_READINGS", 10_000)
    whole = rl.fit(PREY, data, free=free, starts=8, seed=0)
    assert found.estimates == pytest.approx(whole.estimates, rel=1e-6)
