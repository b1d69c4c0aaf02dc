"""Bounds of formulas: no value lies outside, and where an input occurs once they are reached."""

import numpy as np
import pytest

from ratelaw.models.language.read import read_expression
from ratelaw.models.tape import Builder
from ratelaw.models.tape.bounds import bounded, bounds

ONCE = [
    "sin(x)", "cos(3*x)", "exp(-x^2)", "1/(1 + x^2)", "abs(x)^3", "x^2", "x^3 - 1", "x^-2",
    "tanh(x)", "cosh(x)", "max(x, 0.5)", "min(2*x, 1)", "sqrt(x + 4)", "log(x + 3.5)", "atan(x)",
    "asin(x/8)", "acos(x/8)", "sign(x)", "floor(x)", "expm1(x)", "log1p(x + 2.5)", "2/(x + 5)",
    "sinh(-x)", "(x + 4)^1.5", "3^x",
]  # fmt: skip
OFTEN = [
    "x*exp(-x)", "sin(x)*cos(x) + x", "if(x > 0.3, x^2, -x)", "exp(-((x - 1)/0.1)^2)*sin(9*x)",
    "tan(x/3)", "(x - 1)/(x^2 + 1)", "tanh(9*x) - tanh(9*x - 2)", "x*y - y/(x + 5)", "1/x + y",
    "x^3*y^2 - abs(x - y)", "(x <= y) + 2*(x >= 1)", "sin(40*x)", "max(x, y) - min(x, 2*y)",
]  # fmt: skip


def enclosed(text: str, low: np.ndarray, high: np.ndarray):
    """Return bounds of a formula over boxes, (box,), and its values in them, (box, sample)."""
    tape = read_expression(text)
    assert bounded(tape)
    builder = Builder(f"{name} {end}" for name in tape.inputs for end in ("low", "high"))
    pairs = list(zip(builder.inputs[::2], builder.inputs[1::2], strict=True))
    both = builder.finish(bounds(builder, tape, pairs)[0])
    ends = [
        [x for pair in zip(*box, strict=True) for x in pair] for box in zip(low, high, strict=True)
    ]
    found = np.array([both(*box[: 2 * len(tape.inputs)]) for box in ends])
    parts = np.random.default_rng(1).uniform(size=(60, low.shape[1]))
    parts[:2] = [[0.0], [1.0]]
    points = low[:, None] + parts * (high - low)[:, None]
    values = np.array([[tape(*x[: len(tape.inputs)])[0] for x in box] for box in points])
    return found, values


def boxes(width: float):
    chance = np.random.default_rng(0)
    low = chance.uniform(-3, 3, (40, 2))
    return low, low + width * chance.uniform(size=(40, 2))


@pytest.mark.parametrize("width", [0.01, 0.5, 3.0])
@pytest.mark.parametrize("text", ONCE + OFTEN)
def test_no_value_lies_outside(text: str, width: float) -> None:
    found, values = enclosed(text, *boxes(width))
    slack = 1e-12 * (1 + np.abs(values).max(axis=1))
    assert (found[:, 0] <= values.min(axis=1) + slack).all()
    assert (found[:, 1] >= values.max(axis=1) - slack).all()


@pytest.mark.parametrize("text", ONCE)
def test_bounds_are_reached_where_an_input_occurs_once(text: str) -> None:
    found, values = enclosed(text, *boxes(0.5))
    width = 0.02 + 0.2 * np.ptp(values, axis=1)
    finite = np.isfinite(found).all(axis=1)
    assert (found[finite, 1] - values[finite].max(axis=1) <= width[finite]).all()
    assert (values[finite].min(axis=1) - found[finite, 0] <= width[finite]).all()
    assert finite.sum() > 20
