"""Numbers of twice the digits on a tape, against many digits."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import mpmath
import pytest

from ratelaw.models.language.read import read_expression
from ratelaw.models.tape import Builder, Tape
from ratelaw.models.tape.differentiate import derivative
from ratelaw.models.tape.precise import Precise
from ratelaw.models.tape.refined import unrefined
from ratelaw.models.tape.twofold.functions import exponential, waves
from ratelaw.models.tape.twofold.number import Twofold, of_number
from ratelaw.models.tape.twofold.replayed import outputs

DIGITS = mpmath.MPContext()
DIGITS.dps = 60
Pair = tuple[float, float]
OPERATIONS: dict[str, tuple[Callable[..., Twofold], Callable[..., Any]]] = {
    "sum": (lambda x, y: x + y, lambda x, y: x + y),
    "difference": (lambda x, y: x - y, lambda x, y: x - y),
    "product": (lambda x, y: x * y, lambda x, y: x * y),
    "quotient": (lambda x, y: x / y, lambda x, y: x / y),
    "root": (lambda x, y: x.root(), lambda x, y: DIGITS.sqrt(x)),
    "exponential": (lambda x, y: exponential(x), lambda x, y: DIGITS.exp(x)),
    "falling exponential": (lambda x, y: exponential(-x), lambda x, y: DIGITS.exp(-x)),
    "cosine": (lambda x, y: waves(x)[0], lambda x, y: DIGITS.cos(x)),
    "sine": (lambda x, y: waves(x)[1], lambda x, y: DIGITS.sin(x)),
    "sine of a negative": (lambda x, y: waves(-x)[1], lambda x, y: DIGITS.sin(-x)),
}


def tape_of(operation: Callable[..., Twofold]) -> Tape:
    builder = Builder(["x", "dx", "y", "dy"])
    x, dx, y, dy = builder.inputs
    found = operation(Twofold(x, dx), Twofold(y, dy))
    return builder.finish([found.high, 0.0 if found.low is None else found.low])


def number(random: Random, size: float) -> Pair:
    high = random.uniform(0, size)
    return high, high * random.uniform(-1, 1) * 2.0**-54


def exactly(parts: Sequence[float]) -> Any:
    return DIGITS.fsum(map(DIGITS.mpf, parts))


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("size", [1e-9, 0.5, 30.0, 300.0])
def test_an_operation_has_ten_digits_more_than_doubles(name: str, size: float) -> None:
    operation, precise = OPERATIONS[name]
    tape, random = tape_of(operation), Random(1)
    for _ in range(50):
        x, y = number(random, size), number(random, size)
        expected = precise(exactly(x), exactly(y))
        error = abs(exactly(tape(*x, *y)) - expected)
        assert error <= 1e-26 * max(abs(expected), exactly(x) if "erence" in name else 0)


def test_a_constant_is_the_decimal_that_it_means() -> None:
    builder = Builder()
    for value, meant in ((0.1, Fraction(1, 10)), (0.5, Fraction(1, 2))):
        found = of_number(builder, value)
        parts = [found.high.constant, 0.0 if found.low is None else found.low.constant]
        assert abs(sum(map(Fraction, parts)) - meant) < Fraction(1, 10**32)  # type: ignore[arg-type]
    third = of_number(builder, 1.0) / of_number(builder, 3.0)
    assert exactly([third.high.constant, third.low.constant]) == pytest.approx(  # type: ignore[union-attr]
        DIGITS.mpf(1) / 3, rel=1e-32
    )


@pytest.mark.parametrize(
    ("operation", "x"),
    [
        (lambda x, y: x / y, 1.0),
        (lambda x, y: x.root(), -1.0),
        (lambda x, y: exponential(x), 800.0),
        (lambda x, y: exponential(x), math.nan),
        (lambda x, y: waves(x)[1], 1e12),
        (lambda x, y: waves(x)[0], math.inf),
    ],
    ids=["by zero", "root of a negative", "too large", "of nan", "large angle", "endless angle"],
)
def test_what_is_no_number_is_nan(operation: Callable[..., Twofold], x: float) -> None:
    assert math.isnan(tape_of(operation)(x, 0.0, 0.0, 0.0)[0])


def test_a_formula_keeps_what_cancels() -> None:
    formula = read_expression("(exp(x/3) - cos(0.1*x)^2 - sqrt(x)*sin(x))/x - 1")
    builder = Builder(["x"])
    found = outputs(builder, formula, [Twofold(builder.inputs[0])])
    assert found is not None
    tape = builder.finish([found[0].whole()])
    for x in (1e-6, 0.7, 3.0):
        expected = float(Precise(60)(formula, {"x": x})[0])
        assert tape(x)[0] == pytest.approx(expected, rel=1e-15, abs=0)


def test_a_formula_with_other_functions_is_left_alone() -> None:
    builder = Builder(["x"])
    assert outputs(builder, read_expression("atan(x)"), [Twofold(builder.inputs[0])]) is None


# ---- refined values ----------------------------------------------------------------------------


def refined(text: str, other: str) -> Tape:
    builder = Builder(["x"])
    x = builder.inputs[0]
    parts = [builder.inline(read_expression(t), [x])[0] for t in (text, other)]
    return builder.finish([parts[0].apply("refined", parts[1])])


def test_a_refined_value_is_the_other_in_doubles_and_itself_with_digits() -> None:
    tape = refined("x*x", "x*x + 1")
    assert tape(3.0) == (10.0,)
    assert Precise()(tape, {"x": 3.0})[0] == 9
    assert unrefined(tape)(3.0) == (9.0,)


def test_a_refined_value_has_its_own_slope_and_no_work_is_left_of_the_other() -> None:
    slope = derivative(refined("x*x", "sin(x)*cos(x)*x"), "x")
    assert slope(3.0) == (6.0,)
    assert {node.op for node in slope.nodes} <= {"input", "const", "add", "mul"}
