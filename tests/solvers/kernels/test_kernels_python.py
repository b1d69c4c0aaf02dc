"""Tapes printed as Python source: numpy, plain floats and the tape itself agree."""

import math
import traceback

import numpy as np
import pytest

from ratelaw.models.language.read import read_model
from ratelaw.models.lower import lower
from ratelaw.models.tape import Builder, Tape
from ratelaw.models.tape.operations import OPERATIONS, arity
from ratelaw.solvers.evaluate import rows_function, system_arguments
from ratelaw.solvers.kernels.python import NUMPY, SCALAR, compiled, emit

EDGES = [-math.inf, -1e300, -2.5, -1.0, -0.3, 0.0, 0.3, 1.0, 2.0, 2.5, 1e300, math.inf, math.nan]
POWERS = [-2.0, -1.0, 0.5, 2.0, 3.0, 2.5, -0.5]
TARGETS = [NUMPY, SCALAR]
X = (("x", 3),)


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
def test_numpy_agrees_with_the_tape_at_edge_values(op):
    tape, x = tape_of(op), cases(op)
    found = rows_function(tape, "f", X)(x)[0]
    wrong = [tuple(c) for c, y in zip(x.T, found, strict=True) if not same(y, tape(*c)[0])]
    assert wrong == []


@pytest.mark.parametrize("op", OPERATIONS)
def test_plain_floats_agree_with_the_tape_or_say_that_they_are_outside_the_domain(op):
    tape, function = tape_of(op), compiled(tape_of(op), "f", X, SCALAR)
    for case in cases(op).T.tolist():
        try:
            found = function(case)[0]
        except (ArithmeticError, ValueError):
            # Outside: the tape has nan or infinity there, or the argument is infinite itself.
            assert not all(map(math.isfinite, [*tape(*case), *case])), case
        else:
            assert isinstance(found, float)
            assert same(found, tape(*case)[0]), case


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.name)
@pytest.mark.parametrize("exponent", POWERS)
def test_powers_written_as_products_agree_with_powers(target, exponent):
    builder = Builder("a")
    tape = builder.finish([builder.inputs[0] ** exponent])
    function = compiled(tape, "power", (("x", None),), target)
    for x in (0.3, 1.7, 12.0):
        assert same(float(function(x)[0]), tape(x)[0])


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.name)
def test_comparisons_can_be_added_like_numbers(target):
    builder = Builder("ab")
    a, b = builder.inputs
    tape = builder.finish([(a < b) + (a < 2.0 * b), -(a < b), 3.0 * (a <= b)])
    function = compiled(tape, "count", (("a", None), ("b", None)), target)
    assert [float(v) for v in function(np.float64(1.0), np.float64(2.0))] == [2.0, -1.0, 3.0]


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.name)
def test_a_number_can_be_a_condition(target):
    builder = Builder("a")
    tape = builder.finish([builder.apply("select", builder.inputs[0], 1.0, 2.0)])
    function = compiled(tape, "choice", (("a", None),), target)
    assert [float(function(np.float64(x))[0]) for x in (0.0, -3.0, math.nan)] == [2.0, 1.0, 1.0]


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.name)
def test_constants_are_folded_when_printed(target):
    builder = Builder("a")
    root = builder.apply("sqrt", 2.0)
    tape = builder.finish([builder.inputs[0] * (root + builder.apply("exp", 1.0))])
    source = emit(tape, "f", (("a", None),), target)
    assert repr(math.sqrt(2) + math.e) in source
    assert "sqrt" not in source


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.name)
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, -0.0, -1.5, 1e-300])
def test_any_number_can_be_a_constant(target, value):
    builder = Builder("a")
    tape = builder.finish([builder.apply("min", builder.inputs[0], value)])
    function = compiled(tape, "f", (("a", None),), target)
    assert same(float(function(3.0)[0]), tape(3.0)[0])


def test_division_by_a_folded_zero_does_not_raise_on_arrays():
    builder = Builder("a")
    tape = builder.finish([builder.inputs[0] + builder.apply("div", 1.0, 0.0)])
    assert rows_function(tape, "f", (("a", None),))(np.ones(2)).tolist() == [[math.inf, math.inf]]


def test_source_shows_in_tracebacks():
    builder = Builder("a")
    function = compiled(builder.finish([1.0 / builder.inputs[0]]), "rates", (("a", None),), SCALAR)
    with pytest.raises(ZeroDivisionError) as caught:
        function(0.0)
    frame = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert frame.filename.startswith("<ratelaw scalar rates ")
    assert "1.0 / a" in frame.line


@pytest.mark.parametrize("name", ["lambda", "v3", "np", "math", "float", "rates", "y0", "p", "t1"])
@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.name)
def test_names_are_safe_whatever_symbols_are_called(name, target):
    system = lower(read_model(f"d{name}/dt = -k*{name} + floor(2.5); {name}(0) = 1; k = 2"))
    arguments = system_arguments(1, system.n_parameters)
    function = compiled(system.vector_field, "rates", arguments, target)
    assert float(function(0.0, np.array([3.0]), np.array([2.0, 1.0]))[0]) == -4.0


def test_nothing_a_user_named_reaches_the_source():
    system = lower(read_model("dmoon/dt = -sun*moon; moon(0) = 1; sun = 2"))
    source = emit(system.vector_field, "rates", system_arguments(1, 2), NUMPY)
    assert "moon" not in source
    assert "sun" not in source


def test_equal_tapes_are_compiled_once():
    systems = [lower(read_model("dx/dt = -k*x; x(0) = 1; k = 2")) for _ in range(2)]
    first, second = (
        compiled(s.vector_field, "rates", system_arguments(1, 2), NUMPY) for s in systems
    )
    assert first is second


def test_rows_of_numbers_and_arrays_are_as_long_as_the_arrays():
    builder = Builder("ab")
    rows = rows_function(builder.finish([*builder.inputs, 7.0]), "f", (("a", None), ("b", None)))
    assert rows(1.0, 2.0).shape == (3,)
    assert rows(1.0, np.zeros(1)).shape == (3, 1)
    assert rows(np.zeros(4), np.zeros(1)).shape == (3, 4)
    assert rows(1.0, np.zeros(4))[2].tolist() == [7.0] * 4
