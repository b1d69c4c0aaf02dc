"""Closed forms where states bring about the events: integrate and fire, thermostat, refilling."""

import math
from random import Random

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact import search
from ratelaw.models.exact.budget.clock import Clock
from ratelaw.models.exact.events.recurring import Recurring, drawn
from ratelaw.models.lower import lower
from ratelaw.models.tape.differentiate import derivative

FIRING = """
dV/dt = (V_rest - V + R*I)/tau
V(0) = -68; V_rest = -65; V_th = -50; R = 10; I = 2; tau = 10
when V > V_th: V = V_rest
"""
HEATER = """
dT/dt = -k*(T - T_out) + P*on
don/dt = 0
T(0) = 20; on(0) = 1; k = 0.2; T_out = 5; P = 6; low = 19; high = 21
when T > high: on = 0
when T < low: on = 1
"""
CASES = {
    "integrate and fire": FIRING,
    "quadratic integrate and fire": "dv/dt = (v^2 + I)/tau; v(0) = -1; I = 2; tau = 3; p = 4\n"
    "r = -2\nwhen v > p: v = r",
    "thresholds that are numbers": "dv/dt = (E - v)/tau; v(0) = -70; E = -45; tau = 10\n"
    "when v > -50: v = -65",
    "thermostat": HEATER,
    "thermostat, in kelvin": "dT/dt = -k*(T - A) + P*on; don/dt = 0; T(0) = 293; on(0) = 1\n"
    "k = 0.2; A = 280; P = 6\nwhen T > 294: on = 0; when T < 292: on = 1",
    "thermostat, off at first": HEATER.replace("on(0) = 1", "on(0) = 0"),
    "relay": "dx/dt = -x + u\ndu/dt = 0\nx(0) = 0.1; u(0) = 1; a = 0.5\n"
    "when x > a: u = -1\nwhen x < -a: u = 1",
    "sawtooth": "dx/dt = r; x(0) = 0.3; r = 0.7; c = 2\nwhen x > c: x = 0",
    "refilled": "dc/dt = -k*c; c(0) = 5; k = 0.3; low = 2; D = 4\nwhen c < low: c = c + D",
    "harvested": "dN/dt = r*N*(1 - N/K); N(0) = 1; r = 0.5; K = 10; H = 8\nwhen N > H: N = N/2",
    "switched off once": HEATER.partition("when T < low")[0],
    "later": "dx/dt = 1 - x; x(2) = 0; a = 0.5\nwhen x > a: x = -a",
    "a state that no event sets": "dx/dt = r*q\ndq/dt = 0\nx(0) = 0.3; q(0) = 2; r = 0.35; c = 2\n"
    "when x > c: x = 0",
    "with a note": "dx/dt = r; x(0) = 0.3; r = 0.7; c = 2\nwhen x > c: x = 0\nwhen x > 1: note",
}
OTHERS = {
    "another threshold": FIRING.replace("V > V_th", "V > V_th - 0.01"),
    "another reset": FIRING.replace(": V = V_rest", ": V = V_rest + 1e-9"),
    "the other way": FIRING.replace("V > V_th", "V < V_th"),
    "one more": FIRING + "when V > V_th - 1: V = V_rest",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_the_formula_goes_where_steps_lead(text: str) -> None:
    exact = rl.solve_exactly(text, budget=10)
    assert not exact.remaining
    assert exact.certificate.valid
    assert exact.derivation.checked
    times = np.linspace(2.1, 30.7, 40)
    wanted = rl.solve(rl.model(text), times, method="reference:dop853", rtol=1e-11, atol=1e-12)
    for state in exact.states:
        np.testing.assert_allclose(exact(times)[state], wanted[state], rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "dv/dt = (E - v)/tau; v(0) = v0\nwhen v > -50: v = -65",
        "dT/dt = -k*(T - A) + P*on; don/dt = 0; T(0) = T0\n"
        "when T > 294: on = 0; when T < 292: on = 1",
    ],
)
def test_symbols_without_values_are_tried_between_the_thresholds(text: str) -> None:
    exact = rl.solve_exactly(text, budget=10)
    assert exact.certificate.valid
    assert exact.derivation.checked


def test_a_heater_goes_where_steps_lead_whatever_its_numbers() -> None:
    exact, chance, followed = rl.solve_exactly(HEATER, budget=10), Random(3), 0
    for _ in range(25):
        values = {"k": 10 ** chance.uniform(-2, 0), "T_out": chance.uniform(-5, 18)}
        values |= {"P": chance.uniform(1, 9), "on(0)": chance.choice([0, 1])}
        values |= {"T(0)": chance.uniform(15, 25)}
        times = np.linspace(0.1, 20, 21)
        found = exact(times, values)
        wanted = rl.solve(
            exact.model(values), times, method="reference:dop853", rtol=1e-11, atol=1e-12
        )
        known = np.isfinite(found["T"])
        for state in ("T", "on"):
            np.testing.assert_allclose(
                found[state][known], wanted[state][known], rtol=1e-8, atol=1e-8
            )
        followed += known.sum()
    assert followed > 150


def test_the_period_is_that_of_a_textbook() -> None:
    exact = rl.solve_exactly(FIRING, budget=20)
    period = 10 * math.log(20 / (20 - 15))
    first = 10 * math.log(23 / 5)
    spikes = first + period * np.arange(4)
    beside = exact(np.concatenate([spikes - 1e-9, spikes + 1e-9]))["V"]
    np.testing.assert_allclose(beside, [-50] * 4 + [-65] * 4, atol=1e-7)
    assert "t_1 = log((V_rest + R*I - V_0)/(V_rest + R*I - V_th))*tau" in str(exact)


def test_what_never_fires_comes_to_rest() -> None:
    exact = rl.solve_exactly(FIRING, budget=20)
    assert exact(1000.0, I=1.49)["V"] == pytest.approx(-65 + 14.9, rel=1e-12)
    assert math.isnan(exact(1000.0, {"V(0)": -40.0})["V"])  # it begins beyond the threshold


def test_derivatives_go_with_the_events() -> None:
    exact = rl.solve_exactly(FIRING, budget=20)
    up, down = (exact(60.0, I=2 + d)["V"] for d in (1e-6, -1e-6))
    slope = derivative(exact.tape, "I")
    values = {**exact.model.values, "t": 60.0}
    (found,) = slope(*(values[n] for n in slope.inputs))
    assert found == pytest.approx((up - down) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_the_solution_of_other_events_is_not_certified(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, certified = list[Recurring](), search.certified

    def keeping(system, found, at, **settings):
        kept.append(found)
        return certified(system, found, at, **settings)

    monkeypatch.setattr(search, "certified", keeping)
    rl.solve_exactly(FIRING, budget=20)
    model = rl.model(text)
    own, other = (
        certified(
            system, kept[0], drawn(system, kept[0], dict(model.values), 0), seed=0, clock=Clock(9)
        )
        for system in map(lower, (rl.model(FIRING), model))
    )
    assert own.valid
    assert not other.valid


@pytest.mark.parametrize(
    "text",
    [
        "dx/dt = r; dn/dt = 0; x(0) = 0; n(0) = 0; r = 1\nwhen x > 1: x = 0, n = n + 1",
        "dx/dt = t; x(0) = 0\nwhen x > 1: x = 0",
        "dx/dt = y; dy/dt = -x; x(0) = 0; y(0) = 2\nwhen x > 1: x = 0",
        "dx/dt = 1; x(0) = 0\nwhen x > 1: x = 0\nwhen x > 2: x = 0.5",
    ],
)
def test_what_is_not_known_after_each_event_is_told_to_have_none(text: str) -> None:
    with pytest.raises(NoClosedFormError, match="depends on the states"):
        rl.solve_exactly(text, budget=20)
