"""Totals that go their own way: found, and what is left of the system solved."""

import pytest
from scipy.integrate import solve_ivp

import ratelaw as rl
from ratelaw.models.exact.reduction.following import following
from ratelaw.models.exact.solve import solve_exactly
from ratelaw.models.library import LIBRARY
from ratelaw.models.lower import lower
from ratelaw.models.structure.relaxing import relaxing
from ratelaw.models.tape import Builder
from ratelaw.models.tape.precise import Precise

CHEMOSTAT = (
    "dS/dt = D*(S_in - S) - m*S*X/Y; dX/dt = m*S*X - D*X; "
    "S(0) = 2; X(0) = 0.5; D = 0.3; S_in = 5; m = 0.4; Y = 0.5"
)


def totals(text):
    """Return the totals of a model that go their own way, in writing."""
    return [str(found.total) for found in relaxing(lower(rl.model(text)))]


@pytest.fixture(scope="module")
def chemostat():
    """Return the solution of a chemostat whose organisms take up what they meet."""
    return solve_exactly(CHEMOSTAT, budget=20)


def test_what_a_nutrient_turns_into_adds_up_to_what_flows_in():
    assert totals(CHEMOSTAT) == ["Y*S + X"]


def test_a_total_whose_parts_leave_at_rates_of_their_own_does_not_go_its_own_way():
    assert totals(CHEMOSTAT.replace("- D*X", "- 2*D*X")) == []


def test_of_a_linear_system_no_total_is_told():
    assert totals("dx/dt = -x + y; dy/dt = x - y; x(0) = 1; y(0) = 0") == []


@pytest.mark.parametrize("time", [0.5, 6.0, 30.0])
def test_a_chemostat_agrees_with_integration(chemostat, time):
    d, s_in, m, y = 0.3, 5.0, 0.4, 0.5

    def rates(_, state):
        s, x = state
        return [d * (s_in - s) - m * s * x / y, m * s * x - d * x]

    numeric = solve_ivp(rates, (0, time), [2.0, 0.5], method="DOP853", rtol=1e-12, atol=1e-13)
    assert list(chemostat(time).values()) == pytest.approx(list(numeric.y[:, -1]), rel=1e-9)


def test_each_step_to_the_chemostat_is_checked(chemostat):
    assert chemostat.derivation.checked
    assert "A total goes its own way" in str(chemostat.derivation)


def test_formulas_of_parameters_get_a_letter_that_is_explained(chemostat):
    assert any(e.text.startswith("c = ") for e in chemostat.equations)


def test_a_weight_that_vanishes_is_a_case_of_its_own():
    text = "dS/dt = D*(F - S) - m*S*X; dX/dt = y*m*S*X - D*X; S(0) = 2; X(0) = 1"
    exact = solve_exactly(f"{text}; D = 1; F = 3; m = 1; y = 2", budget=20)
    assert "valid where y is not zero" in exact.certificate.domain
    assert "The case y = 0 is an equation of its own" in str(exact.derivation)
    assert exact(1.0, y=0)["S"] == pytest.approx(1.9434636240465, rel=1e-13)  # by fine steps
    assert exact(0.0, y=1)["S"] == pytest.approx(2.0, rel=1e-14)


def test_an_epidemic_by_shares_of_a_population_is_solved_by_its_size() -> None:
    exact = rl.solve_exactly(rl.library.sir, budget=20)
    reference = LIBRARY.entry("sir").reference
    assert exact(reference.time) == pytest.approx(reference.values, rel=1e-12)
    assert exact.derivation[0].words.startswith("A total is conserved")


EPIDEMIC = {"beta": 1.7, "gamma": 0.45, "S(0)": 760.0, "I(0)": 3.0, "R(0)": 0.0}


@pytest.fixture(scope="module")
def epidemic():
    """Return the solution of an epidemic by shares."""
    return rl.solve_exactly(rl.library.sir, budget=20)


@pytest.mark.parametrize("time", [0.1, 5.0, 12.0])
def test_where_nobody_can_be_infected_nobody_is_left_to_be(epidemic, time):
    assert epidemic(time, {**EPIDEMIC, "S(0)": 0.0})["S"] == 0.0


@pytest.mark.parametrize(("beta", "time"), [(1.7, 8.0), (6.8, 8.0), (20.0, 6.0)])
def test_of_few_that_are_left_in_an_epidemic_all_digits_are_known(epidemic, beta, time):
    found = epidemic(time, {**EPIDEMIC, "beta": beta})
    (part,) = epidemic.parts
    point = {"t": time, **EPIDEMIC, "beta": beta}
    few = part.solved.formula.values(Precise(60), point)[list(part.states).index("S")]
    assert found["S"] == pytest.approx(float(few), rel=3e-14)


def test_the_step_to_what_follows_another_state_is_told_and_checked(epidemic):
    step = next(s for s in epidemic.derivation if "in proportion to itself" in s.words)
    assert step.text == "dS/dR = -beta/(gamma*c)*S"
    assert step.checked
    assert str(epidemic).startswith("S(t) = S_0*exp(beta*(R_0 - R)/(gamma*c))")


def test_a_state_that_follows_none_is_what_is_left_of_the_total():
    text = "dx/dt = -a*x*y^2/(x + y + z); dy/dt = a*x*y^2/(x + y + z) - b*y; dz/dt = b*y"
    system = lower(rl.model(f"{text}; x(0) = 1; y(0) = 2; z(0) = 0; a = 1; b = 1"))
    builder = Builder(("t", "y", "z", *system.parameters, "c"))
    _, y, z, *_, c = builder.inputs
    back = builder.finish([c - y - z, y, z])
    assert following(system, 0, back, ["y", "z"], [*system.parameters, "c"]) is None
