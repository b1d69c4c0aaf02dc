"""Taylor coefficients on the tape against those that mpmath finds by differences of many digits."""

import mpmath
import pytest

from ratelaw.models.tape import Builder
from ratelaw.models.tape.taylor import Coefficients, Expansion

ORDER, START = 7, 0.3
FUNCTIONS = {
    "exp": mpmath.exp, "expm1": mpmath.expm1, "log": mpmath.log,
    "log1p": lambda x: mpmath.log(1 + x),
    "sqrt": mpmath.sqrt, "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan,
    "asin": mpmath.asin, "acos": mpmath.acos, "atan": mpmath.atan, "sinh": mpmath.sinh,
    "cosh": mpmath.cosh, "tanh": mpmath.tanh, "neg": lambda x: -x,
}  # fmt: skip
FORMULAS = {
    "product": lambda x: x * (2 - x),
    "square": lambda x: x * x,
    "quotient": lambda x: (1 + x) / (2 - x * x),
    "by a number": lambda x: (1 - x) / 3,
    "of a number": lambda x: 3 / x,
    "whole power": lambda x: x**5,
    "negative power": lambda x: (1 + x) ** -3,
    "broken power": lambda x: (1 + x * x) ** -1.5,
    "power of a number": lambda x: 2.0 ** (x * x),
    "sum of powers": lambda x: x**2 + x**3 - x**13,
    "nothing that moves": lambda x: 0 * x + 2,
}


def coefficients(formula, order=ORDER, start=START):
    """Return those of a formula of x = start + s, by powers of s."""
    builder = Builder(("x",))
    (x,) = builder.inputs
    expansion = Expansion(builder.finish([formula(x)]), ("x",))
    assert expansion.obstacle is None
    target = Builder(("x",))
    found = Coefficients(expansion, target, target.inputs)
    values = [found.outputs[0]]
    for k in range(1, order + 1):
        found.extend({0: target.constant(1.0 if k == 1 else 0.0)})
        values.append(found.outputs[0])
    return target.finish(values)(start)


def expected(formula, order=ORDER):
    with mpmath.workdps(40):
        return [float(c) for c in mpmath.taylor(formula, mpmath.mpf(START), order)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_coefficients_of_its_taylor_series(name):
    found = coefficients(lambda x: x.apply(name))
    assert found == pytest.approx(expected(FUNCTIONS[name]), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_has_the_coefficients_of_its_taylor_series(name):
    found = coefficients(FORMULAS[name])
    assert found == pytest.approx(expected(FORMULAS[name]), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("exponent", [3, 17, 20, 1000, 5000, 7.5])
def test_a_power_that_begins_at_zero_has_no_coefficient_before_its_exponent(exponent):
    found = coefficients(lambda x: 1 + x**exponent, start=0.0)
    assert found == tuple(float(k in (0, exponent)) for k in range(ORDER + 1))


def obstacle(formula):
    builder = Builder(("x", "p"))
    return Expansion(builder.finish([formula(*builder.inputs)]), ("x",)).obstacle


@pytest.mark.parametrize(
    ("formula", "op"),
    [
        (lambda x, p: abs(x), "abs"),
        (lambda x, p: x.apply("max", p), "max"),
        (lambda x, p: p**x, "pow"),
        (lambda x, p: x**p, "pow"),
        (lambda x, p: x.apply("erf"), "abs"),  # by pieces
        (lambda x, p: abs(p) * x, None),
    ],
)
def test_what_chooses_or_has_no_recurrence_is_named_where_it_moves(formula, op):
    assert obstacle(formula) == op


def test_work_grows_with_the_square_of_the_order_only_where_series_are_multiplied():
    def work(formula, order):
        builder = Builder(("x", "p"))
        return Expansion(builder.finish([formula(*builder.inputs)]), ("x",)).work(order)

    assert work(lambda x, p: p * x, 20) == 2 * work(lambda x, p: p * x, 10)
    assert work(lambda x, p: x * x, 20) > 3 * work(lambda x, p: x * x, 10)
