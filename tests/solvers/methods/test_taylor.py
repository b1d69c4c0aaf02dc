"""Steps by the Taylor series of a solution."""

from math import exp, log2, sin

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError, RefusalError
from ratelaw.models.lower import lower
from ratelaw.solvers.integrator import compose
from ratelaw.solvers.method import Method
from ratelaw.solvers.methods import SHELF
from ratelaw.solvers.tableaux.taylor import SOURCE, TaylorSeries

SERIES = [name for name in SHELF if isinstance(SHELF[name].tableau, TaylorSeries)]
SYSTEM = lower(rl.model("dx/dt = x*(1 - x)/(1 + x^2); x(0) = 0.5"))


def attempt(order, h):
    """Return the new state of one step, and its error estimate."""
    method = Method(
        f"series{order}", TaylorSeries(order), order, order, SOURCE, dense_order=order
    )  # fmt: skip
    x = 0.5
    (slope,) = SYSTEM.vector_field(0.0, x, x)
    found = compose(SYSTEM, method).attempt.tape(0.0, h, h, x, slope, x)
    return found[0], found[1]


def far(h):
    return attempt(24, h)[0]


@pytest.mark.parametrize("order", [2, 3, 5, 8])
def test_the_error_of_a_step_falls_with_one_power_more_than_the_order(order):
    gaps = [abs(attempt(order, h)[0] - far(h)) for h in (0.2, 0.1)]
    assert log2(gaps[0] / gaps[1]) == pytest.approx(order + 1, abs=0.5)


@pytest.mark.parametrize("order", [2, 3, 5, 8])
def test_the_estimate_is_close_to_the_error(order):
    new, estimate = attempt(order, 0.1)
    assert abs(estimate) == pytest.approx(abs(new - far(0.1)), rel=0.5)


@pytest.mark.parametrize("backend", ["lanes", "reference"])
@pytest.mark.parametrize("name", SERIES)
def test_rates_that_depend_on_time_are_followed_in_time(name, backend):
    sol = rl.solve("dx/dt = x*cos(t); x(0) = 1", 6, method=f"{backend}:{name}", rtol=1e-8)
    assert sol.y[0, -1] == pytest.approx(exp(sin(6)), rel=1e-8)


def test_time_of_another_name_is_followed_too():
    sol = rl.solve("dy/dx = 3*y/x; y(1) = 2", 3, method="taylor12")
    assert sol.y[0, -1] == pytest.approx(2 * 3**3, rel=1e-6)


@pytest.mark.parametrize("name", SERIES)
def test_output_between_steps_is_as_good_as_at_their_ends(name):
    times = np.linspace(0, 6, 301)
    sol = rl.solve("dx/dt = y; dy/dt = -x; x(0) = 1; y(0) = 0", times, method=name, rtol=1e-7)
    assert np.abs(sol.y[0] - np.cos(times)).max() < 1e-7


def test_more_states_than_are_written_out_by_stages_are_stepped_all_the_same():
    ring = "; ".join(f"dx{i}/dt = x{(i + 1) % 12} - x{i}; x{i}(0) = {i}" for i in range(12))
    ours, theirs = (rl.solve(ring, 3, method=m).y[:, -1] for m in ("lanes:taylor12", "dop853"))
    assert ours == pytest.approx(theirs, rel=1e-6)


def test_rates_that_choose_are_refused_with_what_takes_them():
    with pytest.raises(RefusalError, match="through 'abs' in the rates; dop853 only evaluates"):
        rl.solve("dx/dt = -abs(x); x(0) = 1", 1, method="taylor12")


def test_rates_whose_series_is_too_long_are_refused_with_what_takes_them():
    products = "; ".join(
        f"dx{i}/dt = {' + '.join(f'x{i}*x{j}' for j in range(12))}; x{i}(0) = 0.01"
        for i in range(12)
    )
    with pytest.raises(RefusalError, match=r"takes 13 344 operations here.*dop853 takes fewer"):
        rl.solve(products, 1, method="taylor16")


def test_orders_that_contradict_the_series_are_refused():
    with pytest.raises(InputError, match="wrong: expected its orders to be 9"):
        Method("wrong", TaylorSeries(9), 8, 9, SOURCE, dense_order=9)


def test_it_prints_as_what_it_is():
    assert str(SHELF["taylor12"]) == "taylor12: Taylor series, order 12"


@pytest.mark.parametrize("name", SERIES)
def test_high_powers_of_what_begins_at_zero_are_followed(name):
    sol = rl.solve("dx/dt = 1 + t^20 + sin(t)^33; x(0) = 0", [1.0], method=name)
    assert sol.y[0, 0] == pytest.approx(1.0 + 1 / 21 + 1.4507e-4, rel=1e-6)
