"""What bends or jumps is the same function, or a solution, for either sign or for none."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.exact.linear.identity import Identity
from ratelaw.models.exact.proof.certificate import certify
from ratelaw.models.exact.solvable import Solved
from ratelaw.models.lower import lower
from ratelaw.models.tape import Builder

PUSHED = "x'' = (F - c*x' - r*sign(x'))/m; x(0) = 2; x'(0) = {}; m = 0.6; F = 0.6; c = 0.2; r = 0.1"


def test_an_amount_is_not_what_it_is_of() -> None:
    builder = Builder(["a", "b"])
    identity = Identity(builder)
    a, b = builder.inputs
    assert not identity.same(abs(a), a)
    assert not identity.is_zero(a < 0.0)
    assert not identity.same(a.apply("sign"), 1.0)
    assert not identity.is_zero((a < 0.0) & (b < 0.0))
    assert identity.same(abs(a) * abs(b), abs(a * b))
    assert identity.same(abs(a) * abs(a), a * a)
    assert identity.same(a + (a < b).apply("select", b, a), b.apply("max", a) + a)


def test_a_solution_for_one_sign_of_its_start_is_not_certified() -> None:
    system = lower(rl.model("dx/dt = -a*b*c*k*abs(x); x(0) = 1; a = 1; b = 1; c = 1; k = 1"))
    builder = Builder((system.time, *system.parameters))
    time, factors = builder.input("t"), [builder.input(n) for n in "abck"]
    a, b, c, k = factors
    start = builder.input("x(0)")
    holds = time >= 0.0
    for factor in factors:
        holds = holds & (factor > 0.0)
    valid = builder.finish([holds], builder.names)
    for way, right in (start.apply("sign"), True), (1.0, False):
        written = builder.finish([start * (-a * b * c * k * time * way).apply("exp")])
        solved = Solved(written, written, ("valid where all are positive",), (), valid)
        assert certify(system, solved).valid is right


@pytest.mark.parametrize("speed", [-0.5, 0.5])
def test_a_block_pushed_harder_than_friction_holds_it_goes_on_after_its_turn(speed: float) -> None:
    exact = rl.solve_exactly(PUSHED.format(0.5), budget=20)
    values, times = {"x'(0)": speed}, np.linspace(0.05, 3, 9)
    found = exact(times, values)["x"]
    wanted = rl.solve(exact.model(values), times, method="reference:dop853", rtol=1e-11, atol=1e-12)
    known = np.isfinite(found)
    np.testing.assert_allclose(found[known], wanted["x"][known], rtol=1e-9)
    assert known.all() or speed > 0
