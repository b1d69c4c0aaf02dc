"""Tapes and sympy tell each other everything, or refuse."""

import math

import hypothesis
import pytest
import sympy
from strategies import formulas

import ratelaw as rl
from ratelaw.models.errors import SpecificationError
from ratelaw.models.language.read import read_expression
from ratelaw.models.lower import lower
from ratelaw.models.symbolic.bridge import from_sympy, symbols, to_sympy
from ratelaw.models.tape import Builder, Tape
from ratelaw.models.tape.operations import OPERATIONS, arity
from ratelaw.models.tape.precise import Precise
from ratelaw.models.tape.writing.expression import to_text

X, Y = (sympy.Symbol(name, real=True) for name in "xy")
POINTS = [(0.5, 0.25, 2.0), (-0.75, 0.5, -1.0), (0.25, 0.25, 0.0)]


def over_inputs(tape: Tape) -> Tape:
    """Return a tape carried to sympy and back."""
    known = symbols(tape.inputs)
    return from_sympy(to_sympy(tape, known), known)


def assert_same_digits(one: Tape, other: Tape, values: dict[str, float]) -> None:
    precise = Precise(40)
    for a, b in zip(precise(one, values), precise(other, values), strict=True):
        assert math.isnan(a) or abs(a - b) <= 1e-35 * max(1, abs(a))


def text_of(expression: object) -> str:
    return to_text(from_sympy([expression]))[0]


@pytest.mark.parametrize("op", OPERATIONS)
@pytest.mark.parametrize("point", POINTS)
def test_every_operation_comes_back(op: str, point: tuple[float, ...]) -> None:
    builder = Builder("xyz"[: arity(op)])
    tape = builder.finish([builder.apply(op, *builder.inputs)])
    assert_same_digits(tape, over_inputs(tape), dict(zip("xyz", point, strict=True)))


@pytest.mark.parametrize("name", rl.library)
def test_every_library_model_comes_back(name: str) -> None:
    field = lower(rl.library[name]).vector_field
    values = {name: 0.25 + i / 8 for i, name in enumerate(field.inputs)}
    assert_same_digits(field, over_inputs(field), values)


@hypothesis.given(formulas(["x", "lambda", "S", "I", "E", "beta"], smooth=True))
def test_any_smooth_formula_comes_back(text: str) -> None:
    tape = read_expression(text)
    values = {name: 0.25 + i / 8 for i, name in enumerate(tape.inputs)}
    try:
        back = over_inputs(tape)
    except SpecificationError:  # sympy works with fractions, which may need more digits
        hypothesis.reject()
    assert_same_digits(tape, back, values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.07", sympy.Rational(7, 100)),
        ("1e-3", sympy.Rational(1, 1000)),
        ("8/3", sympy.Rational(8, 3)),
        ("2*pi", 2 * sympy.pi),
        ("exp(1)", sympy.E),
        ("expm1(x)", sympy.exp(X) - 1),
    ],
)
def test_a_number_crosses_as_what_it_means(text: str, expected: object) -> None:
    assert to_sympy(read_expression(text))[0] == expected


@pytest.mark.parametrize("name", ["lambda", "S", "I", "E", "N", "Q", "O", "pi", "beta", "gamma"])
def test_a_name_is_a_real_symbol_whatever_sympy_means_by_it(name: str) -> None:
    builder = Builder([name])
    (found,) = to_sympy(builder.finish(builder.inputs))
    assert found.is_Symbol
    assert found.is_real
    assert str(found) == name


def test_a_start_value_is_a_symbol_with_index_zero() -> None:
    assert [s.name for s in symbols(["T(0)", "k"]).values()] == ["T_0", "k"]


def test_a_parameter_called_like_a_start_value_stays_apart() -> None:
    names = [s.name for s in symbols(["T(0)", "T_0", "T_start"]).values()]
    assert names[1:] == ["T_0", "T_start"]
    assert len(set(names)) == 3


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (X / 3 + sympy.Rational(7, 100), "x/3 + 0.07"),
        (sympy.Rational(8, 3) * X / Y, "8*x/(3*y)"),
        (-X - Y, "-(x + y)"),
        (Y - X, "y - x"),
        (sympy.exp(-X * Y), "exp(-x*y)"),
        (sympy.sqrt(X) ** 3, "x^1.5"),
        (X**-2, "1/x^2"),
        (sympy.Max(X, Y, 1), "max(max(1, x), y)"),
        (sympy.coth(X), "1/tanh(x)"),
        (sympy.ceiling(X), "-floor(-x)"),
        (sympy.Piecewise((X, X < 1), (2, True)), "if(x < 1, x, 2)"),
        (sympy.Float(0.1) * X, "0.1*x"),
        (sympy.E * X, "exp(1)*x"),
    ],
)
def test_an_expression_is_written_as_a_person_would(expression: object, text: str) -> None:
    assert text_of(expression) == text


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (sympy.I * X, "no real number"),
        (sympy.oo, "no real number"),
        (sympy.nan, "no real number"),
        (sympy.sqrt(-2), "no real number"),
        (sympy.Float("0.1", 30), "more digits than a double"),
        (sympy.Integer(10**30 + 1), "is no double"),
        (sympy.gamma(X), "no exact counterpart"),
        (sympy.zeta(X), "no exact counterpart"),
        (sympy.Function("f")(X), "no exact counterpart"),
        (sympy.Piecewise((X, X < 1)), "a case is missing"),
    ],
)
def test_what_would_be_inexact_is_refused(expression: object, why: str) -> None:
    with pytest.raises(SpecificationError, match=why):
        from_sympy([expression])


def test_a_symbol_that_is_no_input_is_refused() -> None:
    with pytest.raises(SpecificationError, match="y is not among the inputs"):
        from_sympy([X + Y], {"x": X})


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_constant_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(SpecificationError, match="finite"):
        to_sympy(Builder().finish([value]))


def test_a_division_by_zero_is_refused() -> None:
    with pytest.raises(SpecificationError, match="divides by zero"):
        to_sympy(read_expression("x/(1 - 1)"))


def test_inputs_keep_their_order() -> None:
    known = {"T(0)": Y, "k": X}
    assert from_sympy([X * Y], known).inputs == ("T(0)", "k")
