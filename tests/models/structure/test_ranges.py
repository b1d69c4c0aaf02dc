"""Ranges of values hold whatever the inputs are; states that cannot leave zero keep their sign."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import formulas

import ratelaw as rl
from ratelaw.models.language.read import read_expression
from ratelaw.models.lower import lower
from ratelaw.models.structure.kept_signs import Signs, on_the_way
from ratelaw.models.structure.ranges import ANY, NOT_NEGATIVE, NOT_POSITIVE, ranges

ENDS = st.sampled_from([-math.inf, -3.0, -1.0, 0.0, 0.5, 2.0, math.inf])


def within(end, other, share):
    """Return a range, and a number in it."""
    low, high = sorted([end, other])
    inner = max(low, -50.0), min(high, 50.0)
    return (low, high), inner[0] + share * (inner[1] - inner[0])


@given(
    formulas(["x", "y"]),
    st.tuples(ENDS, ENDS),
    st.tuples(ENDS, ENDS),
    st.tuples(*[st.floats(0, 1)] * 2),
)
@settings(max_examples=300)
def test_a_value_lies_in_its_range(text, x, y, shares):
    tape = read_expression(text)
    given = dict(zip("xy", (within(*x, shares[0]), within(*y, shares[1])), strict=True))
    pairs = [given[name] for name in tape.inputs]
    if any(math.inf in map(abs, ends) and ends[0] == ends[1] for ends, _ in pairs):
        return
    (value,) = tape(*(number for _, number in pairs))
    low, high = ranges(tape, [ends for ends, _ in pairs])[tape.outputs[0]]
    if math.isfinite(value):
        slack = 1e-9 * max(1.0, abs(value))
        assert low - slack <= value <= high + slack


@pytest.mark.parametrize(("text", "expected"), [
    ("x*x + 1", (1, math.inf)),
    ("x^2", (0, math.inf)),
    ("1/(2 + cos(x))", (1 / 3, 1)),
    ("exp(x) + cosh(x)", (1, math.inf)),
    ("abs(x)/(1 + abs(x))", (0, math.inf)),
    ("1/x", ANY),
    ("tanh(x) - 1", (-2, 0)),
    ("if(x < 0, 2, 3)", (2, 3)),
    ("sqrt(abs(x))^3", (0, math.inf)),
])  # fmt: skip
def test_ranges_are_as_narrow_as_expected(text, expected):
    tape = read_expression(text)
    assert ranges(tape, [ANY] * len(tape.inputs))[tape.outputs[0]] == pytest.approx(expected)


def kept(text, start, forward=True):
    """Return which states stay above zero, by name, all parameters being positive."""
    system = lower(rl.model(text))
    rows = np.array([*start, *[1.0] * system.n_parameters])
    found = on_the_way(system, Signs((rows >= 0).tobytes(), (rows <= 0).tobytes(), forward))
    return {s for s, r in zip(system.states, found[1:], strict=False) if r == NOT_NEGATIVE}


DECAY = "x' = -k*x*y; y' = k*x*y - y; x(0) = 1; y(0) = 1; k = 1"


def test_what_is_consumed_in_proportion_stays_above_zero():
    assert kept(DECAY, [1, 1]) == {"x", "y"}
    assert kept(DECAY, [1, 0]) == {"x", "y"}


def test_what_begins_below_zero_or_is_taken_from_may_be_anywhere():
    assert kept(DECAY, [-1, 1]) == {"y"}
    assert kept("x' = -1; x(0) = 1; y' = -x*y; y(0) = 1", [1, 1]) == {"y"}
    assert kept("x' = -y; y' = x; x(0) = 1; y(0) = 1", [1, 1]) == set()


def test_backward_in_time_what_comes_out_of_nothing_goes_below_zero():
    grown = "x' = 1 - x; x(0) = 1; y' = -y; y(0) = 1"
    assert kept(grown, [1, 1]) == {"x", "y"}
    assert kept(grown, [1, 1], forward=False) == {"y"}


def test_an_event_that_sets_a_state_below_zero_takes_its_sign():
    assert kept("x' = -x; x(0) = 1; when x < 0.5: x = 2", [1]) == {"x"}
    assert kept("x' = -x; x(0) = 1; when x < 0.5: x = x - 1", [1]) == set()


def test_numbers_of_one_sign_are_told_by_it():
    assert Signs(b"\x01\x00", b"\x00\x01").ranges() == [NOT_NEGATIVE, NOT_POSITIVE]
