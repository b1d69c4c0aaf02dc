"""Reverse accumulation beside forward accumulation, on the same tapes."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import formulas

from ratelaw.models.language.read import read_expression
from ratelaw.models.tape import Builder
from ratelaw.models.tape.differentiate import jacobian
from ratelaw.models.tape.operations import OPERATIONS, arity
from ratelaw.models.tape.pullback import pull_back

NAMES = ("a", "b", "c")


def both(tape, weights, values):
    """Return the slopes of the weighted outputs, by going back and by the Jacobian."""
    builder = Builder(tape.inputs)
    bound = [builder.constant(w) for w in weights]
    found = builder.finish(pull_back(builder, tape, builder.inputs, bound)[1])(*values)
    forward = jacobian(tape, tape.inputs)
    expected = [0.0] * len(tape.inputs)
    for i, j, entry in zip(forward.rows, forward.columns, forward.tape(*values), strict=True):
        expected[j] += weights[i] * entry
    return found, expected


LEVEL = {"lt", "le", "eq", "floor", "sign", "sum_error", "product_error"}


@pytest.mark.parametrize("op", sorted(OPERATIONS.keys() - LEVEL))
def test_each_operation_is_gone_back_over(op):
    builder = Builder(NAMES)
    inputs = [0.3 * x if op in ("asin", "acos") else x for x in builder.inputs]
    tape = builder.finish([builder.apply(op, *inputs[: arity(op)])])
    found, expected = both(tape, [1.7], [0.6, 1.3, 2.1])
    assert found == pytest.approx(expected, rel=1e-14)
    assert any(found)


@given(formulas(list(NAMES), smooth=True, depth=4), formulas(list(NAMES), smooth=True, depth=4))
@settings(max_examples=30)
def test_formulas_that_share_parts_are_gone_back_over(first, second):
    builder = Builder(NAMES)
    outputs = []
    for text in (first, second, f"({first})*({second})"):
        tape = read_expression(text)
        outputs += builder.inline(tape, [builder.input(n) for n in tape.inputs])
    tape = builder.finish(outputs, NAMES)
    found, expected = both(tape, [1.0, -2.0, 0.5], [0.6, 1.3, 0.4])
    for ours, theirs in zip(found, expected, strict=True):
        if math.isfinite(ours) and math.isfinite(theirs):
            assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)


@given(st.lists(st.floats(-2, 2), min_size=3, max_size=3))
def test_what_no_output_needs_has_no_slope(values):
    builder = Builder(NAMES)
    tape = builder.finish([builder.input("a") * 2.0])
    assert both(tape, [1.0], values)[0] == (2.0, 0.0, 0.0)
