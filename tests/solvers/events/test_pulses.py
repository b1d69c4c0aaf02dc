"""Pulses written as formulas of time, however narrow: no step passes over them without a sign."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.lower import lower
from ratelaw.models.structure.narrow import narrow
from ratelaw.solvers.backends.scipy import METHODS as SCIPY
from ratelaw.solvers.methods import SHELF

WAY = 20.0
FORMS = {  # of area 1, width w, at a
    "gaussian": "exp(-((t - a)/w)^2)/(w*sqrt(pi))",
    "gaussian of a clock": "exp(-((c - a)/w)^2)/(w*sqrt(pi))",
    "gaussian times a state": "(1 + x)*exp(-((t - a)/w)^2)/(w*sqrt(pi))",
    "triangle": "max(0, 1 - abs(t - a)/w)/w",
    "two fronts": "(tanh((t - a)/w + 1) - tanh((t - a)/w - 1))/(4*w)",
}
METHODS = [name for name in SHELF if SHELF[name].order > 2]


def driven(form: str) -> rl.Model:
    return rl.model(f"dx/dt = {FORMS[form]}; x(0) = 0; c' = 1; c(0) = 0; a = 3; w = 1e-3")


def at_all_places(form: str, method: str, width: float) -> np.ndarray:
    """Return what has come of pulses at places near and far from where steps would end."""
    places = np.concatenate([np.linspace(1, 19, 37), np.random.default_rng(0).uniform(1, 19, 20)])
    return rl.solve(driven(form)(a=places, w=width), WAY, method=method).y[0, :, -1]


@pytest.mark.parametrize("width", [0.1, 1e-2, 1e-4, 1e-7])
@pytest.mark.parametrize("backend", ["lanes", "reference"])
def test_no_pulse_is_stepped_over_however_narrow(backend, width):
    found = at_all_places("gaussian", f"{backend}:tsit5", width)
    assert found == pytest.approx(1, rel=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_no_method_steps_over_a_pulse(method):
    assert at_all_places("gaussian", f"lanes:{method}", 1e-4) == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("name", SCIPY)
def test_scipy_steps_over_no_pulse_either(name):
    pulses = driven("gaussian")(a=[1.0, 3.3, 7.77, 18.1], w=1e-4)
    found = rl.solve(pulses, WAY, method=f"scipy:{name}").y[0, :, -1]
    assert found == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("form", ["gaussian of a clock", "triangle", "two fronts"])
def test_a_pulse_of_any_form_is_met(form):
    assert at_all_places(form, "lanes:dop853", 1e-5) == pytest.approx(1, rel=1e-4)


def test_a_pulse_that_multiplies_a_state_is_met():
    found = at_all_places("gaussian times a state", "lanes:tsit5", 1e-5)
    assert found == pytest.approx(np.e - 1, rel=1e-4)


@pytest.mark.parametrize("method", ["lanes:tsit5", "lanes:radau9"])
def test_steps_in_loops_meet_it_too(method):
    """With more than eight states a step is loops over them."""
    chain = "; ".join(f"z{i}' = z{i - 1} - z{i}; z{i}(0) = 0" for i in range(1, 12))
    text = f"z0' = exp(-((t - a)/1e-4)^2)/1e-4/sqrt(pi); z0(0) = 0; {chain}; a = 3"
    found = rl.solve(rl.model(text)(a=[2.0, 3.123, 7.7]), 10, method=method)
    assert found.y[0, :, -1] == pytest.approx(1, rel=1e-4)


def test_a_pulse_too_small_to_matter_costs_nothing():
    quiet, none = (
        rl.solve(f"dx/dt = -x + 1e-9*{u}; x(0) = 1", WAY, method="lanes:tsit5").nfev
        for u in ("exp(-((t - 3)/1e-6)^2)", "sin(t)")
    )
    assert quiet <= 1.1 * none


@pytest.mark.parametrize(
    "rate", ["sin(t)", "exp(-0.3*t)", "x*cos(t)^2", "1 - t^3", "exp(-t)*sin(9*t)", "k/(1 + x^2)"]
)
def test_rates_that_hide_nothing_are_not_looked_into(rate):
    assert not narrow(lower(rl.model(f"dx/dt = {rate} + 0*k; x(0) = 1; k = 2")))


@pytest.mark.parametrize("backend", ["lanes", "reference"])
@pytest.mark.parametrize("width", [1e-3, 1e-6])
def test_no_window_of_time_is_stepped_over(width, backend):
    """What holds only where a wave is near its top holds for 2*arccos(1 - w)/50 each time."""
    text = f"dx/dt = if(sin(50*t) > 1 - {width}, 1, 0); x(0) = 0"
    found = rl.solve(text, np.pi, method=f"{backend}:tsit5", rtol=1e-9).y[0, -1]
    assert found == pytest.approx(np.arccos(1 - width), rel=1e-5)


@pytest.mark.parametrize("width", [1e-2, 1e-9])
def test_an_event_that_a_moment_makes_happen_does(width):
    text = f"n' = 0; n(0) = 0; when exp(-((t - a)/{width})^2) > 0.5: n = n + 1; a = 3"
    found = rl.solve(rl.model(text)(a=[1.0, 3.3, 7.77]), 10, method="reference:tsit5").events
    assert found["time"].tolist() == pytest.approx([1.0, 3.3, 7.77], abs=width)


@pytest.mark.parametrize("method", ["lanes:dop853", "reference:tsit5"])
@pytest.mark.parametrize(
    ("window", "width"), [("abs(x - 0.3) < {w}", 1e-6), ("x > 0.3 - {w} and x < 0.3 + {w}", 1e-3)]
)
def test_no_window_of_a_state_is_stepped_over(window, method, width):
    rule = f"when {window.format(w=width)}: n = n + 1"
    text = f"x'' = -x; x(0) = 0; x'(0) = 1; n' = 0; n(0) = 0; {rule}"
    found = rl.solve(text, 30, method=method, rtol=1e-8).events["time"]
    first = np.arcsin(0.3)
    turns = 2 * np.pi * np.arange(5)
    times = sorted([*(turns + first), *(turns + np.pi - first)])
    assert found.tolist() == pytest.approx(times, abs=2 * width + 1e-6)


@pytest.mark.parametrize("backend", ["lanes", "reference"])
def test_a_moment_that_was_asked_about_is_found(backend):
    swing = rl.solve("x'' = -x; x(0) = 0; x'(0) = 1", 10, method=f"{backend}:dop853")
    found = float(swing.when("exp(-((x + 0.5)/1e-4)^2) > 0.5"))
    assert found == pytest.approx(7 * np.pi / 6, abs=1e-3)
