"""Fully implicit methods: their spectrum, their step on the tape, and what stiffness does to it."""

from math import cos, sin

import numpy as np
import pytest
from scipy.optimize import fsolve

import ratelaw as rl
from ratelaw.models.lower import lower
from ratelaw.models.sensitivity import augment
from ratelaw.solvers.integrator import compose
from ratelaw.solvers.methods import SHELF
from ratelaw.solvers.tableaux.collocation import implicit_part, spectrum

NAMES = [
    name
    for name in SHELF
    if not SHELF[name].tableau.is_explicit and hasattr(SHELF[name].tableau, "is_stiffly_accurate")
]
SYSTEM = lower(
    rl.model("""
        dx/dt = a*sin(t)*y - x
        dy/dt = -x*y + cos(t)
        x(0) = 1; y(0) = 0.5; a = 2
    """)
)
PARAMETERS = [2.0, 1.0, 0.5]
T, H, Y = 0.3, 0.1, np.array([0.7, -0.4])


@pytest.fixture(params=NAMES)
def method(request):
    return SHELF[request.param]


def rate(t, y):
    return np.array([2 * sin(t) * y[1] - y[0], -y[0] * y[1] + cos(t)])


def stages(method):
    """Return the slopes of all stages, found by a general solver of equations."""
    a, c = (np.array(x, float) for x in (method.tableau.a, method.tableau.c))

    def misses(flat):
        k = flat.reshape(-1, 2)
        return (k - [rate(T + x * H, Y + H * row @ k) for x, row in zip(c, a, strict=True)]).ravel()

    return fsolve(misses, np.tile(rate(T, Y), len(c)), xtol=1e-12).reshape(-1, 2)


def attempt(system, method, h=H, y=Y, p=PARAMETERS):
    found = compose(system, method).attempt.tape(T, h, T + h, *y, *rate(T, y), *p)
    return np.array(found[:2]), np.array(found[2:4])


def test_the_spectrum_brings_the_inverse_to_blocks(method):
    found = spectrum(method.tableau)
    inverse = np.linalg.inv(implicit_part(method.tableau))
    assert found.back @ inverse @ found.basis == pytest.approx(found.blocks, abs=1e-12)


def test_a_step_is_that_of_the_textbook(method):
    k = stages(method)
    new, error = attempt(SYSTEM, method)
    assert new == pytest.approx(Y + H * np.array(method.tableau.b, float) @ k, rel=1e-10)
    gamma = 1 / spectrum(method.tableau).real
    jacobian = np.array([[-1.0, 2 * sin(T)], [-Y[1], -Y[0]]])
    plain = H * np.array(method.tableau.b_error, float) @ k
    filtered = np.linalg.solve(np.eye(2) - H * gamma * jacobian, plain)
    assert error == pytest.approx(np.abs(filtered), rel=1e-3, abs=1e-11)


def growth(method, z):
    system = lower(rl.model("dx/dt = -k*x; x(0) = 1; k = 1"))
    return compose(system, method).attempt.tape(0.0, 1.0, 1.0, 1.0, -z, z, 1.0)[0]


def test_every_decay_decays_and_a_fast_one_vanishes_in_one_step(method):
    assert all(abs(growth(method, z)) <= 1 for z in np.geomspace(1e-3, 1e8, 60))
    assert abs(growth(method, 1e8)) < 1e-6


def divisions(system, method):
    return sum(node.op == "div" for node in compose(system, method).attempt.tape.nodes)


def test_sensitivities_share_the_factors_of_the_states(method):
    grown = augment(SYSTEM, SYSTEM.parameters)
    left = divisions(grown, method) - divisions(SYSTEM, method)
    assert left == grown.n_states - SYSTEM.n_states  # one per error that Newton's iterations leave


def test_where_rates_are_affine_two_iterations_find_the_stages_to_rounding(method):
    system = lower(rl.model("dx/dt = -50*x + y + 3*t; dy/dt = x - 2*y + 1; x(0) = 1; y(0) = 0"))
    a, b, h = np.array([[-50.0, 1.0], [1.0, -2.0]]), np.array([0.0, 1.0]), 0.5
    integrator, n = compose(system, method), system.n_states
    assert integrator.n_stages == method.tableau.n_stages
    f = a @ Y + [3 * T, 0.0] + b
    found = integrator.attempt.tape(T, h, np.inf, *Y, *f, *[0.0] * system.n_parameters)[:n]
    inner, c = implicit_part(method.tableau), [float(x) for x in method.tableau.c[1:]]
    eye = np.eye(len(c))
    right = [a @ Y + [3 * (T + x * h), 0.0] + b for x in c]
    matrix = np.kron(eye, np.eye(n)) - h * np.kron(inner, a)
    stages = np.linalg.solve(matrix, h * np.kron(inner, np.eye(n)) @ np.concatenate(right))
    assert found == pytest.approx(Y + stages[-n:], rel=1e-12)


def test_iterations_that_do_not_converge_reject_the_step(method):
    system = lower(rl.model("dx/dt = -k*x^3; x(0) = 1; k = 1"))
    found = [
        compose(system, method).attempt.tape(0.0, h, h, 3.0, -27.0, 1.0, 3.0)[1]
        for h in (10.0, 1e-3)
    ]
    assert found[0] > 0.1
    assert found[1] < 1e-6


@pytest.mark.parametrize("backend", ["reference", "lanes"])
def test_a_stiff_model_takes_few_steps(backend, method):
    times = [0, 0.4, 40]
    robertson = rl.library.robertson
    sol = rl.solve(robertson, times, method=f"{backend}:{method.name}", rtol=1e-4)
    truth = rl.solve(robertson, times, method="scipy:Radau", rtol=1e-10)
    assert sol.y == pytest.approx(truth.y, rel=1e-4, abs=1e-10)
    assert sol.trajectories.n_steps[0] < 100


@pytest.mark.parametrize("backend", ["reference", "lanes"])
def test_a_matrix_without_usable_pivots_costs_no_extra_steps(backend, method):
    # Turning at 1e9 per unit of time, each pivot is 1e-8 of what stands beside it: the iterations
    # themselves make up for what elimination in an order fixed beforehand then loses.
    model = rl.model("""
        dx/dt = w*(y - sin(t)); dy/dt = -w*x - (y - sin(t)) + cos(t)
        x(0) = 0; y(0) = 0; w = 1e9
    """)
    sol = rl.solve(model, 10, method=f"{backend}:{method.name}", rtol=1e-6)
    assert sol.y[:, -1] == pytest.approx([0, sin(10)], abs=1e-9)
    assert sol.trajectories.n_steps[0] < 150
