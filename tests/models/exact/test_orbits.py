"""Two equations whose orbit is known: time by a quadrature that is inverted on the tape."""

import math

import pytest
from scipy.integrate import solve_ivp

from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import solve_exactly
from ratelaw.models.tape import Builder
from ratelaw.models.tape.composed.passage import passage

EPIDEMIC = (
    "dS/dt = -b*S*I; dI/dt = b*S*I - g*I; dR/dt = g*I; "
    "S(0) = 0.98; I(0) = 0.02; R(0) = 0; b = 0.7; g = 0.3"
)


@pytest.fixture(scope="module")
def epidemic():
    """Return the solution of the classical epidemic."""
    return solve_exactly(EPIDEMIC, budget=60)


@pytest.fixture(scope="module")
def logistic():
    """Return where dy/dt = y*(1 - y) has come to from y0 at t, and whether that is resolved."""
    builder = Builder(["y0", "t"])
    start, time = builder.inputs
    came = passage(lambda y: y * (1.0 - y), lambda y: 1.0 - 2.0 * y, start, time)
    return builder.finish(came)


@pytest.mark.parametrize("time", [-3.0, 0.01, 1.0, 10.0, 40.0])
@pytest.mark.parametrize("start", [1e-6, 0.3, 0.999])
def test_a_motion_is_followed_from_one_rest_to_another(logistic, start, time):
    place, resolved = logistic(start, time)
    gone = math.exp(-abs(time))
    exact = start / (start + (1 - start) * gone) if time > 0 else (
        start * gone / (start * gone + 1 - start))  # fmt: skip
    assert resolved
    assert place == pytest.approx(exact, rel=1e-11)


def test_a_motion_that_has_come_to_rest_stays_there(logistic):
    assert logistic(0.3, 1e3) == (pytest.approx(1.0, rel=1e-14), 1.0)


def test_a_motion_that_becomes_infinite_is_not_said_to_be_resolved():
    builder = Builder(["t"])
    came = passage(lambda y: y * y, lambda y: 2.0 * y, builder.constant(1.0), builder.input("t"))
    tape = builder.finish(came)
    assert tape(0.9) == (pytest.approx(10.0, rel=1e-11), 1.0)
    assert not tape(1.1)[1]


@pytest.mark.parametrize("time", [1.0, 15.0, 60.0, 300.0])
def test_an_epidemic_agrees_with_integration(epidemic, time):
    def rates(_, y):
        return [-0.7 * y[0] * y[1], 0.7 * y[0] * y[1] - 0.3 * y[1], 0.3 * y[1]]

    numeric = solve_ivp(
        rates, (0, time), [0.98, 0.02, 0.0], method="DOP853", rtol=1e-13, atol=1e-15
    )
    found = epidemic(time)
    assert list(found.values()) == pytest.approx(list(numeric.y[:, -1]), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(("b", "g"), [(0.5, 0.1), (1.0, 0.1), (0.3, 0.1), (0.4, 0.2), (0.2, 0.5)])
def test_an_epidemic_is_followed_to_its_end_without_gaps(epidemic, b, g):
    values = {"b": b, "g": g, "S(0)": 0.99, "I(0)": 0.01}
    left = [epidemic(float(t), values)["S"] for t in range(0, 305, 5)]
    assert left == sorted(left, reverse=True)
    assert epidemic(1e3, values)["I"] == pytest.approx(0.0, abs=1e-11)


def test_each_step_to_the_epidemic_is_checked(epidemic):
    assert epidemic.derivation.checked
    assert "Time does not occur: divide the rates" in str(epidemic.derivation)


def test_time_is_written_as_an_integral(epidemic):
    assert "t = integral(1/(-b*S(q)*I(q)), q = 0..u)" in str(epidemic)


def test_who_recovered_is_what_is_left_of_the_total(epidemic):
    assert sum(epidemic(20.0).values()) == pytest.approx(1.0, rel=1e-14)


def test_without_infected_nothing_happens(epidemic):
    values = epidemic(5.0, {"I(0)": 0.0})
    assert values["S"] == 0.98
    assert values["I"] == 0.0


def test_orbits_on_which_both_states_turn_are_left_to_integration():
    with pytest.raises(NoClosedFormError):
        solve_exactly("dx/dt = x*(2 - y); dy/dt = y*(x^2 - 1); x(0) = 2; y(0) = 1", budget=5)


def test_the_variable_of_the_integral_is_none_of_its_bounds(epidemic):
    (step,) = (s for s in epidemic.derivation if "integral(" in s.text)
    assert r"\int_0^{u} \frac{\mathrm{d}q}" in step.latex
    assert "S(q)" in step.latex


def test_where_the_way_has_a_quadratic_rate_no_integral_is_left() -> None:
    exact = solve_exactly("dx/dt = -a*x*y; dy/dt = -b*x", budget=20)  # an ambush
    assert "integral" not in str(exact)
    values = {"a": 0.4, "b": 0.7, "x(0)": 2.0, "y(0)": 1.5}
    steps = solve_ivp(
        lambda t, y: [-0.4 * y[0] * y[1], -0.7 * y[0]], (0, 3), [2.0, 1.5], method="DOP853",
        rtol=1e-12, atol=1e-12,
    )  # fmt: skip
    assert [*exact(3.0, values).values()] == pytest.approx(steps.y[:, -1].tolist(), rel=1e-9)
