"""Gradients that go back over steps and events, beside sensitivities carried forward."""

from dataclasses import replace

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.tape import Builder
from ratelaw.solvers.backend import with_sensitivities
from ratelaw.solvers.backends import SHELF
from ratelaw.solvers.fit import route as routes
from ratelaw.solvers.fit.comparison import Comparison
from ratelaw.solvers.fit.experiment import Experiment
from ratelaw.solvers.fit.losses import SHELF as LOSSES
from ratelaw.solvers.fit.objective import Objective
from ratelaw.solvers.fit.parameters import ParameterSpace
from ratelaw.solvers.problem import initial_value_problem
from ratelaw.solvers.tally import Tally

LANES = SHELF["lanes"]
DECAY = "dx/dt = -k*x; x(0) = 1; k = 0.5; d = 0.7; T = 1.3"
MODELS = {
    "state set where it turns": """
        dh/dt = v; dv/dt = -g; h(0) = 10; v(0) = 0; g = 9.81; e = 0.8
        when h < 0: v = -e*v
    """,
    "at a time that moves": f"{DECAY}\nat t = T: x = x + d*k",
    "again and again": f"{DECAY}\nevery T: x = x + d",
    "at the start": f"{DECAY}\nat t = 0: x = x + d",
    "at the end": f"{DECAY}\nat t = 4: x = x + d*x",
    "a rounding after an output": f"{DECAY}\nat t = 2*(1 + 4e-16): x = x + d*x",
    "inputs that jump": """
        dx/dt = -k*x + u*if(t > a, 1, 0)*if(t < b, 1, 0); x(0) = 1; k = 0.5; a = 1; b = 2.5; u = 3
    """,
    "inputs that jump by a quotient": """
        dx/dt = -k*x + u*(floor(t/T) - 2*floor(t/(2*T))); x(0) = 1; k = 0.5; u = 2; T = 0.8
    """,
    "inputs that jump when roundings blur": """
        dx/dt = -k*x + u*sign(sin(w*t + a)) + if(k*t + 30 > k*b + 30, 1, 0); x(0) = 1
        k = 0.5; u = 2; a = 0.3; b = 1.7; w = 2.3
    """,
    "two conditions": """
        dT/dt = -k*(T - c) + q*on; don/dt = 0; T(0) = 15; on(0) = 1; k = 0.3; c = 10; q = 6
        low = 18; high = 21
        when T > high: on = 0
        when T < low: on = 1
    """,
    "one event sets off another": """
        dx/dt = a; dy/dt = -y; x(0) = 0; y(0) = 1; a = 0.7; c = 1
        when x > c: y = y + 2*a
        when y > 2*c: x = x - 0.3*c
    """,
    "a jump and events at one time": """
        dx/dt = -k*x + u*if(t < c, 1, 0); x(0) = 1; k = 0.5; u = 2; c = 2; s = 1
        at t = 2*s: x = x/2
        when x < 0.6: x = x + k*1.3
    """,
    "a condition on an input that jumps": """
        dx/dt = -k*x + u*if(t > c, 1, 0); x(0) = 1; k = 0.5; u = 2; c = 2
        when u*if(t > c, 1, 0) > 1: x = x*2
    """,
}
TIMES = np.linspace(0, 4, 9)
READINGS = np.linspace(0, 1, 9)


def asked(model, **options):
    """Return a problem, and the tally of its squared gaps to readings, by all parameters."""
    plain = initial_value_problem(model, TIMES, **options)
    system = plain.system
    builder = Builder((system.time, *system.states, *system.parameters, "reading"))
    states, reading = builder.inputs[1 : 1 + system.n_states], builder.inputs[-1]
    terms = [(1.0 + i) * (x - reading) * (x - reading) for i, x in enumerate(states)]
    tape = builder.finish([sum(terms[1:], terms[0])])
    return plain, Tally(tape, np.arange(9), READINGS[None], system.parameters)


def carried_forward(plain, method):
    """Return the same gradient by forward sensitivities, (parameter, batch)."""
    n, by = plain.system.n_states, plain.system.parameters
    y = LANES.solve(with_sensitivities(plain, by), method).y
    slopes = y[n:].reshape(len(by), n, *y.shape[1:])
    gaps = (1.0 + np.arange(n))[:, None, None] * (y[:n] - READINGS)
    return 2.0 * (gaps * slopes).sum(axis=(1, 3))


def gone_back(plain, tally, method):
    return LANES.solve(replace(plain, tally=tally), method).sums[1:]


@pytest.mark.parametrize("name", MODELS)
def test_the_gradient_through_events_is_the_one_carried_forward(name):
    plain, tally = asked(rl.model(MODELS[name]), rtol=1e-9)
    expected = carried_forward(plain, "dop853")
    found = gone_back(plain, tally, "dop853")
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-7 * np.abs(expected).max())


@pytest.mark.parametrize("method", ["tsit5", "rodas5p"])
def test_every_kind_of_step_is_gone_back_over_through_events(method):
    plain, tally = asked(rl.model(MODELS["two conditions"]), rtol=1e-8)
    expected = carried_forward(plain, "dop853")
    assert gone_back(plain, tally, method) == pytest.approx(expected, rel=1e-4)


def test_each_of_many_has_the_gradient_it_has_alone():
    model = rl.model(MODELS["state set where it turns"])
    heights = [5.0, 10.0, 20.0]
    together = gone_back(*asked(model({"h(0)": heights})), "tsit5")
    for i, height in enumerate(heights):
        assert np.array_equal(
            together[:, i], gone_back(*asked(model({"h(0)": height})), "tsit5")[:, 0]
        )


def test_one_that_is_stopped_has_no_sum_and_spoils_no_other():
    model = rl.model("dx/dt = a; x(0) = 0; a = 1\nwhen x > 3: stop")
    plain, tally = asked(model(a=[0.5, 1.0]))
    sums = LANES.solve(replace(plain, tally=tally), "tsit5").sums
    assert np.isfinite(sums[:, 0]).all()
    assert np.isnan(sums[:, 1]).all()


def ring(n):
    rows = [
        f"dx{i}/dt = k{i}*(x{(i + 1) % n} - x{i}); x{i}(0) = {i % 3}; k{i} = 1" for i in range(n)
    ]
    return rl.model("\n".join([*rows, "at t = 1: x0 = 5"]))


@pytest.mark.parametrize(
    ("n", "told"),
    [
        (3, "forward sensitivities, for 3 x 3 derivatives (states x parameters) through events"),
        (27, "the adjoint of the steps taken and of events, for 27 x 27 derivatives"),
    ],
)
def test_the_way_is_chosen_by_count_and_said(n, told):
    problem = initial_value_problem(ring(n), TIMES)
    route = routes.Route.of(problem, tuple(f"k{i}" for i in range(n)), "auto", "cpu")
    assert route.derivatives.startswith(told)
    assert (route.back is not None) == (n * n >= routes.MANY_THROUGH_EVENTS)


def test_the_gradient_of_a_fit_goes_back_through_events(monkeypatch):
    monkeypatch.setattr(routes, "MANY_THROUGH_EVENTS", 1)
    model = rl.model(MODELS["again and again"])
    data = Experiment.of({"time": [0.5, 1.3, 2, 3], "x": [0.8, 1.2, 1.0, 1.1]}, model)
    space = ParameterSpace.of(model, {name: (0.1, 2) for name in ("k", "d", "T")})
    loss, points = LOSSES["normal"], np.array([[0.5, 0.6], [0.7, 0.9], [1.2, 0.9]])
    found, forward = (
        Objective(space, (Comparison(model, data, loss, space.names, method=way, rtol=1e-10),))
        for way in ("lanes:dop853", "reference:dop853")
    )
    assert "the adjoint" in found.derivatives
    for ours, theirs in zip(found.gradient(points), forward.gradient(points), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-6)
