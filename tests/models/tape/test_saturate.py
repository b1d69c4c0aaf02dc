"""Slopes behind what overflows: zero, as their limit is, and not a product of zero and infinity."""

import pytest

from ratelaw.models.language.read import read_expression
from ratelaw.models.tape import Builder
from ratelaw.models.tape.differentiate import jacobian
from ratelaw.models.tape.pullback import pull_back
from ratelaw.models.tape.saturate import saturated

LEVEL = [
    "1/(1 + exp(u))", "1/(1 + 3*exp(u)^2)", "exp(-exp(u))", "tanh(cosh(u))", "atan(sinh(-u))",
    "(1 + exp(u))^-1.5", "1/(1 + u^200)", "1/(1 + (u/1e-40)^7)", "erfc(exp(u))", "1/(2 + expm1(u))",
    "u + 1/(1 + exp(u))/(1 + cosh(u))",
]  # fmt: skip
PLAIN = ["exp(u)", "1/(1 + u^2)", "u*exp(u) + sin(u)", "log(1 + exp(u))"]


def slopes(tape, at):
    """Return the derivative forward and backward."""
    builder = Builder(tape.inputs)
    back = pull_back(builder, tape, builder.inputs, [builder.constant(1.0)])[1]
    return jacobian(tape, ["u"]).tape(at)[0], builder.finish(back)(at)[0]


@pytest.mark.parametrize("formula", LEVEL)
def test_a_slope_behind_what_overflows_is_its_limit(formula):
    tape = saturated(read_expression(formula))
    limit = 1.0 if formula.startswith("u +") else 0.0
    assert slopes(tape, 800.0) == (limit, limit)


@pytest.mark.parametrize("formula", LEVEL)
@pytest.mark.parametrize("at", [-1.5, 0.75, 4.0])
def test_elsewhere_nothing_changes(formula, at):
    plain = read_expression(formula)
    assert saturated(plain)(at) == pytest.approx(plain(at), rel=1e-15, abs=1e-270)
    assert slopes(saturated(plain), at) == pytest.approx(slopes(plain, at), rel=1e-14)


@pytest.mark.parametrize("formula", PLAIN)
def test_what_levels_nothing_is_left_as_it_is(formula):
    tape = read_expression(formula)
    assert saturated(tape) is tape
