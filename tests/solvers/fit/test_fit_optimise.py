from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError, UnknownNameError
from ratelaw.solvers.fit.optimise import Ending, Optimiser
from ratelaw.solvers.fit.optimisers import SHELF
from ratelaw.solvers.fit.optimisers.descent import Descent
from ratelaw.solvers.fit.optimisers.gauss_newton import GaussNewton

OPTIMISERS = list(SHELF)
DECAY = rl.model("dx/dt = -k*x; x(0) = 10; k = 1")
T = np.linspace(0, 5, 11)
SEEN = 9 * np.exp(-0.4 * T) + 0.1 * np.cos(7 * T)
FREE = {"k": rl.log(0.01, 10), "x(0)": (1, 20)}


def fitted(optimiser="gauss-newton", free=FREE, **options):
    return rl.fit(DECAY, {"time": T, "x": SEEN}, free, optimiser=optimiser, **options)


@dataclass(frozen=True)
class Regression:
    """One of NIST's Statistical Reference Datasets (public domain), as an equation."""

    model: str
    t: list[float]
    y: list[float]
    starts: tuple[tuple[float, ...], ...]
    certified: tuple[float, ...]
    errors: tuple[float, ...]
    squares: float


# https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml; difficulties lower, lower, higher, higher
NIST = {
    "DanWood": Regression(
        "dy/dx = b2*y/x; y(1) = b1",
        [1.309, 1.471, 1.490, 1.565, 1.611, 1.680],
        [2.138, 3.421, 3.597, 4.340, 4.882, 5.660],
        ((1, 5), (0.7, 4)),
        (7.6886226176e-01, 3.8604055871e00),
        (1.8281973860e-02, 5.1726610913e-02),
        4.3173084083e-03,
    ),
    "Misra1a": Regression(
        "dy/dx = b2*(b1 - y); y(0) = 0",
        [77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1,
         760],
        [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47,
         81.78],
        ((500, 0.0001), (250, 0.0005)),
        (2.3894212918e02, 5.5015643181e-04),
        (2.7070075241e00, 7.2668688436e-06),
        1.2455138894e-01,
    ),
    "BoxBOD": Regression(
        "dy/dx = b2*(b1 - y); y(0) = 0",
        [1, 2, 3, 5, 7, 10],
        [109, 149, 149, 191, 213, 224],
        ((1, 1), (100, 0.75)),
        (2.1380940889e02, 5.4723748542e-01),
        (1.2354515176e01, 1.0455993237e-01),
        1.1680088766e03,
    ),
    "Rat43": Regression(
        "dy/dx = b3/b4*y*(1 - (y/b1)^b4); y(0) = b1*(1 + exp(b2))^(-1/b4)",
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [16.08, 33.83, 65.80, 97.20, 191.55, 326.20, 386.87, 520.53, 590.03, 651.92, 724.93, 699.56,
         689.96, 637.56, 717.41],
        ((100, 10, 1, 1), (700, 5, 0.75, 1.3)),
        (6.9964151270e02, 5.2771253025e00, 7.5962938329e-01, 1.2792483859e00),
        (1.6302297817e01, 2.0828735829e00, 1.9566123451e-01, 6.8761936385e-01),
        8.7864049080e03,
    ),
}  # fmt: skip


def regress(problem, begin):
    values = "".join(f"; b{i} = {b}" for i, b in enumerate(begin, 1))
    free = {
        f"b{i}": (0, 100 * max(b, c))
        for i, (b, c) in enumerate(zip(begin, problem.certified, strict=True), 1)
    }
    return rl.fit(rl.model(problem.model + values), {"x": problem.t, "y": problem.y}, free)


@pytest.mark.parametrize("start", [0, 1], ids=["far", "near"])
@pytest.mark.parametrize("name", NIST)
def test_certified_regressions_are_reached_to_eight_digits(name, start):
    problem = NIST[name]
    found = regress(problem, problem.starts[start])
    assert list(found.estimates.values()) == pytest.approx(problem.certified, rel=1e-8)
    assert list(found.standard_errors.values()) == pytest.approx(problem.errors, rel=1e-8)
    assert found.sum_of_squares == pytest.approx(problem.squares, rel=1e-9)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_keeps_the_protocol(name):
    assert isinstance(SHELF[name], Optimiser)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_finds_the_minimum(name):
    best, found = fitted(), fitted(name, {"k": rl.log(0.1, 1), "x(0)": (5, 15)})
    assert found.sum_of_squares == pytest.approx(best.sum_of_squares, rel=1e-3)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_search_depends_on_its_own_start_alone(name):
    among, alone = (fitted(name, starts=s, max_iterations=15).starts for s in (6, [4]))
    assert (among.end[:, 4] == alone.end[:, 0]).all()
    assert among.search.path_values[4].tolist() == alone.search.path_values[0].tolist()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_no_point_of_a_path_leaves_the_box(name):
    found = fitted(name, {"k": rl.log(0.5, 10), "x(0)": (1, 8)}, starts=4, max_iterations=20)
    for path in found.paths:
        assert ((path[:, 0] >= 0.5) & (path[:, 0] <= 10)).all()
        assert ((path[:, 1] >= 1) & (path[:, 1] <= 8)).all()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_path_begins_at_the_start_and_has_a_value_at_every_point(name):
    found = fitted(name, starts=3, max_iterations=10)
    for i, (path, values) in enumerate(zip(found.paths, found.path_values, strict=True)):
        assert path[0] == pytest.approx(found.starts.begin[:, i], rel=1e-12)
        assert found.objective(path.T) == pytest.approx(values, rel=1e-3)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_the_number_of_iterations_can_be_limited(name):
    starts = fitted(name, starts=2, max_iterations=2).starts
    assert (starts.iterations == 2).all()
    assert set(starts.status) == {Ending.MAX_ITERATIONS}


@pytest.mark.parametrize("name", ["gauss-newton", "descent"])
def test_the_sum_of_squares_falls_along_a_path(name):
    for values in fitted(name, starts=4, max_iterations=20).path_values:
        assert (np.diff(values) <= 1e-3 * values[:-1]).all()


def test_an_executor_changes_nothing():
    with ThreadPoolExecutor(2) as pool:
        spread = fitted(starts=5, executor=pool)
    assert (spread.starts.end == fitted(starts=5).starts.end).all()


def test_the_unit_of_time_changes_nothing():
    minutes = fitted(starts=4)
    seconds = rl.fit(
        DECAY(k=1 / 60), {"time": 60 * T, "x": SEEN},
        {"k": rl.log(0.01 / 60, 10 / 60), "x(0)": (1, 20)}, starts=4,
    )  # fmt: skip
    assert seconds.estimates["k"] == pytest.approx(minutes.estimates["k"] / 60, rel=1e-9)
    assert seconds.starts.iterations.tolist() == minutes.starts.iterations.tolist()
    assert seconds.starts.value == pytest.approx(minutes.starts.value, rel=1e-9)


def test_wild_starts_neither_hang_nor_spoil_the_others():
    free = {"k": rl.log(1e-4, 1e5), "x(0)": (1, 20)}  # some are stiff, and flat
    found = fitted(free=free, starts=12)
    assert found.estimates["k"] == pytest.approx(fitted().estimates["k"], rel=1e-8)
    assert found.starts.failed == 0


def test_exact_data_are_fitted_to_the_error_of_the_solutions():
    found = rl.fit(DECAY, {"time": T, "x": 9 * np.exp(-0.4 * T)}, FREE, starts=4)
    assert found.estimates["k"] == pytest.approx(0.4, rel=1e-10)
    assert found.starts.agree == 4
    assert found.doubts == ()


def test_descent_takes_its_rate_and_steps():
    found = fitted(Descent(rate=0.02, steps=7))
    assert len(found.paths[0]) <= 8
    first = np.diff(found.objective.space.inner(found.paths[0][:2].T)).ravel()
    assert np.hypot(*first) == pytest.approx(0.02, rel=1e-6)
    assert found.optimiser == "Descent"


def test_gauss_newton_takes_its_tolerance():
    loose, tight = (fitted(GaussNewton(tolerance=t), starts=3).starts for t in (1e-2, 1e-14))
    assert (loose.iterations < tight.iterations).all()


def test_an_unknown_optimiser_is_answered_with_those_there_are():
    with pytest.raises(
        UnknownNameError, match=r"adam, descent and gauss-newton.*Did you mean adam"
    ):
        fitted("adan")


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, "few"])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(InputError, match="max_iterations: got"):
        fitted(max_iterations=limit)


def test_an_executor_that_is_none_is_told():
    with pytest.raises(InputError, match="executor: got 'threads'"):
        fitted(executor="threads")
