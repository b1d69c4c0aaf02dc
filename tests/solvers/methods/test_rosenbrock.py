"""Rosenbrock methods: their tableau, their step on the tape, and what stiffness does to them."""

from dataclasses import replace
from math import cos, sin

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.lower import lower
from ratelaw.models.sensitivity import augment
from ratelaw.solvers.integrator import compose
from ratelaw.solvers.methods import SHELF
from ratelaw.solvers.tableaux.rosenbrock import RosenbrockTableau

NAMES = [name for name in SHELF if isinstance(SHELF[name].tableau, RosenbrockTableau)]
MODEL = rl.model("""
    dx/dt = a*sin(t)*y - x
    dy/dt = -x*y + cos(t)
    x(0) = 1; y(0) = 0.5; a = 2
""")
SYSTEM = lower(MODEL)
PARAMETERS = [2.0, 1.0, 0.5]
T, H, Y = 0.3, 0.2, np.array([0.7, -0.4])


@pytest.fixture(params=NAMES)
def method(request):
    return SHELF[request.param]


def rate(t, y):
    return np.array([2 * sin(t) * y[1] - y[0], -y[0] * y[1] + cos(t)])


def textbook(method, t=T, h=H, y=Y):
    """Return the new state and error by the untransformed stages, with alpha and Gamma."""
    tableau = method.tableau
    alpha, gammas = (np.array(m, float) for m in (tableau.alpha, tableau.gammas))
    jacobian = np.array([[-1.0, 2 * sin(t)], [-y[1], -y[0]]])
    turning = np.array([2 * cos(t) * y[1], -sin(t)])
    k = np.zeros((tableau.n_stages, 2))
    for i in range(tableau.n_stages):
        at = y + alpha[i] @ k
        before = jacobian @ (gammas[i, :i] @ k[:i])
        right = h * (rate(t + h * alpha[i].sum(), at) + before + h * gammas[i].sum() * turning)
        k[i] = np.linalg.solve(np.eye(2) - h * gammas[i, i] * jacobian, right)
    weights = [np.array(tableau.untransformed(w), float) for w in (tableau.b, tableau.b_error)]
    return y + weights[0] @ k, weights[1] @ k


def attempt(system, method, h=H, y=Y, p=PARAMETERS):
    found = compose(system, method).attempt.tape(T, h, T + h, *y, *rate(T, y), *p)
    return np.array(found[:2]), np.array(found[2:4])


def test_a_step_is_that_of_the_textbook(method):
    new, error = attempt(SYSTEM, method)
    expected, expected_error = textbook(method)
    assert new == pytest.approx(expected, rel=1e-12)
    assert error == pytest.approx(expected_error, abs=1e-13)


def growth(method, z):
    system = lower(rl.model("dx/dt = -k*x; x(0) = 1; k = 1"))
    return compose(system, method).attempt.tape(0.0, 1.0, 1.0, 1.0, -z, z, 1.0)[0]


def test_every_decay_decays_and_a_fast_one_vanishes_in_one_step(method):
    assert all(abs(growth(method, z)) <= 1 for z in np.geomspace(1e-3, 1e8, 60))
    assert abs(growth(method, 1e8)) < 1e-6


def divisions(system, method):
    return sum(node.op == "div" for node in compose(system, method).attempt.tape.nodes)


def test_sensitivities_share_the_factors_of_the_states(method):
    by = SYSTEM.parameters
    assert divisions(augment(SYSTEM, by), method) == divisions(SYSTEM, method)


def test_a_step_whose_pivots_are_too_small_is_rejected_and_a_shorter_one_is_not():
    # At h = 1/gamma the first pivot of I/(h gamma) - J is 1 - 1 and a trace of rounding.
    system = lower(rl.model("dx/dt = x + y; dy/dt = x - 3*y; x(0) = 1; y(0) = 1"))
    method = SHELF["rodas5p"]
    h = (1 + 1e-14) / method.tableau.gamma
    integrator = compose(system, method)
    errors = [
        max(integrator.attempt.tape(0.0, step, step, 1.0, 1.0, 2.0, -2.0, 1.0, 1.0)[2:4])
        for step in (h, h / 5)
    ]
    assert errors[0] == 1e300
    assert errors[1] < 1e300


@pytest.mark.parametrize("backend", ["reference", "lanes"])
def test_a_stiff_model_takes_few_steps(backend, method):
    times = [0, 0.4, 40]
    robertson = rl.library.robertson
    sol = rl.solve(robertson, times, method=f"{backend}:{method.name}", rtol=1e-4)
    truth = rl.solve(robertson, times, method="scipy:Radau", rtol=1e-10)
    assert sol.y == pytest.approx(truth.y, rel=1e-4, abs=1e-10)
    assert sol.trajectories.n_steps[0] < 400


def test_sensitivities_of_a_stiff_model_are_those_of_scipy():
    times = [0, 0.4, 40]
    ours, theirs = (
        rl.solve(rl.library.robertson, times, method=m, rtol=1e-6, sensitivities=["k2"])
        for m in ("reference:rodas5p", "scipy:Radau")
    )
    assert ours.gradient("A", "k2").values == pytest.approx(
        theirs.gradient("A", "k2").values, rel=1e-4
    )


def test_a_stiff_model_follows_an_input_that_jumps(method):
    relay = rl.model("dx/dt = -k*(x - if(t < 0.5, 1, 2)); x(0) = 0; k = 1e5")
    sol = rl.solve(relay, [0.499, 0.501, 1], method=f"reference:{method.name}", rtol=1e-4)
    assert sol.y[0] == pytest.approx([1, 2, 2], rel=1e-4)


def test_a_dose_reaches_a_stiff_model_at_its_time(method):
    dosed = rl.model("""
        dx/dt = -k*x
        dy/dt = k*x - y
        x(0) = 0; y(0) = 0; k = 1e4
        at t = 0.5: x = x + 2
    """)
    sol = rl.solve(dosed, [0.5, 1], method=f"reference:{method.name}", rtol=1e-4)
    assert sol.y[:, 0].tolist() == [2, 0]
    assert sol.y[1, 1] == pytest.approx(2 * np.exp(-0.5), rel=1e-3)


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        ({"c": (0, 0.5)}, "c has 2 entries"),
        ({"c": (0, 0.25, 1)}, "c_1 is 0.25, expected 0.5"),
        ({"d": (1, 0, -1)}, "d_0 is 1, expected 0.29"),
        ({"g": ((), (), ())}, "row lengths of g"),
        ({"dense": ((1,),)}, "row 0 of dense has 1 entries"),
    ],
)
def test_a_mistyped_tableau_says_what_is_wrong(mistake, told):
    with pytest.raises(ValueError, match=told):
        replace(SHELF["rosenbrock23"].tableau, **mistake)


@pytest.mark.parametrize(
    ("pulse", "middle"),
    [("exp(-((t - 7.3)/0.1)^2)", 7.3), ("1e3/(1 + exp((t - 50)/1e-6))", 50.0),
     ("1e3/cosh((t - 50)/1e-2)^2", 50.0)],
)  # fmt: skip
def test_a_narrow_pulse_does_not_stop_it(pulse, middle):
    model = rl.model(f"dx/dt = {pulse} - x^3; x(0) = 0")
    times = [0.5 * middle, 2 * middle]
    stiff, other = (rl.solve(model, times, method=m) for m in ("rodas5p", "scipy:DOP853"))
    assert stiff.y == pytest.approx(other.y, rel=1e-3, abs=1e-6)
