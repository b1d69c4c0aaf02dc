"""Gradients by going back over the steps taken, beside differences and forward sensitivities."""

from dataclasses import replace

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.tape import Builder
from ratelaw.solvers.backends import SHELF
from ratelaw.solvers.fit.comparison import Comparison
from ratelaw.solvers.fit.experiment import Experiment
from ratelaw.solvers.fit.losses import SHELF as LOSSES
from ratelaw.solvers.fit.objective import Objective
from ratelaw.solvers.fit.parameters import ParameterSpace
from ratelaw.solvers.lanes.batch import RECORDED
from ratelaw.solvers.problem import initial_value_problem
from ratelaw.solvers.tally import Tally

LANES = SHELF["lanes"]
TEXT = """
    dx/dt = a*x - b*x*y; dy/dt = -c*y + d*x*y
    x(0) = 2*s; y(0) = 1; a = 1.5; b = 1; c = 3; d = 1; s = 0.5
"""
PREY = rl.model(TEXT)
BY = ("a", "b", "c", "d", "s", "y(0)")
TIMES = np.linspace(0, 4, 9)
READINGS = np.linspace(0.5, 2, 9)


def problem(model=PREY, times=TIMES, by=BY, **options):
    """Return a problem of two sums that mention the time, a parameter and a reading."""
    plain = initial_value_problem(model, times, **options)
    builder = Builder(("t", *plain.system.states, *plain.system.parameters, "seen"))
    names = {name: builder.input(name) for name in builder.names}
    gap = names["x"] - names["seen"]
    tape = builder.finish([gap * gap, names["y"] * names["t"] * names["a"]])
    rows = np.array([0, 0, *range(1, len(times)), len(times) - 1])  # replicates at both ends
    return replace(plain, tally=Tally(tape, rows, np.resize(READINGS, (1, len(rows))), by))


def gradient(asked, method):
    return LANES.solve(asked, method).sums[2:]


def differences(make, method, h=1e-6):
    """Return the slopes of the sums of the discrete computation, (parameter,)."""
    found = []
    for name in BY:
        value = PREY.values[name]
        ends = [make(PREY({name: value + d})) for d in (h, -h)]
        high, low = (LANES.solve(e, method).sums[:2].sum() for e in ends)
        found.append((high - low) / (2 * h))
    return np.array(found)


@pytest.mark.parametrize("method", ["rk4", "tsit5", "dop853", "rodas5p"])
def test_with_fixed_steps_the_gradient_is_exactly_that_of_what_was_computed(method):
    def make(model):
        return problem(model, step=0.1)

    found = gradient(make(PREY), method)[:, 0]
    assert found == pytest.approx(differences(make, method), rel=1e-7)


@pytest.mark.parametrize("method", [m for m in LANES.methods if rl.methods[m].order > 2])
def test_the_gradient_is_right_within_the_tolerance(method):
    exact = gradient(problem(rtol=1e-12, atol=1e-14), "dop853")
    found = gradient(problem(rtol=1e-6, max_steps=10**6), method)
    assert found == pytest.approx(exact, rel=1e-4)


def test_backward_in_time_too():
    def make(model):
        return problem(model, -TIMES / 4, step=0.01)

    found = gradient(make(PREY), "tsit5")[:, 0]
    assert found == pytest.approx(differences(make, "tsit5"), rel=1e-7)


def test_more_outputs_than_lanes_may_lie_within_one_step():
    def make(model):
        return problem(model, np.linspace(0, 1, 60), step=0.5)

    found = gradient(make(PREY), "tsit5")[:, 0]
    assert found == pytest.approx(differences(make, "tsit5"), rel=1e-7)


def test_where_outputs_are_dense_a_member_has_the_sums_and_the_gradient_it_has_alone():
    times = np.linspace(0, 1, 61)
    model = PREY.vary("i", {"b": np.linspace(0.5, 1.5, 70)})
    whole = LANES.solve(problem(model, times, step=0.5), "tsit5").sums
    for i in (0, 41, 69):
        alone = LANES.solve(problem(PREY(b=float(np.linspace(0.5, 1.5, 70)[i])), times, step=0.5),
                            "tsit5").sums  # fmt: skip
        assert (whole[:, i] == alone[:, 0]).all()


def test_a_member_has_the_gradient_it_has_alone():
    values = np.linspace(0.5, 1.5, RECORDED + 3)
    whole = gradient(problem(PREY.vary("i", {"b": values})), "tsit5")
    for i in (0, 17, RECORDED, RECORDED + 2):
        assert (whole[:, i] == gradient(problem(PREY(b=float(values[i]))), "tsit5")[:, 0]).all()


def test_a_trajectory_that_fails_has_no_gradient_and_its_mates_are_untouched():
    text = "dx/dt = a*x^2; dy/dt = -y; x(0) = 1; y(0) = 1; a = 0.1"
    two = rl.model(text).vary("i", {"a": np.array([5.0, 0.1, 4.0])})
    found = gradient(problem(two, by=("a", "x(0)")), "tsit5")
    alone = gradient(problem(rl.model(text), by=("a", "x(0)")), "tsit5")
    assert np.isnan(found[:, [0, 2]]).all()
    assert (found[:, 1] == alone[:, 0]).all()


def test_large_systems_go_back_too():
    n = 12
    rows = [f"dx{i}/dt = k{i}*(x{(i - 1) % n} - x{i}^2)" for i in range(n)]
    rows += [f"x{i}(0) = {1 + i % 3}; k{i} = {1 + 0.1 * i}" for i in range(n)]
    model = rl.model("; ".join(rows))
    data = {"time": [0.5, 1, 2], "x0": [1, 1.2, 1.3], "x5": [1.1, 1, 1.2]}
    ways = "lanes:tsit5", "scipy:DOP853"
    found, forward = (objective(model, data, [f"k{i}" for i in range(n)], m) for m in ways)
    point = np.array([[1 + 0.1 * i for i in range(n)]]).T
    assert "the adjoint" in found.derivatives
    assert found.gradient(point)[1] == pytest.approx(forward.gradient(point)[1], rel=1e-6)


WAYS = ("lanes:dop853", "reference:dop853")


def objective(model, data, names, method):
    space = ParameterSpace.of(model, {name: (0, 10) for name in names})
    experiment = Experiment.of(data, model)
    options = {"method": method, "rtol": 1e-10}
    comparison = Comparison(model, experiment, LOSSES["normal"], space.names, **options)
    return Objective(space, (comparison,))


def test_squares_in_several_units_are_weighed_before_going_back():
    model = rl.model(
        "dx/dt = -a*x + b; dy/dt = c*x - d*y; x(0) = 1 [mol]; y(0) = 2 [V]\n"
        "a = 1 [1/s]; b = 0.5 [mol/s]; c = 0.3 [V/mol/s]; d = 0.7 [1/s]"
    )
    data = {"time": [1, 2, 3], "x": [0.7, 0.5, np.nan], "y": [1.4, 0.9, 0.6]}
    found, forward = (objective(model, data, "abcd", m) for m in WAYS)
    points = np.array([[1.1, 0.9], [0.4, 0.6], [0.25, 0.35], [0.8, 0.6]])
    assert len(found.noises) == 2
    for ours, theirs in zip(found.gradient(points), forward.gradient(points), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-6)


def test_where_steps_of_high_order_are_too_long_shorter_ones_are_gone_back_over():
    rows = [f"dx{i}/dt = k{i}*(x{(i - 1) % 40} - x{i}^2)" for i in range(40)]
    model = rl.model("; ".join([*rows, *(f"x{i}(0) = 1; k{i} = 1" for i in range(40))]))
    names = [f"k{i}" for i in range(12)]
    found = objective(model, {"time": [0.5, 1], "x0": [1, 1.2]}, names, "auto")
    assert found.derivatives == (
        "the adjoint of the steps taken, for 40 x 12 derivatives (states x parameters)"
    )
    assert found.comparisons[0].sides[0].route.back.method == "tsit5"


def test_few_parameters_are_carried_forward_and_it_is_said():
    model = rl.model("dx/dt = -k*x; x(0) = 1; k = 1")
    found = objective(model, {"time": [1, 2], "x": [0.4, 0.1]}, ["k"], "lanes:tsit5")
    assert found.derivatives == "forward sensitivities, for 1 x 1 derivatives (states x parameters)"


def test_a_backend_without_records_is_carried_forward_and_it_is_said():
    found = objective(PREY, {"time": [1, 2], "x": [0.4, 0.1]}, "abcd", "reference:tsit5")
    assert found.derivatives == "forward sensitivities: reference keeps no record of its steps"


def test_the_automatic_choice_goes_back_too():
    found = objective(PREY, {"time": [1, 2], "x": [0.4, 0.1]}, "abcd", "auto")
    assert found.derivatives.startswith("the adjoint of the steps taken, for 2 x 4 derivatives")
