"""Rates that jump with a state: steps end there, and derivatives jump as they must."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import RefusalError, SolveError
from ratelaw.solvers.status import Status

WAYS = ["lanes:tsit5", "lanes:rodas5p", "reference:tsit5", "reference:radau9", "scipy:LSODA"]
DROP = "dx/dt=if(x>c,-a,-b); x(0)=2; a=1; b=3; c=1.5"


def slopes(model, t, by, method="auto", **options):
    sol = rl.solve(model, [t / 2, t], method=method, sensitivities=by, **options)
    return [float(sol.gradient("x", name).values[-1]) for name in by]


@pytest.mark.parametrize("method", WAYS)
def test_sensitivities_jump_where_a_rate_does(method):
    # x = c - b (1 - t_c), t_c = (2 - c)/a
    found = slopes(rl.model(DROP), 1.0, ["c", "a", "b"], method)
    assert found == pytest.approx([1 - 3, -3 * 0.5, -0.5], abs=1e-9)


@pytest.mark.parametrize(
    ("rate", "slope"),
    [
        ("1 + step(x - c)", -1.0),
        ("2 + sign(x - c)", -2.0),
        ("1 + floor(x/c)", -1.0),
        ("1 + mod(floor(x/c), 2)", -1.0),
        ("if(x > c and x < 100, 2, 1)", -1.0),
        ("if(x > step(t - 0.1)*c, 2, 1)", -1.0),
        ("if(if(x > c, 1, 0) > 0.5, 2, 1)", -1.0),
    ],
)
def test_every_operation_that_jumps_is_followed(rate, slope):
    model = rl.model(f"dx/dt = {rate}; x(0) = 0.25; c = 1")
    (found,) = slopes(model, 1.2, ["c"], "reference:tsit5")
    assert found == pytest.approx(slope, abs=1e-9)


@pytest.mark.parametrize("method", WAYS)
def test_a_fixed_or_chosen_step_ends_at_the_jump(method):
    sol = rl.solve(DROP, [0.25, 1.0], method=method)
    np.testing.assert_allclose(sol.y, [[1.75, 0.0]], atol=1e-12)


def test_a_fixed_step_keeps_its_order_through_a_jump():
    model = "dx/dt = if(x > 1, -x, 2); x(0) = 0.1"
    exact = 0.1 + 2 * 0.3
    sol = rl.solve(model, [0.3], method="lanes:rk4", step=0.07)
    assert sol.y[0, -1] == pytest.approx(exact, abs=1e-13)
    bend = "dx/dt = if(x > 2, -3*x, -x); x(0) = 3"
    errors = [
        abs(rl.solve(bend, [1.0], method="lanes:rk4", step=h).y[0, -1]
            - 2 * np.exp(-(1 - np.log(1.5) / 3))) for h in (0.1, 0.05)
    ]  # fmt: skip
    assert errors[0] / errors[1] > 10


def test_a_reset_over_a_condition_turns_it():
    model = "dx/dt = if(x > 1, 2, 1); x(0) = 0; c = 3; at 0.5: x = c"
    sol = rl.solve(model, [1.0], sensitivities=["c"])
    assert sol.y[0, -1] == pytest.approx(4.0)
    assert sol.gradient("x", "c").values[-1] == pytest.approx(1.0)


def test_a_condition_that_an_input_turns_moves_with_the_input():
    model = rl.model("dx/dt = if(x > 2 - 2*step(t - T), 3, 1); x(0) = 1; T = 0.5")
    assert slopes(model, 0.9, ["T"], "reference:tsit5") == pytest.approx([-2.0])


def test_a_bend_is_not_followed():
    # Beyond its condition the root is none: a side that is kept would break off.
    sol = rl.solve("dx/dt = if(x > 0, -a*sqrt(x), 0); x(0) = 1; a = 1", [1.0, 4.0],
                   sensitivities=["a"])  # fmt: skip
    assert sol.y[0] == pytest.approx([0.25, 0.0], abs=1e-5)
    assert sol.gradient("x", "a").values[0] == pytest.approx(-0.5, abs=1e-4)


def test_a_formula_that_ends_at_its_condition_is_solved_as_written():
    sol = rl.solve("dx/dt = if(x > 0, -1 - sqrt(x), 0); x(0) = 1", [0.5, 2.0])
    assert sol.success
    assert abs(sol.y[0, -1]) < 1e-4


def test_modes_are_nowhere_to_be_seen():
    sol = rl.solve(rl.model(DROP)(c=[1.4, 1.5]), [0.25, 1.0], sensitivities=["c"])
    assert sol.states == ("x",)
    assert sol.y.shape == (1, 2, 2)
    assert len(sol.events) == 0
    assert sol.gradient("x", "c").values[:, -1] == pytest.approx([-2, -2])


def test_a_threshold_is_fitted():
    t = np.linspace(0, 1, 21)
    data = {"time": t, "x": rl.solve(DROP, t)["x"].values}
    fit = rl.fit(rl.model(DROP)(c=1.4), data, free={"c": (1, 1.9)})
    assert fit.estimates["c"] == pytest.approx(1.5, abs=1e-6)


def test_conditions_are_watched_beside_jumps():
    sol = rl.solve(DROP, 1.0)
    assert sol.when("x < 1").item() == pytest.approx(0.5 + 0.5 / 3)


@pytest.mark.parametrize("method", ["auto", "reference:tsit5", "scipy:Radau"])
@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("dx/dt = -sign(x); x(0) = 1", "x passes 0"),
        ("dx/dt = 1 - 2*step(x - 1); x(0) = 0", "x - 1"),
        ("dx/dt = mod(x, 1) - 0.5; x(0) = 0.3", "x passes a whole number"),
    ],
)
def test_a_solution_that_is_driven_back_from_both_sides_slides(text, where, method):
    with pytest.raises(SolveError, match="Filippov") as told:
        rl.solve(text, 3.0, method=method)
    assert where in str(told.value)
    assert told.value.solution.outcome[Status.SLIDING] == 1


def test_others_of_a_batch_do_not_slide():
    model = rl.model("dx/dt = -a*sign(x); x(0) = 1; a = 1")
    sol = rl.solve(model(a=[1.0, 0.2]), 3.0)
    assert sol.outcome.counts == {Status.SUCCESS: 1, Status.SLIDING: 1}
    assert sol["x"].values[1, -1] == pytest.approx(0.4)


def test_jumps_in_too_many_places_refuse_sensitivities():
    text = "; ".join(f"dx{i}/dt = -sign(x{i} - {i}); x{i}(0) = {2 * i + 1}" for i in range(40))
    with pytest.raises(RefusalError, match="more than 32 places"):
        rl.solve(text + "; k = 1", 0.5, sensitivities=["x1(0)"])
    assert rl.solve(text, 0.5).success


def test_backward_jumps_refuse_sensitivities_and_nothing_else():
    with pytest.raises(RefusalError, match="Solve forward"):
        rl.solve(DROP, [-1.0], sensitivities=["c"])
    assert rl.solve(DROP, [-1.0]).y[0, -1] == pytest.approx(3.0)
