"""A step in two halves is the same step, to the last digit."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.lower import lower
from ratelaw.solvers.compose.halves import halves
from ratelaw.solvers.integrator import compose
from ratelaw.solvers.methods import SHELF

LORENZ = """
    dx/dt = s*(y - x); dy/dt = x*(r - z) - y; dz/dt = x*y - b*z
    x(0) = 1; y(0) = 0; z(0) = 0; s = 10; r = 28; b = 8/3
"""
MODELS = (
    LORENZ,
    "dy/dt = -k*y; y(0) = 1; k = 2",
    "dy/dt = 1; y(0) = 1",
    "dy/dt = t*exp(-y); y(0)=0",
)


@pytest.mark.parametrize("text", MODELS)
@pytest.mark.parametrize("method", ["euler", "rk4", "dopri5"])
def test_one_half_after_the_other_is_the_step(text, method):
    step = compose(lower(rl.model(text)), SHELF[method]).attempt
    outputs = range(len(step.tape.outputs))
    first, second = halves(step, outputs)
    given = np.random.default_rng(1).uniform(0.5, 1.5, len(step.tape.inputs))
    assert second.tape(*given, *first.tape(*given)) == step.tape(*given)


def test_both_halves_have_work_to_do():
    step = compose(lower(rl.model(LORENZ)), SHELF["rk4"]).attempt
    first, second = halves(step, range(3))
    work = [len(tape.nodes) - len(tape.inputs) for tape in (first.tape, second.tape)]
    assert min(work) > 0.3 * sum(work)


@pytest.mark.parametrize("method", ["euler", "heun", "rk4"])
def test_trajectories_in_a_crowd_have_the_numbers_they_have_alone(method):
    r = np.linspace(0.0, 28.0, 101)
    model = rl.model(LORENZ)
    times = np.linspace(0.0, 1.0, 4)
    crowd = rl.solve(model.vary("member", {"r": r}), times, method=f"lanes:{method}", step=0.01)
    for member in (0, 37, 100):
        alone = rl.solve(model.vary("one", {"r": r[member:member + 1]}), times,
                         method=f"lanes:{method}", step=0.01)  # fmt: skip
        np.testing.assert_array_equal(crowd.y[:, member], alone.y[:, 0])
