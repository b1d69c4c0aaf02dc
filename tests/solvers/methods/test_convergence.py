"""Orders of convergence as measured: of the composed step of every method, and of its output."""

from math import log2

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import ratelaw as rl
from ratelaw.models.lower import lower
from ratelaw.solvers.integrator import compose
from ratelaw.solvers.methods import SHELF

# Nonlinear, but so little that Newton's iterations leave no error of their own.
SYSTEM = lower(rl.model("dx/dt = y; dy/dt = -x + x*y/20; x(0) = 1; y(0) = 0.5"))
START, END = np.array([1.0, 0.5]), 6.0
COUNTS = {1: 2000, 2: 200, 3: 100, 4: 80, 5: 150, 8: 16, 9: 8}  # steps: before rounding shows


def rate(t, y):
    return np.array([y[1], -y[0] + y[0] * y[1] / 20])


def exactly(t, y, end):
    found = solve_ivp(rate, (t, end), y, method="DOP853", rtol=3e-14, atol=1e-16)
    return found.y[:, -1]


TRUTH = exactly(0.0, START, END)


def step(method, t, y, h):
    """Return the new state, and what dense output needs."""
    found = compose(SYSTEM, method).attempt.tape(t, h, t + h, *y, *rate(t, y), *START)
    return np.array(found[:2]), found[6:]


def error(method, count):
    y, h = START, END / count
    for i in range(count):
        y, _ = step(method, i * h, y, h)
    return np.abs(y - TRUTH).max()


# Beyond, errors are at rounding; test_taylor has series of lower orders.
@pytest.fixture(params=[name for name in SHELF if SHELF[name].order < 10])
def method(request):
    return SHELF[request.param]


def test_error_falls_with_the_power_of_the_step_that_is_the_order(method):
    count = COUNTS[method.order]
    found = log2(error(method, count) / error(method, 2 * count))
    assert found == pytest.approx(method.order, abs=0.2)


def test_dense_output_falls_with_one_power_more_than_its_order(method):
    order = min(3, method.order) if method.dense_order is None else method.dense_order

    def gap(h):
        y, kept = step(method, 0.0, START, h)
        output = compose(SYSTEM, method).interpolate.tape
        return max(
            np.abs(np.array(output(x, h, *START, *y, *kept)) - exactly(0.0, START, x * h)).max()
            for x in (0.25, 0.5, 0.75)
        )

    h = 0.4 if order > 4 else 0.02
    assert log2(gap(h) / gap(h / 2)) == pytest.approx(order + 1, abs=0.2)
