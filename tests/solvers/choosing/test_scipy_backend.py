"""The scipy backend: its integrators, our Jacobian, counts and ends that are true."""

import threading
import warnings

import numpy as np
import pytest
import scipy.integrate
import scipy.sparse

import ratelaw as rl
from ratelaw.models.errors import RefusalError
from ratelaw.solvers.backends.scipy import METHODS
from ratelaw.solvers.by_scipy.walk import IMPLICIT
from ratelaw.solvers.status import Status

WAVE = rl.model("dx/dt = x*cos(t); x(0) = 1")
FAST = rl.model("dx/dt = -1e6*(x - cos(t)); x(0) = 0")


def solve(model, times, method="LSODA", **options):
    return rl.solve(model, times, method=f"scipy:{method}", check=False, **options)


@pytest.fixture(params=METHODS)
def method(request):
    return request.param


def test_a_solution_is_right_at_all_outputs(method):
    sol = solve(WAVE, np.linspace(0, 6, 61), method, rtol=1e-8)
    assert sol.y[0] == pytest.approx(np.exp(np.sin(sol.t)), rel=1e-5)
    assert sol.t.tolist() == np.linspace(0, 6, 61).tolist()


def test_backward_in_time(method):
    sol = solve(WAVE, np.linspace(0, -3, 7), method, rtol=1e-8)
    assert sol.y[0] == pytest.approx(np.exp(np.sin(sol.t)), rel=1e-5)


def test_steps_are_those_of_solve_ivp(method):
    sol = solve(WAVE, [6.0], method)
    options = {"jac": lambda t, y: [[np.cos(t)]]} if method in IMPLICIT else {}
    theirs = scipy.integrate.solve_ivp(
        lambda t, y: y * np.cos(t), (0, 6), [1.0], method=method, rtol=1e-6, atol=1e-9,
        max_step=6.0 / 100, **options,
    )  # fmt: skip
    assert sol.trajectories.n_steps[0] == len(theirs.t) - 1
    assert sol.y[0, -1] == pytest.approx(theirs.y[0, -1], rel=1e-12)
    assert sol.nfev == pytest.approx(theirs.nfev, abs=4)  # dense output of DOP853


def test_outputs_cost_no_steps(method):
    few, many = solve(WAVE, [6.0], method), solve(WAVE, np.linspace(0, 6, 500), method)
    assert few.trajectories.n_steps[0] == many.trajectories.n_steps[0]


@pytest.mark.parametrize("name", IMPLICIT)
def test_an_implicit_method_makes_light_of_stiffness(name):
    sol = solve(FAST, [1.0], name)
    assert sol.y[0, -1] == pytest.approx(np.cos(1), rel=1e-4)
    assert sol.trajectories.n_steps[0] < 500


@pytest.fixture
def given(monkeypatch):
    """What scipy's integrators are given."""
    options = {}
    for name in METHODS:
        kind = getattr(scipy.integrate, name)

        def spy(*args, _kind=kind, **named):
            options.update(named)
            return _kind(*args, **named)

        monkeypatch.setattr(scipy.integrate, name, spy)
    return options


@pytest.mark.parametrize("name", IMPLICIT)
def test_the_jacobian_is_exact(name, given):
    solve(rl.library.robertson, [1.0], name)
    found = given["jac"](0.0, np.array([1.0, 2e-5, 0.1]))
    expected = [[-0.04, 1e3, 0.2], [0.04, -1e3 - 2 * 3e7 * 2e-5, -0.2], [0, 2 * 3e7 * 2e-5, 0]]
    assert found == pytest.approx(np.array(expected), rel=1e-14)


def chain(n):
    rows = [f"dx{i}/dt = x{i - 1} - 2*x{i}; x{i}(0) = 0" for i in range(1, n)]
    return rl.model("\n".join(["dx0/dt = -x0; x0(0) = 1", *rows]))


@pytest.mark.parametrize("name", ["BDF", "Radau"])
def test_a_sparse_jacobian_is_given_as_sparse(name, given):
    solve(chain(60), [1.0], name)
    found = given["jac"](0.0, np.zeros(60))
    assert scipy.sparse.issparse(found)
    assert found.nnz == 119


@pytest.mark.parametrize(("name", "n"), [("LSODA", 60), ("BDF", 10)])
def test_a_small_jacobian_and_that_of_lsoda_are_dense(name, n, given):
    solve(chain(n), [1.0], name)
    assert isinstance(given["jac"](0.0, np.zeros(n)), np.ndarray)


def test_an_explicit_method_gets_no_jacobian(given):
    solve(WAVE, [1.0], "RK45")
    assert "jac" not in given


HOSTILE = {
    "blows up": ("dx/dt = x^2; x(0) = 1", 1.0),
    "division by zero on the way": ("dx/dt = 1/(1 - t)^2; x(0) = 0", 1.0),
    "logarithm of a negative number on the way": ("dx/dt = log(1 - t) - x; x(0) = 1", 1.0),
    "overflow": ("dx/dt = exp(exp(10*x)); x(0) = 0", np.exp(-1) / 10),
    "root of a negative number": ("dx/dt = -1 - (x - 1)^1.5; x(0) = 2", None),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_rate_ends_with_a_status_and_no_warning(kind, method):
    text, where = HOSTILE[kind]
    sol = solve(rl.model(text), np.linspace(0, 2, 21), method, max_steps=3000)
    assert not sol.success
    assert Status(sol.trajectories.status[0]) in {Status.STEP_TOO_SMALL, Status.NOT_FINITE}
    assert sol.y.shape == (1, 21)
    assert np.isnan(sol.y[0, -1])
    assert sol.trajectories.t[0] < 2
    if where:
        assert sol.trajectories.t[0] == pytest.approx(where, abs=0.02)


@pytest.mark.parametrize("text", ["dx/dt = log(x); x(0) = -1", "dx/dt = 1/x; x(0) = 0"])
def test_a_start_that_is_not_finite_is_told(text, method):
    sol = solve(rl.model(text), 1, method)
    assert sol.outcome["not_finite"] == 1
    assert sol.trajectories.n_steps[0] == 0


def test_too_many_steps_are_told(method):
    sol = solve(WAVE, 6, method, max_steps=3)
    assert sol.outcome["max_steps"] == 1
    assert sol.trajectories.n_steps[0] == 3
    assert np.isfinite(sol.y[0, 0])


def test_a_failed_member_leaves_the_others_alone(method):
    starts = np.array([0.1, 1.0, 0.2])
    growth = rl.model("dx/dt = x^2; x(0) = 1")
    together = solve(growth({"x(0)": starts}), [2.0], method)
    assert [s == 0 for s in together.trajectories.status] == [True, False, True]
    for i in (0, 2):
        assert together.y[0, i, -1] == solve(growth({"x(0)": starts[i]}), [2.0], method).y[0, -1]


def test_a_fixed_step_is_refused():
    with pytest.raises(RefusalError, match="scipy chooses its own steps; a fixed step needs ref"):
        solve(WAVE, 6, step=0.1)


def test_threads_leave_the_filters_of_warnings_as_they_were():
    before = warnings.filters[:]
    threads = [threading.Thread(target=solve, args=(FAST, 1.0)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warnings.filters == before


def test_conditions_are_watched_within_steps(method):
    hump = rl.model("dx/dt = -2*(t - 1)*x/0.005; x(0) = 1e-80")
    assert np.isnan(solve(hump, 2, method).when("x > 1e9"))
    assert solve(WAVE, 6, method, rtol=1e-9).when("x > 2").item() == pytest.approx(
        np.arcsin(np.log(2)), rel=1e-6
    )


@pytest.mark.parametrize("ends", ["", " + 0.1*u99"])
def test_a_narrow_band_and_one_with_a_far_corner_are_solved_alike(ends):
    n = 100
    inside = [f"du{i}/dt = k*(u{i - 1} - 2*u{i} + u{i + 1})" for i in range(1, n - 1)]
    lines = [f"du0/dt = k*(u1 - 2*u0){ends}", *inside, f"du{n - 1}/dt = -k*u{n - 1}"]
    starts = [f"u{i}(0) = {1 + i % 3}" for i in range(n)]
    model = rl.model("\n".join([*lines, *starts, "k = 1000"]))
    lsoda, radau = (
        rl.solve(model, [0.01, 1], method=f"scipy:{m}", rtol=1e-7).y for m in ("LSODA", "Radau")
    )
    assert lsoda == pytest.approx(radau, abs=1e-5)


def test_a_step_that_meets_a_bend_of_sensitivities_may_be_tried_often() -> None:
    bend = """
        dx/dt = -a*abs(x - 0.5) + if(t < 0.7, 1, -1); dy/dt = sin(x) - y
        x(0) = 1.0117; y(0) = 1.0117; a = 0.30411
        """
    options = {"rtol": 1e-9, "atol": 1e-11, "sensitivities": ["a"]}
    methods = "scipy:DOP853", "lanes:tsit5"
    one, other = (rl.solve(bend, [0, 1.1, 2.1, 3], method=m, **options) for m in methods)
    assert one.gradient("y", "a").values == pytest.approx(other.gradient("y", "a").values, abs=1e-7)
