"""A closed form gets from its start to where it is put back without a jump, or is none."""

import math
from dataclasses import replace

import pytest

import ratelaw as rl
from ratelaw.models.exact.proof.certificate import certify
from ratelaw.models.exact.proof.continuous import Path, may_jump
from ratelaw.models.language.read import read_expression
from ratelaw.models.lower import lower
from ratelaw.models.tape import Builder


def path(formula: str, end: float = 3.0) -> Path:
    """The path of a formula of t from t = 0."""
    return Path(read_expression(formula), None, "t", 0.0, {"t": end})


def test_a_jump_on_the_way_is_found():
    assert path("t + if(t < 1.2345, 0, 1)").jumps()


@pytest.mark.parametrize(
    "formula",
    [
        "1/(1.2345 - t)", "1/(1.2345 - t)^2", "tanh(1e6*(t - 1.2345))", "abs(t - 1.2345)",
        "if(t < 1.2345, t, 2*t - 1.2345)", "sqrt(1.2345 - t)", "1 + if(t < 1.2345, 0, 1e-15)",
    ],
    ids=["pole", "even pole", "steep", "corner", "another slope", "end", "rounding"],
)  # fmt: skip
def test_what_is_no_jump_is_not_taken_for_one(formula):
    assert not path(formula).jumps()


def test_only_operations_of_time_are_followed():
    assert may_jump(read_expression("sign(t)*a"), "t")
    assert not may_jump(read_expression("sign(a)*t"), "t")


def test_a_formula_that_changes_branch_on_the_way_is_not_certified():
    system = lower(rl.model("dy/dt = 1 + cos(y)^2; y(0) = y0"))
    exact = rl.solve_exactly(system).solved
    assert exact is not None
    builder = Builder(exact.tape.inputs)
    (y,) = builder.inline(exact.tape, builder.inputs)
    late = builder.input("t") > 0.25  # both sides of the jump fulfil the equation
    moved = builder.finish([y + late.apply("select", 2 * math.pi, 0.0)])
    assert certify(system, exact).valid
    assert not certify(system, replace(exact, formula=moved, tape=moved)).valid


@pytest.mark.parametrize(
    ("text", "start"),
    [("dy/dt = y^2 - 2/t^2; y(1) = y0", 0.496), ("dy/dt = sin(t + y); y(0) = y0", 2.0)],
    ids=["a sign that time would change", "a half turn that time would add"],
)
def test_the_branch_is_that_of_the_start(text, start):
    model = rl.model(f"{text}; y0 = {start}")
    exact = rl.solve_exactly(model)
    gap = exact.difference(rl.solve(model, 3, rtol=1e-9)).largest
    assert gap < 1e-6
