"""A nonlinear solution ends at a pole of its own, although its formula is a number beyond it."""

import math

import pytest

import ratelaw as rl
from ratelaw.models.exact.proof.on_the_way import changes_sign, turns_nowhere
from ratelaw.models.language.read import read_expression
from ratelaw.models.tape import Builder


@pytest.mark.parametrize(
    ("text", "before", "beyond"),
    [
        ("dy/dt = y*(y - 1)*sin(t); y(0) = 2", 1.0, [2.0, 4.0, 6.0, 60.0]),
        ("dy/dt = exp(t)*y - y^2; y(0) = 4", -0.2, [-0.5, -1.0, -2.0]),
        ("dy/dt = (t - y/2)/(t/2 + y); y(1) = -1.4", 0.7, [0.0, -1.0, -8.0]),
        ("dy/dt = 2*(t - 1)*y^2; y(0) = -2", 0.2, [0.5, 1.0, 1.9, 3.0]),
        ("dy/dt = (1 + y^2)*cos(t)*2; y(0) = 0", 0.5, [1.5, 2.8, 3.2]),
        ("dy/dt = 1/(1 + y)^2; y(0) = -2", 0.2, [0.4, 5.0]),
        ("dy/dt = cos(t)/(1 + y)^2; y(0) = -2", 0.2, [0.4, 3.1, 7.0]),
        ("dy/dt = 2*cos(t)/cos(y); y(0) = 1.5", 1e-4, [0.5, 3.3]),
        ("dy/dt = 2*cos(t)*sqrt(1 - y^2); y(0) = 0.9", 0.05, [1.5, 3.1, 9.4]),
        ("dy/dt = -(2*t*y + y^2)/(t^2 + 2*t*y); y(1) = -2", 0.5, [-0.1, -1.5]),
        ("dy/dt = -2*y/(1 + y)^2; y(0) = -1.5", 0.01, [1.0, 7.0]),
    ],
)
def test_what_comes_back_from_a_pole_is_not_returned(text, before, beyond):
    exact = rl.solve_exactly(text)
    assert math.isfinite(exact(before)["y"])
    assert all(math.isnan(exact(t)["y"]) for t in beyond)


@pytest.mark.parametrize(
    ("text", "before", "beyond"),
    [
        ("2*x'^2/x + 0.5*x^2; x(-1) = 10; x'(-1) = 1.5", [-0.5, -1.6], [0.0, 2.0, -1.8, -4.0]),
        ("2*x'^2/x + 0.5*x^2 + 0.3*x; x(0) = 1; x'(0) = 1.5", [0.5], [0.75, 3.0, -4.0, 20.0]),
    ],
)
def test_a_motion_whose_denominator_turns_ends_where_it_is_zero(text, before, beyond):
    exact = rl.solve_exactly(f"x'' = {text}")
    assert "until x becomes infinite" in exact.certificate.domain
    assert all(math.isfinite(exact(t)["x"]) for t in before)
    assert all(math.isnan(exact(t)["x"]) for t in beyond)


def test_it_says_that_it_may_become_infinite():
    exact = rl.solve_exactly("dx/dt = x; dy/dt = y/2 - x*y^2; x(0) = 1; y(0) = 1")
    assert "until y becomes infinite" in exact.certificate.domain


def test_one_that_stays_finite_is_returned_for_all_times():
    exact = rl.solve_exactly("dy/dt = y*(y - 1)*sin(t); y(0) = 0.5")
    assert all(math.isfinite(exact(t)["y"]) for t in (-70, -3, 2, 4, 60, 1000))


@pytest.mark.parametrize(
    ("force", "speed", "before", "beyond"),
    [
        ("exp(x)", 0.5, [1.0, -1.0], [3.0, -4.0, 20.0]),
        ("exp(x)", 2.0, [1.0, -5.0], [2.0, 9.0]),
        ("3*exp(2*x) - exp(x)", 0.0, [0.5, -0.5], [5.0, 12.0, -12.0]),
        ("exp(2*x)", -0.5, [1.0], [9.0, -9.0]),
        ("x + x^3", 0.3, [0.5], [3.0, 7.0, -8.0]),
    ],
)
def test_a_motion_that_leaves_in_finite_time_does_not_come_back(force, speed, before, beyond):
    exact = rl.solve_exactly(f"x'' = {force}; x(0) = 0; x'(0) = {speed}")
    assert all(math.isfinite(exact(t)["x"]) for t in before)
    assert all(math.isnan(exact(t)["x"]) for t in beyond)


@pytest.mark.parametrize("time", [-30.0, 2.0, 6.5, 40.0])
def test_a_bound_motion_among_exponentials_goes_on(time):
    exact = rl.solve_exactly("x'' = exp(x) - exp(2*x); x(0) = 0.1; x'(0) = 0.2")
    assert math.isfinite(exact(time)["x"])


@pytest.mark.parametrize(
    ("text", "turns"),
    [("exp(-2*t) + a", False), ("t^2 - a", False), ("sin(t)", True), ("t - t^2", True),
     ("exp(t)*t", True), ("a - t*(2*t)", True)],
)  # fmt: skip
def test_what_may_turn_is_told_from_how_time_goes_through_it(text, turns):
    assert turns_nowhere(_of_time(text), 0.0) is not turns


def test_a_square_turns_where_time_does_not_begin_with_zero():
    assert not turns_nowhere(_of_time("t^2 - a"), -1.0)


@pytest.mark.parametrize(
    ("text", "time", "passed"),
    [
        ("cos(t) + 0.999", 3.0, False),
        ("cos(t) + 0.999", 3.2, True),
        ("cos(t) + 0.9999", 1e4, True),
        ("cos(t) + 1.001", 1e4, False),
        ("(t - 1)*(t - 1.01)", 7.0, True),
        ("(t - 1)*(t - 1.01)", 0.9, False),
        ("1 - t", -3.0, False),
    ],
)
def test_a_narrow_dip_below_zero_is_found(text, time, passed):
    builder = Builder(("t", "a"))
    found = builder.finish([changes_sign(builder, _of_time(text), 0.0)])
    assert bool(found(time, 1.0)[0]) is passed


def _of_time(text):
    tape = read_expression(text)
    builder = Builder(("t", "a"))
    return builder.finish(builder.inline(tape, [builder.input(n) for n in tape.inputs]))
