"""Quadratic rates next to a state of rest, and angles, which turn: digits kept all the way."""

import mpmath
import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.exact.form import ClosedForm
from ratelaw.models.tape import Tape
from ratelaw.models.tape.differentiate import derivative
from ratelaw.models.tape.precise import Precise

INFECTED = [0.0, 1e-9, 1e-3, 10.0, 500.0]
RATES = [(0.5, 0.3), (0.3, 0.5), (0.4, 0.4000001), (0.5, 0.0), (0.0, 0.5), (2.0, 0.1)]


@pytest.fixture(scope="module")
def infection() -> ClosedForm:
    return rl.solve_exactly(rl.library["sis"], budget=20)


@pytest.mark.parametrize("infected", INFECTED)
@pytest.mark.parametrize(("beta", "gamma"), RATES)
def test_an_infection_keeps_its_digits_from_a_few_on_and_to_the_last(
    infection: ClosedForm, infected: float, beta: float, gamma: float
) -> None:
    formula = infection.formula
    assert isinstance(formula, Tape)
    for time in (0.3, 9.0, 52.0):
        known = {"t": time, "beta": beta, "gamma": gamma, "S(0)": 990.0, "I(0)": infected}
        wanted = Precise(60)(formula, known)
        found = infection.tape(*(known[n] for n in infection.tape.inputs))
        for one, other in zip(found, wanted, strict=True):
            assert mpmath.isfinite(other)
            assert one == pytest.approx(float(other), rel=1e-12)


ADLER = "dx/dt = w - K*sin(x); x(0) = 0.5; w = 2; K = 1"
TURNS = [
    {}, {"w": -3.0}, {"K": 0.0}, {"w": 1.0, "K": 2.0}, {"w": 0.0}, {"w": 0.0, "x(0)": 0.0},
    {"w": 1.0, "K": 0.999}, {"x(0)": 9.0}, {"w": 1.0, "K": 1.0},
]  # fmt: skip


@pytest.fixture(scope="module")
def adler() -> ClosedForm:
    return rl.solve_exactly(ADLER, budget=20)


@pytest.mark.parametrize("values", TURNS)
def test_an_angle_is_followed_through_all_its_turns(
    adler: ClosedForm, values: dict[str, float]
) -> None:
    model = rl.model(ADLER)(values)
    times = [0.0, 0.7, 3.0, 20.0, 90.0]
    stepped = rl.solve(model, times, sensitivities=["w"], method="taylor16", rtol=1e-13)
    known = [model.values[n] for n in adler.tape.inputs[1:]]
    found = [adler.tape(t, *known)[0] for t in times]
    slopes = [derivative(adler.tape, "w")(t, *known)[0] for t in times]
    assert found == pytest.approx(stepped["x"].values, rel=1e-9, abs=1e-12)
    assert slopes == pytest.approx(stepped.gradient("x", "w").values, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("time", [0.3, 5.0, 40.0, -5.0])
def test_turns_are_counted_in_the_formula_too(adler: ClosedForm, time: float) -> None:
    known = {"t": time, "w": 2.0, "K": 1.0, "x(0)": 0.5}
    wanted = Precise(60)(adler.formula, known)[0]
    assert adler.tape(*(known[n] for n in adler.tape.inputs))[0] == pytest.approx(float(wanted))


PENDULUM = "x'' = -k*sin(x); x(0) = 0; x'(0) = 2; k = 1"
SWINGS = [
    {}, {"x(0)": 1.0}, {"x'(0)": 1.0}, {"k": -1.0}, {"k": -1.0, "x'(0)": 0.2}, {"k": 0.0},
]  # fmt: skip


@pytest.fixture(scope="module")
def pendulum() -> ClosedForm:
    return rl.solve_exactly(PENDULUM, budget=30)


@pytest.mark.parametrize("values", SWINGS)
@pytest.mark.parametrize("by", ["k", "x'(0)"])
def test_a_pendulum_may_just_reach_the_top_hang_the_other_way_up_or_not_be_pulled(
    pendulum: ClosedForm, values: dict[str, float], by: str
) -> None:
    model = rl.model(PENDULUM)(values)
    times = [0.0, 1.0, 5.0]
    stepped = rl.solve(model, times, sensitivities=[by], method="taylor16", rtol=1e-13)
    known = [model.values[n] for n in pendulum.tape.inputs[1:]]
    slope = derivative(pendulum.tape, by)
    found = np.transpose([pendulum.tape(t, *known) for t in times])
    steep = np.transpose([slope(t, *known) for t in times])
    for i, state in enumerate(pendulum.states):
        assert found[i] == pytest.approx(stepped[state].values, rel=1e-9)
        assert steep[i] == pytest.approx(stepped.gradient(state, by).values, rel=1e-8, abs=1e-11)


def test_a_pendulum_written_the_other_way_up_is_solved_from_above() -> None:
    exact = rl.solve_exactly("x'' = k*sin(x); x(0) = 0.1; x'(0) = 0; k = 1")
    assert "counted from above" in str(exact.derivation)
    assert exact(5.0)["x"] == pytest.approx(4.2999448262107, rel=1e-12)
