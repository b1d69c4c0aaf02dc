"""Large filled systems: full matrices with pivoting, and steps in loops that solve with them."""

import ctypes

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import RefusalError
from ratelaw.models.lower import lower
from ratelaw.models.structure.dependencies import state_jacobian
from ratelaw.models.tape.squares import in_squares
from ratelaw.solvers.backend import with_sensitivities
from ratelaw.solvers.compose.large import is_filled
from ratelaw.solvers.kernels.compile import compiled, host
from ratelaw.solvers.lanes.large import full
from ratelaw.solvers.methods import SHELF
from ratelaw.solvers.problem import initial_value_problem
from ratelaw.solvers.tableaux.rosenbrock import RosenbrockTableau

STIFF = [
    name
    for name in SHELF
    if isinstance(SHELF[name].tableau, RosenbrockTableau)
    or (not SHELF[name].tableau.is_explicit and SHELF[name].is_composable)
]
SIGNATURES = (
    ("factor1", "qpppq"), ("solve1", "qppppq"),
    ("factor2", "qpppppq"), ("solve2", "qpppppppq"),
)  # fmt: skip


def solved(matrix, right):
    """Return what the compiled functions make of a system, and the swaps of its pivots."""
    n, planes = len(right), 2 if np.iscomplexobj(matrix) else 1
    rows = full.SIDE * full.vectors(n)
    columns = np.eye(rows, full.stride(n), dtype=matrix.dtype)
    columns[:n, :n] = matrix.T
    side = np.zeros(rows, dtype=matrix.dtype)
    side[:n] = right
    a, x = ([np.ascontiguousarray(f(v)).ravel() for f in (np.real, np.imag)[:planes]]
            for v in (columns, side))  # fmt: skip
    inverses, swaps = [np.zeros(rows) for _ in range(planes)], np.zeros(rows, dtype=np.int64)
    functions = compiled(full.functions(host(), pairs=True), SIGNATURES).functions
    factor, solve = functions[2 * planes - 2 : 2 * planes]
    places = [v.ctypes.data_as(ctypes.c_void_p) for v in (*a, *inverses, swaps)]
    factor(*places, full.vectors(n))
    solve(*places, *(v.ctypes.data_as(ctypes.c_void_p) for v in x), full.vectors(n))
    return (x[0] if planes == 1 else x[0] + 1j * x[1])[:n], swaps[:n]


@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 16, 17, 45])
@pytest.mark.parametrize("parts", ["real", "complex"])
@pytest.mark.parametrize("kind", ["any", "without a diagonal", "scales apart"])
def test_a_full_matrix_is_solved_as_well_as_lapack_does(n, parts, kind):
    random = np.random.default_rng(n)
    matrix, right = random.normal(size=(n, n)), random.normal(size=n)
    if parts == "complex":
        matrix, right = matrix + 1j * random.normal(size=(n, n)), right * 1j
    if kind == "without a diagonal":
        matrix = matrix[np.roll(np.arange(n), 1)] - np.diag(np.diag(matrix))
        matrix += np.eye(n)[np.roll(np.arange(n), 1)] if n > 1 else 1.0
        np.fill_diagonal(matrix, 0.0 if n > 1 else 1.0)
    if kind == "scales apart":
        matrix *= 10.0 ** random.integers(-8, 8, size=n)[:, None]
    x, _ = solved(matrix, right)
    size = np.abs(matrix) @ np.abs(x) + np.abs(right)
    assert np.abs(matrix @ x - right) == pytest.approx(0.0, abs=1e-13 * size.max())
    assert x == pytest.approx(np.linalg.solve(matrix, right), rel=1e-8, abs=1e-10)


def test_the_largest_number_of_a_column_is_the_pivot():
    matrix = np.array([[1.0, 2.0, 3.0], [-4.0, 1.0, 1.0], [2.0, 9.0, 2.0]])
    x, swaps = solved(matrix, np.array([6.0, -2.0, 13.0]))
    assert list(swaps) == [1, 2, 2]
    assert x == pytest.approx([1.0, 1.0, 1.0], rel=1e-14)


@pytest.mark.parametrize("n", [3, 9, 30])
@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_matrix_that_has_no_solution_gives_no_number(n, value):
    matrix = np.eye(n) + 0.1
    matrix[:, n // 2] = value
    x, swaps = solved(matrix, np.ones(n))
    assert not np.isfinite(x).all()
    assert ((swaps >= 0) & (swaps < full.SIDE * full.vectors(n))).all()


def test_sensitivities_share_the_matrix_of_the_states():
    model = rl.model("dx/dt = -a*x*y; dy/dt = a*x - b*y^2; x(0) = 1; y(0) = 2; a = 1; b = 2")
    system = with_sensitivities(initial_value_problem(model, 1.0), ("a", "b")).system
    found = state_jacobian(system)
    pattern = tuple(zip(found.rows, found.columns, strict=True))
    squares = in_squares(pattern, found.tape.outputs, system.n_states)
    assert squares.sizes == (2,)
    assert [part.matrix for part in squares.parts] == [0, 0, 0]
    assert sum(len(row) for part in squares.parts for row in part.before) == 7


@pytest.fixture
def filled(monkeypatch):
    """Hold the matrices of all systems as full ones, and step all in loops."""
    monkeypatch.setattr("ratelaw.solvers.compose.large.MANY", -1)
    monkeypatch.setattr("ratelaw.solvers.compose.large.MUCH", -1.0)
    monkeypatch.setattr("ratelaw.solvers.lanes.assemble.LARGEST_WHOLE", 0)
    monkeypatch.setattr("ratelaw.solvers.lanes.assemble.LARGEST_ROSENBROCK", 0)


def groups(k):
    """Return a model of two groups of states; the second is driven by the first, and by time."""
    rows = []
    for i in range(9):
        rows.append(f"dx{i}/dt = -{k}*{2**i}*x{i} + tanh(x{(i + 1) % 9})*x{(i + 4) % 9}")
        rows.append(f"dy{i}/dt = {k}*(x{i} - y{i}) + sin(3*t + {i})*y{(i + 2) % 9}*y{(i + 5) % 9}")
        rows.append(f"x{i}(0) = {1 + 0.1 * i}; y{i}(0) = {0.3 - 0.05 * i}")
    return rl.model("\n".join([*rows, "dz/dt = -k*z + y0^2; z(0) = 1; k = 2"]))


@pytest.mark.parametrize("name", STIFF)
def test_steps_with_full_matrices_are_those_that_the_reference_takes(name, filled):
    del filled
    number = 20 + STIFF.index(name) / 8
    model, times = groups(number)(k=[1.0, 3.0]), [0.01, 0.3]
    ours, theirs = (
        rl.solve(model, times, method=f"{backend}:{name}", rtol=1e-4)
        for backend in ("lanes", "reference")
    )
    assert is_filled(lower(model))
    assert ours.y == pytest.approx(theirs.y, rel=1e-10, abs=1e-13)
    assert ours.trajectories.n_steps == pytest.approx(theirs.trajectories.n_steps)


@pytest.mark.parametrize("name", STIFF)
def test_a_rosenbrock_step_in_loops_is_that_in_one_piece(name, monkeypatch):
    model, found = groups(37), []
    for largest in (0, 50):
        monkeypatch.setattr("ratelaw.solvers.lanes.assemble.LARGEST_WHOLE", largest)
        monkeypatch.setattr("ratelaw.solvers.lanes.assemble.LARGEST_ROSENBROCK", largest)
        asked = model(k=[1.0, 2.0 + largest * 1e-15])  # another model, and so nothing is kept
        found.append(rl.solve(asked, [0.1, 0.3], method=f"lanes:{name}", rtol=1e-4))
    assert found[0].y == pytest.approx(found[1].y, rel=1e-10, abs=1e-13)
    assert found[0].trajectories.n_steps == pytest.approx(found[1].trajectories.n_steps)


@pytest.mark.parametrize("method", ["radau9", "rodas5p"])
def test_a_member_is_the_same_alone_and_in_a_crowd(method, filled):
    del filled
    model, k = groups(41), np.linspace(0.5, 4.0, 11)
    crowd = rl.solve(model(k=k), [0.1, 0.5], method=f"lanes:{method}").y
    alone = rl.solve(model(k=k[7]), [0.1, 0.5], method=f"lanes:{method}").y
    assert np.array_equal(crowd[:, 7], alone)


def everyone(n, k=1e5):
    """Return a model in which every state acts on every other, driven by time."""
    rows = [
        f"dx{i}/dt = {k ** (i / (n - 1)):.6g}*(sin(t + {i}) - x{i} + b*("
        + " + ".join(f"{np.sin(1.0 + i * n + j) / n:.4f}*tanh(x{j})" for j in range(n))
        + f")); x{i}(0) = {np.cos(i):.3f}"
        for i in range(n)
    ]
    return rl.model("\n".join([*rows, "b = 1"]).replace("+ -", "- "))


@pytest.fixture(scope="module")
def hundred():
    model = everyone(100)
    return model, rl.solve(model, [0.3, 1.0], method="scipy:LSODA", rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("method", ["radau9", "radau5", "rodas5p", "rosenbrock23", "auto"])
def test_a_hundred_states_that_all_act_on_one_another_are_compiled(method, hundred):
    model, exact = hundred
    found = rl.solve(model, [0.3, 1.0], method=method, rtol=1e-4)
    assert found.method == ("lanes:rodas5p" if method == "auto" else f"lanes:{method}")
    assert found.y == pytest.approx(exact.y, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("rtol", [1e-6, 1e-9])
def test_fine_tolerances_go_to_order_nine(rtol, hundred):
    model, exact = hundred
    found = rl.solve(model, [0.3, 1.0], rtol=rtol)
    assert found.method == "lanes:radau9"
    assert found.y == pytest.approx(exact.y, rel=rtol, abs=1e-8)


def test_derivatives_are_carried_along(hundred):
    model, _ = hundred
    change = 1e-4
    found = rl.solve(model, [1.0], method="rodas5p", rtol=1e-7, sensitivities=["b"])
    up, down = (
        rl.solve(model(b=1 + x), [1.0], method="scipy:LSODA", rtol=1e-10, atol=1e-12)
        for x in (change, -change)
    )
    assert found.method == "lanes:rodas5p"
    slopes = (up.y - down.y)[:, 0] / (2 * change)
    ours = [float(found.gradient(f"x{i}", "b")[0]) for i in range(100)]
    assert ours == pytest.approx(slopes, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("method", ["radau9", "rodas5p"])
def test_events_end_steps_with_full_matrices(method):
    text = "\n".join(
        f"dx{i}/dt = {10.0 ** (i / 15):.6g}*(cos(4*t) - x{i}) + m/70*("
        + " + ".join(f"x{j}" for j in range(70) if j != i) + f"); x{i}(0) = 0"
        for i in range(70)
    )  # fmt: skip
    events = "\nwhen x0 > 0.2: m = -m\nwhen x69 < -0.9: x3 = x3 + 0.1\nm = 0.5"
    model = rl.model(text + "\ndm/dt = 0" + events.replace("m = 0.5", "m(0) = 0.5"))
    ours, theirs = (
        rl.solve(model, [0.5, 1.0], method=m, rtol=1e-8, atol=1e-9)
        for m in (f"lanes:{method}", "scipy:LSODA")
    )
    assert ours.y == pytest.approx(theirs.y, rel=1e-4, abs=1e-5)


def test_who_is_to_large_for_full_matrices_is_told_who_takes_them(monkeypatch):
    monkeypatch.setattr("ratelaw.solvers.backends.lanes.LARGEST_FULL", 99)
    with pytest.raises(RefusalError, match=r"100 of its states .* scipy:LSODA takes larger"):
        rl.solve(everyone(100, 1e4), 1, method="lanes:radau9")
