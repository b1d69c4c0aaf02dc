"""The tape: equal subexpressions are one node, what folds loses no digit, numbers are right."""

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from operator import add, mul
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import formulas

from ratelaw.models.errors import SpecificationError
from ratelaw.models.language.read import read_expression
from ratelaw.models.tape import Builder, Tape
from ratelaw.models.tape.operations import OPERATIONS, arity, evaluate
from ratelaw.models.tape.value import where

numbers = st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0)  # no -0


def operations(tape: Tape) -> list[str]:
    return [node.op for node in tape.nodes if node.op not in {"input", "const"}]


# ---- value numbering ---------------------------------------------------------------------------


def test_the_same_operation_is_one_node() -> None:
    builder = Builder(["x", "y"])
    x, y = builder.inputs
    assert (x * y).number == (x * y).number
    assert operations(builder.finish([x * y + x * y])) == ["mul", "add"]


@pytest.mark.parametrize("op", ["add", "mul", "min", "max", "eq"])
def test_what_commutes_is_one_node_and_keeps_the_order_it_was_written_in(op: str) -> None:
    builder = Builder(["x", "y"])
    x, y = builder.inputs
    first = builder.apply(op, y, x)
    assert builder.apply(op, x, y).number == first.number
    assert builder.finish([first]).nodes[-1].args == (1, 0)


@pytest.mark.parametrize("op", ["sub", "div", "pow", "lt", "le"])
def test_what_does_not_commute_is_two_nodes(op: str) -> None:
    builder = Builder(["x", "y"])
    x, y = builder.inputs
    assert builder.apply(op, x, y).number != builder.apply(op, y, x).number


def test_an_input_asked_for_twice_is_one() -> None:
    builder = Builder()
    assert builder.input("x").number == builder.input("x").number
    assert builder.names == ["x"]


def test_what_no_output_needs_is_left_out() -> None:
    builder = Builder(["x"])
    (x,) = builder.inputs
    builder.apply("sin", x)
    assert operations(builder.finish([x + 1])) == ["add"]


def test_equal_programs_are_equal_tapes_whatever_was_recorded_beside_them() -> None:
    one, other = Builder(["x", "y"]), Builder(["x", "y"])
    (x, y), (u, v) = one.inputs, other.inputs
    v * u, other.apply("exp", v)
    assert one.finish([x + y * 2, y]) == other.finish([u + v * 2, v])


def test_outputs_must_not_use_more_than_the_inputs_named() -> None:
    builder = Builder(["x", "y"])
    with pytest.raises(ValueError, match="the outputs also use y"):
        builder.finish([builder.input("y")], ["x"])


def test_a_formula_has_the_inputs_it_uses() -> None:
    builder = Builder(["a", "b", "c"])
    _, b, c = builder.inputs
    assert builder.formula(c - b).inputs == ("c", "b")


def test_a_tape_is_replayed_with_its_inputs_bound() -> None:
    tape = read_expression("x - y/2")
    builder = Builder(["u"])
    (value,) = builder.inline(tape, [builder.input("u"), 4])
    assert builder.finish([value])(10) == (8,)


def test_outputs_can_be_selected_and_inputs_renamed() -> None:
    builder = Builder(["x", "y"])
    x, y = builder.inputs
    tape = builder.finish([x + y, x * y, x])
    assert tape.select([1])(2, 5) == (10,)
    assert tape.rename({"x": "u"}).inputs == ("u", "y")
    assert tape.select([2]).used() == {"x"}


# ---- folding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x + 0", "x"),
        ("0 + x", "x"),
        ("x - 0", "x"),
        ("0 - x", "-x"),
        ("x - x", "0"),
        ("x*1", "x"),
        ("x*0", "0"),
        ("0/x", "0"),
        ("x/1", "x"),
        ("x/-1", "-x"),
        ("-1*x", "-x"),
        ("x^1", "x"),
        ("x^0", "1"),
        ("--x", "x"),
        ("x + -y", "x - y"),
        ("x - -y", "x + y"),
        ("x + -2", "x - 2"),
        ("x - -2", "x + 2"),
        ("(-x)*y", "-(x*y)"),
        ("x*(-y)", "-(x*y)"),
        ("(-x)*(-y)", "x*y"),
        ("(-x)/y", "-(x/y)"),
        ("x/(-y)", "-(x/y)"),
        ("-2*x", "-(2*x)"),
        ("x*-2", "-(2*x)"),
        ("x*y*2", "2*(x*y)"),
        ("a - 2*x", "a + -2*x"),
        ("2*3 + 4", "10"),
        ("1/4", "0.25"),
        ("if(1 < 2, x, y)", "if(1 < 2, x, y)"),
        ("if(1, x, y)", "x"),
        ("if(0, x, y)", "y"),
        ("if(x < 1, y, y)", "y"),
    ],
)
def test_what_folds(text: str, same: str) -> None:
    assert read_expression(text) == read_expression(same)


@pytest.mark.parametrize("text", ["8/3", "0.1 + 0.2", "2^0.5", "1e200*1e200", "log(2)", "x/x"])
def test_what_would_round_or_is_unknown_is_not_folded(text: str) -> None:
    assert len(operations(read_expression(text))) == 1


@given(st.sampled_from(["add", "sub", "mul", "div"]), numbers, numbers)
def test_folding_changes_no_digit(op: str, a: float, b: float) -> None:
    builder = Builder()
    (result,) = builder.finish([builder.apply(op, a, b)])()
    expected = evaluate(op, a, b)
    assert result == expected or (math.isnan(result) and math.isnan(expected))


@given(formulas(["x", "y"]), st.floats(-5, 5), st.floats(-5, 5))
def test_inlining_changes_no_tape(text: str, x: float, y: float) -> None:
    tape = read_expression(text)
    builder = Builder(tape.inputs)
    again = builder.finish(builder.inline(tape, builder.inputs))
    assert again == tape
    values = {"x": x, "y": y}
    (one,), (other,) = (t(*(values[n] for n in t.inputs)) for t in (tape, again))
    assert one == other or (math.isnan(one) and math.isnan(other))


@given(st.lists(formulas(["x", "y", "z"], depth=3), min_size=1, max_size=4), st.booleans())
def test_formulas_put_together_are_the_tape_that_is_cut_from_them(
    texts: list[str], turned: bool
) -> None:
    names = ("z", "y", "x")

    def together(*beside: float) -> Tape:
        builder = Builder(names)
        for number in beside:  # which no output needs: what is needed is then searched for
            builder.inputs[0] + number
        found = [
            value
            for tape in map(read_expression, texts)
            for value in builder.inline(tape, [builder.input(name) for name in tape.inputs])
        ]
        return builder.finish(found[::-1] if turned else found)

    assert together() == together(1234.5)
    assert together().ordered


@given(formulas(["x", "y", "z"]), st.data())
def test_what_is_used_is_what_reaches_an_output(text: str, data: st.DataObject) -> None:
    tape = read_expression(f"x*y + 2.5*({text})")
    some = replace(tape, outputs=(data.draw(st.integers(0, len(tape.nodes) - 1)),))
    kept = Builder(some.inputs)
    (output,) = kept.inline(some, kept.inputs)
    formula = kept.formula(output)
    assert some.used() == frozenset(formula.inputs)
    assert tape.operations == {node.op for node in tape.nodes}
    reading = {a for node in tape.nodes for a in node.args}
    assert tape.read == reading & {*range(len(tape.inputs))}


# ---- numbers -----------------------------------------------------------------------------------


def lost(operation: Callable[..., Any], x: float, y: float) -> float:
    """Return what an operation loses to rounding, by exact fractions; nan where it is no number."""
    rounded = operation(x, y)
    if not math.isfinite(rounded):
        return math.nan
    return float(operation(Fraction(float(x)), Fraction(float(y))) - Fraction(float(rounded)))


NUMPY = {
    "neg": np.negative, "abs": np.abs, "sign": np.sign, "floor": np.floor, "sqrt": np.sqrt,
    "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "sin": np.sin,
    "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "add": np.add, "sub": np.subtract,
    "mul": np.multiply, "div": np.divide, "pow": np.float_power, "min": np.minimum,
    "max": np.maximum, "lt": np.less, "le": np.less_equal, "eq": np.equal, "select": np.where,
    "sum_error": lambda x, y: lost(add, x, y), "product_error": lambda x, y: lost(mul, x, y),
    "refined": lambda x, y: y,
}  # fmt: skip
SPECIAL = [0.0, 0.5, 1.0, -1.0, 2.0, -3.0, 7.5, 1000.0, -1000.0, math.inf, -math.inf, math.nan]


@pytest.mark.parametrize("op", OPERATIONS)
def test_an_operation_does_what_numpy_does_on_every_kind_of_number(op: str) -> None:
    grid = np.stack(np.meshgrid(*[SPECIAL] * arity(op)), axis=-1).reshape(-1, arity(op))
    with np.errstate(all="ignore"):
        expected = [float(NUMPY[op](*row)) for row in grid]
    found = [evaluate(op, *map(float, row)) for row in grid]
    assert all(type(x) is float for x in found)
    np.testing.assert_allclose(found, expected, rtol=1e-14)


PRECISE = {
    "sign": mpmath.sign, "abs": abs, "neg": lambda x: -x, "log1p": mpmath.log1p, "min": min,
    "max": max, "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y, "pow": lambda x, y: x**y,
    "sum_error": lambda x, y: lost(add, float(x), float(y)),
    "product_error": lambda x, y: lost(mul, float(x), float(y)), "refined": lambda x, y: y,
}  # fmt: skip


@pytest.mark.parametrize("op", sorted(OPERATIONS.keys() - {"lt", "le", "eq", "select"}))
def test_an_operation_is_right_to_the_last_digits(op: str) -> None:
    precise = PRECISE.get(op) or getattr(mpmath, op)
    for point in ([0.3, 0.7], [1e-9, 0.2], [0.9999, 3.5]):
        args = point[: arity(op)]
        with mpmath.workdps(40):
            expected = float(precise(*map(mpmath.mpf, args)))
        assert evaluate(op, *args) == pytest.approx(expected, rel=1e-15)


def test_where_on_plain_numbers_chooses() -> None:
    assert (where(True, 1, 2), where(False, 1, 2)) == (1, 2)


def test_a_value_cannot_decide_a_branch() -> None:
    (x,) = Builder(["x"]).inputs
    with pytest.raises(SpecificationError, match="branches on a value"):
        bool(x)
    with pytest.raises(SpecificationError, match="branches on a value"):
        x in [1, 2]  # noqa: B015


def test_a_value_is_shown_for_debugging() -> None:
    (x,) = Builder(["x"]).inputs
    assert repr(x * 2) == "<value 2: mul>"


def test_an_operation_is_replaced_as_a_tape_is_replayed():
    x, y = (builder := Builder(["x", "y"])).inputs
    tape = builder.finish([(x * y).apply("sin") + x, x.apply("sin")])

    def doubled(number, node, args):
        return 2.0 * args[0] if node.op == "sin" else None

    other = Builder(tape.inputs)
    assert other.finish(other.replay(tape, other.inputs, doubled))(3.0, 5.0) == (33.0, 6.0)


@pytest.mark.parametrize(("exponent", "below"), [(0.7, -0.3), (1.4, 0.4), (1.1, 0.1), (2.5, 1.5)])
def test_numbers_fold_to_the_decimal_they_mean(exponent: float, below: float) -> None:
    builder = Builder()
    folded = builder.finish([builder.constant(exponent) - 1.0])
    assert folded.nodes[folded.outputs[0]].op in {"const", "neg"}
    assert folded() == (below,)
