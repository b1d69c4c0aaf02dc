"""Derivatives of tapes, against complex steps and differences in high precision."""

import cmath
import math

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import formulas

from ratelaw.models.language.read import read_expression
from ratelaw.models.tape import Builder, Tape
from ratelaw.models.tape.differentiate import derivative, jacobian
from ratelaw.models.tape.operations import OPERATIONS, arity
from ratelaw.models.tape.writing.expression import to_text

STEPS = OPERATIONS.keys() & {"sign", "floor", "lt", "le", "eq", "sum_error", "product_error"}


def alone(op: str) -> Tape:
    """Return the tape of one operation on inputs x, y, z."""
    builder = Builder("xyz"[: arity(op)])
    return builder.finish([builder.apply(op, *builder.inputs)])


def slope(text: str, by: str, **at: float) -> float:
    tape = read_expression(text)
    return derivative(tape, by)(*(at[n] for n in tape.inputs))[0]


# ---- one operation -----------------------------------------------------------------------------

COMPLEX = {
    "sqrt": cmath.sqrt, "exp": cmath.exp, "expm1": lambda z: cmath.exp(z) - 1, "log": cmath.log,
    "log1p": lambda z: cmath.log(1 + z), "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan,
    "asin": cmath.asin, "acos": cmath.acos, "atan": cmath.atan, "sinh": cmath.sinh,
    "cosh": cmath.cosh, "tanh": cmath.tanh, "neg": lambda z: -z, "add": lambda z, w: z + w,
    "sub": lambda z, w: z - w, "mul": lambda z, w: z * w, "div": lambda z, w: z / w,
    "pow": lambda z, w: z**w, "abs": lambda z: z if z.real > 0 else -z,
    "min": lambda z, w: z if z.real <= w.real else w,
    "max": lambda z, w: z if z.real >= w.real else w,
    "select": lambda c, z, w: z if c else w, "refined": lambda z, w: z,
}  # fmt: skip


@pytest.mark.parametrize("op", sorted(OPERATIONS.keys() - STEPS))
@pytest.mark.parametrize("point", [(0.3, 0.7, 0.2), (0.8, 0.45, 3.0), (0.01, 2.5, -1.0)])
def test_each_operation_has_the_slope_of_a_complex_step(op: str, point: tuple[float, ...]) -> None:
    tape, h = alone(op), 1e-30
    args = point[: arity(op)]
    for i, name in enumerate(tape.inputs):
        stepped = [complex(x, h if i == j else 0) for j, x in enumerate(args)]
        expected = complex(COMPLEX[op](*stepped)).imag / h
        assert derivative(tape, name)(*args)[0] == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("op", sorted(STEPS))
def test_a_step_has_no_slope(op: str) -> None:
    tape = alone(op)
    for name in tape.inputs:
        assert derivative(tape, name)(*(0.5,) * len(tape.inputs)) == (0,)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("x^2", {"x": 0}, 0),
        ("x^2", {"x": -3}, -6),
        ("x^3", {"x": -2}, 12),
        ("x^y", {"x": 0, "y": 2}, 0),
        ("abs(x)", {"x": 0}, 0),
        ("abs(x)", {"x": -2}, -1),
        ("sqrt(max(x, 0))", {"x": -1}, 0),
        ("sqrt(max(x, 0))", {"x": 4}, 0.25),
        ("log(max(x, 0))", {"x": -1}, 0),
        ("if(x > 0, sqrt(x), 0)", {"x": -1}, 0),
        ("if(x > 0, x*log(x), 0)", {"x": 0}, 0),
        ("asin(x)", {"x": 1 - 1e-12}, 1 / math.sqrt(2e-12 - 1e-24)),
        ("max(x, x^2)", {"x": 3}, 6),
        ("min(x, x^2)", {"x": 3}, 1),
        ("0*log(x)", {"x": 0}, None),
    ],
)
def test_where_a_slope_is_delicate(text: str, at: dict[str, float], expected: float | None) -> None:
    if expected is None:
        assert read_expression(text).inputs == ()
    else:
        assert slope(text, "x", **at) == pytest.approx(expected, rel=1e-4)


def test_zero_to_a_varying_power_stays_zero() -> None:
    assert slope("x^y", "y", x=0, y=2) == 0


# ---- whole formulas ----------------------------------------------------------------------------

PRECISE = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y, "pow": lambda x, y: x**y, "neg": lambda x: -x,
    "sin": mpmath.sin, "cos": mpmath.cos, "atan": mpmath.atan, "tanh": mpmath.tanh,
}  # fmt: skip


def precisely(tape: Tape, x: mpmath.mpf, y: mpmath.mpf) -> mpmath.mpf:
    """Evaluate a tape in as many digits as mpmath works with."""
    values, given = [], {"x": x, "y": y}
    for place, node in enumerate(tape.nodes):
        if node.op == "input":
            values.append(given[tape.inputs[place]])
        elif node.op == "const":
            values.append(mpmath.mpf(node.value))
        else:
            values.append(PRECISE[node.op](*(values[a] for a in node.args)))
    return values[tape.outputs[0]]


@given(formulas(["x", "y"], smooth=True), st.floats(-2, 2), st.floats(-2, 2))
def test_a_formula_has_the_slope_of_a_difference_in_high_precision(
    text: str, x: float, y: float
) -> None:
    tape = read_expression(text)
    if "x" not in tape.inputs:
        return
    with mpmath.workdps(60):
        h = mpmath.mpf(10) ** -20
        above = precisely(tape, x + h, mpmath.mpf(y))
        below = precisely(tape, x - h, mpmath.mpf(y))
        expected = float((above - below) / (2 * h))
    assert slope(text, "x", x=x, y=y) == pytest.approx(expected, rel=1e-7, abs=1e-7)


@given(formulas(["x", "y"], smooth=True))
def test_the_second_derivative_does_not_depend_on_the_order(text: str) -> None:
    tape = read_expression(text)
    if set(tape.inputs) == {"x", "y"}:
        at = [{"x": 0.4, "y": -0.7}[n] for n in tape.inputs]
        one, other = (derivative(derivative(tape, a), b)(*at) for a, b in ("xy", "yx"))
        assert one == pytest.approx(other, rel=1e-8, abs=1e-8)


@given(formulas(["x", "y"]))
def test_any_formula_has_a_derivative_that_can_be_written_down(text: str) -> None:
    tape = read_expression(f"x + y + ({text})")
    read_expression(to_text(derivative(tape, "x"))[0])


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("-k*(x - a)", "-k"),
        ("x^2 + 3*x*y", "2*x + 3*y"),
        ("sin(2*x)", "2*cos(2*x)"),
        ("exp(-x)", "-exp(-x)"),
        ("x*(1 - x/K)", "1 - x/K - x/K"),
        ("a", "0"),
    ],
)
def test_a_derivative_reads_like_one(text: str, written: str) -> None:
    builder = Builder(["x", "y", "k", "a", "K"])
    tape = read_expression(text)
    (value,) = builder.inline(tape, [builder.input(n) for n in tape.inputs])
    assert to_text(derivative(builder.finish([value]), "x")) == (written,)


# ---- Jacobians ---------------------------------------------------------------------------------


def lotka_volterra() -> Tape:
    builder = Builder(["t", "x", "y", "a", "b"])
    _, x, y, a, b = builder.inputs
    return builder.finish([a * x - b * x * y, b * x * y - y])


def test_a_jacobian_holds_only_what_is_not_zero() -> None:
    builder = Builder(["x", "y", "z"])
    x, y, z = builder.inputs
    sparse = jacobian(builder.finish([x * y, z, y - y]), ["x", "y", "z"])
    assert sparse.shape == (3, 3)
    assert list(zip(sparse.rows, sparse.columns, strict=True)) == [(0, 0), (0, 1), (1, 2)]
    assert sparse.tape(2, 5, 7) == (5, 2, 1)


def test_columns_of_a_jacobian_are_in_the_order_asked_for() -> None:
    sparse = jacobian(lotka_volterra(), ["b", "x"])
    dense = {
        (i, j): v
        for i, j, v in zip(sparse.rows, sparse.columns, sparse.tape(0, 2, 3, 5, 7), strict=True)
    }
    assert dense == {(0, 0): -6, (0, 1): 5 - 21, (1, 0): 6, (1, 1): 21}


def test_a_jacobian_of_a_chain_is_as_sparse_as_the_chain() -> None:
    n = 100
    builder = Builder(f"x{i}" for i in range(n))
    x = builder.inputs
    rates = [x[i - 1] - 2 * x[i] + x[(i + 1) % n] for i in range(n)]
    assert len(jacobian(builder.finish(rates), [f"x{i}" for i in range(n)]).rows) == 3 * n


def test_a_jacobian_shares_what_its_entries_share() -> None:
    builder = Builder(["x", "y"])
    x, y = builder.inputs
    shared = (x * y).apply("exp")
    tape = builder.finish([shared, 2 * shared, 3 * shared])
    ops = [node.op for node in jacobian(tape, ["x", "y"]).tape.nodes]
    assert ops.count("exp") == 1
