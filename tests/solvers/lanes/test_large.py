"""Large stiff systems: elimination by lists of places."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.solvers.backend import with_sensitivities
from ratelaw.solvers.compose.large import entangled
from ratelaw.solvers.methods import SHELF
from ratelaw.solvers.problem import initial_value_problem

IMPLICIT = [
    name
    for name in SHELF
    if not SHELF[name].tableau.is_explicit and hasattr(SHELF[name].tableau, "is_stiffly_accurate")
]


def line(n, source="0"):
    """Return a model by lines: diffusion between walls, and a source at each of n points."""
    u = ["0", *(f"u{i}" for i in range(1, n + 1)), "0"]
    rows = [
        f"d{u[i]}/dt = {(n + 1) ** 2}*({u[i - 1]} - 2*{u[i]} + {u[i + 1]}) + {source}; "
        f"{u[i]}(0) = {np.sin(np.pi * i / (n + 1))}"
        for i in range(1, n + 1)
    ]
    return rl.model("\n".join([*rows, "k = 2"]))


@pytest.mark.parametrize("source", ["0", "k*sin(t)", "k*u1*u2"])
@pytest.mark.parametrize("name", IMPLICIT)
def test_loops_take_the_steps_that_the_reference_takes(name, source):
    model, times = line(10, source)(k=[1.0, 3.0]), [0.01, 0.1]
    ours, theirs = (
        rl.solve(model, times, method=f"{backend}:{name}", rtol=1e-5)
        for backend in ("lanes", "reference")
    )
    assert ours.y == pytest.approx(theirs.y, rel=1e-11, abs=1e-14)
    assert ours.trajectories.n_steps == pytest.approx(theirs.trajectories.n_steps)


def test_parts_that_do_not_act_on_one_another_are_eliminated_apart():
    decays = "; ".join(f"dx{i}/dt = -{10.0**i}*x{i} + x{i - 1}; x{i}(0) = 1" for i in range(1, 12))
    model = rl.model(f"dx0/dt = -x0; x0(0) = 1; {decays}")
    ours, theirs = (
        rl.solve(model, [0.1, 2], method=m, rtol=1e-7) for m in ("lanes:radau9", "scipy:Radau")
    )
    assert ours.y == pytest.approx(theirs.y, rel=1e-5, abs=1e-9)


def test_the_heat_equation_on_many_points_is_solved_automatically():
    n = 120
    sol = rl.solve(line(n), [0.05])
    decay = np.exp(-0.2 * (n + 1) ** 2 * np.sin(np.pi / (2 * (n + 1))) ** 2)
    assert sol.method == "lanes:radau9"
    x = np.arange(1, n + 1) / (n + 1)
    assert sol.y[:, 0] == pytest.approx(decay * np.sin(np.pi * x), rel=1e-8)
    assert sol.trajectories.n_steps[0] < 60


@pytest.mark.parametrize("source", ["0", "k*sin(t)", "k*u1*u2"])
@pytest.mark.parametrize("name", ["rodas5p", "rodas4", "rosenbrock23"])
def test_rosenbrock_steps_in_loops_are_those_that_the_reference_takes(name, source):
    model, times = line(19, source)(k=[1.0, 3.0]), [0.01, 0.1]
    ours, theirs = (
        rl.solve(model, times, method=f"{backend}:{name}", rtol=1e-5)
        for backend in ("lanes", "reference")
    )
    assert ours.y == pytest.approx(theirs.y, rel=1e-11, abs=1e-14)
    assert ours.trajectories.n_steps == pytest.approx(theirs.trajectories.n_steps)


def test_rosenbrock_steps_in_loops_are_looked_at_where_pivots_may_be_too_small():
    pairs = "; ".join(
        f"dx{i}/dt = w*(y{i} - sin(t)); dy{i}/dt = -w*x{i} - (y{i} - sin(t)) + cos(t) + x{i - 1}; "
        f"x{i}(0) = 0; y{i}(0) = 0"
        for i in range(1, 10)
    )
    model = rl.model(f"dx0/dt = -x0; x0(0) = 0; {pairs}; w = 1e10")
    sol = rl.solve(model, 1e-3, method="lanes:rodas5p", rtol=1e-4)
    assert sol.trajectories.n_rejected[0] > 20
    assert sol.y[2::2, -1] == pytest.approx(np.sin(1e-3), rel=1e-3)


def test_rosenbrock_steps_of_many_states_are_no_stretch_of_code():
    n = 200
    sol = rl.solve(line(n), [0.05], method="rodas5p", rtol=1e-7)
    decay = np.exp(-0.2 * (n + 1) ** 2 * np.sin(np.pi / (2 * (n + 1))) ** 2)
    x = np.arange(1, n + 1) / (n + 1)
    assert sol.method == "lanes:rodas5p"
    assert sol.y[:, 0] == pytest.approx(decay * np.sin(np.pi * x), rel=1e-6)


@rl.model(start={"x": [1.0] * 100})
def everyone(t, x, *, k=1e6):
    return -k * x + x.sum()


def test_states_that_all_act_on_one_another_are_compiled():
    found = rl.solve(everyone, [1.0], rtol=1e-8)
    assert found.method == "lanes:radau9"
    assert found.y[:, 0] == pytest.approx(0.0, abs=1e-8)


def plane(n):
    """Return a model of decay and diffusion on n by n points of a torus."""
    rows = [
        f"du{i}_{j}/dt = 1e4*(u{(i + 1) % n}_{j} + u{(i - 1) % n}_{j} + u{i}_{(j + 1) % n} "
        f"+ u{i}_{(j - 1) % n} - 4*u{i}_{j}) - u{i}_{j}^2; u{i}_{j}(0) = {1 + (i == j)}"
        for i in range(n)
        for j in range(n)
    ]
    return rl.model("\n".join(rows))


def test_sparse_matrices_that_elimination_fills_up_are_left_to_scipy(monkeypatch):
    monkeypatch.setattr("ratelaw.solvers.compose.large.MOST_PRODUCTS", 5_000)
    model = plane(12)
    chosen = rl.solve(model, [0.2])
    assert chosen.method == "scipy:LSODA"
    assert "elimination fills up the sparse matrices of its 144 states" in chosen.reason
    asked = rl.solve(model, [0.2], method="rodas5p")
    assert asked.method == "lanes:rodas5p"
    assert asked.y == pytest.approx(chosen.y, rel=1e-5)


def test_derivatives_are_eliminated_like_the_states_they_are_of():
    model = rl.model(
        "dx/dt = -a*x + y*z; dy/dt = a*x - b*y*z; dz/dt = b*y*z - c*z + x^2; "
        "x(0) = 1; y(0) = 2; z(0) = 3; a = 1; b = 2; c = 3"
    )
    own = initial_value_problem(model, 1.0)
    full = with_sensitivities(own, ("a", "b", "y(0)"))
    assert entangled(own.system) > 0
    assert entangled(full.system) == 4 * entangled(own.system)


@pytest.mark.parametrize("rate", ["k*u{0}*u{1}", "k*u{0}^1.5", "k*u{0}*u{1}*exp(-u{2})"])
def test_a_member_of_a_large_system_is_the_same_alone_and_in_a_crowd(rate):
    n = 80
    rows = [
        f"du{i}/dt = {rate.format((i + 1) % n, (i + 2) % n, i)} - u{i}; u{i}(0) = {1 / (i + 1)}"
        for i in range(n)
    ]
    model, k = rl.model("; ".join([*rows, "k = 0.5"])), np.linspace(0.1, 0.9, 21)
    crowd = rl.solve(model(k=k), [0.5, 1.0], method="tsit5").y
    alone = rl.solve(model(k=k[13]), [0.5, 1.0], method="tsit5").y
    assert np.array_equal(crowd[:, 13], alone)
    assert crowd == pytest.approx(rl.solve(model(k=k), [0.5, 1.0], method="reference:tsit5").y)
