"""Tapes evaluated with many digits agree with floats, and say more."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from ratelaw.models.language.read import read_expression
from ratelaw.models.tape import Builder, Tape
from ratelaw.models.tape.operations import OPERATIONS, arity
from ratelaw.models.tape.precise import Precise

POINTS = [(0.5, 0.25, 2.0), (-0.75, 0.5, -1.0), (0.0, 0.0, 3.0), (1.0, -1.0, 0.0)]


def one(op: str) -> Tape:
    builder = Builder("xyz"[: arity(op)])
    return builder.finish([builder.apply(op, *builder.inputs)])


@pytest.mark.parametrize("op", sorted(OPERATIONS.keys() - {"refined"}))
@pytest.mark.parametrize("point", POINTS)
def test_an_operation_gives_the_digits_of_a_float(op: str, point: tuple[float, ...]) -> None:
    tape = one(op)
    expected = tape(*point[: arity(op)])[0]
    got = float(Precise()(tape, dict(zip("xyz", point, strict=True)))[0])
    if math.isfinite(expected):
        assert got == pytest.approx(expected, rel=1e-15, abs=1e-300)
    else:
        assert not math.isfinite(got)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0.07*100 - 7", "0"),
        ("sin(pi) + 1", "1.0"),
        ("exp(1)", "2.718281828459045235360287471352662497757"),
    ],
)
def test_a_constant_means_its_shortest_decimal(text: str, digits: str) -> None:
    assert str(Precise(40)(read_expression(text), {})[0]).startswith(digits)


def test_what_is_larger_than_any_use_is_infinite() -> None:
    tape = read_expression("sin(exp(exp(x)))")
    assert math.isnan(Precise()(tape, {"x": 20})[0])


def test_threads_do_not_disturb_each_other() -> None:
    tape = read_expression("exp(x)")
    digits = [15, 25, 35, 45] * 8
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda d: str(Precise(d)(tape, {"x": 1})[0]), digits))
    assert [len(text) for text in found] == [d + 1 for d in digits]
