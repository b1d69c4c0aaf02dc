"""Tapes printed as LLVM vector IR: agreement with the tape, and text that stays as it is."""

import math
from pathlib import Path

import numpy as np
import pytest

from ratelaw.models.library import LIBRARY
from ratelaw.models.lower import lower
from ratelaw.models.tape import Builder, Tape
from ratelaw.models.tape.operations import OPERATIONS, arity
from ratelaw.solvers.kernels.compile import compiled, host
from ratelaw.solvers.kernels.llvm import function
from ratelaw.solvers.kernels.page import Machine

EDGES = [-math.inf, -1e300, -2.5, -1.0, -0.3, 0.0, 0.3, 1.0, 2.0, 2.5, 1e300, math.inf, math.nan]
SNAPSHOTS = Path(__file__).parent / "snapshots"
HOST = host()
MACHINES = {
    "this": HOST,
    "scalar functions": Machine(HOST.width, HOST.fused),
    "twice as wide": Machine(2 * HOST.width, HOST.fused, HOST.functions, HOST.together),
    "nothing fused": Machine(HOST.width, False, HOST.functions, HOST.together),
}


@pytest.fixture(params=MACHINES.values(), ids=MACHINES.keys())
def machine(request):
    return request.param


def run(tape: Tape, x: np.ndarray, machine: Machine) -> np.ndarray:
    """Return a tape's outputs, (output, case), by compiled code."""
    code = compiled(function("f", tape, machine), (("f", "vpp"),))
    width, cases = machine.width, x.shape[1]
    found = np.empty((len(tape.outputs), cases))
    for begin in range(0, cases, width):
        columns = np.arange(begin, begin + width) % cases
        given = np.ascontiguousarray(x[:, columns])
        y = np.empty((len(tape.outputs), width))
        code.functions[0](given.ctypes.data, y.ctypes.data)
        found[:, columns] = y
    return found


def tape_of(op: str) -> Tape:
    builder = Builder("abc")
    return builder.finish([builder.apply(op, *builder.inputs[: arity(op)])])


def cases(op: str) -> np.ndarray:
    """Every combination of edge values for the arguments of an operation, (3, case)."""
    axes = [EDGES if i < arity(op) else [0.0] for i in range(3)]
    return np.array(np.meshgrid(*axes, indexing="ij")).reshape(3, -1)


def same(found: float, expected: float) -> bool:
    return found == pytest.approx(expected, rel=1e-14, abs=0, nan_ok=True)


@pytest.mark.parametrize("op", OPERATIONS)
def test_an_operation_agrees_with_the_tape_at_edge_values(op, machine):
    tape, x = tape_of(op), cases(op)
    found = run(tape, x, machine)[0]
    wrong = [
        (*c, y, tape(*c)[0]) for c, y in zip(x.T, found, strict=True) if not same(y, tape(*c)[0])
    ]
    assert wrong == []


@pytest.mark.parametrize("exponent", [-7.0, -2.0, -1.5, -1.0, -0.5, 0.5, 2.0, 2.5, 3.0, 11.0, 0.3])
def test_a_power_agrees_with_the_tape(exponent):
    builder = Builder("a")
    tape = builder.finish([builder.inputs[0] ** exponent])
    x = np.array([[0.3, 1.7, 12.0, 0.0, 1e-3]])
    assert run(tape, x, HOST)[0] == pytest.approx([tape(v)[0] for v in x[0]], rel=1e-14)


def test_comparisons_can_be_added_like_numbers():
    builder = Builder("ab")
    a, b = builder.inputs
    tape = builder.finish([(a < b) + (a < 2.0 * b), -(a < b), 3.0 * (a <= b), a < b])
    assert run(tape, np.array([[1.0], [2.0]]), HOST)[:, 0].tolist() == [2.0, -1.0, 3.0, 1.0]


def test_equal_products_differ_by_nothing_so_that_a_root_of_the_difference_exists():
    builder = Builder("ab")
    a, b = builder.inputs
    tape = builder.finish([(a * a - b * b).apply("sqrt")])
    x = np.random.default_rng(0).uniform(0, 1, 100)
    assert run(tape, np.stack([x, x]), HOST).tolist() == [[0.0] * 100]


def test_a_product_in_a_sum_is_one_operation_where_the_machine_has_it():
    builder = Builder("abc")
    a, b, c = builder.inputs
    tape = builder.finish([a * b + c, a * b - c, c - a * b])
    assert function("f", tape, Machine(4, True)).count("call <4 x double> @llvm.fma") == 3
    assert "fma" not in function("f", tape, Machine(4, False))
    x = np.array([[2.0], [3.0], [7.0]])
    for fused in (True, False):
        assert run(tape, x, Machine(4, fused))[:, 0].tolist() == [13.0, -1.0, 1.0]


def test_numbers_known_beforehand_are_folded():
    builder = Builder("a")
    root = builder.apply("sqrt", 2.0)
    tape = builder.finish([builder.inputs[0] * (root + builder.apply("exp", 1.0)), root])
    text = function("f", tape, Machine())
    assert "sqrt" not in text
    assert "exp" not in text


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, -0.0, -1.5, 1e-300])
def test_any_number_can_be_a_constant(value):
    builder = Builder("a")
    tape = builder.finish([builder.apply("min", builder.inputs[0], value)])
    assert same(run(tape, np.array([[3.0]]), HOST)[0, 0], tape(3.0)[0])


@pytest.mark.parametrize("name", ["lorenz", "damped_oscillator", "sir"])
def test_the_text_of_a_vector_field_is_as_it_was(name):
    functions = {op: f"_ZGVdN4v_{op}" for op in ("exp", "sin", "cos")}
    text = function("rates", lower(LIBRARY[name]).vector_field, Machine(4, True, functions))
    assert text == (SNAPSHOTS / f"{name}.ll").read_text()


def test_a_distance_has_one_root_whichever_way_it_is_taken():
    builder = Builder("abc")
    a, b, c = builder.inputs
    there = (a - b) * c / ((a - b) ** 2.0 + 1.0).apply("sqrt")
    back = (b - a) * c / ((b - a) ** 2.0 + 1.0).apply("sqrt")
    tape, x = builder.finish([there, back]), np.random.default_rng(0).normal(size=(3, 8))
    text = function("f", tape, HOST)
    assert text.count("@llvm.sqrt") == 1 + 1  # declared, and called
    assert run(tape, x, HOST) == pytest.approx(np.array([tape(*column) for column in x.T]).T)


def test_a_difference_keeps_its_sign_where_it_matters():
    builder = Builder("ab")
    a, b = builder.inputs
    tape = builder.finish([(a - b) ** 3.0, (b - a) ** 3.0, (a - b) ** 2.0, (b - a) ** 2.0])
    x = np.array([[1.0, 3.0], [3.0, 1.0]])
    assert run(tape, x, HOST).tolist() == [[-8, 8], [8, -8], [4, 4], [4, 4]]


def test_several_values_over_one_divisor_agree_with_the_tape_at_edge_values(machine):
    builder = Builder("abc")
    a, b, c = builder.inputs
    tape = builder.finish([a / c, b / c])
    edges = [-math.inf, -2.5, 0.0, 0.3, 1e300, math.inf, math.nan]
    x = np.array(np.meshgrid(edges, [1.0], edges, indexing="ij")).reshape(3, -1)
    expected = np.array([tape(*column) for column in x.T]).T
    assert run(tape, x, machine) == pytest.approx(expected, rel=1e-15, nan_ok=True)


def test_quotients_of_one_divisor_decide_as_those_of_the_tape():
    builder = Builder("abd")
    a, b, d = builder.inputs
    others = [(k * b / d).apply("floor") for k in (1.0, 2.0, 3.0)]
    tape = builder.finish([(a / d).apply("floor"), *others, (a / d - 1.0).apply("sqrt")])
    x = np.repeat(np.arange(1.0, 400.0)[None], 3, axis=0)  # 49*(1/49) is less than 1
    assert run(tape, x, HOST).tolist() == [[k] * 399 for k in (1.0, 1.0, 2.0, 3.0, 0.0)]


def test_what_many_are_divided_by_is_divided_by_once():
    builder = Builder("abcd")
    a, b, c, d = builder.inputs
    tape = builder.finish([a / d + 1.0, b / d - c, -(c / d)])
    x = np.random.default_rng(0).uniform(0.5, 2.0, (4, 8))
    assert function("f", tape, HOST).count("fdiv") == 1
    assert run(tape, x, HOST) == pytest.approx(np.array([tape(*row) for row in x.T]).T, rel=1e-15)
