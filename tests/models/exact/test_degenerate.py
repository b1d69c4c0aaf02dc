"""Degenerate values of parameters: closed forms and their derivatives where a formula is 0/0."""

import math
from functools import cache

import pytest

import ratelaw as rl
from ratelaw.models.errors import RefusalError
from ratelaw.models.exact.cases import Case
from ratelaw.models.exact.form import ClosedForm
from ratelaw.models.exact.whole import keep_whole, recall
from ratelaw.models.tape import Builder
from ratelaw.models.tape.differentiate import derivative
from ratelaw.models.tape.pullback import pull_back

TIME = 1.3
DRAG = "x'' = g - k*x'^2; x(0) = 0.1; x'(0) = 0.3; g = 0"
TUMOUR = "dN/dt = a*N*log(K/N) - c*N; N(0) = 0.4; K = 1.2; c = 0.3"
RATE = "dy/dt = b - a*t*y; y(0) = 0.4; b = 0.7"
QUARTIC = "x'' = -b*x^3; x(0) = 0.4; x'(0) = 0.7"
ROCKET = "h'' = u*q/(m - q*t) - g; h(0) = 0; h'(0) = 0.2; u = 2; m = 3; g = 0.4"
EPIDEMIC = "dE/dt = b*I - s*E; dI/dt = s*E - g*I; E(0) = 1; I(0) = 0.5; s = 0.8; b = 0.6"
TORRICELLI = "dh/dt = q - k*sqrt(h); h(0) = 0.5; q = 0.3"
ELIMINATION = "dC/dt = u - V*C/(K + C); C(0) = 1.5; K = 0.8; u = 0.6"
CASES = [
    (TUMOUR, "a", 0.0), (RATE, "a", 0.0), (QUARTIC, "b", 0.0), (ROCKET, "q", 0.0),
    (TORRICELLI, "k", 0.0),
]  # fmt: skip


@cache
def solved(text: str) -> ClosedForm:
    return rl.solve_exactly(text, budget=20)


def point(text: str, name: str, value: float) -> list[float]:
    """Return time and parameters, in the order of the tape."""
    exact = solved(text)
    assert exact.model is not None
    known = {**exact.model.values, name: value, exact.system.time: TIME}
    return [known[n] for n in exact.tape.inputs]


def stepped(text: str, name: str, value: float) -> tuple[list[float], list[float]]:
    """Return the states and their derivatives by a parameter, integrated numerically."""
    model = rl.model(text)({name: value})
    found = rl.solve(model, [0, TIME], sensitivities=[name], method="taylor16", rtol=1e-13)
    states = solved(text).states
    return (
        [float(found[s].values[-1]) for s in states],
        [float(found.gradient(s, name).values[-1]) for s in states],
    )


def slopes_of(text: str, name: str, value: float) -> tuple[float, ...]:
    return derivative(solved(text).tape, name)(*point(text, name, value))


@pytest.mark.parametrize(("text", "name", "value"), CASES)
def test_values_and_slopes_are_right_at_a_degenerate_value(
    text: str, name: str, value: float
) -> None:
    states, slopes = stepped(text, name, value)
    assert solved(text).tape(*point(text, name, value)) == pytest.approx(states, rel=1e-10)
    assert slopes_of(text, name, value) == pytest.approx(slopes, rel=1e-9)


@pytest.mark.slow
def test_values_and_slopes_are_right_where_two_parameters_are_equal() -> None:
    states, slopes = stepped(EPIDEMIC, "g", 0.6)
    assert solved(EPIDEMIC).tape(*point(EPIDEMIC, "g", 0.6)) == pytest.approx(states, rel=1e-10)
    assert slopes_of(EPIDEMIC, "g", 0.6) == pytest.approx(slopes, rel=1e-9)


@pytest.mark.parametrize(("text", "name", "value"), CASES[:3])
@pytest.mark.parametrize("beside", [1e-5, 0.1])
def test_values_and_slopes_go_on_evenly_beside_a_degenerate_value(
    text: str, name: str, value: float, beside: float
) -> None:
    states, slopes = stepped(text, name, value + beside)
    assert solved(text).tape(*point(text, name, value + beside)) == pytest.approx(states, rel=1e-9)
    assert slopes_of(text, name, value + beside) == pytest.approx(slopes, rel=1e-4)


@pytest.mark.parametrize(("text", "name", "value"), CASES)
def test_the_way_back_through_a_tape_has_the_same_slope(text: str, name: str, value: float) -> None:
    tape = solved(text).tape.select([0])
    builder = Builder(tape.inputs)
    _, slopes = pull_back(builder, tape, builder.inputs, [builder.constant(1.0)])
    back = builder.finish(slopes)(*point(text, name, value))
    assert back[tape.inputs.index(name)] == pytest.approx(
        slopes_of(text, name, value)[0], rel=1e-12
    )
    assert all(map(math.isfinite, back))


def test_a_negative_rate_is_solved_for_its_size() -> None:
    states, slopes = stepped(RATE, "a", -0.8)
    assert solved(RATE).tape(*point(RATE, "a", -0.8)) == pytest.approx(states, rel=1e-10)
    assert slopes_of(RATE, "a", -0.8) == pytest.approx(slopes, rel=1e-9)


@pytest.mark.slow
def test_a_slope_without_a_closed_form_is_no_number() -> None:
    states, _ = stepped(ELIMINATION, "V", 0.6)
    assert solved(ELIMINATION).tape(*point(ELIMINATION, "V", 0.6)) == pytest.approx(
        states, rel=1e-10
    )
    assert math.isnan(slopes_of(ELIMINATION, "V", 0.6)[0])


@pytest.mark.slow
def test_what_a_slope_is_lacking_is_said() -> None:
    model = rl.model(ELIMINATION)(V=0.6)
    rl.solve_exactly(model, budget=20)  # which is kept, with its cases
    with pytest.raises(RefusalError, match="no derivative by V"):
        rl.solve(model, [0, TIME], sensitivities=["V"], method="exact")


def test_a_case_is_a_step_that_is_checked_and_a_part_of_the_domain() -> None:
    exact = solved(TUMOUR)
    (step,) = (s for s in exact.derivation if "case" in s.words)
    assert step.checked
    assert "N(t) = N_0*exp(-c*t)" in step.text
    assert "for a = 0: valid for all t" in exact.certificate.domain


def test_an_input_whose_jump_moves_has_no_slope_of_a_case() -> None:
    system = rl.solve_exactly("dx/dt = if(t < a, p, 0); x(0) = 1").system
    assert Case("a").with_slopes(system) is None
    assert Case("p").with_slopes(system) is not None


def test_a_kept_form_is_left_aside_where_more_time_may_tell_more_cases_apart() -> None:
    exact = solved(RATE)
    keep_whole(exact, 0, enough=1.0)
    assert recall(exact.system, 0, 0.5) is not None
    assert recall(exact.system, 0, 2.0) is None


@pytest.mark.parametrize("name", ["a", "g", "q"])
def test_a_tank_has_a_solution_without_an_outlet_weight_or_inflow(name: str) -> None:
    text = "dh/dt = q/A - a/A*sqrt(2*g*h); h(0) = 2; q = 0.3; A = 1; a = 0.1; g = 9.81"
    exact = rl.solve_exactly(text, budget=8)
    assert f"for {name} = 0" in exact.certificate.domain
    assert math.isfinite(exact(0.5, {name: 0.0})["h"])
