"""The stabilised method: chosen where decay bounds explicit steps; a wrong guess costs little."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.solvers.choosing.choose import choose
from ratelaw.solvers.choosing.decaying import LONGEST
from ratelaw.solvers.methods import SHELF
from ratelaw.solvers.problem import initial_value_problem


def line(rate, start, n=30, d=0.05, around=(0.0, 0.0), advection=0.0):
    """Return a text: a rate of reaction on n points in a row, and what they exchange."""
    c, w = d * (n + 1) ** 2, advection * (n + 1) / 2
    names = [str(around[0]), *(f"u{i}" for i in range(1, n + 1)), str(around[1])]
    rows = [f"d = {c!r}", f"w = {w!r}"]
    for i in range(1, n + 1):
        left, u, right = names[i - 1 : i + 2]
        exchange = f"d*({left} - 2*{u} + {right}) - w*({right} - {left})"
        rows += [f"d{u}/dt = {exchange} + {rate.format(u=u)}", f"{u}(0) = {start(i / (n + 1))!r}"]
    return rl.model("\n".join(rows))


def hump(x):
    return float(np.sin(np.pi * x) + 0.3 * np.sin(3 * np.pi * x))


ALLEN_CAHN = line("{u} - {u}^3", hump)
CARRIED = line("-{u}^3", hump, d=0.004, advection=4.0)  # 248 per unit of time, turning


def chosen(model, times=1.0, **options):
    return choose(initial_value_problem(model, times, **options), "auto")


def evaluations(model, times, method, **options):
    sol = rl.solve(model, times, method=method, **options)
    return int(sol.trajectories.n_evaluations.max())


WALLS = line("{u} - {u}^3", hump, d=0.2, around=("u2", "u29"))  # that reflect
CURRENT = line("0*{u}", hump, d=0.2, advection=4.0)


@pytest.mark.parametrize(("model", "times"), [(WALLS, 0.4), (CURRENT, 0.4)])
def test_modes_may_turn_a_little(model, times):
    assert chosen(model, times).name == "lanes:rkc5"


@pytest.mark.parametrize("rtol", [1e-3, 1e-4, 1e-6])
def test_diffusion_that_bounds_explicit_steps_is_left_to_the_stabilised_method(rtol):
    found = chosen(ALLEN_CAHN, 1.5, rtol=rtol)
    assert found.name == "lanes:rkc5"
    assert found.reason.endswith("decay bounds explicit steps, and rkc5 takes longer ones")


@pytest.mark.parametrize(
    ("model", "times", "options"),
    [
        (ALLEN_CAHN, 0.6, {}),  # over so soon that accuracy bounds steps as well
        (ALLEN_CAHN, 1.5, {"rtol": 1e-9}),  # fine enough for order 8
        (CARRIED, 1.0, {"rtol": 1e-3}),  # modes turn
    ],
)
def test_others_keep_the_usual_method(model, times, options):
    assert chosen(model, times, **options).method in ("tsit5", "dop853")


def test_other_values_of_the_same_model_may_lead_to_another_method():
    assert rl.solve(ALLEN_CAHN, 1.5).method == "lanes:rkc5"
    assert rl.solve(ALLEN_CAHN({"d": 5.0}), 1.5).method == "lanes:tsit5"
    assert rl.solve(ALLEN_CAHN({"d": 50.0}), 1.5).method == "lanes:rkc5"


@pytest.mark.parametrize("rtol", [1e-3, 1e-4, 1e-5, 1e-6])
def test_it_takes_at_most_two_thirds_of_the_evaluations_and_keeps_its_tolerance(rtol):
    times = np.linspace(0.0, 1.5, 7)[1:]
    found = rl.solve(ALLEN_CAHN, times, rtol=rtol, atol=rtol)
    truth = rl.solve(ALLEN_CAHN, times, method="dop853", rtol=1e-12, atol=1e-12)
    assert np.abs(found.y - truth.y).max() < 3 * rtol
    usual = evaluations(ALLEN_CAHN, times, "tsit5", rtol=rtol, atol=rtol)
    assert found.trajectories.n_evaluations.max() < usual / 1.5


# Rates whose accuracy bounds steps although they diffuse: cycles of Lotka's and Volterra's kind.
FAST = """
    du1/dt = 100*(u2 - u1) + 60*u1 - 60*u1*v1; dv1/dt = 100*(v2 - v1) - 60*v1 + 60*u1*v1
    du2/dt = 100*(u1 - u2) + 60*u2 - 60*u2*v2; dv2/dt = 100*(v1 - v2) - 60*v2 + 60*u2*v2
    u1(0) = 3; v1(0) = 1; u2(0) = 2; v2(0) = 1
"""


@pytest.mark.parametrize("rtol", [1e-3, 1e-6])
def test_a_wrong_guess_costs_at_most_three_tenths_more(rtol):
    model = rl.model(FAST)
    usual = evaluations(model, 1.0, "tsit5", rtol=rtol)
    assert evaluations(model, 1.0, "rkc5", rtol=rtol) < 1.3 * usual


@pytest.mark.parametrize("name", LONGEST)
def test_what_is_known_of_stable_steps_is_what_the_tableaus_say(name):
    assert LONGEST[name] == pytest.approx(SHELF[name].tableau.stability_interval, abs=0.1)


def test_its_stages_amplify_no_mode_of_its_interval_much():
    tableau = SHELF["rkc5"].tableau
    z = -np.linspace(0.0, tableau.stability_interval, 500)
    stages = [np.ones_like(z)]
    for row in tableau.a[1:]:
        total = sum(float(a) * s for a, s in zip(row, stages, strict=True))
        stages.append(1.0 + z * total)
    assert max(np.abs(s).max() for s in stages) < 2.8
    assert np.abs(stages[-1][(z < -1.0) & (z > 0.99 * z[-1])]).max() < 0.75


def test_sensitivities_go_through_it():
    def solved(value):
        return rl.solve(ALLEN_CAHN({"d": value}), 1.5, method="rkc5", rtol=1e-9, atol=1e-9).y[:, -1]

    d = 0.05 * 31**2
    found = rl.solve(ALLEN_CAHN, 1.5, sensitivities=["d"], rtol=1e-7, atol=1e-9)
    assert found.method == "lanes:rkc5"
    slopes = np.array([found.gradient(s, "d").values[-1] for s in found.states])
    assert slopes == pytest.approx((solved(d + 0.01) - solved(d - 0.01)) / 0.02, rel=1e-4, abs=1e-7)
